//! `convert-procurement` on files of the regulatory format.

mod contracts;
mod data;
mod endings;
mod forms;
mod hostile;
mod repairs;
mod versions;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trial::{Finished, Run};

/// The step, in a folder of its own, on this input.
fn convert(name: &str, content: impl AsRef<[u8]>) -> Run {
    let run = Run::new(env!("CARGO_BIN_EXE_convert-procurement"));
    let input = run.write(name, content.as_ref());
    run.args([input])
}

/// Where the output is unless a test says otherwise.
fn output(run: &Run, name: &str) -> PathBuf {
    run.donnees_brutes().join("marches").join(name)
}

fn text(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&text(path)).unwrap()
}

/// Rules and paths of all findings, with the record.
fn findings(path: impl AsRef<Path>) -> Vec<String> {
    let Ok(text) = fs::read_to_string(path) else { return vec![] };
    let shown = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap();
        let record = finding["record"].as_u64().map_or("-".to_owned(), |record| record.to_string());
        format!("{record} {} {}", finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap_or("-"))
    };
    text.lines().map(shown).collect()
}

/// That the counts of a report add up, and are those of its findings and of the receipt.
#[track_caller]
fn assert_counts_close(finished: &Finished) -> Value {
    let receipt = finished.receipt();
    let report = json(receipt["report"].as_str().unwrap());
    let records = &report["records"];
    let of = |key: &str| records[key].as_u64().unwrap();
    assert_eq!(of("read"), of("blank") + of("kept") + of("dropped") + of("rejected"), "{report}");
    assert_eq!(of("written"), of("kept"), "a contract each");
    for key in ["read", "dropped", "rejected"] {
        assert_eq!(receipt[key], records[key], "{key}");
    }
    assert_eq!(receipt["records"], records["written"]);
    let mut levels = BTreeMap::from([("error", 0), ("warning", 0), ("info", 0)]);
    for rule in report["rules"].as_array().unwrap() {
        let count = rule["count"].as_u64().unwrap();
        *levels.get_mut(rule["level"].as_str().unwrap()).unwrap() += count;
        let columns = rule["columns"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
        assert!(columns <= count, "{rule}");
    }
    assert_eq!(serde_json::to_value(levels).unwrap(), report["levels"]);
    assert_eq!(receipt["findings"], report["levels"]);
    report
}

/// The names of all files below a folder.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
