//! The samples with their expected outcomes, contract by contract, finding by finding.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{contracts, convert, findings};

type Told = BTreeSet<(String, String)>;

/// The contracts that are expected, each with its records and findings.
fn expected(name: &str) -> Vec<Value> {
    let path = trial::data("procurement").join(name);
    if name.ends_with(".gz") {
        let unpacked = std::process::Command::new("gzip").arg("-dc").arg(path).output().unwrap();
        let text = String::from_utf8(unpacked.stdout).unwrap();
        return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    let text = std::fs::read_to_string(path).unwrap();
    if name.ends_with(".jsonl") {
        return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    let whole: Value = serde_json::from_str(&text).unwrap();
    let list = whole.as_array().or_else(|| whole["contracts"].as_array());
    list.unwrap().clone()
}

/// A contract as it is compared: keys in their order, amounts as numbers.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().unwrap().to_string(),
        Value::Object(object) => {
            let entries: Vec<String> = object.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn pairs(list: &Value) -> impl Iterator<Item = (String, String)> {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
    list.as_array().unwrap().iter().map(pair)
}

/// Converts a sample and compares all of it; `differs` are contracts, by place, of which only the contract is compared.
fn check(input: &str, expected_name: &str, count: usize, differs: &[usize]) {
    let run = convert();
    let path = trial::data("procurement").join(input);
    let flags = [path.to_str().unwrap(), "--output", "o.json", "--max-findings", "0"];
    let finished = run.args(flags).run().expect_code(0);
    let written = contracts(&finished, "o.json");
    let expected = expected(expected_name);
    assert_eq!(written.len(), count, "{input}");
    let mut by_record: BTreeMap<u64, Vec<(String, String)>> = BTreeMap::new();
    for finding in findings(&finished, "o.findings.jsonl") {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        by_record.entry(finding["record"].as_u64().unwrap_or(0)).or_default().push((text("rule"), text("path")));
    }
    for (nth, (contract, expected)) in written.iter().zip(&expected).enumerate() {
        let rows = &expected["rows"];
        assert_eq!(shown(contract), shown(&expected["contract"]), "{input}, records {rows}");
        let records = rows.as_array().unwrap().iter().map(|row| row.as_u64().unwrap());
        let told: Told = records.flat_map(|record| by_record.remove(&record).unwrap_or_default()).collect();
        let wanted: Told = pairs(&expected["findings"]).chain(pairs(&expected["schema_1_5"])).collect();
        assert!(
            told == wanted || differs.contains(&nth),
            "{input}, records {rows}: {:?}",
            told.symmetric_difference(&wanted)
        );
    }
    let receipt = finished.receipt();
    let number = |key: &str| receipt[key].as_u64().unwrap();
    let report: Value = serde_json::from_str(&finished.read("o.report.json")).unwrap();
    let records = &report["records"];
    let of = |key: &str| records[key].as_u64().unwrap();
    assert_eq!(of("read"), of("blank") + of("kept") + of("dropped") + of("rejected"), "{input}");
    assert_eq!((number("records"), number("read")), (of("written"), of("read")));
    let rules = report["rules"].as_array().unwrap();
    let told: u64 = rules.iter().map(|rule| rule["count"].as_u64().unwrap()).sum();
    assert_eq!(
        told,
        ["error", "warning", "info"].iter().map(|level| report["levels"][level].as_u64().unwrap()).sum::<u64>()
    );
    assert_eq!(told, findings(&finished, "o.findings.jsonl").len() as u64, "findings and report count the same");
}

#[trial::test_with_data]
fn the_breton_samples_become_what_is_expected() {
    check("breton/header_and_first_row.csv", "breton/header_and_first_row.expected.jsonl", 1, &[]);
    check("breton/columns_tab.csv", "breton/columns_tab.expected.jsonl", 4, &[]);
    check("breton/nasty.csv", "breton/nasty.expected.jsonl", 83, &[]);
}

#[trial::test_with_data]
fn the_5749_records_become_what_is_expected() {
    check("breton/synthetic_5749.csv", "breton/synthetic_5749.expected.jsonl.gz", 4_407, &[]);
}

#[trial::test_with_data]
fn scdl_becomes_what_is_expected() {
    check("scdl/good.csv", "scdl/good.expected.json", 1, &[]);
    check("scdl/bad.csv", "scdl/bad.expected.json", 2, &[]);
}

#[trial::test_with_data]
fn the_flat_table_becomes_what_is_expected_in_every_form() {
    for name in ["flat.csv", "flat.xlsx", "flat.xls", "flat.ods"] {
        check(&format!("sheets/{name}"), "sheets/flat.expected.json", 2, &[]);
    }
}

#[trial::test_with_data]
fn typed_cells_and_title_rows_become_what_is_expected() {
    check("sheets/breton_typed.xlsx", "sheets/breton_typed.expected.json", 20, &[]);
    check("sheets/breton_title_rows.xlsx", "sheets/breton_title_rows.expected.json", 4, &[]);
    // The day of record 9 has a time in the one workbook, and none in the other.
    check("sheets/breton_typed_no_error_row.ods", "sheets/breton_typed.expected.json", 19, &[8]);
}

#[trial::test_with_data]
fn procedures_become_those_of_each_version_and_a_record_a_contract_on_request() {
    let path = trial::data("procurement/breton/nasty.csv");
    let run = convert();
    let finished = run.args([path.to_str().unwrap(), "--output", "o.json", "--format", "1.4"]).run().expect_code(0);
    let all = expected("breton/nasty.expected.jsonl");
    for (contract, expected) in contracts(&finished, "o.json").iter().zip(&all) {
        assert_eq!(contract.get("procedure").unwrap_or(&Value::Null), &expected["procedure_1_4"]);
    }
    for (name, count) in [("nasty", 88), ("columns_tab", 4), ("synthetic_5749", 5_080)] {
        let path = trial::data("procurement/breton").join(name).with_extension("csv");
        let finished =
            convert().args([path.to_str().unwrap(), "--output", "o.json", "--mode", "row"]).run().expect_code(0);
        assert_eq!(finished.receipt()["records"], count, "{name}");
    }
}
