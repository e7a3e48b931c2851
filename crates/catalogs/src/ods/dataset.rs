//! A dataset of Opendatasoft, made an item.

use serde_json::Value;

use super::export;
use crate::address;
use crate::item::{Finding, Item, Kind, Outcome};
use crate::model::{Backend, Dataset, Harvest};
use crate::reading::{Reading, text, texts};
use crate::settings::Settings;
use crate::values::{date, html, licence, tag};

/// Labels of the platform that say a licence in other words than its publisher.
const LABELS: [(&str, &str); 5] = [
    ("Open Database License (ODbL)", "odc-odbl"),
    ("Licence Ouverte (Etalab)", "fr-lo"),
    ("Licence ouverte / Open Licence", "fr-lo"),
    ("CC BY-SA", "cc-by-sa"),
    ("Public Domain", "other-pd"),
];

/// The dataset as an item; one without identifier, data or title is skipped, and one of INSPIRE unless it is wanted.
pub(super) fn read(dataset: &Value, settings: &Settings) -> Item {
    let id = dataset.get("datasetid").and_then(text);
    let title = text(&dataset["metas"]["title"]);
    let finding = match (&id, &title) {
        (None, _) => Some(Finding::new("item.no_identifier").path("/harvest/remote_id")),
        _ if !export::has_any(dataset) => Some(Finding::new("item.no_resource").path("/resources")),
        _ if is_inspire(dataset) && !settings.inspire => Some(Finding::new("item.inspire")),
        (_, None) => Some(Finding::new("item.no_title").path("/title")),
        _ => None,
    };
    let skipped = Outcome::Skipped(Kind::Dataset);
    let mut item = Item { remote_id: id, name: None, remote_url: None, outcome: skipped, findings: Vec::new() };
    match (finding, &item.remote_id, title) {
        (None, Some(id), Some(title)) => {
            let mut reading = Reading::new(settings.now);
            let dataset = read_dataset(dataset, settings, &mut reading, id, title);
            item.remote_url.clone_from(&dataset.harvest.remote_url);
            item.outcome = Outcome::Dataset(Box::new(dataset));
            item.findings = reading.into_findings();
        }
        (finding, ..) => item.findings.extend(finding),
    }
    item
}

fn is_inspire(dataset: &Value) -> bool {
    dataset["interop_metas"].get("inspire").is_some_and(|inspire| !inspire.is_null())
}

fn read_dataset(dataset: &Value, settings: &Settings, reading: &mut Reading, id: &str, title: String) -> Dataset {
    let metas = &dataset["metas"];
    let page = address::below(&settings.url, &["explore", "dataset", id, ""]);
    let modified = reading.past_instant(&metas["modified"], "/harvest/modified_at", date::read);
    Dataset {
        title,
        description: text(&metas["description"]).map(|text| html::to_markdown(&text)).unwrap_or_default(),
        tags: read_tags(metas),
        license: Some(read_licence(metas, settings)),
        frequency: Some("unknown".to_owned()),
        access_type: "open".to_owned(),
        resources: export::read_all(dataset, &settings.url, id, &page, modified.as_deref()),
        harvest: Harvest {
            backend: Backend::OpenDataSoft,
            remote_id: id.to_owned(),
            remote_url: Some(page.clone()),
            modified_at: modified,
            ods_url: Some(page),
            ods_references: Some(texts(&metas["references"]).join(", ")).filter(|text| !text.is_empty()),
            ods_has_records: Some(export::is_true(&dataset["has_records"])),
            ods_geo: Some(export::is_geo(dataset)),
            ..Harvest::default()
        },
        ..Dataset::default()
    }
}

/// Keywords, and themes, of which one text may name several.
fn read_tags(metas: &Value) -> Vec<String> {
    let (keywords, themes) = (texts(&metas["keyword"]), texts(&metas["theme"]));
    tag::tags(keywords.iter().map(String::as_str).chain(themes.iter().flat_map(|theme| theme.split(','))))
}

