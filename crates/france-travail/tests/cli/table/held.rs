//! What it holds in memory, however much is wrong with its input.

use std::fs;

use serde_json::json;

use super::MERGE_OFFERS;
use super::world::{DAY, World, offer};

/// A thousand times what a day has of elements that are no offers, and of offers that each have much to tell of.
const REJECTED: u64 = 100_000;
const REMARKED: u64 = 4_000;

/// Of what is told, nothing is held.
const MOST_MIB: u64 = 48;

#[test]
fn memory_does_not_grow_with_what_is_wrong() {
    let world = World::new();
    let wrong = |n: u64| {
        let mut offer = offer(&n.to_string(), DAY, 0);
        for key in
            ["codeNAF", "natureContrat", "alternance", "nombrePostes", "qualificationCode", "intitule", "description"]
        {
            offer[key] = json!({ "long": "x".repeat(100) });
        }
        offer.to_string()
    };
    let elements = (0..REJECTED).map(|_| "7".to_owned()).chain((0..REMARKED).map(wrong));
    let text = format!("[{}]", elements.collect::<Vec<_>>().join(","));
    world.day_of_text(DAY, &text, (REJECTED + REMARKED) as usize);
    // The highest mark of a child is asked of its parent, until it has ended.
    let script = "\"$@\" & child=$!; peak=0; while kill -0 $child 2>/dev/null; do \
                  now=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$child/status 2>/dev/null); \
                  peak=${now:-$peak}; sleep 0.03; done; echo $peak > peak; wait $child";
    let merged = world.run.beside("/bin/sh").args(["-c", script, "sh", MERGE_OFFERS]).run().expect_code(0);
    let peak = fs::read_to_string(world.run.folder().join("peak")).unwrap();
    let mib = peak.trim().parse::<u64>().unwrap() >> 10;
    println!("{mib} MiB");
    assert_eq!((&merged.receipt()["rejected"], &merged.receipt()["records"]), (&REJECTED.into(), &REMARKED.into()));
    let told = merged.receipt()["findings"].to_string();
    let findings: u64 = merged.receipt()["findings"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert!(findings >= REJECTED + 7 * REMARKED, "{told}");
    let rejects = merged.read("offres.rejects.csv");
    assert_eq!(rejects.lines().count() as u64, REJECTED + 1, "each one is named");
    assert!(mib > 0 && mib <= MOST_MIB, "{mib} MiB\n{merged}");
}
