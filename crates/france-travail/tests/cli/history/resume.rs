//! Killed, stopped, doubled, spoilt.

use std::time::{Duration, Instant};

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

/// In CI some; `KILLS=200 cargo nextest run -p france-travail kills` as many as one likes.
#[test]
fn kills_lose_nothing_and_double_nothing() {
    let wanted: u64 = std::env::var("KILLS").map_or(30, |text| text.parse().expect("a number of kills"));
    let server = start_sandbox(year_of(2_500).with(|options| options.wire.latency_ms = 8));
    let undisturbed = collect_all(&server).run().expect_code(0);
    let rows = |run: &Finished| ids(run, "jobs.csv");
    let mut dice = Dice(20_250_622);
    let (mut kills, mut longest_ms) = (0, 200);
    while kills < wanted {
        let run = collect_all(&server);
        let finished = loop {
            let begun = Instant::now();
            let finished = run.kill_after(Duration::from_millis(dice.below(longest_ms)));
            if finished.code == 0 {
                longest_ms = longest_ms.max(begun.elapsed().as_millis() as u64);
                break finished;
            }
            assert_eq!(finished.code, 137, "{finished}");
            kills += 1;
            if let Ok(text) = std::fs::read_to_string(finished.path("jobs.checkpoint")) {
                serde_json::from_str::<Value>(&text).expect("a checkpoint is readable at every instant");
            }
            if dice.below(5) == 0 {
                break run.run().expect_code(0);
            }
        };
        assert_eq!(rows(&finished), rows(&undisturbed));
        let left = finished.list(".");
        assert!(left.iter().all(|name| !name.contains("journal") && !name.contains("checkpoint")), "{left:?}");
    }
}

#[test]
fn a_run_that_goes_on_asks_for_little_twice_and_says_how_far_it_was() {
    let server = start_sandbox(year_of(5_000).with(|options| options.wire.latency_ms = 40));
    let run = collect_all(&server);
    let place = run.donnees_brutes().join("jobs.checkpoint");
    let has_passed_a_window = || {
        let text = std::fs::read_to_string(&place).unwrap_or_default();
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        told["position"]["created"].is_string()
    };
    let killed = run.start().until(has_passed_a_window).kill();
    let checkpoint: Value = serde_json::from_str(&killed.read("jobs.checkpoint")).unwrap();
    let keys: Vec<_> = checkpoint.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "step",
            "service",
            "parameters",
            "period",
            "started",
            "runs",
            "position",
            "records",
            "requests",
            "updated"
        ]
    );
    assert_eq!((&checkpoint["schema"], &checkpoint["runs"]), (&"collecte.checkpoint/1".into(), &1.into()));
    assert!(checkpoint["records"].as_u64() > Some(1_000), "{checkpoint}");
    assert_eq!(checkpoint["period"]["from"], "2024-06-22T00:00:00");
    assert!(checkpoint["position"]["created"].is_string(), "{checkpoint}");
    let before = searches(&server);
    let finished = run.run().expect_code(0);
    assert_truth(&finished, &server, "");
    let report = report(&finished, "jobs");
    assert_eq!(report["runs"], 2);
    let floor = report["requests"]["floor"].as_u64().unwrap() as usize;
    assert!(searches(&server) <= floor + 24 + 8, "{} + {}, floor {floor}", before, searches(&server) - before);
}

#[test]
fn other_parameters_are_refused_with_both_values() {
    let server = start_sandbox(year_of(3_000).with(|options| options.wire.latency_ms = 20));
    let run = collect_all(&server);
    run.start().until(|| searches(&server) >= 8).kill();
    let other = run.clone().args(["--search", "chef", "--results-per-page", "100"]).run().expect_code(2);
    let failure = other.failure();
    assert!(failure.contains("search `null`, not `\"chef\"`"), "{other}");
    assert!(failure.contains("results_per_page `150`, not `100`"), "{other}");
    assert!(other.hint().contains("--force"), "{other}");
    let elsewhere = run.clone().env("FRANCE_TRAVAIL_API_URL", "https://api.example.fr").run().expect_code(2);
    assert!(elsewhere.failure().contains("service `127.0.0.1`, not `api.example.fr`"), "{elsewhere}");
    // These may differ.
    let same = run.args(["--checkpoint-interval", "7", "--rate-limit-delay", "0"]).run().expect_code(0);
    assert_truth(&same, &server, "");
}

#[test]
fn what_was_begun_otherwise_is_forgotten_if_forced() {
    let server = start_sandbox(year_of(3_000).with(|options| options.wire.latency_ms = 20));
    let run = collect_all(&server);
    run.start().until(|| searches(&server) >= 8).kill();
    let forced = run.args(["--search", "h/f", "--force"]).run().expect_code(0);
    assert_truth(&forced, &server, "&motsCles=h/f");
    assert_eq!(report(&forced, "jobs")["runs"], 1);
}

