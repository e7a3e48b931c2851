//! Killed, stopped, doubled: nothing lost, nothing twice.

use std::time::{Duration, Instant};

use jiff::ToSpan;
use trial::Signal;

use super::*;

/// A fixed sequence that looks random (Knuth's MMIX generator): a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Each day is killed at random instants until it is done; then the next day.
#[test]
fn two_hundred_kills_lose_nothing_and_double_nothing() {
    let now = date(2024, 12, 31).at(12, 0, 0, 0);
    let server = start_sandbox(day_of(1_800).with(|options| {
        options.france_travail.date = None;
        options.wire.now = Some(now);
        options.wire.latency_ms = 8;
    }));
    let mut dice = Dice(20_241_124);
    let (mut kills, mut days, mut longest_ms) = (0, 0, 150);
    while kills < 200 {
        let day = date(2024, 1, 1).saturating_add(days.days());
        let run = collect(&server, day);
        let asked_before = searches(&server);
        let finished = loop {
            let begun = Instant::now();
            let finished = run.kill_after(Duration::from_millis(dice.below(longest_ms)));
            if finished.code == 0 {
                longest_ms = longest_ms.max(begun.elapsed().as_millis() as u64);
                break finished;
            }
            assert_eq!(finished.code, 137, "{finished}");
            kills += 1;
            if dice.below(6) == 0 {
                break run.run().expect_code(0);
            }
        };
        assert_truth(&finished, &server, day);
        let names = finished.list("offre_emploi");
        assert!(names.iter().all(|name| !name.ends_with(".tmp")), "{names:?}");
        let asked = searches(&server) - asked_before;
        // At worst every request under way at a kill is asked again.
        assert!(asked < 16 * 40, "{asked} searches for one day");
        days += 1;
    }
}

#[test]
fn a_resumed_run_asks_only_for_what_is_missing() {
    let server = start_sandbox(day_of(3_000).with(|options| options.wire.latency_ms = 30));
    let run = collect(&server, DAY);
    let running = run.start().until(|| searches(&server) >= 20);
    assert_eq!(running.kill().code, 137);
    let before = searches(&server);
    let finished = run.run().expect_code(0);
    assert_truth(&finished, &server, DAY);
    let whole = collects_the_truth(day_of(3_000)).0;
    // Those that were under way when it was killed are asked a second time.
    assert!(searches(&server) <= searches(&whole) + 20, "{} + {}", before, searches(&server) - before);
}

#[test]
fn a_finished_day_is_not_asked_for_again_unless_forced() {
    let (server, first) = collects_the_truth(day_of(500));
    let run = collect(&server, DAY).env("DONNEES_BRUTES", first.path(""));
    let before = server.requests().len();
    let second = run.run().expect_code(0);
    assert_eq!(second.receipt()["unchanged"], true);
    assert_eq!(second.receipt()["sha256"], first.receipt()["sha256"]);
    assert_eq!(second.receipt()["records"], 500);
    assert_eq!(server.requests().len(), before);
    let forced = run.clone().args(["--force"]).run().expect_code(0);
    assert_eq!(forced.receipt()["unchanged"], false);
    assert_eq!(forced.receipt()["sha256"], first.receipt()["sha256"]);
    assert!(server.requests().len() > before);
}

/// The service may have less by then, and what is there is proven: nothing is to be gone on with.
#[test]
fn a_day_whose_journal_alone_was_left_to_remove_is_done() {
    let server = start_sandbox(day_of(2_000).with(|options| options.wire.latency_ms = 30));
    let run = collect(&server, DAY);
    let killed = run.start().until(|| searches(&server) >= 12).kill();
    let journal = killed.path("offre_emploi/.offres-2024-06-04.journal");
    // By another name it stays, with all that the next run adds.
    let kept = journal.with_extension("kept");
    std::fs::hard_link(&journal, &kept).unwrap();
    let first = run.run().expect_code(0);
    std::fs::copy(&kept, &journal).unwrap();
    let before = searches(&server);
    let second = run.run().expect_code(0);
    assert_eq!((&second.receipt()["unchanged"], searches(&server)), (&true.into(), before), "{second}");
    assert_eq!(second.receipt()["sha256"], first.receipt()["sha256"]);
    assert!(!journal.exists());
    // Whoever wants it anew gets it.
    std::fs::copy(&kept, &journal).unwrap();
    let forced = run.args(["--force"]).run().expect_code(0);
    assert!(searches(&server) > before);
    assert_truth(&forced, &server, DAY);
}

