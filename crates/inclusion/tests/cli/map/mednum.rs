//! The configurations of 42 real producers, said in our language, and what eight of their files give through them.

mod configuration;
mod expected;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::support::step;
use configuration::{Configuration, List};

/// Producers of whom there is a file.
const SAMPLES: [&str; 8] =
    ["aix-en-provence", "angers", "corse", "etapes-numerique", "fibre-64", "hub-lo", "maine-et-loire", "ultra-num"];

fn configurations() -> Vec<Configuration> {
    let folder = trial::data("inclusion/mappings/mednum_configs");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path| Configuration::read(path)).collect()
}

#[trial::test_with_data]
fn every_configuration_can_be_said_in_our_language() {
    let all = configurations();
    assert_eq!(all.len(), 42);
    for configuration in all {
        for list in [List::Structures, List::Services] {
            let mapping = configuration.mapping(list);
            // A file with all its columns, and a value in each: whatever is wrong with the mapping is told.
            let columns: Vec<String> = configuration.columns().into_iter().collect();
            let row: Vec<Value> = vec![columns.iter().map(|name| (name.clone(), Value::from("2025-02-14"))).collect()];
            let run = step();
            let file = run.write("a.json", serde_json::to_string(&row).unwrap().as_bytes());
            let by = run.write("m.toml", mapping.as_bytes());
            let finished = run.args([file]).args(["--mapping".into(), by]).run().expect_code(0);
            let name = if list == List::Structures { "structures" } else { "services" };
            let findings = fs::read_to_string(finished.path(format!("a.{name}.findings.jsonl"))).unwrap_or_default();
            assert!(!findings.contains("column.missing"), "{}: {findings}\n{mapping}", configuration.name);
        }
    }
}

#[trial::test_with_data]
fn real_files_give_what_their_rules_say() {
    for configuration in configurations().iter().filter(|all| SAMPLES.contains(&all.name.as_str())) {
        let path = trial::data("inclusion/samples/mednum").join(format!("{}.json", configuration.name));
        let text = fs::read_to_string(path).unwrap();
        let records: Vec<BTreeMap<String, Value>> = serde_json::from_str(&text).unwrap();
        for list in [List::Structures, List::Services] {
            let run = step();
            let file = run.write("a.json", text.as_bytes());
            let by = run.write("m.toml", configuration.mapping(list).as_bytes());
            let finished = run.args([file]).args(["--mapping".into(), by]).run().expect_code(0);
            let name = if list == List::Structures { "structures" } else { "services" };
            let written: Vec<Value> = serde_json::from_str(&finished.read(format!("a.{name}.json"))).unwrap();
            let by_id: BTreeMap<&str, &Value> =
                written.iter().map(|record| (record["id"].as_str().unwrap(), record)).collect();
            let (mut compared, mut seen) = (0, BTreeMap::new());
            for record in &records {
                let id = configuration.id(record);
                // A record of an identifier that was there before is set aside.
                if seen.insert(id.clone(), ()).is_some() {
                    continue;
                }
                let Some(ours) = by_id.get(id.as_str()) else { continue };
                compared += 1;
                for (field, expected) in configuration.expected(record, list) {
                    assert_eq!(ours[&field], expected, "{}: {field} of {record:#?}", configuration.name);
                }
            }
            let share = compared as f64 / seen.len() as f64;
            assert!(share > 0.85, "{} {name}: {compared} of {}", configuration.name, seen.len());
        }
    }
}
