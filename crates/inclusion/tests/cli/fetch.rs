//! `fetch-inclusion` against the sandbox's data·inclusion, which knows what was held and when.

mod changes;
mod disks;
mod dumps;
mod faults;
mod files;
mod kept;
mod kills;
mod memory;
mod proof;
mod reloads;
mod signals;

use std::collections::{BTreeMap, BTreeSet};

use sandbox::{Faults, Held, Inclusion, InclusionOptions, List, Options, Server, held_throughout};
use serde_json::Value;
use trial::{Finished, Run};

const STRUCTURES: &str = "inclusion/structures.json";
const SERVICES: &str = "inclusion/services.json";

/// A small table, of which a page of the default size is all.
fn server(change: impl FnOnce(&mut InclusionOptions)) -> Server {
    seeded(1, change)
}

fn seeded(seed: u64, change: impl FnOnce(&mut InclusionOptions)) -> Server {
    let options = Options::default().with(|options| {
        options.wire.seed = seed;
        options.france_travail.offers = 0;
        options.inclusion.structures = 150;
        change(&mut options.inclusion);
    });
    let server = trial::start_sandbox(options);
    // Its tables are made when they are first asked for, which takes a while.
    server.service::<Inclusion>().truth(List::Structures);
    server
}

fn faulty(seed: u64, faults: Faults, change: impl FnOnce(&mut InclusionOptions)) -> Server {
    let server = seeded(seed, change);
    server.set_faults(faults);
    server
}

fn fetch(server: &Server, flags: &[&str]) -> Run {
    let quick = [("--retry-wait-s", "0.001"), ("--stall-s", "10"), ("--page-size", "20")];
    Run::new(env!("CARGO_BIN_EXE_fetch-inclusion")).sandbox(server).args(flags).by_default(&quick)
}

/// The records of a file, one a line, as they stand there.
fn lines(finished: &Finished, name: &str) -> Vec<String> {
    let text = finished.read(name);
    if text == "[]\n" {
        return vec![];
    }
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix("]\n"));
    inside.unwrap_or_else(|| panic!("`{name}` is no array\n{finished}")).split(",\n").map(str::to_owned).collect()
}

fn id(record: &str) -> String {
    json(record)["id"].as_str().unwrap().to_owned()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn log(finished: &Finished, list: &str) -> Value {
    json(&finished.read(format!("inclusion/{list}.log")))
}

/// The numbers of the first and the last request for a list since so many requests.
fn asked(server: &Server, list: &str, since: usize) -> (u64, u64) {
    let of_list = |target: &str| target.starts_with(&format!("/api/v1/{list}?"));
    let requests = server.requests();
    let numbers = requests[since..].iter().filter(|one| of_list(&one.target)).filter_map(|one| one.search);
    let numbers: Vec<u64> = numbers.collect();
    (numbers[0], *numbers.last().unwrap())
}

fn truth(server: &Server, list: &str) -> Vec<Held> {
    let list = if list == "services" { List::Services } else { List::Structures };
    server.service::<Inclusion>().truth(list)
}

/// That a file, nothing of which was set aside, holds what was held from the first request to the last, and nothing that
/// was not served; gives back its records.
fn assert_complete(server: &Server, finished: &Finished, list: &str, since: usize) -> usize {
    let records = lines(finished, &format!("inclusion/{list}.json"));
    let (first, last) = asked(server, list, since);
    let held = truth(server, list);
    let mut texts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in held.iter().filter(|one| one.meets(first, last)) {
        texts.entry(&one.id).or_default().insert(&one.record);
    }
    let ids: Vec<String> = records.iter().map(|record| id(record)).collect();
    assert!(ids.is_sorted_by(|one, other| one < other), "each once, by identifier\n{finished}");
    for (id, record) in ids.iter().zip(&records) {
        let served = texts.get(id.as_str()).unwrap_or_else(|| panic!("`{id}` was not served\n{finished}"));
        let same = |served: &&str| served.replace(['\n', '\r'], "") == *record;
        assert!(served.iter().any(same), "`{id}` was served otherwise than {record}\n{finished}");
    }
    let there: BTreeSet<&String> = ids.iter().collect();
    let lost: Vec<String> = held_throughout(&held, first, last).into_iter().filter(|id| !there.contains(id)).collect();
    assert!(lost.is_empty(), "lost {lost:?}\n{finished}");
    assert_counted(finished, list);
    records.len()
}

/// That each request brought a page that is in the log, or was one after which its place was asked for again.
fn assert_counted(finished: &Finished, list: &str) {
    let log = log(finished, list);
    let requests: u64 = log["requests"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    let used = log["pages"].as_array().unwrap().len() as u64;
    assert_eq!(requests, used + log["retries"].as_u64().unwrap(), "{log}\n{finished}");
}

/// List requests of a calm list, at most.
fn ceiling(records: usize, page_size: usize) -> usize {
    (records * 10).div_ceil(page_size * 9) + 3
}

fn list_requests(server: &Server, since: usize) -> usize {
    server.requests()[since..].iter().filter(|one| one.search.is_some()).count()
}

/// A number that a variable of the environment may make larger.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}
