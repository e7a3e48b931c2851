//! The cases of the data, played through the executable.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trial::Run;

use crate::comparison::{comparable, statuses};
use crate::portal::{Portal, Route, lines, report};

/// The cases, and where their files are.
pub(crate) fn cases() -> (PathBuf, Vec<Value>) {
    let folder = trial::data("catalogs/cases.json").parent().unwrap().to_owned();
    let text = std::fs::read(folder.join("cases.json")).unwrap();
    (folder, serde_json::from_slice(&text).unwrap())
}

/// What a case's portal answers.
pub(crate) fn routes(folder: &Path, routes: &Value) -> Vec<Route> {
    let route = |route: &Value| {
        let url = route["url"].as_str().unwrap();
        let target = url.splitn(4, '/').nth(3).map_or("/".to_owned(), |rest| format!("/{rest}"));
        let body = match (route["text"].as_str(), route["file"].as_str(), route["pointer"].as_str()) {
            (Some(text), ..) => text.as_bytes().to_vec(),
            (None, Some(file), None) => std::fs::read(folder.join(file)).unwrap(),
            (None, Some(file), Some(pointer)) => {
                let whole: Value = serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap();
                whole.pointer(pointer).unwrap_or_else(|| panic!("{file} has no {pointer}")).to_string().into_bytes()
            }
            (None, None, _) => Vec::new(),
        };
        let made = Route::new(&target, route["content_type"].as_str().unwrap_or("text/plain"), body);
        let made = made.status(route["status"].as_u64().unwrap_or(200) as u16);
        let headers = route["headers"].as_object().cloned().unwrap_or_default();
        headers.iter().fold(made, |made, (name, value)| made.header(name, value.as_str().unwrap()))
    };
    routes.as_array().unwrap().iter().map(route).collect()
}

/// The harvest that a case asks for.
pub(crate) fn run_of(case: &Value, portal: &Portal) -> Run {
    let mut run = portal.harvest(case["backend"].as_str().unwrap(), case["source_url"].as_str().unwrap());
    for filter in case["config"]["filters"].as_array().into_iter().flatten() {
        let flag = if filter["type"] == "exclude" { "--exclude" } else { "--include" };
        run = run.args([
            flag.to_owned(),
            format!("{}={}", filter["key"].as_str().unwrap(), filter["value"].as_str().unwrap()),
        ]);
    }
    if case["config"]["features"]["inspire"] == true {
        run = run.args(["--inspire"]);
    }
    if let Some(most) = case["options"]["max_items"].as_u64() {
        run = run.args(["--max-items".to_owned(), most.to_string()]);
    }
    run
}

/// What differs between a case and what came of it; empty where nothing does.
fn play(folder: &Path, case: &Value) -> Vec<String> {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join(case["expected"].as_str().unwrap())).unwrap()).unwrap();
    let expected = &expected["expected"];
    let portal = Portal::start(routes(folder, &case["routes"]));
    let run = run_of(case, &portal);
    let mut said = String::new();
    for _ in 0..case["runs"].as_u64().unwrap_or(1) {
        said = run.run().to_string();
    }
    let (report, items) = (report(&run), lines(&run, "items.jsonl"));
    let datasets = lines(&run, "datasets.jsonl");
    let mut differences = Vec::new();
    let mut compare = |what: &str, given: Value, wanted: Value| {
        if given != wanted {
            differences.push(format!("{what}:\n  given  {given}\n  wanted {wanted}"));
        }
    };
    if expected.get("job").is_some() {
        compare("job", report["job"]["status"].clone(), expected["job"]["status"].clone());
    }
    match case["check"].as_str() {
        Some("job") => compare("has an error", (report["job"]["errors"] != Value::Array(vec![])).into(), true.into()),
        Some("counts") => {
            compare("items", items.len().into(), expected["items"].clone());
            compare("datasets", datasets.len().into(), expected["datasets"].clone());
        }
        Some("requests") => {
            let first = portal.asked().first().cloned().unwrap_or_default();
            let url = first.split_once('?').map_or("", |(_, query)| query).to_owned();
            let pairs: Vec<(String, String)> = query_pairs(&url);
            for (name, values) in expected["first_request_query"].as_object().unwrap() {
                let given: Vec<_> =
                    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
                compare(name, given.into(), values.clone());
            }
        }
        _ => {
            let wanted = expected["items"].as_array().unwrap();
            compare(
                "items",
                serde_json::to_value(statuses(&items)).unwrap(),
                serde_json::to_value(statuses(wanted)).unwrap(),
            );
            compare_warnings(&mut compare, &items, wanted);
            let has_slug = matches!(case["backend"].as_str(), Some("ckan" | "dkan"));
            let wanted = comparable(expected["datasets"].as_array().unwrap(), has_slug);
            let given = comparable(&datasets, has_slug);
            compare("number of datasets", given.len().into(), wanted.len().into());
            for (given, wanted) in given.iter().zip(&wanted) {
                compare_fields(&mut compare, given, wanted);
            }
            let services = titled(lines(&run, "dataservices.jsonl"), &datasets);
            let wanted = expected["dataservices"].as_array().unwrap();
            compare("dataservices", comparable(&services, false).into(), comparable(wanted, false).into());
        }
    }
    if expected["each_page_requested_once"] == true {
        let mut asked = portal.asked();
        let count = asked.len();
        asked.sort();
        asked.dedup();
        compare("pages asked", count.into(), asked.len().into());
    }
    if !differences.is_empty() {
        differences.push(said);
    }
    differences
}

