//! What a collection holds in memory.

use super::*;

/// Of any number of offers that a year has.
const MOST_MIB: f64 = 64.0;

/// An offer has some two kilobytes as it is served, and more than one in its row.
const MOST_BYTES_AN_OFFER: f64 = 400.0;

fn peak(offers: usize, form: &str) -> f64 {
    let server = start_sandbox(year_of(offers));
    let run = collect_all(&server).args(["--output", &format!("donnees_brutes/jobs.{form}")]);
    let (finished, peak_mib) = run.start().wait_and_watch();
    assert_eq!(finished.expect_code(0).receipt()["records"], offers);
    peak_mib
}

#[test]
fn it_does_not_grow_with_the_text_of_the_offers() {
    for form in ["csv", "jsonl", "parquet"] {
        let (few, many) = (peak(6_000, form), peak(24_000, form));
        let grown = (many - few) * 1_048_576.0 / 18_000.0;
        assert!(grown < MOST_BYTES_AN_OFFER, "{form}: {few} MiB, then {many} MiB: {grown} bytes an offer");
        assert!(many < MOST_MIB, "{form}: {many} MiB");
    }
}
