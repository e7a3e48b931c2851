//! A package of CKAN or DKAN, made an item: the fields that the model has, and those kept as extras.

mod extras;
mod resource;

use serde_json::Value;

use self::extras::Extra;
use crate::address;
use crate::item::{Finding, Item, Kind, Outcome};
use crate::model::{Backend, Dataset, Harvest};
use crate::reading::{Reading, elements, text};
use crate::settings::Settings;
use crate::values::{contact, date, html, licence, tag, web_address};

/// The package as an item; what has no identifier, name or title is none.
pub(crate) fn read(package: &Value, settings: &Settings) -> Item {
    let required = |key: &str| required(package, key);
    let (id, name, title) = (required("id"), required("name"), required("title"));
    let outcome = Outcome::Failed(Kind::Dataset);
    let mut item = Item { remote_id: id.clone(), name: name.clone(), remote_url: None, outcome, findings: Vec::new() };
    let (Some(id), Some(name), Some(title)) = (id, name, title) else {
        item.findings.push(Finding::new("item.invalid").path(missing(package)));
        return item;
    };
    if elements(&package["resources"]).is_empty() {
        item.outcome = Outcome::Skipped(Kind::Dataset);
        item.findings.push(Finding::new("item.no_resource").path("/resources"));
        return item;
    }
    let mut reading = Reading::new(settings.now);
    let dataset = read_dataset(package, settings, &mut reading, (id, name, title));
    item.remote_url.clone_from(&dataset.harvest.remote_url);
    item.outcome = Outcome::Dataset(Box::new(dataset));
    item.findings = reading.into_findings();
    item
}

/// A text that must be there and not blank.
fn required(package: &Value, key: &str) -> Option<String> {
    package[key].as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Where the first of the required texts would stand that is not there.
fn missing(package: &Value) -> &'static str {
    let paths = [("id", "/harvest/remote_id"), ("name", "/harvest/ckan_name")];
    paths.into_iter().find(|(key, _)| required(package, key).is_none()).map_or("/title", |(_, path)| path)
}

fn read_dataset(
    package: &Value,
    settings: &Settings,
    reading: &mut Reading,
    (id, name, title): (String, String, String),
) -> Dataset {
    warn_of_emails(package, reading);
    let mut dataset = Dataset {
        title,
        slug: Some(tag::slug(&name)).filter(|slug| !slug.is_empty()),
        description: text(&package["notes"]).map(|notes| html::to_markdown(&notes)).unwrap_or_default(),
        tags: read_tags(&package["tags"]),
        license: Some(guess_licence(package).to_owned()),
        access_type: "open".to_owned(),
        harvest: read_harvest(package, settings, reading, id, name),
        ..Dataset::default()
    };
    let mut period = (None, None);
    for (key, value) in extras::list(&package["extras"]) {
        match extras::read(&key, &value, reading) {
            Extra::Blank => {}
            Extra::Spatial(spatial) => dataset.spatial = spatial,
            Extra::Frequency(Some(frequency)) => dataset.frequency = Some(frequency.to_owned()),
            Extra::Start(start) => period.0 = Some(start),
            Extra::End(end) => period.1 = Some(end),
            Extra::Frequency(None) => drop(dataset.extras.insert("ckan:frequency".to_owned(), value)),
            Extra::Place(key) => drop(dataset.extras.insert(key.to_owned(), value)),
            Extra::Other => drop(dataset.extras.insert(key, value)),
        }
    }
    dataset.temporal_coverage = extras::read_period(period, reading);
    dataset.resources = resource::read_all(elements(&package["resources"]), settings.backend, reading);
    dataset
}

/// The model has no place for them, but who published them wrong wants to know.
fn warn_of_emails(package: &Value, reading: &mut Reading) {
    for key in ["author_email", "maintainer_email"] {
        if text(&package[key]).is_some_and(|email| contact::read_email(&email).is_none()) {
            reading.warn_quietly("contact.email", "/contact_points/email");
        }
    }
}

/// Objects with a name, or names.
fn read_tags(tags: &Value) -> Vec<String> {
    let names: Vec<String> = match tags {
        Value::Array(tags) => tags.iter().filter_map(|tag| text(&tag["name"]).or_else(|| text(tag))).collect(),
        tags => text(tags).into_iter().collect(),
    };
    tag::tags(names.iter().map(String::as_str))
}

