//! `anonymise-offers`, on days that were collected and mirrored, and on days made by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod contract;
mod cuts;
mod planted;
mod redated;

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use trial::Run;

use crate::mirror::{DAY, NEXT, SOME, World, days_of, sha256};

const ANONYMISE_OFFERS: &str = env!("CARGO_BIN_EXE_anonymise-offers");

/// Two days, mirrored twice: some offers are withdrawn, some are back.
fn mirrored(offers: usize) -> World {
    let world = World::new(days_of(offers), &[DAY, NEXT]);
    for days in [2, 0] {
        world.turn(SOME);
        world.mirror().run().expect_code(0);
        if days > 0 {
            world.age(days);
        }
    }
    world
}

fn anonymise(world: &World) -> Run {
    world.root.beside(ANONYMISE_OFFERS)
}

/// The ids of those whose last event says that they are withdrawn.
fn withdrawn(world: &World) -> BTreeSet<String> {
    let mut withdrawn = BTreeSet::new();
    for event in world.events() {
        let id = event["id"].as_str().unwrap().to_owned();
        if event["evenement"] == "retiree" {
            withdrawn.insert(id);
        } else {
            withdrawn.remove(&id);
        }
    }
    withdrawn
}

/// What is left of an offer, made by hand from the text of the contract.
fn without_article_7(offre: &Value, keep: &[&str]) -> Value {
    let mut left = offre.clone();
    let members = left.as_object_mut().unwrap();
    let drop_keys = |value: Option<&mut Value>, keys: &[&str]| {
        if let Some(Value::Object(members)) = value {
            members.retain(|key, _| !keys.contains(&key.as_str()));
        }
    };
    members.retain(|key, _| key != "description" && (key != "intitule" || keep.contains(&"intitule")));
    drop_keys(members.get_mut("entreprise"), &["nom", "description", "url", "logo"]);
    if !keep.contains(&"origineOffre.urlOrigine") {
        drop_keys(members.get_mut("origineOffre"), &["urlOrigine"]);
    }
    for partner in members
        .get_mut("origineOffre")
        .and_then(|origin| origin.get_mut("partenaires"))
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        drop_keys(Some(partner), &["url", "logo"]);
    }
    for key in ["contact", "agence"] {
        if let Some(value) = members.get_mut(key) {
            *value = json!({});
        }
    }
    if let Some(place) = members.get_mut("lieuTravail") {
        let commune = place["commune"]
            .as_str()
            .map(|commune| if commune.starts_with("97") { &commune[..3] } else { &commune[..2] });
        let label = place["libelle"].as_str().and_then(|label| label.split_once(" - ")).map(|(code, _)| code);
        *place = commune.or(label).map_or(json!({}), |code| json!({ "libelle": code }));
    }
    left
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect()
}

