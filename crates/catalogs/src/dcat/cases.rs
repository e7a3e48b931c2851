//! The cases of the data, as far as pages go: what each page gives is what is expected.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::*;
use crate::dcat::tests::settings;
use crate::item::{Item, Outcome};

/// What all pages of a case give.
#[derive(Default)]
struct Harvested {
    items: Vec<(String, &'static str)>,
    datasets: BTreeMap<String, Value>,
    services: BTreeMap<String, Value>,
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(trial::data("catalogs").join(name)).unwrap()).unwrap()
}

fn harvest(case: &Value) -> Option<Harvested> {
    let mut url = Url::parse(case["source_url"].as_str()?).ok()?;
    let (mut harvested, mut asked, mut pages) = (Harvested::default(), BTreeSet::new(), Vec::new());
    while asked.insert(url.to_string()) {
        let route = case["routes"]
            .as_array()?
            .iter()
            .rfind(|route| route["url"] == url.as_str() && route["method"] == "GET")?;
        let bytes = match route["file"].as_str() {
            Some(file) => std::fs::read(trial::data("catalogs").join(file)).ok()?,
            None => route["text"].as_str()?.as_bytes().to_vec(),
        };
        let page = read(bytes.into(), route["content_type"].as_str(), &url, &settings());
        let page = page.inspect_err(|why| eprintln!("{}: {why:#}", case["id"])).ok()?;
        let next = page.next.clone();
        pages.push(page);
        match next {
            Some(next) => url = Url::parse(&next).ok()?,
            None => break,
        }
    }
    let accessed: BTreeSet<String> = pages.iter().flat_map(|page| page.access_services.clone()).collect();
    let (mut items, mut services) = (Vec::new(), Vec::new());
    for page in pages {
        items.extend(page.entries.all_datasets(&settings()));
        let of_page = page.entries.all_services(&settings()).into_iter();
        services.extend(of_page.filter(|service| service.uri.as_ref().is_none_or(|uri| !accessed.contains(uri))));
    }
    for item in items.into_iter().chain(services.into_iter().map(|service| service.item)) {
        harvested.take(item);
    }
    Some(harvested)
}

impl Harvested {
    fn take(&mut self, item: Item) {
        let id = item.remote_id.unwrap_or_default();
        let status = match item.outcome {
            Outcome::Skipped(_) => "skipped",
            Outcome::Failed(_) | Outcome::Unanswered(_) => "failed",
            Outcome::Dataset(_) if self.datasets.contains_key(&id) => "failed",
            Outcome::Dataservice(_) if self.services.contains_key(&id) => "failed",
            Outcome::Dataset(dataset) => {
                self.datasets.insert(id.clone(), serde_json::to_value(dataset).unwrap());
                "done"
            }
            Outcome::Dataservice(service) => {
                self.services.insert(id.clone(), serde_json::to_value(service).unwrap());
                "done"
            }
        };
        self.items.push((id, status));
    }
}

/// As the data's README says that values are compared.
fn folded(key: &str, value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| {
                !matches!(key.as_str(), "id" | "source_id" | "source_url" | "last_update" | "domain" | "datasets")
                    && (key.as_str() != "description" || *value != "")
            });
            let mut folded: Vec<_> = kept.map(|(key, value)| (key.clone(), self::folded(key, value))).collect();
            folded.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(folded.into_iter().collect::<Map<_, _>>())
        }
        Value::Array(list) => {
            let mut folded: Vec<_> = list.iter().map(|value| self::folded("", value)).collect();
            if !folded.iter().all(Value::is_number) {
                let is_set = key != "coordinates" || folded.len() > 1;
                if is_set
                    && matches!(
                        key,
                        "tags" | "contact_points" | "resources" | "license" | "rights" | "accessRights" | "provenance"
                    )
                {
                    folded
                        .sort_by_key(|value| (value["url"].to_string(), value["title"].to_string(), value.to_string()));
                }
            }
            Value::Array(folded)
        }
        Value::String(text) if key.ends_with("_at") => Value::from(text.get(..19).unwrap_or(text)),
        Value::String(text) => {
            let text = text.replace('\u{a0}', " ");
            Value::from(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end())
        }
        Value::Number(number) => Value::from(number.as_f64().unwrap()),
        other => other.clone(),
    }
}

fn differences(place: &str, ours: &Value, expected: &Value, found: &mut Vec<String>) {
    match (ours, expected) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let none = Value::Null;
                differences(&format!("{place}.{key}"), a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{place}[{index}]"), a, b, found);
            }
        }
        _ if ours != expected => found.push(format!("{place}: {ours:.300} instead of {expected:.300}")),
        _ => (),
    }
}

#[trial::test_with_data]
fn every_page_of_every_case_gives_what_is_expected() {
    let mut found = Vec::new();
    let mut count = 0;
    for case in json("cases.json").as_array().unwrap() {
        let is_whole =
            case["check"].is_null() && case["backend"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("dcat"));
        let Some(expected) = case["expected"].as_str().filter(|_| is_whole && case["kind"] != "archive") else {
            continue;
        };
        let expected = json(expected);
        let id = case["id"].as_str().unwrap();
        let Some(harvested) = harvest(case) else {
            if expected["expected"]["job"]["status"] != "failed" {
                found.push(format!("{id}: could not be read"));
            }
            continue;
        };
        count += 1;
        compare(id, harvested, &expected["expected"], &mut found);
    }
    assert!(found.is_empty(), "{count} cases, {} differences:\n{}", found.len(), found.join("\n"));
    assert!(count > 40, "{count}");
}

fn compare(id: &str, mut harvested: Harvested, expected: &Value, found: &mut Vec<String>) {
    let mut items: Vec<_> = expected["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["remote_id"].as_str().unwrap_or_default().to_owned(), item["status"].as_str().unwrap()))
        .collect();
    items.sort();
    harvested.items.sort();
    if items != harvested.items {
        found.push(format!("{id}: {:?} instead of {items:?}", harvested.items));
    }
    for (list, ours) in [("datasets", &mut harvested.datasets), ("dataservices", &mut harvested.services)] {
        for wanted in expected[list].as_array().unwrap() {
            let remote_id = wanted["harvest"]["remote_id"].as_str().unwrap();
            let got = ours.remove(remote_id).unwrap_or_default();
            differences(&format!("{id} {remote_id}"), &folded("", &got), &folded("", wanted), found);
        }
        found.extend(ours.keys().map(|more| format!("{id} {more}: not expected")));
    }
}