fn guess_licence(package: &Value) -> &'static str {
    let texts: Vec<String> = ["license_id", "license_title"].iter().filter_map(|key| text(&package[*key])).collect();
    licence::guess(texts.iter().map(String::as_str)).unwrap_or("notspecified")
}

fn read_harvest(package: &Value, settings: &Settings, reading: &mut Reading, id: String, name: String) -> Harvest {
    let read = match settings.backend {
        Backend::Dkan => date::read_dkan,
        _ => date::read,
    };
    let url = text(&package["url"]);
    let valid = url.as_deref().and_then(web_address::read).map(str::to_owned);
    Harvest {
        backend: settings.backend,
        remote_id: id,
        ckan_source: url.filter(|_| valid.is_none()),
        remote_url: Some(valid.unwrap_or_else(|| address::below(&settings.url, &["dataset", &name]))),
        created_at: reading.instant(&package["metadata_created"], "/harvest/created_at", read),
        modified_at: reading.past_instant(&package["metadata_modified"], "/harvest/modified_at", read),
        ckan_name: Some(name),
        ..Harvest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected::{any_json, assert_case, file, settings};
    use proptest::prelude::*;
    use serde_json::json;

    /// The packages of a case, as its routes give them.
    fn items(case: &str) -> Vec<Item> {
        let cases = file("cases.json");
        let case = cases.as_array().unwrap().iter().find(|one| one["id"] == case).unwrap();
        let backend = if case["backend"] == "ckan" { Backend::Ckan } else { Backend::Dkan };
        let settings = settings(backend, case["source_url"].as_str().unwrap());
        let shown = case["routes"].as_array().unwrap().iter().filter(|route| route["url"].to_string().contains("show"));
        let package = |route: &Value| {
            let result = file(route["file"].as_str().unwrap())["result"].clone();
            if result.is_array() { result[0].clone() } else { result }
        };
        shown.map(|route| read(&package(route), &settings)).collect()
    }

    #[trial::test_with_data]
    fn the_packages_of_the_data_give_their_datasets() {
        for case in ["ckan-packages-a", "ckan-paging-a", "real-datasud-a", "dkan-packages-a", "dkan-hauts-de-france"] {
            assert_case(case, &items(case));
        }
    }

    fn package(changes: Value) -> Value {
        let mut package = json!({
            "id": "i", "name": "n", "title": "T",
            "resources": [{ "id": "r", "name": "R", "url": "https://a.example/r.csv" }],
        });
        for (key, value) in changes.as_object().unwrap() {
            package[key] = value.clone();
        }
        package
    }

    fn read_one(changes: Value) -> (Item, Vec<String>) {
        let item = read(&package(changes), &settings(Backend::Ckan, "https://ckan.example/portail/"));
        let rules = item.findings.iter().map(|finding| finding.rule.to_string()).collect();
        (item, rules)
    }

    fn dataset(item: Item) -> Dataset {
        let Outcome::Dataset(dataset) = item.outcome else { panic!("{item:?}") };
        *dataset
    }

    #[test]
    fn what_is_required_is_a_text_and_not_blank() {
        for (changes, path) in [
            (json!({ "id": 3 }), "/harvest/remote_id"),
            (json!({ "name": null }), "/harvest/ckan_name"),
            (json!({ "title": "  " }), "/title"),
        ] {
            let (item, rules) = read_one(changes);
            assert!(matches!(item.outcome, Outcome::Failed(Kind::Dataset)));
            assert_eq!((rules, item.findings[0].path.as_deref()), (vec!["item.invalid".to_owned()], Some(path)));
        }
    }

    #[test]
    fn an_address_that_is_none_is_kept_as_the_source_beside_the_portals_page() {
        let harvest = |url: Value| dataset(read_one(json!({ "url": url })).0).harvest;
        let page = Some("https://ckan.example/portail/dataset/n".to_owned());
        assert_eq!((harvest(json!("voir le site")).remote_url, harvest(json!(null)).ckan_source), (page, None));
        assert_eq!(harvest(json!("voir le site")).ckan_source.as_deref(), Some("voir le site"));
        assert_eq!(harvest(json!("https://a.example/x")).remote_url.as_deref(), Some("https://a.example/x"));
    }

    #[test]
    fn a_period_needs_both_ends() {
        let period = |extras: Value| {
            let (item, rules) = read_one(json!({ "extras": extras }));
            (dataset(item).temporal_coverage, rules)
        };
        let (both, rules) = period(json!({ "temporal_start": 2014, "temporal_end": "2015-02" }));
        let both = both.unwrap();
        assert_eq!((both.start.as_deref(), both.end.as_deref()), (Some("2014-01-01"), Some("2015-02-28")));
        assert_eq!(rules, [""; 0]);
        for extras in [
            json!([{ "key": "temporal_start", "value": "2014" }]),
            json!([{ "key": "temporal_start", "value": "hier" }]),
            json!({ "temporal_start": "2014", "temporal_end": "demain" }),
        ] {
            assert_eq!(period(extras), (None, vec!["temporal.unreadable".to_owned()]));
        }
    }

    #[test]
    fn one_bad_field_costs_itself_alone() {
        let (item, rules) = read_one(json!({
            "metadata_created": "hier", "metadata_modified": "2999-01-01", "author_email": "néant",
            "tags": ["eau", { "name": "air" }, 3, null],
            "extras": [null, { "key": "frequency", "value": "parfois" }, { "key": "spatial", "value": [1] }, { "key": "k", "value": "" }],
            "resources": [
                "https://a.example/r", { "name": "sans adresse" }, { "url": "javascript:alert(1)" },
                { "url": "a.example/c.csv?x=1", "size": "grand", "hash": "12", "created": [], "format": 3 },
            ],
        }));
        let found = dataset(item);
        assert_eq!(
            rules,
            [
                "contact.email",
                "date.unreadable",
                "date.future",
                "frequency.unknown",
                "spatial.unreadable",
                "resource.literal",
                "resource.no_url",
                "resource.url",
                "size.unreadable",
                "checksum.algorithm",
            ]
        );
        assert_eq!(found.tags, ["air", "eau"]);
        assert_eq!(found.extras, *json!({ "ckan:frequency": "parfois" }).as_object().unwrap());
        let resource = &found.resources[0];
        assert_eq!(
            (found.resources.len(), resource.url.as_str(), resource.title.as_str()),
            (1, "http://a.example/c.csv?x=1", "Ressource 3")
        );
        assert_eq!(resource.key, "http://a.example/c.csv?x=1 Ressource 3");
    }

    #[test]
    fn a_resource_is_known_by_its_identifier_unless_another_has_it() {
        let resource = |id: &str, url: &str| json!({ "id": id, "name": "R", "url": url });
        let (a, b, c) = ("https://a.example/a", "https://a.example/b", "https://a.example/c");
        let resources = json!([resource("1", a), resource("1", b), resource("2", c)]);
        let keys: Vec<String> =
            dataset(read_one(json!({ "resources": resources })).0).resources.into_iter().map(|one| one.key).collect();
        assert_eq!(keys, [format!("{a} R"), format!("{b} R"), "2".to_owned()]);
    }

    const KEYS: &[&str] = &[
        "id",
        "name",
        "title",
        "notes",
        "tags",
        "extras",
        "resources",
        "key",
        "value",
        "url",
        "format",
        "mimetype",
        "size",
        "hash",
        "created",
        "last_modified",
        "metadata_created",
        "metadata_modified",
        "license_id",
        "license_title",
        "author_email",
        "spatial",
        "frequency",
        "temporal_start",
        "temporal_end",
        "resource_type",
        "type",
        "coordinates",
    ];

    proptest! {
        #[test]
        fn any_shape_is_an_item_and_no_bad_field_costs_it(fields in any_json(KEYS)) {
            for backend in [Backend::Ckan, Backend::Dkan] {
                let settings = settings(backend, "https://ckan.example/");
                // As it came, and with what is required in it.
                let item = read(&fields, &settings);
                prop_assert!(matches!(item.outcome, Outcome::Dataset(_)) || !item.findings.is_empty());
                let Value::Object(mut whole) = fields.clone() else { continue };
                whole.extend(package(json!({})).as_object().unwrap().clone());
                let Outcome::Dataset(dataset) = read(&Value::Object(whole), &settings).outcome else { panic!("lost") };
                let written = serde_json::to_vec(&dataset).unwrap();
                prop_assert!(serde_json::from_slice::<Dataset>(&written).is_ok());
            }
        }
    }
}
