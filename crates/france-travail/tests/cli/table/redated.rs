//! An offer that is dated to another day now: what its new day says counts, if it was said later.

use jiff::ToSpan;
use serde_json::json;

use super::world::{DAY, World, event, offer, unfound, withdrawn};

const SEEN: &str = "2024-06-10T03:00:00";

#[test]
fn a_day_that_was_collected_after_it_went_brings_it_back() {
    let (world, later) = (World::new(), DAY + 3.days());
    world.day(DAY, &[offer("1", DAY, 0)]);
    world.journal(DAY + 2.days(), &[withdrawn("1", DAY, "2024-06-06T03:00:00", "2024-06-05T03:00:00")]);
    assert_eq!(world.rows(&[])["1"]["retiree"], json!(true));
    world.day(later, &[offer("1", later, 1)]);
    let row = world.rows(&["--missing", "allow"])["1"].clone();
    assert_eq!((&row["retiree"], &row["title"], &row["jour"]), (&json!(false), &json!("Métier 1 v1"), &json!(later)));
}

/// Whatever the order in which its old day did not find it and its new one did.
#[test]
fn what_was_seen_last_counts() {
    let next = DAY + 1.days();
    let absent = unfound("1", DAY, SEEN, "2024-06-09T03:00:00");
    for (found, is_withdrawn) in [("2024-06-10T02:00:00", true), ("2024-06-10T04:00:00", false)] {
        let world = World::new();
        world.day(DAY, &[offer("1", DAY, 0)]);
        let mut events = vec![absent.clone(), event("creee", next, found, &offer("1", next, 1))];
        events.sort_by_key(|event| event["vue"].to_string());
        world.journal(DAY + 6.days(), &events);
        let row = world.rows(&[])["1"].clone();
        assert_eq!((&row["retiree"], &row["jour"]), (&json!(is_withdrawn), &json!(next)), "{found}");
    }
}

/// The same where only the rows of its old day are left, or its journal is gone too.
#[test]
fn a_row_that_is_kept_comes_back_too() {
    for keeps_journal in [true, false] {
        let (world, journal, later) = (World::new(), DAY + 2.days(), DAY + 3.days());
        world.day(DAY, &[offer("1", DAY, 0)]);
        world.day(DAY + 1.days(), &[]);
        world.day(journal, &[]);
        world.journal(journal, &[unfound("1", DAY, "2024-06-06T03:00:00", "2024-06-05T03:00:00")]);
        assert_eq!(world.merge(&[]).expect_code(0).receipt()["withdrawn"], 1);
        for extension in ["json", "log"] {
            world.remove(&format!("offres-{DAY}.{extension}"));
        }
        if !keeps_journal {
            world.remove(&format!("miroir-{journal}.jsonl"));
            world.remove(&format!("miroir-{journal}.log"));
        }
        world.day(later, &[offer("1", later, 1)]);
        let merged = world.merge(&[]).expect_code(0);
        let counts = ["records", "withdrawn"].map(|key| merged.receipt()[key].clone());
        assert_eq!(counts, [json!(1), json!(0)], "{merged}");
    }
}
