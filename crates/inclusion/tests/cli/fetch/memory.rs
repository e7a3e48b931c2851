//! What it holds in memory, while a page holds ten thousand records.

use std::fs;

use super::{fetch, list_requests, number, server};

/// The contract's ceiling is 128 for a hundred thousand records.
const MOST_MIB: u64 = 64;

#[test]
fn memory_is_small_whatever_a_page_holds() {
    let structures = number("RECORDS", 20_000);
    let server = server(|options| options.structures = structures as usize);
    let run = fetch(&server, &["structures", "--page-size", "10000", "--stall-s", "120"]);
    let watched = run.beside("/bin/sh").sandbox(&server);
    // The highest mark of a child is asked of its parent, once it has ended.
    let script = "\"$@\" & child=$!; peak=0; while kill -0 $child 2>/dev/null; do \
                  now=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$child/status 2>/dev/null); \
                  peak=${now:-$peak}; sleep 0.01; done; echo $peak > peak; wait $child";
    let step = env!("CARGO_BIN_EXE_fetch-inclusion");
    let finished = watched.args(["-c", script, "sh", step, "structures", "--stall-s", "120"]).run().expect_code(0);
    let peak = fs::read_to_string(run.folder().join("peak")).unwrap();
    let mib = peak.trim().parse::<u64>().unwrap() >> 10;
    println!("{structures} records in {} requests: {mib} MiB at most", list_requests(&server, 0));
    assert_eq!(finished.receipt()["structures"]["served"], structures);
    assert!(mib > 0 && mib <= MOST_MIB, "{mib} MiB\n{finished}");
}
