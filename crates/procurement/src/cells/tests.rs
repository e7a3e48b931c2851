//! The cases of `cases/scalars.jsonl`, cell by cell.

use serde_json::Value as Json;

use super::*;
use crate::cpv::Cpv;

/// What judging adds to reading: told of the contract, not of the cell.
const JUDGED: [&str; 2] = ["date.implausible", "cpv.unknown"];

#[trial::test_with_data]
fn every_case_is_read_as_expected() {
    let text = std::fs::read_to_string(trial::data("procurement/cases/scalars.jsonl")).unwrap();
    let cpv = Cpv::built_in();
    let mut count = 0;
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let input = case["input"].as_str().unwrap();
        let (read, is_number) = match case["kind"].as_str().unwrap() {
            "date" => (date::read(input), false),
            "number" => (number::read(input), true),
            "duree" => (duree::read(input), true),
            "cpv" => (super::cpv::read(input, &cpv), false),
            "identifier" => (identifier::read(input), false),
            other => panic!("no cell is a `{other}`"),
        };
        let value = match &read.value {
            None => Json::Null,
            Some(text) if is_number => serde_json::from_str(text).unwrap(),
            Some(text) => Json::from(text.as_ref()),
        };
        match (value.as_f64(), case["value"].as_f64()) {
            (Some(ours), Some(theirs)) => assert_eq!(ours, theirs, "{line}"),
            _ => assert_eq!(value, case["value"], "{line}"),
        }
        let mut rules: Vec<&str> = read.told.iter().map(Told::rule).collect();
        let mut expected: Vec<&str> =
            case["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect();
        expected.retain(|rule| !JUDGED.contains(rule));
        rules.sort_unstable();
        expected.sort_unstable();
        assert_eq!(rules, expected, "{line}");
        count += 1;
    }
    assert_eq!(count, 83);
}
