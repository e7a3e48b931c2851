//! Journals: what becomes of an offer that changes, goes, comes back.

use serde_json::json;

use super::world::{DAY, Seeded, World, assert_rows, event, offer, seen, withdrawn};

#[test]
fn seeded_worlds_have_the_rows_that_they_should() {
    let seeds: u64 = std::env::var("SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    for seed in 0..seeds {
        let seeded = Seeded::new(seed);
        let world = World::new();
        seeded.put(&world);
        assert_rows(&world.rows(&[]), &seeded.expected(), &format!("seed {seed}"));
        // By the lake too, whose report counts what is no row.
        world.merge(&["--format", "jsonl"]).expect_code(0);
        let versions = world.report()["versions"].clone();
        let expected = seeded.expected();
        let number = |id: &str| expected[id]["versions"].as_u64().unwrap();
        let several = expected.keys().filter(|id| number(id) > 1).count();
        assert_eq!(versions["offers_with_several"], several, "seed {seed}");
        assert_eq!(versions["superseded"], expected.keys().map(|id| number(id) - 1).sum::<u64>(), "seed {seed}");
    }
}

#[test]
fn an_offer_that_changes_goes_and_comes_back_is_one_row() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let [second, third, fourth] = [5, 6, 7].map(|n| jiff::civil::date(2024, 6, n));
    let row = |world: &World| world.rows(&[])["1"].clone();
    assert_eq!(row(&world)["versions"], 1);
    world.journal(second, &[event("modifiee", DAY, "2024-06-05T03:00:00", &offer("1", DAY, 1))]);
    let changed = row(&world);
    assert_eq!((&changed["versions"], &changed["title"]), (&json!(2), &json!("Métier 1 v1")));
    assert_eq!(
        (&changed["premiere_vue"], &changed["derniere_vue"]),
        (&json!(seen(DAY)), &json!("2024-06-05T03:00:00.000"))
    );
    world.journal(third, &[withdrawn("1", DAY, "2024-06-06T03:00:00", "2024-06-05T03:00:00")]);
    let gone = row(&world);
    assert_eq!((&gone["retiree"], &gone["title"], &gone["versions"]), (&json!(true), &json!(null), &json!(2)));
    world.journal(fourth, &[event("reapparue", DAY, "2024-06-07T03:00:00", &offer("1", DAY, 1))]);
    let back = row(&world);
    assert_eq!(
        (&back["retiree"], &back["title"], &back["versions"]),
        (&json!(false), &json!("Métier 1 v1"), &json!(2))
    );
    assert_eq!((&back["retiree_le"], &back["derniere_vue"]), (&json!(null), &json!("2024-06-07T03:00:00.000")));
}

#[test]
fn an_offer_that_appears_late_is_a_row_and_one_that_was_never_seen_is_none() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let events = [
        event("creee", DAY, "2024-06-05T03:00:00", &offer("2", DAY, 0)),
        withdrawn("3", DAY, "2024-06-05T03:00:00", "2024-06-05T01:00:00"),
    ];
    world.journal(DAY.tomorrow().unwrap(), &events);
    assert_eq!(world.rows(&[]).keys().collect::<Vec<_>>(), ["1", "2"]);
    // A narrower period has no row of a day outside of it.
    world.day(DAY.tomorrow().unwrap(), &[]);
    let day = DAY.tomorrow().unwrap().to_string();
    assert_eq!(world.rows(&["--since", &day]).len(), 0);
}

#[test]
fn the_order_of_keys_makes_no_version() {
    let world = World::new();
    world.day(DAY, &[offer("1", DAY, 0)]);
    let reversed: serde_json::Map<_, _> =
        offer("1", DAY, 0).as_object().unwrap().clone().into_iter().collect::<Vec<_>>().into_iter().rev().collect();
    let events = [event("reapparue", DAY, "2024-06-05T03:00:00", &reversed.into())];
    world.journal(DAY.tomorrow().unwrap(), &events);
    assert_eq!(world.rows(&[])["1"]["versions"], 1);
}
