//! The service stumbles: the truth all the same, or an exit that says what is missing.

use sandbox::{Fault, Faults};

use super::*;
use crate::support::quick_faults;

#[test]
fn one_fault_of_each_kind_is_survived() {
    for fault in quick_faults(&[]) {
        let request = if matches!(fault, Fault::TokenInternal | Fault::TokenHtml | Fault::TokenCut) { 1 } else { 7 };
        let server = start_sandbox(
            year_of(1_200).with(|options| options.wire.faults = Faults::default().and_at(fault, request)),
        );
        let run = collect_all(&server).run().expect_code(0);
        assert_truth(&run, &server, "");
    }
}

#[test]
fn a_service_that_stays_down_is_said_and_gone_on_with() {
    let server = start_sandbox(year_of(3_000));
    let mut faults = Faults::default();
    for request in 14..400 {
        faults = faults.and_at(Fault::Internal, request);
    }
    server.set_faults(faults);
    let run = collect_all(&server).args(["--tries", "2"]);
    let down = run.run().expect_code(69);
    assert!(down.failure().contains("offers ") && down.path("jobs.checkpoint").exists(), "{down}");
    server.set_faults(Faults::default());
    assert_truth(&run.run().expect_code(0), &server, "");
}

#[test]
fn what_cannot_be_proven_names_window_and_filter() {
    let mut faults = Faults::default();
    for request in 7..400 {
        faults = faults.and_at(Fault::ShortPage, request);
    }
    let server = start_sandbox(year_of(9_000).with(|options| options.wire.faults = faults));
    let run = collect(&server).args(["--rome", "all", "--departement", "59,69", "--tries", "2"]).run().expect_code(75);
    let failure = run.failure();
    assert!(failure.contains("59, 69") && failure.contains("2024-06-22 00:00:00 to 2025-06-21 23:59:59"), "{run}");
}

#[test]
fn a_token_that_ends_is_renewed() {
    let server = start_sandbox(year_of(2_000).with(|options| {
        options.france_travail.token_life_s = 1;
        options.wire.latency_ms = 200;
    }));
    let run = collect_all(&server).run().expect_code(0);
    assert_truth(&run, &server, "");
}
