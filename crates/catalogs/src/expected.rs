//! What the data of `catalogs` expect of single records, for the tests of the dialects that read them.

use std::fs;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use transfer::{StatusCode, Validators};
use url::Url;

use crate::item::{Item, Outcome};
use crate::model::Backend;
use crate::portal::Body;
use crate::settings::Settings;

/// A file of the data.
pub(crate) fn file(path: &str) -> Value {
    let bytes = fs::read(trial::data(format!("catalogs/{path}"))).expect("the file can be read");
    serde_json::from_slice(&bytes).expect("the file is JSON")
}

/// As the harvest of a portal sets them, without any flag.
pub(crate) fn settings(backend: Backend, url: &str) -> Settings {
    Settings::example(backend, url)
}

/// An answer of these bytes.
pub(crate) fn body(bytes: impl Into<Bytes>) -> Body {
    let url = Url::parse("https://portail.example/api/3/action/package_search?rows=1000&start=0").expect("it is one");
    Body {
        status: StatusCode::OK,
        content_type: None,
        asked: url.clone(),
        url,
        bytes: bytes.into(),
        validators: Validators::default(),
        hash: [0; 32],
    }
}

/// JSON of any shape, in which these keys are frequent.
pub(crate) fn any_json(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,12}",
        Just("https://a.example/b.csv".to_owned()),
        Just("2024-02-30T25:61:00+99:99".to_owned()),
        Just("mar, 10/12/2019 - 09:23".to_owned()),
        Just("{\"type\":\"Polygon\",\"coordinates\":[[]]}".to_owned()),
        Just("1e400 Mo".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let key = prop_oneof![4 => prop::sample::select(keys).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..12).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Asserts that the items are those of a case, and say the same: as the README of the data says how to compare.
pub(crate) fn assert_case(case: &str, items: &[Item]) {
    let expected = &file(&format!("expected/{case}.json"))["expected"];
    let find = |id: &str| items.iter().find(|item| item.remote_id.as_deref() == Some(id));
    for one in expected["items"].as_array().expect("a list") {
        let id = one["remote_id"].as_str().expect("an identifier");
        let same: Vec<&str> =
            items.iter().filter(|item| item.remote_id.as_deref() == Some(id)).map(|item| status(item)).collect();
        // That an identifier came before is told by the harvest.
        let wanted = if same.len() > 1 { "done" } else { one["status"].as_str().expect("a status") };
        assert!(same.contains(&wanted), "{case}: {id} is {same:?}, not {wanted}");
        let has_warnings = one.get("warnings").is_some();
        assert!(!has_warnings || find(id).is_some_and(|item| !item.findings.is_empty()), "{case}: {id} lacks warnings");
    }
    for one in expected["datasets"].as_array().expect("a list") {
        let id = one["harvest"]["remote_id"].as_str().expect("an identifier");
        let Some(Outcome::Dataset(dataset)) = find(id).map(|item| &item.outcome) else { panic!("{case}: no {id}") };
        let mut given = serde_json::to_value(dataset).expect("it can be written");
        let mut one = one.clone();
        normalise(&mut given);
        normalise(&mut one);
        assert_eq!(given, one, "{case}: {id}");
    }
}

fn status(item: &Item) -> &'static str {
    match item.outcome {
        Outcome::Dataset(_) | Outcome::Dataservice(_) => "done",
        Outcome::Failed(_) | Outcome::Unanswered(_) => "failed",
        Outcome::Skipped(_) => "skipped",
    }
}

/// Without what is not compared, and resources in one order.
fn normalise(dataset: &mut Value) {
    let not_compared = ["id", "domain", "source_id", "source_url", "last_update"];
    match dataset {
        Value::Object(fields) => {
            fields.retain(|name, value| !not_compared.contains(&name.as_str()) && *value != "");
            fields.values_mut().for_each(normalise);
            fields.sort_keys();
        }
        Value::Array(values) => {
            values.iter_mut().for_each(normalise);
            values.sort_by_key(|value| format!("{} {}", value["url"], value["title"]));
        }
        Value::String(text) => {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            let text_of_lines = lines.join("\n").replace('\u{a0}', " ");
            *text = match text_of_lines.split_once('.') {
                Some((seconds, fraction)) if seconds.len() == 19 && fraction.ends_with('Z') => format!("{seconds}Z"),
                _ => text_of_lines,
            };
        }
        Value::Number(number) => *dataset = Value::from(number.as_f64()),
        _ => {}
    }
}
