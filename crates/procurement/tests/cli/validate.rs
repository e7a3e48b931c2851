//! `validate-procurement`: verdicts on the data beside the checkout where they are at hand, and on small files everywhere.

mod contract;
mod files;
mod hostile;
mod verdicts;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use trial::{Finished, Run};

fn validate(arguments: &[&str]) -> Run {
    Run::new(env!("CARGO_BIN_EXE_validate-procurement")).args(arguments)
}

/// Judges a text, in a folder of its own.
fn judge(name: &str, content: &[u8], flags: &[&str]) -> Finished {
    let run = validate(flags);
    let input = run.write(name, content);
    run.args([input]).run()
}

/// Record from 1 (0 of the file), rule and path of every finding.
type Found = BTreeSet<(u64, String, String)>;

fn findings(finished: &Finished, stem: &str) -> Found {
    let name = format!("marches/{stem}.validation.findings.jsonl");
    if !finished.path(&name).exists() {
        return Found::new();
    }
    let text = finished.read(&name);
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines.map(|line| (line["record"].as_u64().unwrap_or(0), text_of(&line["rule"]), text_of(&line["path"]))).collect()
}

fn report(finished: &Finished, stem: &str) -> Value {
    serde_json::from_str(&finished.read(format!("marches/{stem}.validation.json"))).unwrap()
}

/// The lines of a file of expectations.
fn expected(path: impl AsRef<Path>) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `[[rule, path], ...]` of one contract.
fn pairs(record: u64, list: &Value) -> Found {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|pair| (record, text(&pair[0]), text(&pair[1]))).collect()
}