fn read_licence(metas: &Value, settings: &Settings) -> String {
    let given = text(&metas["license"]);
    let label = LABELS.iter().find(|(label, _)| given.as_deref() == Some(label)).map(|(_, id)| *id);
    let guessed = licence::guess(given.as_deref().into_iter().chain(label));
    guessed.or(settings.default_license.as_deref()).unwrap_or("notspecified").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expected::{any_json, assert_case, file, settings};
    use proptest::prelude::*;
    use serde_json::json;

    const ROOT: &str = "https://portail.example.org/";

    fn items(files: &[&str], settings: &Settings) -> Vec<Item> {
        let datasets = files
            .iter()
            .map(|name| file(&format!("inputs/ods/{name}.json")))
            .flat_map(|file| file["datasets"].as_array().cloned().unwrap_or_else(|| vec![file]));
        datasets.map(|dataset| read(&dataset, settings)).collect()
    }

    #[trial::test_with_data]
    fn the_datasets_of_the_data_are_as_expected() {
        let plain = settings(Backend::OpenDataSoft, ROOT);
        assert_case("ods-default", &items(&["test-a", "test-b", "test-c", "test-shp-limit"], &plain));
        assert_case("ods-own-a", &items(&["own-a"], &plain));
        assert_case("ods-no-data", &items(&["no-data"], &plain));
        assert_case("ods-paging-120", &items(&["paging-120-0", "paging-120-50", "paging-120-100"], &plain));
        assert_case("ods-inspire-off", &items(&["inspire"], &plain));
        assert_case("ods-inspire-on", &items(&["inspire"], &Settings { inspire: true, ..plain }));
    }

    #[test]
    fn what_cannot_be_an_item_is_skipped_and_told() {
        let settings = settings(Backend::OpenDataSoft, ROOT);
        for (dataset, rule) in [
            (json!(null), "item.no_identifier"),
            (json!({ "datasetid": "  " }), "item.no_identifier"),
            (json!({ "datasetid": "a", "metas": { "title": "A" } }), "item.no_resource"),
            (
                json!({ "datasetid": "a", "metas": { "title": "A" }, "has_records": "false", "attachments": {} }),
                "item.no_resource",
            ),
            (json!({ "datasetid": "a", "has_records": true, "metas": 3 }), "item.no_title"),
            (json!({ "datasetid": "a", "has_records": true, "interop_metas": { "inspire": {} } }), "item.inspire"),
        ] {
            let item = read(&dataset, &settings);
            assert!(matches!(item.outcome, Outcome::Skipped(Kind::Dataset)), "{dataset}");
            assert_eq!(item.findings[0].rule, rule, "{dataset}");
        }
    }

    #[test]
    fn a_licence_nobody_can_tell_is_the_one_that_the_caller_says() {
        let mut settings = settings(Backend::OpenDataSoft, ROOT);
        let licence = |license: &str, settings: &Settings| read_licence(&json!({ "license": license }), settings);
        assert_eq!(licence("Conditions maison", &settings), "notspecified");
        settings.default_license = Some("lov2".to_owned());
        assert_eq!([licence("Conditions maison", &settings), licence("CC BY-SA", &settings)], ["lov2", "cc-by-sa"]);
    }

    #[test]
    fn an_identifier_is_one_part_of_an_address() {
        let dataset = json!({
            "datasetid": "a/../b ?", "metas": { "title": "A" }, "has_records": 1,
            "attachments": [{ "id": "x/y", "url": "odsfile://notice.pdf" }, { "title": "sans identifiant" }, null],
        });
        let Outcome::Dataset(read) = read(&dataset, &settings(Backend::OpenDataSoft, ROOT)).outcome else { panic!() };
        let urls: Vec<&str> = read.resources.iter().map(|resource| resource.url.as_str()).collect();
        let page = "https://portail.example.org/explore/dataset/a%2F..%2Fb%20%3F/";
        assert_eq!(read.harvest.ods_url.as_deref(), Some(page));
        assert!(urls[0].starts_with(&format!("{page}download?format=csv&")));
        assert_eq!(urls[2..], ["https://portail.example.org/api/datasets/1.0/a%2F..%2Fb%20%3F/attachments/x%2Fy"]);
        assert_eq!(read.resources[2].title, "notice.pdf");
    }

    const KEYS: &[&str] = &[
        "datasetid",
        "metas",
        "title",
        "description",
        "keyword",
        "theme",
        "license",
        "references",
        "records_count",
        "modified",
        "has_records",
        "features",
        "attachments",
        "alternative_exports",
        "fields",
        "label",
        "name",
        "type",
        "id",
        "url",
        "mimetype",
        "interop_metas",
        "inspire",
    ];

    proptest! {
        #[test]
        fn any_shape_is_an_item_and_no_bad_field_costs_it(fields in any_json(KEYS)) {
            let settings = Settings { inspire: true, ..settings(Backend::OpenDataSoft, ROOT) };
            let item = read(&fields, &settings);
            prop_assert!(matches!(item.outcome, Outcome::Dataset(_)) || !item.findings.is_empty());
            let Value::Object(mut whole) = fields else { return Ok(()) };
            let mut metas = whole.get("metas").and_then(Value::as_object).cloned().unwrap_or_default();
            metas.insert("title".to_owned(), json!("T"));
            whole.extend([
                ("datasetid".to_owned(), json!("d")), ("has_records".to_owned(), json!(true)), ("metas".to_owned(), metas.into()),
            ]);
            prop_assert!(matches!(read(&Value::Object(whole), &settings).outcome, Outcome::Dataset(_)));
        }
    }
}
