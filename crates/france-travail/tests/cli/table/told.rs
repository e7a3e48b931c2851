//! What is told of rows, codes and files: the order of rows, findings, counts, and what a file of the lake says of itself.

use std::fs::{self, File};

use columns::ParquetReader;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::world::{DAY, World, offer, withdrawn};

/// An offer of a day at another hour.
fn at(id: &str, time: &str) -> Value {
    let mut offer = offer(id, DAY, 0);
    offer["dateCreation"] = format!("{DAY}T{time}.000Z").into();
    offer
}

#[test]
fn rows_stand_by_creation_then_identifier() {
    let world = World::new();
    let next = DAY + 1.days();
    world.day(
        DAY,
        &[at("b", "10:00:00"), offer("3", next, 0), at("é", "10:00:00"), at("B", "10:00:00"), at("z", "09:59:59")],
    );
    world.day(next, &[offer("2", next, 0)]);
    let file = world.run.folder().join("t.jsonl");
    world.merge(&["--output", file.to_str().unwrap()]).expect_code(0);
    let of = |path: &std::path::Path| -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(id).collect()
    };
    assert_eq!(of(&file), ["z", "B", "b", "é", "2", "3"]);
    let merged = world.merge(&["--format", "jsonl"]).expect_code(0);
    let in_lake = |day| of(&merged.path(format!("offres/annee=2024/mois=06/offres-{day}.jsonl")));
    assert_eq!([in_lake(DAY), in_lake(next)].concat(), of(&file), "in days, the same rows");
}

#[test]
fn codes_that_are_unknown_and_days_that_are_others_are_found_once_each() {
    let world = World::new();
    let unknown = |id: &str| {
        let mut offer = at(id, "10:00:00");
        (offer["romeCode"], offer["codeNAF"]) = ("M1899".into(), "99.99Z".into());
        offer
    };
    let mut nowhere = at("3", "10:00:00");
    for key in ["lieuTravail", "romeCode", "codeNAF"] {
        nowhere.as_object_mut().unwrap().remove(key);
    }
    world.day(DAY, &[unknown("1"), unknown("2"), nowhere, offer("4", DAY + 1.days(), 0)]);
    let merged = world.merge(&[]).expect_code(0);
    let findings: Vec<Value> =
        merged.read("offres.findings.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> =
        findings.iter().map(|finding| ["rule", "level", "column", "value"].map(|key| finding[key].clone())).collect();
    let expected = |text: [&str; 4]| text.map(Value::from);
    assert_eq!(told.len(), 3, "{told:?}");
    for one in [
        ["join.unmatched", "warning", "code_rome", "M1899"],
        ["join.unmatched", "warning", "code_naf", "99.99Z"],
        ["day.other", "info", "dateCreation", "2024-06-05"],
    ] {
        assert!(told.contains(&expected(one)), "{one:?} in {told:?}");
    }
    let other = findings.iter().find(|finding| finding["rule"] == "day.other").unwrap();
    assert_eq!((&other["file"], &other["record"]), (&json!("offres-2024-06-04.json"), &json!(4)));
    let keys: Vec<&String> = other.as_object().unwrap().keys().collect();
    let place = |key: &str| keys.iter().position(|known| *known == key).unwrap();
    assert!(place("file") < place("record"), "{keys:?}");
    // No offer is dropped for a code, and of an unknown one the levels above stay.
    let rows = world.rows(&[]);
    let levels = ["rome_libelle", "domaine_professionnel", "grand_domaine_libelle", "naf_nomenclature"];
    assert_eq!(
        levels.map(|column| rows["1"][column].clone()),
        [json!(null), json!("M18"), json!("Support"), json!(null)]
    );
    assert_eq!(rows["1"]["code_naf"], "99.99Z");
    let report = world.report();
    assert_eq!(
        report["joins"]["rome"],
        json!({ "with_code": 3, "without_code": 1, "matched": 1, "unmatched": [{ "code": "M1899", "offers": 2 }] })
    );
    let counts = json!([{ "code": "01", "label": "Ain", "offers": 3 }, { "code": null, "label": null, "offers": 1 }]);
    assert_eq!(report["counts"]["departement"], counts);
    assert_eq!(report["geometry"], json!({ "points": 3, "absent": 1 }));
}

#[test]
fn a_file_of_the_lake_tells_its_points_its_day_and_its_date() {
    let world = World::new();
    let (next, later) = (DAY + 1.days(), DAY + 2.days());
    world.day(DAY, &[offer("1", DAY, 0), offer("2", next, 0)]);
    world.day(later, &[]);
    world.journal(DAY + 3.days(), &[withdrawn("1", DAY, "2024-06-07T03:00:00", "2024-06-06T03:00:00")]);
    let merged = world.merge(&["--missing", "allow"]).expect_code(0);
    let columns: Vec<String> = world.rows(&["--missing", "allow"])["1"].keys().cloned().collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let told = |day, key: &str| {
        let path = merged.path(format!("offres/annee=2024/mois=06/offres-{day}.parquet"));
        let parquet = ParquetReader::open(File::open(path).unwrap(), &columns).unwrap();
        parquet.told(key).map(str::to_owned)
    };
    // The only row of the day was withdrawn, and has no point any more.
    let geo: Value = serde_json::from_str(&told(DAY, "geo").unwrap()).unwrap();
    assert_eq!(geo["columns"]["geometry"], json!({ "encoding": "WKB", "geometry_types": [] }));
    assert_eq!(told(DAY, "collecte.date_mise_a_jour").as_deref(), Some("2024-06-07T03:00:00"));
    assert_eq!(told(next, "collecte.date_mise_a_jour").as_deref(), Some("2024-06-05T01:30:00"));
    assert_eq!(told(later, "collecte.date_mise_a_jour").as_deref(), Some("2024-06-07T01:30:00"), "without a row");
    let has_day = |day| told(day, "collecte.sha256_jour").is_some();
    assert_eq!([has_day(DAY), has_day(next), has_day(later)], [true, false, true], "that day was not merged");
    for key in ["source", "licence", "licence_url", "modifications"] {
        assert!(told(DAY, &format!("collecte.{key}")).is_some_and(|text| !text.is_empty()), "{key}");
    }
    assert_eq!(told(DAY, "collecte.service").as_deref(), Some(super::world::SERVICE));
}
