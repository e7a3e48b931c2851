//! The data of the contract.

use super::*;
use serde_json::json;

fn run_on(path: &str, flags: &[&str]) -> Run {
    let path = trial::data(Path::new("procurement").join(path));
    let run = Run::new(env!("CARGO_BIN_EXE_convert-procurement")).args([path]);
    run.args(flags)
}

#[trial::test_with_data]
fn national_files_are_written_as_they_are_and_judged_as_expected() {
    for source in ["aife", "e-marchespublics", "marches-publics-info", "pes"] {
        let summary = json(trial::data(format!("procurement/national/{source}.summary.json")));
        for (format, schema) in [("1.4", "schema_1_4"), ("1.5", "schema_1_5")] {
            let run = run_on(&format!("national/{source}.json"), &["--format", format]);
            let report = assert_counts_close(&run.run().expect_code(0));
            assert_eq!(report["records"]["written"], summary["contracts"], "{source}");
            let invalid = summary["contracts"].as_u64().unwrap() - report["contracts"]["conform"].as_u64().unwrap();
            assert_eq!(json!(invalid), summary[schema.replace("schema", "invalid")], "{source} {format}");
            let mut found = serde_json::Map::new();
            for rule in report["rules"].as_array().unwrap() {
                let name = rule["rule"].as_str().unwrap();
                for (path, count) in rule["columns"].as_object().unwrap() {
                    let is_of_file = name == "uid.duplicate" || path == "/marches";
                    if !is_of_file {
                        found.insert(format!("{name} {path}"), count.clone());
                    }
                }
            }
            let mut expected = summary[schema].as_object().unwrap().clone();
            expected.extend(summary["checks"].as_object().unwrap().clone());
            let sorted = |map: serde_json::Map<String, Value>| map.into_iter().collect::<BTreeMap<_, _>>();
            assert_eq!(sorted(found), sorted(expected), "{source} {format}");
            let input = json(trial::data(format!("procurement/national/{source}.json")));
            let input = input.get("marches").unwrap_or(&input);
            assert_eq!(&json(output(&run, &format!("{source}.json")))["marches"], input, "{source}: as it was read");
        }
    }
}

#[trial::test_with_data]
fn national_files_lose_the_duplicates_that_are_expected() {
    for source in ["aife", "e-marchespublics", "marches-publics-info", "pes"] {
        let run = run_on(&format!("national/{source}.json"), &["--dedupe"]);
        let report = assert_counts_close(&run.run().expect_code(0));
        let summary = json(trial::data(format!("procurement/national/{source}.summary.json")));
        for (key, count) in report["dedupe"].as_object().unwrap() {
            let key = if key == "kept" { "kept".to_owned() } else { format!("dropped:{key}") };
            let expected = summary["dedupe"].get(&key).cloned().unwrap_or(json!(0));
            assert_eq!(count, &expected, "{source} {key}");
        }
    }
}

#[trial::test_with_data]
fn whole_files_are_read_or_refused_as_expected() {
    for line in text(trial::data("procurement/cases/files/expected.jsonl")).lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (name, expect) = (case["file"].as_str().unwrap(), &case["expect"]);
        let run = run_on(&format!("cases/files/{name}"), &[]);
        let finished = run.run();
        if expect["read"] == "refused" {
            assert_eq!(finished.code, 65, "{name}: {finished}");
            let has_reports =
                names(&run.donnees_brutes().join("marches")).iter().any(|name| name.ends_with("report.json"));
            assert!(!has_reports, "{name}: refused whole");
            continue;
        }
        let report = json(output(&run, &name.replace(".json", ".report.json")));
        assert_eq!(report["container"], expect["container"], "{name}");
        let kept = expect["marche"].as_u64().unwrap() + expect["concession"].as_u64().unwrap();
        assert_eq!(report["records"]["kept"], json!(kept), "{name}");
        assert_eq!(finished.code, if kept == 0 { 65 } else { 0 }, "{name}: {finished}");
        let rules: Vec<&str> =
            report["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
        for rule in expect["findings"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()) {
            assert!(rules.contains(&rule), "{name}: {rule}, {rules:?}");
        }
    }
}

#[trial::test_with_data]
fn official_examples_become_xml_that_conforms_where_their_json_does() {
    for line in text(trial::data("procurement/examples/expected.jsonl")).lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["file"].as_str().unwrap();
        let is_json = name.ends_with(".json");
        if case["contracts"].is_null() && case["xsd_valid"].is_null() {
            continue;
        }
        let run = run_on(name, &["--to", if is_json { "xml" } else { "json" }]);
        let finished = run.run().expect_code(0);
        assert_eq!(finished.receipt()["conform"], finished.receipt()["records"], "{name}");
        assert_eq!(finished.receipt()["version"], case["version"], "{name}");
    }
}

#[trial::test_with_data]
fn xml_in_other_encodings_is_read_as_expected() {
    for line in text(trial::data("procurement/cases/xml.jsonl")).lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let Some(bytes) = case["xml_base64"].as_str().map(decoded) else { continue };
        let finished = convert("a.xml", bytes).run();
        let expected = if case["expect"]["wellformed"] == true { 0 } else { 65 };
        assert_eq!(finished.code, expected, "{}: {finished}", case["case"]);
    }
}

/// Base64, which only these cases have.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = text.bytes().filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte));
    let (mut bits, mut count, mut bytes) = (0_u32, 0, vec![]);
    for sextet in sextets {
        bits = bits << 6 | sextet as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