#[test]
fn withdrawn_offers_lose_what_they_must_and_no_other_byte_moves() {
    let world = mirrored(300);
    let gone = withdrawn(&world);
    let files: Vec<String> =
        world.names().into_iter().filter(|name| name.ends_with(".json") || name.ends_with(".jsonl")).collect();
    assert_eq!(files.len(), 4);
    let before: Vec<String> = files.iter().map(|name| world.read(name)).collect();
    let run = anonymise(&world).run().expect_code(0);
    let receipt = run.receipt();
    assert_eq!((&receipt["records"], &receipt["unchanged"]), (&gone.len().into(), &false.into()));
    let is_written = |(name, before): &(&String, &String)| world.read(name) != **before;
    assert_eq!(receipt["files_written"], files.iter().zip(&before).filter(is_written).count());
    let mut changed = 0;
    for (name, before) in files.iter().zip(before) {
        let (before, after) = (lines(&before), lines(&world.read(name)));
        assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(after) {
            let value: Value = serde_json::from_str(before).unwrap_or_default();
            let is_event = name.ends_with(".jsonl");
            if !gone.contains(value["id"].as_str().unwrap_or_default()) || (is_event && value.get("offre").is_none()) {
                assert_eq!(*before, after, "another offer is not touched");
                continue;
            }
            let value_after: Value = serde_json::from_str(&after).unwrap();
            let (offre, left) =
                if is_event { (&value["offre"], &value_after["offre"]) } else { (&value, &value_after) };
            assert_eq!(without_article_7(offre, &[]), *left);
            let order = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            assert_eq!(order(&without_article_7(offre, &[])), order(left), "the keys stay in their order");
            if is_event {
                assert_eq!(before.split(r#","offre":"#).next(), after.split(r#","offre":"#).next());
            }
            changed += 1;
        }
    }
    assert_eq!(receipt["anonymised"], changed);
    assert!(changed > gone.len(), "some are in the journals too");
    // The proofs are carried on.
    for day in [DAY, NEXT] {
        let log: Value = serde_json::from_str(&world.read(&format!("offres-{day}.log"))).unwrap();
        let data = world.read(&format!("offres-{day}.json"));
        assert_eq!(
            (&log["preuve"]["octets"], &log["preuve"]["sha256"]),
            (&data.len().into(), &sha256(data.as_bytes()).into())
        );
        let done = &log["preuve"]["anonymisation"];
        assert_eq!(done["champs"].as_array().unwrap().len(), 25);
        assert_eq!(done["sha256_avant"], done["sha256_servi"]);
        let in_file = lines(&data)
            .iter()
            .filter(|line| gone.iter().any(|id| line.starts_with(&format!(r#"{{"id":"{id}""#))))
            .count();
        assert_eq!(done["offres"], in_file);
    }
    world.assert_truth(DAY);
    let modifications = world.read("MODIFICATIONS.md");
    assert!(
        modifications.contains("offres-2024-06-04.json") && modifications.contains("`lieuTravail.commune`"),
        "{modifications}"
    );
    assert_eq!(receipt["modifications"], fs::canonicalize(world.path("MODIFICATIONS.md")).unwrap().to_str().unwrap());
}

#[test]
fn the_other_steps_go_on_with_what_is_left() {
    let world = mirrored(200);
    anonymise(&world).run().expect_code(0);
    let asked = world.server.requests().len();
    let collected = world.run(crate::mirror::COLLECT_OFFERS).args(["--date", &DAY.to_string()]).run().expect_code(0);
    assert_eq!((&collected.receipt()["unchanged"], world.server.requests().len()), (&true.into(), asked));
    assert_eq!(collected.receipt()["sha256"], sha256(world.read(&format!("offres-{DAY}.json")).as_bytes()));
    // The stock as it is now is told on top of it, on the same day too.
    world.turn(SOME);
    world.mirror().args(["--force"]).run().expect_code(0);
    [DAY, NEXT].iter().for_each(|day| world.assert_truth(*day));
    let again = anonymise(&world).run().expect_code(0);
    assert!(again.receipt()["anonymised"].as_u64() > Some(0), "what went meanwhile");
    let log: Value = serde_json::from_str(&world.read(&format!("offres-{DAY}.log"))).unwrap();
    assert_ne!(log["preuve"]["anonymisation"]["sha256_avant"], log["preuve"]["anonymisation"]["sha256_servi"]);
    world.age(1);
    world.turn(SOME);
    world.mirror().run().expect_code(0);
    [DAY, NEXT].iter().for_each(|day| world.assert_truth(*day));
}

#[test]
fn a_second_run_writes_nothing() {
    use std::os::unix::fs::MetadataExt;
    let world = mirrored(100);
    anonymise(&world).run().expect_code(0);
    let inodes = || -> Vec<(String, u64, i64)> {
        let of = |name: &String| {
            let there = fs::metadata(world.path(name)).unwrap();
            (name.clone(), there.ino(), there.mtime_nsec())
        };
        world.names().iter().map(of).collect()
    };
    let before = inodes();
    let again = anonymise(&world).run().expect_code(0);
    let receipt = again.receipt();
    assert_eq!(
        (&receipt["unchanged"], &receipt["anonymised"], &receipt["files_written"]),
        (&true.into(), &0.into(), &0.into())
    );
    assert_eq!(inodes(), before);
}

#[test]
fn without_a_journal_nothing_is_withdrawn() {
    let world = World::new(days_of(20), &[DAY]);
    let before = world.read(&format!("offres-{DAY}.json"));
    let run = anonymise(&world).run().expect_code(0);
    assert_eq!((&run.receipt()["records"], &run.receipt()["anonymised"]), (&0.into(), &0.into()));
    assert_eq!(world.read(&format!("offres-{DAY}.json")), before);
    assert!(world.read("MODIFICATIONS.md").contains("Aucune."));
}

#[test]
fn what_is_uncertain_may_be_kept() {
    let world = mirrored(100);
    let gone = withdrawn(&world);
    let before = lines(&world.read(&format!("offres-{DAY}.json")));
    anonymise(&world).args(["--keep", "intitule", "--keep", "origineOffre.urlOrigine"]).run().expect_code(0);
    let after = lines(&world.read(&format!("offres-{DAY}.json")));
    let mut seen = 0;
    for (before, after) in before.iter().zip(&after).filter(|(before, after)| before != after) {
        let (before, after): (Value, Value) =
            (serde_json::from_str(before).unwrap(), serde_json::from_str(after).unwrap());
        assert!(gone.contains(after["id"].as_str().unwrap()));
        assert_eq!(without_article_7(&before, &["intitule", "origineOffre.urlOrigine"]), after);
        seen += 1;
    }
    assert!(seen > 5);
    // Taken out after all, it is gone.
    anonymise(&world).run().expect_code(0);
    let last = lines(&world.read(&format!("offres-{DAY}.json")));
    for line in last.iter().filter(|line| gone.iter().any(|id| line.contains(&format!(r#""id":"{id}""#)))) {
        assert!(!line.contains("\"intitule\"") && !line.contains("urlOrigine"), "{line}");
    }
    anonymise(&world).args(["--keep", "description"]).run().expect_code(2);
}
