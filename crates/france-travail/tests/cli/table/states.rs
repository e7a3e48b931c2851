//! Every state of a day, and what becomes of it.

use std::fs;

use jiff::ToSpan;
use serde_json::json;

use super::world::{DAY, World, log, offer};

/// Three days of an offer each.
fn three() -> World {
    let world = World::new();
    for n in 0..3 {
        let day = DAY + n.days();
        world.day(day, &[offer(&n.to_string(), day, 0)]);
    }
    world
}

#[test]
fn what_is_not_proven_is_refused_by_name_and_nothing_is_written() {
    let world = three();
    world.day(DAY + 6.days(), &[offer("6", DAY + 6.days(), 0)]);
    world.remove("offres-2024-06-05.log");
    // Of the same size, so that only its hash tells.
    let path = world.run.donnees_brutes().join("offre_emploi/offres-2024-06-06.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("Rust", "Ruse")).unwrap();
    let refused = world.merge(&[]).expect_code(65);
    let why = refused.failure();
    for word in ["3 missing (2024-06-07, 2024-06-08, 2024-06-09)", "1 unproven (2024-06-05)", "1 altered (2024-06-06)"]
    {
        assert!(why.contains(word), "{word}\n{refused}");
    }
    assert!(refused.hint().contains("collect-offers --date"), "{refused}");
    let left: Vec<_> = refused.list("").into_iter().filter(|name| name.contains("offres")).collect();
    assert_eq!(left, [""; 0], "nothing is written");
}

#[test]
fn five_dates_are_named_and_the_rest_counted() {
    let world = World::new();
    world.day(DAY, &[]);
    world.day(DAY + 9.days(), &[]);
    let refused = world.merge(&[]).expect_code(65);
    let expected = "8 missing (2024-06-05, 2024-06-06, 2024-06-07, 2024-06-08, 2024-06-09, …)";
    assert!(refused.failure().contains(expected), "{refused}");
}

#[test]
fn what_is_allowed_is_told_day_by_day() {
    let world = three();
    world.day(DAY + 4.days(), &[offer("4", DAY + 4.days(), 0)]);
    world.remove("offres-2024-06-05.log");
    world.day_of_text(DAY + 2.days(), "[{\"id\":\"cut", 1);
    for (flag, ids, days) in [("skip", vec!["0", "4"], 2), ("keep", vec!["0", "1", "4"], 3)] {
        let args = ["--missing", "allow", "--unproven", flag];
        let merged = world.merge(&args).expect_code(0);
        let receipt = merged.receipt();
        let counts = ["days", "days_missing", "days_unproven"].map(|key| receipt[key].as_u64().unwrap());
        assert_eq!(counts, [days, 1, 2], "{merged}");
        assert!(merged.noted("1 missing") && merged.noted("1 altered"), "{merged}");
        let report = world.report();
        let states: Vec<_> = report["days"].as_array().unwrap().iter().map(|day| day["state"].clone()).collect();
        assert_eq!(states, ["complete", "unproven", "altered", "missing", "complete"]);
        let rows = world.rows(&args);
        assert_eq!(rows.keys().collect::<Vec<_>>(), ids, "{flag}");
        let again = world.merge(&args).expect_code(0);
        assert!(again.receipt()["unchanged"] == true && again.noted("1 days are missing and 2 not proven"), "{again}");
        if flag == "keep" {
            assert_eq!((&rows["0"]["jour_prouve"], &rows["1"]["jour_prouve"]), (&json!(true), &json!(false)));
            assert_eq!(rows["1"]["date_extraction"], "2024-06-06T00:00:00.000", "midnight after the day");
        }
    }
}

#[test]
fn each_flaw_of_a_day_is_found() {
    let text = format!("[\n{}\n]\n", offer("1", DAY, 0));
    let other_day = log(DAY.yesterday().unwrap(), &text, 1);
    let mut not_whole = log(DAY, &text, 1);
    not_whole["preuve"]["jour_entier"] = json!(false);
    let mut of_before = log(DAY, &text, 1);
    of_before.as_object_mut().unwrap().remove("preuve");
    let deep = format!("[{}{}]", "[".repeat(64), "]".repeat(64));
    for (text, log, state) in [
        (text.as_str(), other_day, "unproven"),
        (&text, not_whole, "unproven"),
        (&text, of_before, "unproven"),
        (&text, json!("rubbish"), "unproven"),
        (&text, log(DAY, &text, 2), "altered"),
        (&text, log(DAY, "[]", 1), "altered"),
        ("[1,2", log(DAY, "[1,2", 2), "altered"),
        ("{}", log(DAY, "{}", 1), "altered"),
        (&deep, log(DAY, &deep, 1), "altered"),
    ] {
        let world = World::new();
        world.day_of_text(DAY, text, 1);
        world.write_log(DAY, &log);
        let refused = world.merge(&[]).expect_code(65);
        assert!(refused.failure().contains(&format!("1 {state} (2024-06-04)")), "{state}\n{refused}");
    }
    let world = World::new();
    let latin = b"[\"\xe9\"]".as_slice();
    world.day_of_text(DAY, "[]", 0);
    world.run.write("offre_emploi/offres-2024-06-04.json", latin);
    assert!(world.merge(&[]).expect_code(65).failure().contains("1 altered"));
}

#[test]
fn a_change_that_was_cut_short_leaves_a_day_complete() {
    let world = World::new();
    let text = format!("[\n{}\n]\n", offer("1", DAY, 0));
    world.day_of_text(DAY, &text, 1);
    let mut log = log(DAY, "[{}]", 1);
    log["preuve"]["anonymisation"] = json!({ "sha256_avant": super::world::sha256(text.as_bytes()) });
    world.write_log(DAY, &log);
    world.merge(&[]).expect_code(0);
}

#[test]
fn a_journal_without_its_proof_is_never_used() {
    let world = three();
    let day = DAY + 5.days();
    world.journal(day, &[super::world::withdrawn("1", DAY, "2024-06-09T02:00:00", "2024-06-08T02:00:00")]);
    world.remove(&format!("miroir-{day}.log"));
    let refused = world.merge(&[]).expect_code(65);
    assert!(refused.failure().contains("1 unproven (miroir-2024-06-09)"), "{refused}");
    for flag in ["skip", "keep"] {
        let rows = world.rows(&["--unproven", flag]);
        assert_eq!(rows["1"]["retiree"], false, "{flag}");
    }
}

#[test]
fn days_of_two_services_never_mix() {
    let world = three();
    let text = fs::read_to_string(world.run.donnees_brutes().join("offre_emploi/offres-2024-06-05.json")).unwrap();
    let mut other = log(DAY + 1.days(), &text, 1);
    other["preuve"]["service"] = json!("127.0.0.1");
    world.write_log(DAY + 1.days(), &other);
    let refused = world.merge(&[]).expect_code(65);
    assert!(refused.failure().contains("127.0.0.1") && refused.failure().contains("api.exemple.fr"), "{refused}");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let world = three();
    let pipe = world.run.donnees_brutes().join("offre_emploi/offres-2024-06-07.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(world.merge(&[]).expect_code(66).failure().contains("offres-2024-06-07.json"));
}

#[test]
fn other_names_are_passed_over_and_none_is_66() {
    let world = World::new();
    world.run.write("offre_emploi/partiel-offres-2024-06-04.json", b"[]");
    world.run.write("offre_emploi/offres-2023-02-29.json", b"[]");
    world.run.write("offre_emploi/offres-2024-06-04.json.bak", b"[]");
    assert!(world.merge(&[]).expect_code(66).failure().contains("offre_emploi"));
    world.merge(&["nowhere"]).expect_code(66);
    world.day(DAY, &[offer("1", DAY, 0)]);
    assert_eq!(world.merge(&[]).expect_code(0).receipt()["records"], 1);
    // A file stands for its folder.
    let file = world.run.donnees_brutes().join("offre_emploi/offres-2024-06-04.json");
    assert_eq!(world.merge(&[file.to_str().unwrap()]).expect_code(0).receipt()["records"], 1);
    let receipt = format!("{}\n", json!({ "path": file }));
    let run = world.run.clone().args(["-"]).stdin(&receipt).run().expect_code(0);
    assert_eq!(run.receipt()["records"], 1);
}

#[test]
fn elements_that_are_no_offers_are_rejected_counted_and_named() {
    let world = World::new();
    let mut undated = offer("2", DAY, 0);
    undated["dateCreation"] = json!("hier");
    world.day(DAY, &[json!(7), offer("1", DAY, 0), undated, json!({ "id": "" })]);
    let merged = world.merge(&[]).expect_code(0);
    assert_eq!(merged.receipt()["rejected"], 3, "{merged}");
    assert!(merged.noted("3 elements can be no row"), "{merged}");
    let report = world.report();
    assert_eq!(report["records"], json!({"read":4,"blank":0,"kept":1,"dropped":0,"rejected":3,"written":1}));
    let rejects = merged.read("offres.rejects.csv");
    let lines: Vec<&str> = rejects.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "file,record,rule,message,id");
    assert!(lines[1].starts_with("offres-2024-06-04.json,1,offer.shape,"), "{rejects}");
    assert!(lines[2].starts_with("offres-2024-06-04.json,3,offer.date,") && lines[2].ends_with(",2"), "{rejects}");
    assert!(lines[3].starts_with("offres-2024-06-04.json,4,offer.id,"), "{rejects}");
    let findings = merged.read("offres.findings.jsonl");
    let first: serde_json::Value = serde_json::from_str(findings.lines().next().unwrap()).unwrap();
    assert_eq!((&first["file"], &first["record"]), (&json!("offres-2024-06-04.json"), &json!(1)));
    let strict = world.merge(&["--strict"]).expect_code(65);
    assert!(strict.failure().contains('3'), "{strict}");
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.merge(&["--strict"]).expect_code(0);
    assert!(!merged.path("offres.rejects.csv").exists(), "what has nothing to say is absent");
}

/// That is for who reads the note, the receipt or the report to judge; `--strict` is there for those who read none.
#[test]
fn a_day_of_which_nothing_can_be_a_row_is_an_empty_file_and_a_warning() {
    let world = World::new();
    world.day(DAY, &[json!(7), json!({ "id": "1" }), json!([])]);
    for unchanged in [false, true] {
        let merged = world.merge(&[]).expect_code(0);
        let receipt = merged.receipt();
        let told = ["records", "rejected", "days", "unchanged"].map(|key| receipt[key].clone());
        assert_eq!(told, [json!(0), json!(3), json!(1), json!(unchanged)], "{merged}");
        assert!(merged.noted("3 elements can be no row: see"), "{merged}");
        assert_eq!(merged.list("offres/annee=2024/mois=06"), ["offres-2024-06-04.parquet"]);
    }
    assert_eq!(world.report()["days"][0]["offers"], 3);
    world.merge(&["--strict"]).expect_code(65);
}

#[test]
fn a_range_takes_its_days_alone() {
    let world = three();
    let merged = world.merge(&["--since", "2024-06-05", "--until", "2024-06-05"]).expect_code(0);
    let told = ["since", "until", "days", "records"].map(|key| merged.receipt()[key].clone());
    assert_eq!(told, [json!("2024-06-05"), json!("2024-06-05"), json!(1), json!(1)], "{merged}");
    assert_eq!(merged.list("offres/annee=2024/mois=06"), ["offres-2024-06-05.parquet"]);
    // Wider: the rest comes in; what lies beyond what is there is missing.
    assert_eq!(world.merge(&[]).expect_code(0).receipt()["records"], 3);
    let beyond = world.merge(&["--until", "2024-06-07"]).expect_code(65);
    assert!(beyond.failure().contains("1 missing (2024-06-07)"), "{beyond}");
}
