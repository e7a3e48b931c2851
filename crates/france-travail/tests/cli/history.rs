//! `collect-history` against the sandbox, whose truth every table is compared with.

mod checkpoints;
mod contract;
mod faults;
mod forms;
mod options;
mod passing_days;
mod plan;
mod receipts;
mod rejects;
mod resume;
mod seeds;
mod walks;

use std::collections::{HashMap, HashSet};

use jiff::civil::date;
use sandbox::{FranceTravail, Life, Options, Server};
use serde_json::Value;
use trial::{Finished, Run, start_sandbox};

use crate::support::quick;

const COLLECT_HISTORY: &str = env!("CARGO_BIN_EXE_collect-history");

/// The last day of the sandbox's history, and one that is over.
const UNTIL: &str = "2025-06-21";
const SINCE: &str = "2024-06-22";

/// A year of `offers` offers.
fn year_of(offers: usize) -> Options {
    Options::default().with(|options| {
        options.wire.now = Some(date(2025, 6, 22).at(12, 0, 0, 0));
        options.france_travail.history_days = Some(365);
        options.france_travail.offers = offers;
        options.france_travail.rate = 0.0;
    })
}

/// A run over that year, of all offers unless more is said.
fn collect(server: &Server) -> Run {
    let run = quick(COLLECT_HISTORY).sandbox(server).args(["--since", SINCE, "--until", UNTIL]);
    run.by_default(&[("--output", "donnees_brutes/jobs.csv")])
}

fn collect_all(server: &Server) -> Run {
    collect(server).args(["--rome", "all"])
}

/// The ids of a CSV, in its order.
fn ids(run: &Finished, name: &str) -> Vec<String> {
    let text = run.read(name);
    text.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default().to_owned()).collect()
}

/// The report beside a table.
fn report(run: &Finished, name: &str) -> Value {
    serde_json::from_str(&run.read(format!("{name}.report.json"))).expect("a report is JSON")
}

fn truth(server: &Server, filters: &str) -> Vec<Life> {
    let query = format!("since={SINCE}&until={UNTIL}{filters}");
    server.service::<FranceTravail>().truth_of(&query).expect("the filters are good")
}

/// Searches that the sandbox was asked.
fn searches(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.search.is_some()).count()
}

/// # Panics
/// When an offer that lived throughout is missing, one is there twice, or one was never served.
#[track_caller]
fn assert_truth(run: &Finished, server: &Server, filters: &str) {
    if let Err(why) = compare(&ids(run, "jobs.csv"), &truth(server, filters)) {
        panic!("the table is not the truth: {why}\n{run}");
    }
}

fn compare(ids: &[String], truth: &[Life]) -> Result<(), String> {
    let lives: HashMap<&str, &Life> = truth.iter().map(|life| (life.id.as_str(), life)).collect();
    let mut there = HashSet::new();
    let mut why = String::new();
    for id in ids {
        if !lives.contains_key(id.as_str()) {
            why.push_str(&format!("{id} was never served; "));
        }
        if !there.insert(id.as_str()) {
            why.push_str(&format!("{id} is there twice; "));
        }
    }
    for life in truth.iter().filter(|life| life.lived_throughout && !there.contains(life.id.as_str())) {
        why.push_str(&format!("{} ({}) is missing; ", life.id, life.date_creation));
    }
    if why.is_empty() { Ok(()) } else { Err(why) }
}

#[test]
fn a_year_is_the_truth_in_order_and_costs_few_requests() {
    let server = start_sandbox(year_of(3_000));
    let run = collect_all(&server).run().expect_code(0);
    assert_truth(&run, &server, "");
    let text = run.read("jobs.csv");
    let stamps: Vec<_> = text.lines().skip(1).filter_map(|line| line.split(",2025-").nth(1)).collect();
    assert!(!stamps.is_empty());
    let report = report(&run, "jobs");
    assert_eq!(report["records"]["written"], ids(&run, "jobs.csv").len());
    assert_eq!(report["requests"]["search"], searches(&server));
    let floor = report["requests"]["floor"].as_f64().unwrap();
    assert!(searches(&server) as f64 <= 1.03 * floor + 6.0, "{} searches, floor {floor}", searches(&server));
    let others = server.requests().iter().filter(|request| request.search.is_none()).count();
    assert!(others <= 5, "{others} other calls, a token among them");
}

#[test]
fn an_empty_decade_costs_a_handful_of_searches() {
    let server = start_sandbox(year_of(100));
    let run = quick(COLLECT_HISTORY).sandbox(&server);
    let run = run
        .args(["--since", "2010-01-01", "--until", "2019-12-31", "--output", "donnees_brutes/jobs.csv"])
        .run()
        .expect_code(0);
    assert!(searches(&server) <= 6, "{} searches", searches(&server));
    assert_eq!(run.receipt()["records"], 0);
    assert_eq!(run.read("jobs.csv").lines().count(), 1, "the header alone");
    assert_eq!(report(&run, "jobs")["months"].as_array().unwrap().len(), 120);
}
