//! A calm service: what is kept, set aside, excluded, filtered; the logs, the receipt.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::SizeSaid;
use serde_json::{Value, json};

use super::{
    SERVICES, STRUCTURES, assert_complete, ceiling, fetch, id, json as read, lines, list_requests, log, server, truth,
};

#[test]
fn a_calm_service_is_read_whole_as_served() {
    for (page_size, indented) in [("10000", false), ("40", true), ("7", false), ("1", false)] {
        let server = server(|options| options.inclusion_indented = indented);
        let finished = fetch(&server, &["--page-size", page_size, "--keep-duplicates"]).run().expect_code(0);
        for list in ["structures", "services"] {
            let records = assert_complete(&server, &finished, list, 0);
            assert_eq!(records, truth(&server, list).len());
            let log = log(&finished, list);
            assert_eq!(
                (&log["served"], &log["kept"], &log["doublons"]),
                (&json!(records), &json!(records), &Value::Null)
            );
            let pages = log["pages"].as_array().unwrap();
            let new: u64 =
                pages.iter().map(|page| page["records"].as_u64().unwrap() - page["known"].as_u64().unwrap()).sum();
            assert_eq!(new, records as u64);
            assert!(pages.len() <= ceiling(records, page_size.parse().unwrap()), "{} pages", pages.len());
        }
        assert_eq!(finished.receipt()["requests"], list_requests(&server, 0));
        assert_eq!(
            finished.list("inclusion"),
            ["services.json", "services.log", "structures.json", "structures.log"],
            "nothing else stays"
        );
        let sent: Vec<String> = server.requests().into_iter().map(|request| request.target).collect();
        assert!(sent.iter().all(|target| target.contains("?page=") && target.matches('&').count() == 1), "{sent:?}");
    }
}

#[test]
fn duplicates_are_set_aside_and_ones_own_beat_all() {
    let server = server(|_| {});
    let finished = fetch(&server, &["--exclude-source", "dora"]).run().expect_code(0);
    let held: BTreeMap<String, Value> =
        truth(&server, "structures").into_iter().map(|held| (held.id, read(&held.record))).collect();
    let kept: BTreeSet<String> = lines(&finished, STRUCTURES).iter().map(|record| id(record)).collect();
    let aside: BTreeMap<String, Value> = lines(&finished, "inclusion/structures-doublons.json")
        .iter()
        .map(|line| (read(line)["record"]["id"].as_str().unwrap().to_owned(), read(line)))
        .collect();
    let rank = |id: &str| {
        let record = &held[id];
        (record["score_qualite"].as_f64().unwrap_or(-1.0), record["date_maj"].as_str().unwrap_or("").to_owned())
    };
    let (mut own, mut others, mut excluded) = (0, 0, 0);
    for (id, record) in &held {
        if record["source"] == "dora" {
            excluded += 1;
            assert!(!kept.contains(id) && !aside.contains_key(id), "{id}");
            continue;
        }
        let doublons = record["doublons"].as_array().unwrap();
        let name = |doublon: &Value| doublon["id"].as_str().unwrap().to_owned();
        let ours = doublons.iter().filter(|doublon| doublon["source"] == "dora").map(name).min();
        let rivals = doublons.iter().filter(|doublon| doublon["source"] != "dora").map(name);
        let ahead = rivals.filter(|other| held.contains_key(other)).filter(|other| {
            let (theirs, mine) = (rank(other), rank(id));
            theirs > mine || (theirs == mine && other < id)
        });
        let best = ahead.reduce(|one, other| {
            let (a, b) = (rank(&one), rank(&other));
            if b > a || (a == b && other < one) { other } else { one }
        });
        match (ours, best) {
            (Some(ours), _) => {
                own += 1;
                assert_eq!((&aside[id]["kept"], &aside[id]["own"]), (&json!(ours), &json!(true)));
            }
            (None, Some(best)) => {
                others += 1;
                assert_eq!((&aside[id]["kept"], &aside[id]["own"]), (&json!(best), &json!(false)));
            }
            (None, None) => assert!(kept.contains(id), "{id}"),
        }
    }
    assert!(own > 0 && others > 0 && excluded > 0, "{own} {others} {excluded}");
    assert_eq!((kept.len() + own + others + excluded, aside.len()), (held.len(), own + others));
    let log = log(&finished, "structures");
    assert_eq!(log["doublons"], json!({"own": own, "others": others}));
    assert_eq!((&log["excluded"], &log["orphans"]), (&json!({"dora": excluded}), &Value::Null));

    let gone: BTreeMap<&String, &Value> = aside.iter().collect();
    let (mut orphans, mut followed) = (0, 0);
    let services: BTreeSet<String> = lines(&finished, SERVICES).iter().map(|record| id(record)).collect();
    let with_them = finished.read("inclusion/services-doublons.json");
    for held_service in truth(&server, "services") {
        let record = read(&held_service.record);
        if record["source"] == "dora" {
            continue;
        }
        let structure = record["structure_id"].as_str().unwrap().to_owned();
        orphans += usize::from(!held.contains_key(&structure));
        match gone.get(&structure) {
            Some(line) => {
                followed += 1;
                assert!(!services.contains(&held_service.id));
                let begin =
                    format!("{{\"kept\":{},\"own\":{},\"record\":{}}}", line["kept"], line["own"], held_service.record);
                assert!(with_them.contains(&begin), "{begin}");
            }
            None => assert!(services.contains(&held_service.id)),
        }
    }
    assert!(orphans > 0 && followed > 0, "{orphans} {followed}");
    assert_eq!(super::log(&finished, "services")["orphans"], orphans);
    assert_eq!(finished.receipt()["services"]["orphans"], orphans);
}