fn compare_fields(compare: &mut impl FnMut(&str, Value, Value), given: &Value, wanted: &Value) {
    let id = wanted["harvest"]["remote_id"].as_str().unwrap_or_default();
    let (given, wanted) = (leaves(given), leaves(wanted));
    let paths = given.keys().chain(wanted.keys()).collect::<std::collections::BTreeSet<_>>();
    for path in paths {
        let of = |leaves: &BTreeMap<String, Value>| leaves.get(path).cloned().unwrap_or_default();
        compare(&format!("{id} {path}"), of(&given), of(&wanted));
    }
}

/// Each single value by its path.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    fn walk(value: &Value, path: &str, leaves: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(value, &format!("{path}/{name}"), leaves));
            }
            Value::Array(values) => {
                values.iter().enumerate().for_each(|(nth, value)| walk(value, &format!("{path}/{nth}"), leaves));
            }
            leaf => drop(leaves.insert(path.to_owned(), leaf.clone())),
        }
    }
    let mut all = BTreeMap::new();
    walk(value, "", &mut all);
    all
}

/// Only their presence counts; more than expected are no fault.
fn compare_warnings(compare: &mut impl FnMut(&str, Value, Value), items: &[Value], wanted: &[Value]) {
    for item in wanted.iter().filter(|item| item["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty())) {
        let has = |given: &&Value| given["remote_id"] == item["remote_id"] && given["warnings"].as_u64() > Some(0);
        compare(
            &format!("warnings of {}", item["remote_id"]),
            items.iter().any(|given| has(&given)).into(),
            true.into(),
        );
    }
}

/// Services with the titles of what they serve, in place of its identifiers.
fn titled(mut services: Vec<Value>, datasets: &[Value]) -> Vec<Value> {
    for service in &mut services {
        for served in service["datasets"].as_array_mut().into_iter().flatten() {
            *served = datasets.iter().find(|dataset| dataset["id"] == *served).unwrap()["title"].clone();
        }
    }
    services
}

fn query_pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// All cases of these kinds.
#[track_caller]
fn play_all(kinds: &[&str], dialects: &[&str]) {
    let (folder, cases) = cases();
    let is_meant = |case: &&Value| {
        let of = |key: &str| case[key].as_str().unwrap();
        kinds.contains(&of("kind")) && dialects.contains(&of("backend"))
    };
    let (mut played, mut failed) = (0, Vec::new());
    for case in cases.iter().filter(is_meant) {
        played += 1;
        let differences = play(&folder, case);
        if !differences.is_empty() {
            failed.push(format!("== {}\n{}", case["id"], differences.join("\n")));
        }
    }
    assert!(played > 0 && failed.is_empty(), "{} of {played} cases\n{}", failed.len(), failed.join("\n\n"));
}

#[trial::test_with_data]
fn the_cases_of_dcat_give_what_they_are_to_give() {
    play_all(&["dcat"], &["dcat"]);
}

#[trial::test_with_data]
fn six_formats_of_one_catalogue_give_the_same() {
    play_all(&["format"], &["dcat"]);
}

#[trial::test_with_data]
fn catalogues_that_are_not_sound_give_what_can_be_had() {
    play_all(&["robust"], &["dcat"]);
}

#[trial::test_with_data]
fn catalogues_that_cannot_be_had_fail() {
    play_all(&["error"], &["dcat", "ckan", "dkan", "ods"]);
}

#[trial::test_with_data]
fn real_catalogues_give_what_they_are_to_give() {
    play_all(&["real"], &["dcat", "ckan", "ods"]);
}

#[trial::test_with_data]
fn the_cases_of_ckan_give_what_they_are_to_give() {
    play_all(&["ckan"], &["ckan"]);
}

#[trial::test_with_data]
fn the_cases_of_dkan_give_what_they_are_to_give() {
    play_all(&["dkan"], &["dkan"]);
}

#[trial::test_with_data]
fn the_cases_of_ods_give_what_they_are_to_give() {
    play_all(&["ods"], &["ods"]);
}
