//! A service that fails in every way it can.

use sandbox::{Fault, Faults};
use trial::{faults_but, kinds_but};

use super::*;

/// Wrong credentials look just like it, so it is final.
const FINAL: Fault = Fault::TokenRefused;

#[test]
fn one_fault_of_each_kind_is_survived() {
    for fault in kinds_but(&[FINAL]) {
        let request = if matches!(fault, Fault::TokenInternal | Fault::TokenHtml | Fault::TokenCut) { 1 } else { 5 };
        let faults = Faults::default().and_at(fault, request);
        let server = start_sandbox(day_of(1_000).with(|options| options.wire.faults = faults));
        let run = collect(&server, DAY).args(["--stall-s", "2.9"]).run().expect_code(0);
        assert_truth(&run, &server, DAY);
        assert!(server.requests().iter().any(|request| request.fault == Some(fault)), "{fault:?} did not happen");
        assert!(fault == Fault::Slow || run.receipt()["retries"].as_u64() > Some(0), "{fault:?}\n{run}");
    }
}

#[test]
fn one_answer_in_twenty_may_be_bad() {
    collects_under(0.05);
}

#[test]
fn one_answer_in_five_may_be_bad() {
    collects_under(0.2);
}

fn collects_under(rate: f64) {
    for seed in 0..4 {
        let server = start_sandbox(day_of(3_000).with(|options| {
            options.wire.faults = faults_but(&[FINAL], rate);
            options.wire.seed = seed;
        }));
        let run = collect(&server, DAY).args(["--stall-s", "1", "--tries", "20"]).run().expect_code(0);
        assert_truth(&run, &server, DAY);
    }
}

#[test]
fn tokens_that_live_three_seconds_are_renewed_before_they_end_by_one_task() {
    let options = day_of(5_000).with(|options| {
        options.france_travail.token_life_s = 3;
        options.wire.latency_ms = 100;
    });
    let server = start_sandbox(options);
    let run = collect(&server, DAY).env("FRANCE_TRAVAIL_RATE", "6").run().expect_code(0);
    assert_truth(&run, &server, DAY);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.status != Some(401)), "{run}");
    let tokens = requests.iter().filter(|request| request.token.is_some()).count();
    let took_s = requests.last().unwrap().milliseconds / 1_000;
    assert!(tokens >= 3 && tokens as u64 <= took_s / 2 + 2, "{tokens} tokens in {took_s} s");
}

#[test]
fn a_refused_token_is_renewed_once_for_all() {
    let faults = Faults::default().and_at(Fault::Unauthorised, 6);
    let server = start_sandbox(day_of(3_000).with(|options| {
        options.wire.faults = faults;
        options.wire.latency_ms = 50;
    }));
    let run = collect(&server, DAY).run().expect_code(0);
    assert_truth(&run, &server, DAY);
    assert_eq!(server.requests().iter().filter(|request| request.token.is_some()).count(), 2, "{run}");
}

/// Endless trouble ends, each kind with its own exit code, and leaves no file but the journal.
#[test]
fn endless_trouble_ends_honestly() {
    let cases = [
        (Fault::Unauthorised, 77, "HTTP 401"),
        (Fault::Html, 69, "an HTML page in place of offers"),
        (Fault::Internal, 69, "HTTP 500"),
        (Fault::NoContentRange, 69, "without `Content-Range`"),
        (Fault::Reset, 69, "after 3 tries"),
        (Fault::Cut, 69, "broke off"),
        (Fault::ShortJson, 69, "ends too early"),
        (Fault::TooManyBare, 69, "HTTP 429"),
        (Fault::ShortPage, 75, "offers 0 to 149 of 2024-06-04, 00:00:00 to 23:59:59"),
        (Fault::RepeatedPage, 75, "twice on one page"),
        (Fault::TokenRefused, 77, "invalid_client"),
        (Fault::TokenHtml, 69, "an access token"),
    ];
    for (fault, code, why) in cases {
        let server = start_sandbox(day_of(1_000).with(|options| options.wire.faults = Faults::of(fault, 1.0)));
        let run = collect(&server, DAY).args(["--tries", "3"]).run().expect_code(code);
        let failure = run.failure();
        assert!(failure.contains(why), "{fault:?}: {failure}");
        assert!(!run.hint().is_empty(), "{fault:?}: {run}");
        let left = run.list("offre_emploi");
        assert!(left.iter().all(|name| name == ".offres-2024-06-04.journal"), "{fault:?}: {left:?}");
    }
}

#[test]
fn trouble_half_way_is_gone_on_with_when_it_is_over() {
    let server = start_sandbox(day_of(3_000));
    let mut faults = Faults::default();
    for request in 12..200 {
        faults = faults.and_at(Fault::Internal, request);
    }
    server.set_faults(faults);
    let run = collect(&server, DAY).args(["--tries", "2"]);
    run.run().expect_code(69);
    let before = searches(&server);
    server.set_faults(Faults::default());
    let finished = run.run().expect_code(0);
    assert_truth(&finished, &server, DAY);
    assert!(searches(&server) - before <= 16, "{} more searches", searches(&server) - before);
    assert!(finished.noted("going on with 2024-06-04"));
}