/// Of an old day the service has little left: what somebody else collected, or changed, is not replaced unasked.
#[test]
fn a_file_that_no_log_proves_is_not_replaced_unless_forced() {
    let (server, first) = collects_the_truth(day_of(500));
    let file = first.path("offre_emploi/offres-2024-06-04.json");
    let run = collect(&server, DAY).env("DONNEES_BRUTES", first.path(""));
    std::fs::write(&file, "[]").unwrap();
    assert!(run.run().expect_code(2).failure().contains("is not as its log says"));
    std::fs::remove_file(first.path("offre_emploi/offres-2024-06-04.log")).unwrap();
    assert!(run.run().expect_code(2).failure().contains("without a log that proves it"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "[]");
    let forced = run.args(["--force"]).run().expect_code(0);
    assert_eq!(forced.receipt()["sha256"], first.receipt()["sha256"]);
}

#[test]
fn of_two_runs_at_once_the_second_says_so() {
    let server = start_sandbox(day_of(2_000).with(|options| options.wire.latency_ms = 100));
    let run = collect(&server, DAY);
    let first = run.start().until(|| searches(&server) > 0);
    let second = run.run().expect_code(75);
    assert!(second.failure().contains("another run is writing it"), "{second}");
    let first = first.wait().expect_code(0);
    assert_truth(&first, &server, DAY);
}

#[test]
fn a_signal_ends_it_within_seconds_with_the_journal_kept() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let server = start_sandbox(day_of(3_000).with(|options| options.wire.latency_ms = 100));
        let run = collect(&server, DAY);
        let running = run.start().until(|| searches(&server) >= 12);
        running.signal(signal);
        let finished = running.wait().expect_code(code);
        assert!(finished.failure().contains("stopped by SIG"), "{finished}");
        assert_eq!(finished.list("offre_emploi"), [".offres-2024-06-04.journal"]);
        let resumed = run.run().expect_code(0);
        assert!(resumed.noted("going on with"));
        assert_truth(&resumed, &server, DAY);
    }
}

#[test]
fn a_spoilt_journal_is_asked_for_again_where_it_is_spoilt() {
    let server = start_sandbox(day_of(2_000).with(|options| options.wire.latency_ms = 30));
    let run = collect(&server, DAY);
    let killed = run.start().until(|| searches(&server) >= 12).kill();
    let journal = killed.path("offre_emploi/.offres-2024-06-04.journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&journal, bytes).unwrap();
    let resumed = run.run().expect_code(0);
    assert!(resumed.noted("was torn"), "{resumed}");
    assert_truth(&resumed, &server, DAY);
}

/// What is gathered may be large, and the disk slow: the signal is heard while the file is written.
#[test]
fn a_signal_is_heard_while_the_day_is_written() {
    let server = start_sandbox(day_of(20_000));
    let run = collect(&server, DAY);
    let folder = run.donnees_brutes().join("offre_emploi");
    let staged = |name: &std::ffi::OsStr| {
        let name = name.to_string_lossy();
        name.starts_with('.') && name.contains("offres-") && name.ends_with(".tmp")
    };
    let is_writing = || {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).any(|name| staged(&name))
    };
    let running = run.start().until(is_writing);
    running.signal(Signal::TERM);
    let stopped = running.wait().expect_code(143);
    assert_eq!(stopped.list("offre_emploi"), [".offres-2024-06-04.journal"], "{stopped}");
    let before = searches(&server);
    assert_truth(&run.run().expect_code(0), &server, DAY);
    assert!(searches(&server) - before <= 2, "all was gathered already");
}

#[test]
fn the_counts_are_of_all_runs_and_each_run_has_its_own() {
    let server = start_sandbox(day_of(3_000).with(|options| options.wire.latency_ms = 30));
    let run = collect(&server, DAY);
    run.start().until(|| searches(&server) >= 12).kill();
    let finished = run.run().expect_code(0);
    let proof = &log(&finished, DAY)["preuve"];
    let parts = proof["parties"].as_array().unwrap();
    assert_eq!((parts.len(), &proof["executions"]), (2, &2.into()), "{proof}");
    let sent = |counts: &serde_json::Value| counts["200"].as_u64().unwrap_or(0) + counts["206"].as_u64().unwrap_or(0);
    assert!(parts.iter().all(|part| sent(&part["requetes"]) > 0 && part["octets_recus"].as_u64() > Some(0)), "{proof}");
    assert_eq!(sent(&proof["requetes"]), parts.iter().map(|part| sent(&part["requetes"])).sum::<u64>());
    // Those under way at the kill left no word; the rest is counted, once.
    let served = server.requests().iter().filter(|request| matches!(request.status, Some(200 | 206))).count() as u64;
    assert!(sent(&proof["requetes"]) <= served && sent(&proof["requetes"]) + 24 >= served, "{served}: {proof}");
    assert!(parts.iter().all(|part| part["debut"].as_str() <= part["fin"].as_str()), "{proof}");
}
