//! After the steps before it: days that were collected, mirrored, anonymised.

use jiff::civil::Date;
use sandbox::Turnover;
use serde_json::json;
use trial::Finished;

use super::MERGE_OFFERS;
use crate::mirror::{DAY, NEXT, World, days_of};

const REPORT_COLLECTION: &str = env!("CARGO_BIN_EXE_report-collection");
const ANONYMISE_OFFERS: &str = env!("CARGO_BIN_EXE_anonymise-offers");

/// Without references, which the sandbox's own steps would make.
fn merge(world: &World) -> Finished {
    let none = ["rome", "naf", "communes", "departements"].map(|name| [format!("--{name}"), "none".to_owned()]);
    world.root.beside(MERGE_OFFERS).args(none.into_iter().flatten()).args(["--format", "jsonl"]).run().expect_code(0)
}

/// Identifiers and whether they are withdrawn, of both days.
fn rows(merged: &Finished) -> Vec<serde_json::Map<String, serde_json::Value>> {
    let line = |line: &str| serde_json::from_str(line).expect("a line is a row");
    let of_day = |day: Date| {
        let text = merged.read(format!("offres/annee=2024/mois=06/offres-{day}.jsonl"));
        text.lines().map(line).collect::<Vec<_>>()
    };
    [DAY, NEXT].into_iter().flat_map(of_day).collect()
}

#[test]
fn what_the_steps_before_leave_is_merged() {
    let world = World::new(days_of(60), &[DAY, NEXT]);
    let first = merge(&world);
    let collected = first.receipt()["records"].as_u64().unwrap();
    assert_eq!(collected, rows(&first).len() as u64, "{first}");
    world.turn(Turnover { withdrawn: 0.1, changed: 0.1, late: 0.1, ..Turnover::default() });
    world.mirror().run().expect_code(0);
    let events = world.events();
    let of_kind = |kind: &str| events.iter().filter(|event| event["evenement"] == kind).count() as u64;
    let (gone, new, changed) = (of_kind("retiree"), of_kind("creee"), of_kind("modifiee"));
    assert!(gone > 0 && new > 0 && changed > 0, "{events:?}");
    let second = merge(&world);
    let receipt = second.receipt();
    assert_eq!((&receipt["withdrawn"], &receipt["records"]), (&json!(gone), &json!(collected + new)), "{second}");
    let before = rows(&second);
    assert_eq!(before.iter().filter(|row| row["versions"] == 2).count() as u64, changed);
    assert!(before.iter().filter(|row| row["retiree"] == true).all(|row| row["title"].is_null()));
    // What the licence takes from the days was not in the rows any more.
    world.root.beside(ANONYMISE_OFFERS).run().expect_code(0);
    let third = merge(&world);
    let seen = |rows: Vec<serde_json::Map<_, _>>| -> Vec<_> {
        rows.into_iter()
            .map(|mut row| {
                row.remove("versions");
                row
            })
            .collect()
    };
    assert_eq!(seen(rows(&third)), seen(before), "{third}");
    // The page takes its figures from the report of the table.
    let page = world.root.beside(REPORT_COLLECTION).run().expect_code(0);
    assert_eq!((&page.receipt()["complete"], &page.receipt()["days"]), (&json!(2), &json!(2)), "{page}");
    let json = |name| serde_json::from_str::<serde_json::Value>(&page.read(name)).expect("a report is JSON");
    let (told, table) = (json("rapport-collecte.json"), json("offres.report.json"));
    for key in ["joins", "counts", "withdrawn"] {
        assert!(!told[key].is_null() && told[key] == table[key], "{key}: {told}");
    }
}
