//! What it holds in memory, however much is wrong with its input.

use serde_json::json;

use super::world::{DAY, World, offer};

/// A thousand times what a day has of elements that are no offers, and of offers that each have much to tell of.
const REJECTED: u64 = 100_000;
const REMARKED: u64 = 4_000;

/// Of what is told, nothing is held.
const MOST_MIB: f64 = 48.0;

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
    let (merged, mib) = world.run.start().wait_and_watch();
    let merged = merged.expect_code(0);
    println!("{mib:.0} MiB");
    assert_eq!((&merged.receipt()["rejected"], &merged.receipt()["records"]), (&REJECTED.into(), &REMARKED.into()));
    let told = merged.receipt()["findings"].to_string();
    let findings: u64 = merged.receipt()["findings"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert!(findings >= REJECTED + 7 * REMARKED, "{told}");
    let rejects = merged.read("offres.rejects.csv");
    assert_eq!(rejects.lines().count() as u64, REJECTED + 1, "each one is named");
    assert!(mib > 0.0 && mib <= MOST_MIB, "{mib:.0} MiB\n{merged}");
}