#[test]
fn torn_journals_are_mended_and_rubbish_is_refused() {
    let server = start_sandbox(year_of(2_000).with(|options| options.wire.latency_ms = 10));
    let run = collect_all(&server);
    run.start().until(|| searches(&server) >= 8).kill();
    let journal = run.donnees_brutes().join(".jobs.journal");
    let whole = std::fs::read(&journal).unwrap();
    let checkpoint = std::fs::read(run.donnees_brutes().join("jobs.checkpoint")).unwrap();
    for part in [0, 3, 200, whole.len() / 3, whole.len() - 1] {
        let again = collect_all(&server);
        again.write(".jobs.journal", &whole[..part]);
        again.write("jobs.checkpoint", &checkpoint);
        assert_truth(&again.run().expect_code(0), &server, "");
    }
    for (name, rubbish) in [
        (".jobs.journal", &b"rubbish, and much of it"[..]),
        ("jobs.checkpoint", b"{\"collected_job_ids\": [], \"total_collected\": 3, \"timestamp\": \"x\"}"),
        ("jobs.checkpoint", b""),
    ] {
        let again = collect_all(&server);
        again.write(".jobs.journal", &whole);
        again.write("jobs.checkpoint", &checkpoint);
        again.write(name, rubbish);
        let refused = again.run().expect_code(65);
        assert!(refused.hint().contains("--force"), "{refused}");
        assert_truth(&again.args(["--force"]).run().expect_code(0), &server, "");
    }
    let alone = collect_all(&server);
    alone.write("jobs.checkpoint", &checkpoint);
    alone.run().expect_code(65);
    let leftover = collect_all(&server);
    leftover.write(".jobs.journal", b"whatever");
    assert_truth(&leftover.run().expect_code(0), &server, "");
}

#[test]
fn of_two_runs_at_once_the_second_says_so() {
    let server = start_sandbox(year_of(2_000).with(|options| options.wire.latency_ms = 100));
    let run = collect_all(&server);
    let first = run.start().until(|| searches(&server) > 0);
    let second = run.run().expect_code(75);
    assert!(second.failure().contains("another run is writing it"), "{second}");
    assert_truth(&first.wait().expect_code(0), &server, "");
}

#[test]
fn a_signal_ends_it_within_seconds_with_the_journal_kept() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let server = start_sandbox(year_of(3_000).with(|options| options.wire.latency_ms = 100));
        let run = collect_all(&server);
        let running = run.start().until(|| searches(&server) >= 8);
        running.signal(signal);
        let finished = running.wait().expect_code(code);
        assert!(finished.path("jobs.checkpoint").exists() && !finished.path("jobs.csv").exists());
        assert_truth(&run.run().expect_code(0), &server, "");
    }
}

#[test]
fn a_disk_that_is_full_leaves_no_half_file_and_is_gone_on_with() {
    let skipped = "skipped: no small disk can be mounted";
    let Some(disk) = trial::SmallDisk::mount("size=3m") else { return eprintln!("{skipped}") };
    let server = start_sandbox(year_of(3_000));
    let output = disk.path().join("jobs.csv");
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(["--since", SINCE, "--until", UNTIL, "--rome", "all"]);
    let run = run.args([std::ffi::OsString::from("--output"), output.clone().into_os_string()]);
    let full = run.run().expect_code(74);
    assert!(!output.exists(), "{full}");
    let asked = searches(&server);
    let room = std::process::Command::new("mount").args(["-o", "remount,size=64m"]).arg(disk.path()).status();
    assert!(room.is_ok_and(|status| status.success()));
    let whole = run.run().expect_code(0);
    assert!(searches(&server) - asked < asked, "it asks for less than the first time: {whole}");
    let text = std::fs::read_to_string(&output).unwrap();
    let there: Vec<String> = text.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect();
    compare(&there, &truth(&server, "")).unwrap();
}

#[test]
fn a_disk_that_nobody_can_write_to_is_said_before_anything_is_asked() {
    let Some(disk) = trial::SmallDisk::mount("ro") else { return eprintln!("skipped: no small disk can be mounted") };
    let server = start_sandbox(year_of(100));
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(["--since", SINCE, "--until", UNTIL, "--rome", "all"]);
    let output = disk.path().join("jobs.csv");
    run.args([std::ffi::OsString::from("--output"), output.into_os_string()]).run().expect_code(74);
    assert_eq!(searches(&server), 0);
}
