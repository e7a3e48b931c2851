//! The receipt, the report, the page, and wrong usage.

use std::fs;

use jiff::ToSpan;
use serde_json::json;

use crate::support::assert_spec;

use super::world::{DAY, World, offer, sha256};

#[test]
fn the_receipt_has_the_keys_of_the_contract() {
    let world = World::new();
    let mut unknown = offer("2", DAY, 0);
    unknown["romeCode"] = json!("Z9999");
    unknown["codeNAF"] = json!("99.99Z");
    unknown["lieuTravail"] = json!({ "libelle": "75 - PARIS", "commune": "75056" });
    world.day(DAY, &[offer("1", DAY, 0), unknown]);
    let merged = world.merge(&[]).expect_code(0);
    let receipt = merged.receipt();
    let expected = [
        "schema",
        "step",
        "path",
        "bytes",
        "records",
        "unchanged",
        "duration_s",
        "format",
        "since",
        "until",
        "days",
        "days_missing",
        "days_unproven",
        "files_written",
        "withdrawn",
        "rejected",
        "unmatched",
        "findings",
        "report",
    ];
    let keys: Vec<&String> = receipt.as_object().unwrap().keys().collect();
    assert_eq!(keys, expected, "{merged}");
    assert_eq!(receipt["unmatched"], json!({ "rome": 1, "naf": 1, "commune": 1, "departement": 1 }));
    assert_eq!(receipt["path"], merged.path("offres").to_str().unwrap());
    let lake = merged.path("offres/annee=2024/mois=06/offres-2024-06-04.parquet");
    assert_eq!(receipt["bytes"], fs::metadata(lake).unwrap().len());
    assert_eq!(receipt["findings"], json!({ "error": 0, "info": 0, "warning": 4 }));
    let report = world.report();
    assert_eq!(report["joins"]["rome"]["unmatched"], json!([{ "code": "Z9999", "offers": 1 }]));
    assert_eq!(report["joins"]["commune"]["with_code"], 2);
    let file = world.run.folder().join("t.csv");
    let one = world.merge(&["--output", file.to_str().unwrap()]).expect_code(0);
    assert_eq!(one.receipt()["sha256"], sha256(&fs::read(&file).unwrap()));
    assert!(world.run.folder().join("t.report.json").exists() && world.run.folder().join("t.licence.md").exists());
    let again = world.merge(&["--output", file.to_str().unwrap()]).expect_code(0);
    assert_eq!(again.receipt()["unchanged"], true, "{again}");
}

#[test]
fn the_report_has_the_keys_of_the_contract_in_order() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.day(DAY + 1.days(), &[]);
    let merged = world.merge(&[]).expect_code(0);
    let report = world.report();
    let expected = [
        "schema",
        "step",
        "input",
        "records",
        "levels",
        "rules",
        "since",
        "until",
        "service",
        "days",
        "versions",
        "joins",
        "geometry",
        "withdrawn",
        "counts",
        "references",
        "licence",
        "source",
        "modifications",
    ];
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, expected);
    assert_eq!(report["input"], json!({ "path": "offre_emploi", "format": "json" }));
    let day = &report["days"][0];
    assert_eq!((&day["collected"], &day["delay_days"]), (&json!("2024-06-05T01:30:00"), &json!(0)));
    assert_eq!((&day["offers"], &day["rows"]), (&json!(1), &json!(1)));
    assert_eq!(report["counts"]["departement"], json!([{ "code": "01", "label": "Ain", "offers": 1 }]));
    assert_eq!(report["geometry"], json!({ "points": 1, "absent": 0 }));
    let names: Vec<_> = report["references"].as_array().unwrap().iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names, ["rome.csv", "naf.csv", "communes.json", "departements.json"]);
    let page = merged.read("offres.report.html");
    let square = "<td data-date=\"2024-06-04\" data-state=\"complete\" data-offers=\"1\"><b>4</b><span>complet</span>";
    assert!(page.contains(square), "{page}");
    let root = world.run.folder().to_str().unwrap().to_owned();
    assert!(!page.contains(&root) && !report.to_string().contains(&root), "no absolute path");
    // A day without rows has its file too.
    assert!(merged.path("offres/annee=2024/mois=06/offres-2024-06-05.parquet").exists());
    let months = merged.list("offres/annee=2024/mois=06");
    assert_eq!(months, ["offres-2024-06-04.parquet", "offres-2024-06-05.parquet"]);
    assert_eq!(merged.list("offres"), ["annee=2024"], "nothing else stands in it");
}

#[test]
fn wrong_usage_is_2_and_an_absent_reference_66() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    for args in [
        &["--output", "a.xlsx"][..],
        &["--output", "a.csv", "--format", "jsonl"],
        &["--output", "a.csv", "--dir", "b"],
        &["--since", "2024-06-05", "--until", "2024-06-04"],
        &["--missing", "maybe"],
    ] {
        world.merge(args).expect_code(2);
    }
    fs::remove_file(world.run.donnees_brutes().join("rome/rome.csv")).unwrap();
    let refused = world.merge(&[]).expect_code(66);
    assert!(refused.failure().contains("rome.csv") && refused.hint().contains("fetch-rome"), "{refused}");
    let without = world.merge(&["--rome", "none"]).expect_code(0);
    assert_eq!(without.receipt()["unmatched"]["rome"], 0);
}

#[test]
fn the_spec_and_the_check_say_what_it_needs() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let checked = world.merge(&["--check"]).expect_code(0);
    assert_eq!(checked.receipt()["schema"], "collecte.check/1");
    assert!(!checked.path("offres").exists());
    world.merge(&["--check", "nowhere"]).expect_code(66);
    let flags = [
        "--since",
        "--until",
        "--format",
        "--dir",
        "--output",
        "--missing",
        "--unproven",
        "--keep",
        "--rome",
        "--naf",
        "--communes",
        "--departements",
        "--verify",
        "--strict",
    ];
    assert_spec(super::MERGE_OFFERS, &flags, &[], &world.merge(&[]).expect_code(0).receipt());
}