#[test]
fn keys_stand_in_the_order_of_the_interface() {
    let server = server(|_| {});
    let flags = ["--exclude-source", "sandbox", "--exclude-source", "dora", "--source", "mediation-numerique"];
    let finished = fetch(&server, &flags).args(["--since-last"]).run().expect_code(0);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    for list in ["structures", "services"] {
        let log = log(&finished, list);
        assert_eq!(
            keys(&log),
            "schema begun ended from options totals pages reloads served kept doublons excluded orphans filtered requests \
             retries files licence"
        );
        assert_eq!(log["schema"], "collecte.inclusion/1");
        assert_eq!(keys(&log["options"]), "from exclude_source duplicates only");
        assert_eq!(keys(&log["options"]["only"]), "source departement thematique");
        assert_eq!(log["options"]["exclude_source"], json!(["dora", "sandbox"]), "sorted");
        assert_eq!(keys(&log["pages"][0]), "page size records known");
        assert_eq!(keys(&log["doublons"]), "own others");
        assert_eq!(
            keys(&log["files"]),
            ["changes", "doublons", "json"]
                .map(|end| match end {
                    "json" => format!("{list}.json"),
                    end => format!("{list}-{end}.json"),
                })
                .join(" ")
        );
        for (name, sha256) in log["files"].as_object().unwrap() {
            assert_eq!(*sha256, files::sha256(&finished.path("inclusion").join(name)).unwrap(), "{name}");
        }
        let counts = &finished.receipt()[list];
        for key in ["served", "kept", "orphans", "filtered"] {
            assert_eq!(counts.get(key).unwrap_or(&Value::Null), &log[key], "{list} {key}");
        }
    }
    let receipt = finished.receipt();
    assert_eq!(keys(&receipt["changes"]), "added changed removed");
    assert_eq!(receipt["path"], finished.path("inclusion").to_str().unwrap());
    assert_eq!(
        receipt["records"].as_u64(),
        Some(["structures", "services"].map(|list| receipt[list]["kept"].as_u64().unwrap()).iter().sum())
    );
}

#[test]
fn contacts_stand_in_no_note_and_no_receipt() {
    let server = server(|_| {});
    let finished = fetch(&server, &["--since-last", "--exclude-source", "dora"]).run().expect_code(0);
    let mut contacts = 0;
    for held in truth(&server, "structures") {
        let record = read(&held.record);
        for contact in ["telephone", "courriel", "adresse"].iter().filter_map(|key| record[*key].as_str()) {
            contacts += 1;
            assert!(!finished.stdout.contains(contact) && !finished.stderr.contains(contact), "{finished}");
        }
    }
    assert!(contacts > 100, "{contacts}");
}

#[test]
fn an_answer_may_say_either_size() {
    for said in [SizeSaid::Asked, SizeSaid::Records] {
        let server = server(|options| options.inclusion_size = said);
        let finished = fetch(&server, &["structures", "--keep-duplicates"]).run().expect_code(0);
        assert_eq!(
            assert_complete(&server, &finished, "structures", 0),
            truth(&server, "structures").len(),
            "{said:?}"
        );
        assert_eq!(finished.receipt()["retries"], 0, "{finished}");
    }
}

