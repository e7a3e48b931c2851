//! `mirror-offers` against a sandbox whose stock is another one from run to run; its truth is what journals are compared with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod budget;
mod contract;
mod events;
mod kills;
mod mistakes;
mod redated;
mod seeds;

use std::collections::{BTreeMap, HashMap};
use std::fs;

use jiff::civil::{Date, date};
use sandbox::{FranceTravail, Options, Server, Turnover};
use serde_json::Value;
use trial::{Finished, Run, start_sandbox};

use crate::support::{quick, quick_beside};

pub(crate) const COLLECT_OFFERS: &str = env!("CARGO_BIN_EXE_collect-offers");
const MIRROR_OFFERS: &str = env!("CARGO_BIN_EXE_mirror-offers");

pub(crate) const DAY: Date = date(2024, 6, 4);
pub(crate) const NEXT: Date = date(2024, 6, 5);

/// Days that were collected, and the service that they are of.
pub(crate) struct World {
    pub(crate) server: Server,
    /// In whose folder all runs are.
    pub(crate) root: Run,
    days: Vec<Date>,
}

/// What is known of an offer after the journals: its text, and whether it is online.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    text: String,
    is_online: bool,
}

/// Every past day has that many offers.
pub(crate) fn days_of(offers: usize) -> Options {
    Options::default().with(|options| {
        options.france_travail.offers = offers;
        options.wire.now = Some(date(2024, 6, 10).at(12, 0, 0, 0));
    })
}

impl World {
    /// Collects the days.
    pub(crate) fn new(options: Options, days: &[Date]) -> Self {
        let server = start_sandbox(options);
        let root = quick(COLLECT_OFFERS);
        let world = Self { server, root, days: days.to_vec() };
        days.iter().for_each(|day| world.collect(*day));
        world
    }

    pub(crate) fn run(&self, executable: &str) -> Run {
        quick_beside(&self.root, executable).sandbox(&self.server)
    }

    fn collect(&self, day: Date) {
        self.run(COLLECT_OFFERS).args(["--date", &day.to_string()]).run().expect_code(0);
    }

    pub(crate) fn mirror(&self) -> Run {
        self.run(MIRROR_OFFERS)
    }

    /// Makes a day one that was collected on that day of June.
    pub(crate) fn collected_on(&self, day: Date, on: u8) {
        let name = format!("offres-{day}.log");
        let mut log: Value = serde_json::from_str(&self.read(&name)).unwrap();
        log["dt_deb_collecte"] = format!("{on:02}/06/2024 02:00:00").into();
        log["dt_fin_collecte"] = format!("{on:02}/06/2024 02:30:00").into();
        fs::write(self.path(&name), log.to_string()).unwrap();
    }

    fn service(&self) -> &FranceTravail {
        self.server.service()
    }

    /// Time goes by for all days.
    pub(crate) fn turn(&self, turnover: Turnover) {
        self.days.iter().for_each(|day| self.service().turn_over(Some(*day), turnover));
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.donnees_brutes().join("offre_emploi").join(name)
    }

