//! How what was harvested is compared with what a case expects, as the README of the data says.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Not compared: they depend on the source, or on the day.
const NOT_COMPARED: [&str; 7] =
    ["id", "source_id", "source_url", "last_update", "archived_at", "archived_reason", "archived"];

/// Lists whose order has no meaning.
const SETS: [&str; 9] = [
    "tags",
    "contact_points",
    "coordinates",
    "datasets",
    // Of `extras.dcat`.
    "accessRights",
    "license",
    "provenance",
    "rights",
    "spatial_resolution",
];

/// Datasets or services, in a form in which equal means the same.
pub(crate) fn comparable(records: &[Value], has_slug: bool) -> Vec<Value> {
    let mut records: Vec<_> = records.iter().map(|record| normal(record, "", has_slug)).collect();
    records.sort_by_key(|record| record["harvest"]["remote_id"].to_string());
    records
}

/// What became of each identifier, with how many of them.
pub(crate) fn statuses(items: &[Value]) -> BTreeMap<String, u64> {
    let mut statuses = BTreeMap::new();
    for item in items {
        let kind = item["type"].as_str().unwrap_or("dataset");
        let id = item["remote_id"].as_str().unwrap_or_default();
        *statuses.entry(format!("{id} {kind} {}", item["status"].as_str().unwrap_or_default())).or_default() += 1;
    }
    statuses
}

fn normal(value: &Value, name: &str, has_slug: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, value)| {
                !NOT_COMPARED.contains(&name.as_str()) && (has_slug || *name != "slug") && !is_empty(value)
            });
            let mut fields: Map<_, _> =
                kept.map(|(name, value)| (name.clone(), normal(value, name, has_slug))).collect();
            fields.sort_keys();
            Value::Object(fields)
        }
        Value::Array(values) => {
            let mut values: Vec<_> = values.iter().map(|value| normal(value, "", has_slug)).collect();
            match name {
                "resources" => values.sort_by_key(|value| format!("{} {}", value["url"], value["title"])),
                _ if SETS.contains(&name) => values.sort_by_key(Value::to_string),
                _ => {}
            }
            Value::Array(values)
        }
        Value::Number(number) => Value::from(number.as_f64()),
        Value::String(text) => Value::String(normal_text(text)),
        _ => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Blanks as Markdown reads them, instants to the second.
fn normal_text(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n").replace('\u{a0}', " ").trim_end().to_owned();
    let is_instant = text.len() >= 19
        && text.bytes().zip(b"0000-00-00T00:00:00".iter()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            form => byte == *form,
        });
    if is_instant { format!("{}Z", &text[..19]) } else { text }
}
