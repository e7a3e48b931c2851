//! `datapackage.json`, read as the standard has it and compared with the files that it tells of.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Finished;

/// What the data package of a folder says, which is true of each of its files: gives the columns and their types by the
/// file's name.
///
/// # Panics
/// When it is not what [the standard](https://specs.frictionlessdata.io/data-package/) asks for, or says what is not so.
#[track_caller]
pub fn assert_described(run: &Finished, folder: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let package = parse(&run.read(format!("{folder}/datapackage.json")));
    assert_named(&package);
    for key in ["title", "description", "sources", "licenses"] {
        assert!(!package[key].is_null(), "the package has no `{key}`: {package}");
    }
    let resources = package["resources"].as_array().expect("a package has resources");
    resources.iter().map(|resource| assert_resource(run, folder, resource)).collect()
}

#[track_caller]
fn assert_resource(run: &Finished, folder: &str, resource: &Value) -> (String, BTreeMap<String, String>) {
    assert_named(resource);
    let path = text(resource, "path");
    let content = run.read(format!("{folder}/{path}"));
    assert_eq!(resource["bytes"], content.len(), "{path}");
    assert_eq!(resource["encoding"], "utf-8", "{path}");
    assert!(text(resource, "hash").starts_with("sha256:"), "{path}");
    let has_title = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(|one| one["title"].is_string()));
    assert!(has_title(&resource["sources"]) && has_title(&resource["licenses"]), "{resource}");
    let fields = resource["schema"]["fields"].as_array().expect("a schema has fields");
    let fields: Vec<_> = fields.iter().map(|field| (text(field, "name"), text(field, "type"))).collect();
    match text(resource, "format").as_str() {
        "csv" => assert_csv(&path, &content, &resource["dialect"], &fields),
        "json" => assert_json(&path, &content, &fields),
        other => panic!("{path} has the format {other}"),
    }
    (path, fields.into_iter().collect())
}

/// Every column is text; the header has no quotes.
#[track_caller]
fn assert_csv(path: &str, content: &str, dialect: &Value, fields: &[(String, String)]) {
    assert_eq!((&dialect["lineTerminator"], &dialect["header"]), (&"\n".into(), &true.into()), "{path}");
    let header = content.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let names: Vec<&str> = header.split(&text(dialect, "delimiter")).collect();
    assert_eq!(names, fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), "{path}");
    assert!(fields.iter().all(|(_, kind)| kind == "string"), "{path}: {fields:?}");
}

/// Every key of every record is a field, of the type that is said.
#[track_caller]
fn assert_json(path: &str, content: &str, fields: &[(String, String)]) {
    let records: Vec<Map<String, Value>> = serde_json::from_str(content).expect("an array of objects");
    for (key, value) in records.iter().flatten() {
        let kind = match value {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let is_said = |(name, said): &(String, String)| name == key && (said == kind || said == "any");
        assert!(fields.iter().any(is_said), "{path}: `{key}` is {value}, and the fields are {fields:?}");
    }
}

#[track_caller]
fn assert_named(of: &Value) {
    let name = text(of, "name");
    let is_allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_./".contains(letter);
    assert!(!name.is_empty() && name.chars().all(is_allowed), "`{name}` is no name");
}

#[track_caller]
fn text(of: &Value, key: &str) -> String {
    of[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {of}")).to_owned()
}

#[track_caller]
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