    /// Names in the folder of days, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The dates of the journals.
    fn journals(&self) -> Vec<String> {
        let date = |name: String| Some(name.strip_prefix("miroir-")?.strip_suffix(".jsonl")?.to_owned());
        self.names().into_iter().filter_map(date).collect()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("could not read {name}: {error}"))
    }

    /// The events of all journals.
    pub(crate) fn events(&self) -> Vec<Value> {
        let lines = |date: &String| -> Vec<Value> {
            self.read(&format!("miroir-{date}.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        self.journals().iter().flat_map(lines).collect()
    }

    /// The log of the one journal there is.
    pub(crate) fn log(&self) -> Value {
        let [date] = &self.journals()[..] else { panic!("one journal: {:?}", self.names()) };
        serde_json::from_str(&self.read(&format!("miroir-{date}.log"))).unwrap()
    }

    /// The days that the one journal tells of; none without a journal.
    fn log_days(&self) -> Vec<Date> {
        if self.journals().is_empty() {
            return Vec::new();
        }
        let log = self.log();
        log["balayages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|swept| swept["jour"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    /// Makes the journal of today one of so many days before.
    pub(crate) fn age(&self, days: i64) {
        let today = self.journals().pop().expect("there is a journal");
        let before = today.parse::<Date>().unwrap().checked_sub(jiff::ToSpan::days(days)).unwrap().to_string();
        let [from, to] =
            [&today, &before].map(|date| ["jsonl", "log"].map(|ext| self.path(&format!("miroir-{date}.{ext}"))));
        fs::rename(&from[0], &to[0]).unwrap();
        let log = fs::read_to_string(&from[1]).unwrap();
        let head = format!("\"date\": \"{today}\"");
        assert!(log.contains(&head), "{log}");
        let log = log
            .replace(&head, &format!("\"date\": \"{before}\""))
            .replace(&format!("miroir-{today}"), &format!("miroir-{before}"));
        fs::write(&to[1], log).unwrap();
        fs::remove_file(&from[1]).unwrap();
    }

    /// The day's file, then the events of that day.
    fn replay(&self, day: Date) -> BTreeMap<String, Told> {
        let file = self.read(&format!("offres-{day}.json"));
        let id = |text: &str| serde_json::from_str::<Value>(text).unwrap()["id"].as_str().unwrap().to_owned();
        let lines = file.lines().filter(|line| line.starts_with('{')).map(|line| line.trim_end_matches(','));
        let mut told: BTreeMap<String, Told> =
            lines.map(|text| (id(text), Told { text: text.to_owned(), is_online: true })).collect();
        for date in self.journals() {
            for line in self.read(&format!("miroir-{date}.jsonl")).lines() {
                let event: Value = serde_json::from_str(line).unwrap();
                if event["jour"] != day.to_string() {
                    continue;
                }
                let of = event["id"].as_str().unwrap();
                let known = told.get(of).map(|told| told.is_online);
                // The bytes of the offer are the last thing on the line.
                let text = line.split_once(r#","offre":"#).map(|(_, rest)| rest[..rest.len() - 1].to_owned());
                let expected = match event["evenement"].as_str().unwrap() {
                    "creee" => None,
                    "reapparue" => Some(false),
                    _ => Some(true),
                };
                assert_eq!(known, expected, "what happens to {of} can happen to it: {line}");
                match text {
                    Some(text) => drop(told.insert(of.to_owned(), Told { text, is_online: true })),
                    None => told.get_mut(of).unwrap().is_online = false,
                }
            }
        }
        told
    }

    /// # Panics
    /// When the journals do not tell what is online now, byte for byte, and what is not.
    #[track_caller]
    pub(crate) fn assert_truth(&self, day: Date) {
        let mut told = self.replay(day);
        for life in self.service().truth(day) {
            let found = told.remove(&life.id);
            match (life.died, found) {
                (None, Some(found)) => {
                    assert!(found.is_online, "{} is online", life.id);
                    assert_eq!(Some(&found.text), life.versions.last(), "{} is as it is served now", life.id);
                }
                (None, None) => panic!("{} is online, and nobody told", life.id),
                (Some(_), Some(found)) => assert!(!found.is_online, "{} is gone", life.id),
                (Some(_), None) => {}
            }
        }
        assert!(told.is_empty(), "nobody ever served {:?}", told.keys());
    }

    /// # Panics
    /// When a journal is not what its log says, or there is more in the folder than days and journals.
    #[track_caller]
    fn assert_proven(&self) {
        for date in self.journals() {
            let (data, log) = (self.read(&format!("miroir-{date}.jsonl")), self.read(&format!("miroir-{date}.log")));
            let log: Value = serde_json::from_str(&log).unwrap();
            assert_eq!(log["octets"], data.len() as u64);
            assert_eq!(log["sha256"], sha256(data.as_bytes()));
            assert_eq!((&log["date"], &log["fichier"]), (&date.clone().into(), &format!("miroir-{date}.jsonl").into()));
            let sum = |key: &str| -> u64 {
                log["balayages"].as_array().unwrap().iter().map(|swept| swept[key].as_u64().unwrap()).sum()
            };
            let mut kinds: HashMap<String, u64> = HashMap::new();
            for line in data.lines() {
                let event: Value = serde_json::from_str(line).unwrap();
                *kinds.entry(event["evenement"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            for (kind, key) in
                [("creee", "creees"), ("modifiee", "modifiees"), ("retiree", "retirees"), ("reapparue", "reapparues")]
            {
                assert_eq!(kinds.get(kind).copied().unwrap_or_default(), sum(key), "{key}\n{log}");
            }
        }
        let is_known = |name: &String| ["offres-", "miroir-"].iter().any(|begin| name.starts_with(begin));
        assert!(self.names().iter().all(is_known), "{:?}", self.names());
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    let told = std::process::Command::new("sha256sum").arg(file.path()).output().unwrap();
    String::from_utf8(told.stdout).unwrap()[..64].to_owned()
}

/// Searches, and details, that a server was asked.
fn asked(server: &Server) -> (usize, usize) {
    let requests = server.requests();
    let searches = requests.iter().filter(|request| request.search.is_some()).count();
    let details =
        requests.iter().filter(|request| request.target.contains("/offres/") && request.search.is_none()).count();
    (searches, details)
}

/// The counts of a receipt: created, changed, withdrawn, back, confirmed.
fn counts(run: &Finished) -> [u64; 5] {
    let receipt = run.receipt();
    ["created", "changed", "withdrawn", "reappeared", "confirmed"].map(|key| receipt[key].as_u64().unwrap())
}

pub(crate) const SOME: Turnover = Turnover { withdrawn: 0.1, changed: 0.1, back: 0.5, late: 0.05 };
