//! Suggestions: which column could fill which field, with the evidence, as a mapping file that a person completes.

mod coordinates;
mod propose;
mod write;

use std::collections::HashMap;

use tables::{Header, Record, fold};

use crate::target::Target;

pub use propose::{Proposal, Proposed, Suggestion};

/// Different values of a column that are told apart; more are no list of values.
const MOST_VALUES: usize = 2_000;

/// Bytes of a value that are looked at.
const LONGEST_VALUE: usize = 200;

/// What a file's columns hold, gathered record by record.
#[derive(Debug, Clone)]
pub struct Survey<'a> {
    target: &'a Target,
    columns: Vec<Column>,
    records: u64,
}

/// What one column holds.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The name as words.
    pub(crate) words: Vec<String>,
    pub(crate) filled: u64,
    /// How often each value stands there, in the order in which they came.
    pub(crate) values: Vec<(String, u64)>,
    by_value: HashMap<String, usize>,
    /// There were values that are not among them.
    pub(crate) is_open: bool,
}

impl<'a> Survey<'a> {
    /// A survey of a file with these columns.
    #[must_use]
    pub fn new(header: &Header, target: &'a Target) -> Self {
        let repeated = header.repeated();
        let column = |(nth, name): (usize, &String)| Column {
            name: name.clone(),
            words: if repeated.contains(&nth) { Vec::new() } else { words(name) },
            filled: 0,
            values: Vec::new(),
            by_value: HashMap::new(),
            is_open: false,
        };
        Self { target, columns: header.names().iter().enumerate().map(column).collect(), records: 0 }
    }

    /// Looks at a record.
    pub fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        for (nth, column) in self.columns.iter_mut().enumerate() {
            match record.list(nth) {
                Some(list) => list.for_each(|value| column.add(value)),
                None => column.add(record.cell(nth)),
            }
        }
    }

    /// What the columns could be.
    #[must_use]
    pub fn propose(&self) -> Suggestion<'_> {
        propose::propose(self.target, &self.columns, self.records)
    }
}

impl Column {
    fn add(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.filled += 1;
        let value = &value[..value.floor_char_boundary(LONGEST_VALUE)];
        if let Some(nth) = self.by_value.get(value) {
            self.values[*nth].1 += 1;
        } else if self.values.len() < MOST_VALUES {
            self.by_value.insert(value.to_owned(), self.values.len());
            self.values.push((value.to_owned(), 1));
        } else {
            self.is_open = true;
        }
    }

    /// The share of its values that a test accepts, counted as often as they stand there.
    pub(crate) fn share(&self, mut accepts: impl FnMut(&str) -> bool) -> f64 {
        let all: u64 = self.values.iter().map(|(_, count)| count).sum();
        let good: u64 = self.values.iter().filter(|(value, _)| accepts(value)).map(|(_, count)| count).sum();
        if all == 0 { 0.0 } else { good as f64 / all as f64 }
    }
}

/// A name as words, whatever joins them.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut parted = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        // `codePostal` is two words.
        if letter.is_uppercase() && was_lower {
            parted.push(' ');
        }
        was_lower = letter.is_lowercase();
        parted.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    fold(&parted).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
