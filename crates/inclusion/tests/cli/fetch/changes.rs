//! What changed since the last run.

use std::collections::BTreeMap;
use std::fs;

use sandbox::{Inclusion, Reload, Spot};
use serde_json::{Value, json as object};
use trial::Finished;

use super::{SERVICES, STRUCTURES, fetch, id, json, lines, log, server};

const CHANGES: [&str; 2] = ["inclusion/structures-changes.json", "inclusion/services-changes.json"];

fn by_id(finished: &Finished, name: &str) -> BTreeMap<String, Value> {
    lines(finished, name).iter().map(|line| (id(line), json(line))).collect()
}

/// What a file of changes has to hold between two states of a list.
fn expected(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<Value> {
    let reckoned = ["score_qualite", "doublons", "adresse_certifiee"];
    let mut all: BTreeMap<&String, Value> = BTreeMap::new();
    let entry = |change: &str, id: &String, record: &Value| object!({"change": change, "id": id, "source": record["source"], "record": record});
    for (id, record) in new {
        let Some(before) = old.get(id) else {
            all.insert(id, entry("added", id, record));
            continue;
        };
        let (before, now) = (before.as_object().unwrap(), record.as_object().unwrap());
        let mut fields: Vec<&String> =
            now.keys().chain(before.keys()).filter(|key| before.get(*key) != now.get(*key)).collect();
        fields.sort();
        fields.dedup();
        if fields.iter().any(|field| !reckoned.contains(&field.as_str())) {
            let mut changed = entry("changed", id, record);
            changed["fields"] = object!(fields);
            all.insert(id, changed);
        }
    }
    all.extend(
        old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(id, record)| (id, entry("removed", id, record))),
    );
    all.into_values().collect()
}

#[test]
fn changes_are_those_between_the_files() {
    let server = server(|options| options.reload_rows = 9);
    let run = fetch(&server, &["--since-last", "--exclude-source", "sandbox"]);
    let mut last = run.run().expect_code(0);
    let all = last.receipt()["records"].as_u64().unwrap();
    assert_eq!(last.receipt()["changes"], object!({"added": all, "changed": 0, "removed": 0}), "no run before");
    let mut kinds = BTreeMap::<String, u64>::new();
    for reload in [Reload::Delete, Reload::Insert, Reload::Change, Reload::Move, Reload::Cluster, Reload::Same] {
        server.service::<Inclusion>().reload(reload, Spot::Anywhere);
        let before = [STRUCTURES, SERVICES].map(|name| by_id(&last, name));
        last = run.run().expect_code(0);
        let mut counts = BTreeMap::from([("added", 0), ("changed", 0), ("removed", 0)]);
        for (nth, name) in [STRUCTURES, SERVICES].iter().enumerate() {
            let told: Vec<Value> = lines(&last, CHANGES[nth]).iter().map(|line| json(line)).collect();
            assert_eq!(told, expected(&before[nth], &by_id(&last, name)), "{reload:?}\n{last}");
            for one in &told {
                *counts.get_mut(one["change"].as_str().unwrap()).unwrap() += 1;
                *kinds.entry(one["change"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
        assert_eq!(last.receipt()["changes"], object!(counts));
        if reload == Reload::Same {
            assert_eq!((counts["added"], counts["changed"], counts["removed"]), (0, 0, 0));
            assert_eq!(last.receipt()["unchanged"], true);
        }
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    let files = log(&last, "structures")["files"].clone();
    assert!(files["structures-changes.json"].is_string(), "{files}");
    fetch(&server, &["--exclude-source", "sandbox"])
        .args([format!("--dir={}", last.path("inclusion").display())])
        .run()
        .expect_code(0);
    assert!(!last.list("inclusion").iter().any(|name| name.contains("changes")), "without the flag no such file stays");
}

#[test]
fn the_last_run_must_have_been_asked_for_the_same_and_left_as_it_was() {
    let server = server(|_| {});
    let run = fetch(&server, &["structures", "--since-last"]);
    run.run().expect_code(0);
    for flags in [&["--exclude-source", "dora"][..], &["--keep-duplicates"], &["--source", "dora"]] {
        let since = server.requests().len();
        let refused = run.clone().args(flags).run().expect_code(2);
        assert!(refused.failure().contains("the last run was asked for something else"), "{refused}");
        assert_eq!(server.requests().len(), since, "found out before anything is asked");
    }
    let data = run.donnees_brutes().join(STRUCTURES);
    let text = fs::read_to_string(&data).unwrap();
    fs::write(&data, text.replacen("dora", "Dora", 1)).unwrap();
    let refused = run.run().expect_code(65);
    assert!(refused.failure().contains("it is not as its log says"), "{refused}");
    fs::remove_file(&data).unwrap();
    run.run().expect_code(65);
    fs::write(&data, text).unwrap();
    run.run().expect_code(0);
    fs::write(run.donnees_brutes().join("inclusion/structures.log"), "rubbish").unwrap();
    run.run().expect_code(65);
}
