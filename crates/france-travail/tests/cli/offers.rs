//! `collect-offers` against the sandbox, whose truth every file is compared with.

mod churn;
mod clock;
mod contract;
mod days;
mod faults;
mod pace;
mod planted;
mod real;
mod refusals;
mod replaced;
mod resume;
mod seeds;
mod sums;

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use jiff::civil::{Date, date};
use sandbox::{FranceTravail, Life, Options, Server};
use trial::{Finished, Run, start_sandbox};

use crate::support::quick;

const COLLECT_OFFERS: &str = env!("CARGO_BIN_EXE_collect-offers");

/// A day without peculiarities.
const DAY: Date = date(2024, 6, 4);

/// A day of `offers` offers; the rest is the sandbox's default.
fn day_of(offers: usize) -> Options {
    Options::default().with(|options| {
        options.france_travail.offers = offers;
        options.france_travail.date = Some(DAY);
        options.wire.now = Some(date(2024, 6, 10).at(12, 0, 0, 0));
    })
}

/// A run that collects `day`, which may be none.
fn collect(server: &Server, day: impl ToString) -> Run {
    quick(COLLECT_OFFERS).sandbox(server).args(["--date", &day.to_string()])
}

/// Collects [`DAY`] from a sandbox of its own, and compares the file with the truth.
fn collects_the_truth(options: Options) -> (Server, Finished) {
    let server = start_sandbox(options);
    let run = collect(&server, DAY).run().expect_code(0);
    assert_truth(&run, &server, DAY);
    (server, run)
}

/// The offers of a finished day, as the file has them.
fn offers(run: &Finished, day: Date) -> Vec<String> {
    let text = run.read(format!("offre_emploi/offres-{day}.json"));
    let parsed: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the file is one JSON array");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines.first(), lines.last()), (Some(&"["), Some(&"]")), "the array's brackets stand alone");
    let offers: Vec<_> = lines[1..lines.len() - 1].iter().map(|line| line.trim_end_matches(',').to_owned()).collect();
    assert_eq!(offers.len(), parsed.len(), "one offer a line");
    offers
}

/// # Panics
/// When an offer that lived throughout is missing, one is there twice, or one is not as it was served.
fn assert_truth(run: &Finished, server: &Server, day: Date) {
    let offers = offers(run, day);
    if let Err(why) = compare(&offers, &server.service::<FranceTravail>().truth(day)) {
        panic!("the file is not the truth: {why}\n{run}");
    }
}

fn compare(offers: &[String], truth: &[Life]) -> Result<(), String> {
    let versions: HashMap<&str, &Life> = truth.iter().map(|life| (life.id.as_str(), life)).collect();
    let mut there = HashSet::new();
    let mut why = String::new();
    for offer in offers {
        let id = id(offer);
        match versions.get(id.as_str()) {
            None => writeln!(why, "{id} was never served"),
            Some(life) if !life.versions.contains(offer) => writeln!(why, "{id} is not as it was served"),
            Some(_) => Ok(()),
        }
        .expect("a string takes everything");
        if !there.insert(id.clone()) {
            writeln!(why, "{id} is there twice").expect("a string takes everything");
        }
    }
    for life in truth.iter().filter(|life| life.lived_throughout && !there.contains(&life.id)) {
        writeln!(why, "{} ({}) is missing", life.id, life.date_creation).expect("a string takes everything");
    }
    if why.is_empty() { Ok(()) } else { Err(why) }
}

fn id(offer: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(offer).expect("an offer is JSON");
    value["id"].as_str().expect("an offer has an id").to_owned()
}

/// Searches that the sandbox was asked.
fn searches(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.search.is_some()).count()
}

/// The log of a finished day.
fn log(run: &Finished, day: Date) -> serde_json::Value {
    serde_json::from_str(&run.read(format!("offre_emploi/offres-{day}.log"))).expect("the log is JSON")
}

#[test]
fn the_comparison_sees_what_is_wrong() {
    let life = |id: &str, lived_throughout| Life {
        id: id.to_owned(),
        date_creation: "2024-06-04T10:00:00.000Z".to_owned(),
        born: 0,
        died: None,
        returned: false,
        lived_throughout,
        versions: vec![format!(r#"{{"id":"{id}"}}"#)],
    };
    let truth = [life("1", true), life("2", false)];
    let offer = |id: &str| format!(r#"{{"id":"{id}"}}"#);
    assert_eq!(compare(&[offer("1")], &truth), Ok(()));
    assert!(compare(&[offer("2")], &truth).unwrap_err().contains("1 (2024-06-04T10:00:00.000Z) is missing"));
    assert!(compare(&[offer("1"), offer("1")], &truth).unwrap_err().contains("twice"));
    assert!(compare(&[offer("1"), offer("3")], &truth).unwrap_err().contains("never served"));
    assert!(compare(&[r#"{"id": "1"}"#.to_owned()], &truth).unwrap_err().contains("not as it was served"));
}
