//! Files, keys, and what is not to be replaced.

use super::*;
use crate::support::{assert_never_says, secrets};

#[test]
fn a_finished_period_is_unchanged_without_a_request() {
    let server = start_sandbox(year_of(700));
    let run = collect_all(&server);
    let first = run.run().expect_code(0);
    let before = server.requests().len();
    let second = run.run().expect_code(0);
    assert_eq!(server.requests().len(), before);
    let (first, second) = (first.receipt(), second.receipt());
    assert_eq!((&second["unchanged"], &second["requests"]), (&true.into(), &0.into()));
    for key in ["sha256", "bytes", "records", "announced", "walks", "windows", "findings", "report", "path", "rejected"]
    {
        assert_eq!(first[key], second[key], "{key}");
    }
    let forced = run.args(["--force"]).run().expect_code(0);
    assert_eq!(forced.receipt()["unchanged"], false);
}

#[test]
fn what_is_somebodys_is_not_replaced_unless_forced() {
    let server = start_sandbox(year_of(300));
    let run = collect_all(&server);
    run.write("jobs.csv", b"id\n1\n");
    let refused = run.run().expect_code(2);
    assert!(refused.failure().contains("no report of this step") && refused.hint().contains("--force"), "{refused}");
    assert_eq!(refused.read("jobs.csv"), "id\n1\n");
    run.clone().args(["--force"]).run().expect_code(0);
    let other = run.clone().args(["--search", "chef"]).run().expect_code(2);
    assert!(other.failure().contains("search `null`, not `\"chef\"`"), "{other}");
    let mut text = other.read("jobs.csv");
    text.push('\n');
    run.write("jobs.csv", text.as_bytes());
    let spoilt = run.run().expect_code(2);
    assert!(spoilt.failure().contains("not as its report says"), "{spoilt}");
}

#[test]
fn a_table_of_another_service_is_not_replaced_unless_forced() {
    let server = start_sandbox(year_of(300));
    let run = collect_all(&server);
    run.run().expect_code(0);
    let elsewhere = run.clone().env("FRANCE_TRAVAIL_API_URL", "https://api.example.fr").run().expect_code(2);
    assert!(elsewhere.failure().contains("collected from `127.0.0.1`, not `api.example.fr`"), "{elsewhere}");
}

/// What a day that goes on brings is not there yet.
#[test]
fn a_period_that_goes_on_is_collected_anew_and_the_table_stays_whole_meanwhile() {
    let server = start_sandbox(year_of(1_500).with(|options| {
        options.wire.now = None;
        options.wire.latency_ms = 20;
    }));
    let run = quick(COLLECT_HISTORY).sandbox(&server).args(["--rome", "all", "--output", "donnees_brutes/jobs.csv"]);
    let first = run.run().expect_code(0);
    const NAMES: [&str; 4] = ["jobs.csv", "jobs.findings.jsonl", "jobs.report.html", "jobs.report.json"];
    let there = |run: &Finished| NAMES.map(|name| std::fs::read(run.path(name)).ok());
    let before = there(&first);
    let asked = searches(&server);
    // The rows say to the second when they were extracted.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let killed = run.start().until(|| searches(&server) >= asked + 8).kill();
    assert!(there(&killed) == before, "nothing of it changes before the end\n{killed}");
    let second = run.run().expect_code(0);
    assert_eq!((&second.receipt()["unchanged"], report(&second, "jobs")["runs"].as_u64()), (&false.into(), Some(2)));
    assert_ne!(second.receipt()["sha256"], first.receipt()["sha256"], "the rows say when they were extracted");
}

#[test]
fn a_companion_that_an_earlier_run_left_is_removed() {
    let server = start_sandbox(year_of(200));
    let run = collect_all(&server);
    run.write("jobs.rejects.csv", b"record,line,rule,message\n");
    let finished = run.run().expect_code(0);
    assert!(!finished.path("jobs.rejects.csv").exists(), "nothing was rejected: {:?}", finished.list("."));
}

#[test]
fn the_report_has_its_keys_in_order_and_its_sums_close() {
    let server = start_sandbox(year_of(900));
    let run = collect_all(&server).run().expect_code(0);
    let report = report(&run, "jobs");
    let keys: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "schema",
            "step",
            "input",
            "records",
            "levels",
            "rules",
            "output",
            "service",
            "parameters",
            "period",
            "unknown_rome",
            "complete",
            "announced",
            "collected",
            "neighbours",
            "requests",
            "walks",
            "ages",
            "months",
            "departements",
            "romes",
            "salaries",
            "withdrawn",
            "licence",
            "source",
            "modifications",
            "started",
            "finished",
            "duration_s",
            "runs",
        ]
    );
    let sum =
        |list: &str| report[list].as_array().unwrap().iter().map(|one| one["offers"].as_u64().unwrap()).sum::<u64>();
    for list in ["ages", "months", "departements", "romes"] {
        assert_eq!(sum(list), report["collected"], "{list}");
    }
    let salaries = ["read", "unread", "absent"].map(|key| report["salaries"][key].as_u64().unwrap());
    assert_eq!(salaries.iter().sum::<u64>(), report["collected"]);
    assert_eq!(report["withdrawn"], "absent");
    assert_eq!(report["output"]["sha256"], run.receipt()["sha256"]);
    let shares: f64 = report["ages"].as_array().unwrap().iter().map(|age| age["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 0.001);
    let page = run.read("jobs.report.html");
    let absent = page.find("Les offres retirées du service sont absentes").expect("the page says it");
    let figure = page.find("class=\"counts\"").expect("the page has figures");
    assert!(absent < figure && !page.contains("<script"));
    assert!(page.contains("inventées"), "the sandbox's offers are no real ones");
}

#[test]
fn contacts_and_secrets_are_in_no_file() {
    let server = start_sandbox(year_of(2_500));
    let run = collect_all(&server);
    let killed = run.start().until(|| searches(&server) >= 10).kill();
    let told = |folder: &std::path::Path| -> Vec<u8> {
        let entries = std::fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_file());
        entries.flat_map(|entry| std::fs::read(entry.path()).unwrap()).collect()
    };
    let finished = run.run().expect_code(0);
    for (when, bytes) in
        [("killed", told(killed.path(".").as_path())), ("finished", told(finished.path(".").as_path()))]
    {
        for contact in ["EXEMPLE", "01 99 00", "Pour postuler, utiliser"] {
            let has = bytes.windows(contact.len()).any(|window| window == contact.as_bytes());
            assert!(!has, "{when}: `{contact}`");
        }
    }
    secrets(&server).iter().for_each(|secret| assert_never_says(&finished, secret));
    let bodies: String = truth(&server, "").iter().map(|life| life.versions[0].clone()).collect();
    assert!(bodies.contains("EXEMPLE") && bodies.contains("01 99 00"), "the service has served contacts");
}
