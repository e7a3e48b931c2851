//! A package of CKAN or DKAN, made an item: the fields that the model has, and those kept as extras.

mod extras;
mod resource;

use serde_json::Value;

use self::extras::Extra;
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
        remote_url: Some(valid.unwrap_or_else(|| page_of(settings, &name))),
        created_at: reading.instant(&package["metadata_created"], "/harvest/created_at", read),
        modified_at: reading.past_instant(&package["metadata_modified"], "/harvest/modified_at", read),
        ckan_name: Some(name),
        ..Harvest::default()
    }
}

/// The portal's own page of a package.
fn page_of(settings: &Settings, name: &str) -> String {
    let mut url = settings.url.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().push("dataset").push(name);
    }
    url.into()
}
