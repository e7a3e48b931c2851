//! `validate-contribution`: official verdicts where they are at hand, drawn records and small files everywhere.

mod contract;
mod files;
mod hostile;
mod publication;
mod sentences;
mod verdicts;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use trial::{Finished, Run};

/// The clock of all tests.
const TODAY: (&str, &str) = ("--today", "2026-11-22");

fn validate(flags: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_validate-contribution")).args(flags).by_default(&[TODAY])
}

/// Judges a text, in a folder of its own.
fn judged(name: &str, content: impl AsRef<[u8]>, flags: &[&str]) -> Finished {
    let run = validate(flags);
    let input = run.write(name, content.as_ref());
    run.args([input]).run()
}

/// Judges a file of the data, into a folder of its own.
fn judged_data(path: &str, flags: &[&str]) -> Finished {
    let run = validate(flags);
    let output = run.donnees_brutes().join("a.json");
    let run = run.args(["--max-findings", "0", "--output"]).args([output]);
    run.args([trial::data("inclusion").join(path)]).run()
}

/// The report, whose stem is `a` or `a.validation`.
fn report(finished: &Finished) -> Value {
    serde_json::from_str(&finished.read(named(finished, ".json"))).unwrap()
}

fn findings(finished: &Finished) -> Vec<Value> {
    let name = named(finished, ".findings.jsonl");
    if !finished.path(&name).exists() {
        return vec![];
    }
    finished.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn named(finished: &Finished, suffix: &str) -> String {
    let is_default = finished.path("a.validation.json").exists();
    format!("{}{suffix}", if is_default { "a.validation" } else { "a" })
}

/// Record, location and type of every official error or warning.
type Verdict = BTreeSet<(u64, String, String)>;

/// What is said of the records of a list, besides what is ours alone.
fn verdict(finished: &Finished, list: &str) -> Verdict {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |finding: &Value| {
        let (path, rule) = (text(&finding["path"]), text(&finding["rule"]));
        let field = path.split('/').nth(1)?;
        let kind = rule.strip_prefix(field)?.strip_prefix('.')?;
        let is_official = finding["level"] == "error" || kind == "avertissement";
        (is_official && finding["list"] == list)
            .then(|| (finding["record"].as_u64().unwrap(), path.clone(), kind.to_owned()))
    };
    findings(finished).iter().filter_map(of).collect()
}

/// Rule, record and value of every finding.
fn told(finished: &Finished) -> Vec<(String, u64, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of =
        |finding: &Value| (text(&finding["rule"]), finding["record"].as_u64().unwrap_or(0), text(&finding["value"]));
    findings(finished).iter().map(of).collect()
}

fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A structure to which nothing is lacking.
fn structure(id: &str) -> Value {
    serde_json::json!({
        "source": "essai", "id": format!("essai--{id}"), "nom": "Mairie", "date_maj": "2026-01-01", "code_insee": "29019",
    })
}

/// A service to which nothing is lacking.
fn service(id: &str, structure: &str) -> Value {
    serde_json::json!({
        "source": "essai", "id": format!("essai--{id}"), "structure_id": format!("essai--{structure}"), "nom": "Atelier",
        "description": "Un atelier.", "date_maj": "2026-11-01", "code_insee": "29019",
    })
}

/// A record with some fields otherwise; null takes one away.
fn with(record: &Value, fields: &Value) -> Value {
    let mut record = record.clone();
    for (name, value) in fields.as_object().unwrap() {
        match value {
            Value::Null => drop(record.as_object_mut().unwrap().shift_remove(name)),
            value => record[name] = value.clone(),
        }
    }
    record
}