#[test]
fn a_source_that_nobody_has_is_told() {
    let server = server(|_| {});
    let finished = fetch(&server, &["structures", "--exclude-source", "Dora"]).run().expect_code(0);
    assert!(finished.noted("no record is of the source `Dora`"), "{finished}");
    assert_eq!(log(&finished, "structures")["excluded"], json!({"Dora": 0}));
    assert_eq!(finished.list("inclusion"), ["structures-doublons.json", "structures.json", "structures.log"]);
}

#[test]
fn services_alone_know_no_duplicates() {
    let server = server(|_| {});
    let finished = fetch(&server, &["services"]).run().expect_code(0);
    assert_complete(&server, &finished, "services", 0);
    let receipt = finished.receipt();
    assert!(receipt["structures"].is_null() && receipt["services"]["doublons"].is_null(), "{receipt}");
    assert!(receipt["path"].as_str().unwrap().ends_with("/inclusion/services.json"));
    assert_eq!(receipt["sha256"], log(&finished, "services")["files"]["services.json"]);
    assert_eq!(finished.list("inclusion"), ["services.json", "services.log"]);
    assert!(server.requests().iter().all(|request| !request.target.contains("structures")));
}

#[test]
fn only_what_is_wanted_is_kept_and_the_rest_is_counted() {
    let server = server(|_| {});
    let all = fetch(&server, &[]).run().expect_code(0);
    let record = read(&lines(&all, STRUCTURES)[0]);
    let code = record["code_insee"].as_str().or(record["code_postal"].as_str()).unwrap();
    let departement = if code.starts_with("97") { &code[..3] } else { &code[..2] };
    let service =
        lines(&all, SERVICES).iter().map(|line| read(line)).find(|one| one["thematiques"][0].is_string()).unwrap();
    let value = service["thematiques"][0].as_str().unwrap();
    let category = value.split("--").next().unwrap();
    for flags in [
        vec!["--source", "sandbox", "--source", "dora"],
        vec!["--departement", departement],
        vec!["--thematique", value],
        vec!["--thematique", category, "--source", "mediation-numerique"],
    ] {
        let some = fetch(&server, &flags).run().expect_code(0);
        let mut kept = 0;
        for list in ["structures", "services"] {
            let log = log(&some, list);
            let count = |key: &str| log[key].as_u64().unwrap();
            let aside = log["doublons"]["own"].as_u64().unwrap() + log["doublons"]["others"].as_u64().unwrap();
            assert_eq!(count("served"), count("kept") + aside + count("filtered"), "{flags:?}");
            assert!(log["options"]["only"].is_object());
            let file = format!("inclusion/{list}.json");
            let (some, all) = (lines(&some, &file), lines(&all, &file));
            assert!(some.iter().all(|line| all.contains(line)) && some.len() < all.len(), "{flags:?} {list}");
            kept += some.len();
        }
        assert!(kept > 0, "{flags:?}");
        if flags[0] == "--thematique" {
            let services = lines(&some, SERVICES);
            let has = |line: &String| {
                read(line)["thematiques"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|one| one.as_str().unwrap().starts_with(category))
            };
            assert!(services.iter().all(has));
            let hosts: Vec<Value> = services.iter().map(|line| read(line)["structure_id"].clone()).collect();
            assert!(lines(&some, STRUCTURES).iter().all(|line| hosts.contains(&read(line)["id"])));
        }
    }
    let refused = fetch(&server, &["structures", "--thematique", value]).run().expect_code(2);
    assert!(refused.failure().contains("--thematique"), "{refused}");
}

#[test]
fn the_same_records_again_are_unchanged() {
    let server = server(|_| {});
    let run = fetch(&server, &[]);
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], false);
    assert_eq!(run.run().expect_code(0).receipt()["unchanged"], true);
    let skipped = run.clone().args(["--skip-unchanged"]).run().expect_code(99);
    assert_eq!(skipped.stdout, "");
    server.service::<sandbox::Inclusion>().reload(sandbox::Reload::Delete, sandbox::Spot::Anywhere);
    assert_eq!(run.args(["--skip-unchanged"]).run().expect_code(0).receipt()["unchanged"], false);
}
