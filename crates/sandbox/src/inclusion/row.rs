//! One structure of the tables, in few numbers: all that is said of it, its services too, follows from them and the seed.

use std::fmt::Write;

use crate::world::dice::{Dice, Weights};

/// Slug, name and description of each source, as `/sources` lists them, and its share of the structures.
pub(crate) const SOURCES: [(&str, &str, &str, u64); 3] = [
    ("dora", "DORA", "Services d'insertion saisis par les structures (inventés).", 45),
    ("mediation-numerique", "Médiation numérique", "Lieux d'inclusion numérique (inventés).", 35),
    ("sandbox", "Bac à sable", "Une source que personne ne publie.", 20),
];

/// One structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    /// No two rows of a run have the same.
    pub(crate) nth: u64,
    /// What it really is: rows of one cluster are one place, told by several producers.
    pub(crate) cluster: u64,
    pub(crate) source: usize,
    pub(crate) version: u64,
    /// Another one, another identifier.
    pub(crate) salt: u64,
    /// Not listed, though its services are.
    pub(crate) hidden: bool,
}

/// One in so many structures is not listed, though its services are.
const HIDDEN: u64 = 100;
/// The share of rows that tell of the same place as the one before.
const TOLD_TWICE: f64 = 0.3;

impl Row {
    /// The rows from the start: so many that are listed, and a few that are not.
    pub(crate) fn first(seed: u64, listed: usize) -> Vec<Self> {
        let mut rows: Vec<Self> = vec![];
        let mut left = listed;
        while left > 0 {
            let row = Self::new(seed, rows.len() as u64, rows.last());
            left -= usize::from(!row.hidden);
            rows.push(row);
        }
        rows
    }

    pub(crate) fn new(seed: u64, nth: u64, before: Option<&Self>) -> Self {
        let mut dice = Dice::of(&[seed, 0x1e, nth]);
        let source = Weights::of(SOURCES.map(|(.., share)| share)).draw(&mut dice);
        let cluster = before.filter(|_| dice.chance(TOLD_TWICE)).map_or(nth, |before| before.cluster);
        Self { nth, cluster, source, version: 0, salt: 0, hidden: nth % HIDDEN == HIDDEN / 2 }
    }

    pub(crate) fn source(&self) -> &'static str {
        SOURCES[self.source].0
    }

    /// What the producer calls it, below its source.
    pub(crate) fn id(&self, seed: u64) -> String {
        self.name(Dice::of(&[seed, 0x1d, self.nth, self.salt]), "")
    }

    /// The identifiers of its services.
    pub(crate) fn service_ids(&self, seed: u64) -> Vec<String> {
        let count = Dice::of(&[seed, 0x5e, self.nth]).pick(&[0, 1, 1, 1, 2, 3]);
        (0..count).map(|of| self.name(Dice::of(&[seed, 0x5d, self.nth, self.salt, of]), "Service_")).collect()
    }

    /// Each source has its own kind: in upper and lower case, with punctuation, so that bytes sort otherwise than people do.
    fn name(&self, mut dice: Dice, prefix: &str) -> String {
        let (mut name, drawn) = (format!("{}--", self.source()), dice.next());
        // Text takes all that is written to it.
        match self.source {
            0 => write!(
                name,
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                drawn >> 32,
                (drawn >> 16) & 0xffff,
                (drawn >> 4) & 0xfff,
                dice.below(0x1000),
                dice.next() >> 16
            ),
            1 => write!(
                name,
                "{prefix}{}{:012x}",
                dice.pick(&["Coop-numerique_", "hinaura-", "AidantsConnect:"]),
                drawn >> 16
            ),
            _ => write!(name, "{prefix}{}{:011}", dice.pick(&["Lieu-", "LIEU_", "lieu", ""]), drawn % 100_000_000_000),
        }
        .ok();
        name
    }
}
