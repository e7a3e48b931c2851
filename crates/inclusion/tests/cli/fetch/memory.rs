//! What it holds in memory, while a page holds ten thousand records.

use super::{fetch, list_requests, number, server};

/// The contract's ceiling is 128 for a hundred thousand records.
const MOST_MIB: f64 = 64.0;

#[test]
fn memory_is_small_whatever_a_page_holds() {
    let structures = number("RECORDS", 20_000);
    let server = server(|options| options.structures = structures as usize);
    let run = fetch(&server, &["structures", "--page-size", "10000", "--stall-s", "120"]);
    let (finished, mib) = run.start().wait_and_watch();
    let finished = finished.expect_code(0);
    println!("{structures} records in {} requests: {mib:.0} MiB at most", list_requests(&server, 0));
    assert_eq!(finished.receipt()["structures"]["served"], structures);
    assert!(mib > 0.0 && mib <= MOST_MIB, "{mib:.0} MiB\n{finished}");
}
