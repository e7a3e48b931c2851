//! What a column of a file holds.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use tables::fold;

/// Different values of a column that are told apart; more are no list of values.
const MOST_VALUES: usize = 2_000;

/// So many are looked at where nothing else speaks for a field.
const FIRST_VALUES: usize = 60;

/// Bytes of a value that are looked at.
const LONGEST_VALUE: usize = 200;

/// Bytes of values that are kept of all columns together: a very wide file takes no more memory than others.
pub(crate) const MOST_BYTES: usize = 12 << 20;

/// What one column holds.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The name as words.
    pub(crate) words: Vec<String>,
    /// Values, of a list each.
    pub(crate) filled: u64,
    /// Records in which it says something.
    pub(crate) records: u64,
    /// How often each value stands there, in the order in which they came.
    pub(crate) values: Vec<(String, u64)>,
    by_value: HashMap<String, usize, FixedState>,
    /// There were values that are not among them.
    pub(crate) is_open: bool,
}

impl Column {
    /// A column of which nothing is known but its name, which counts or not.
    pub(crate) fn new(name: &str, counts: bool) -> Self {
        Self {
            name: name.to_owned(),
            words: if counts { words(name) } else { Vec::new() },
            filled: 0,
            records: 0,
            values: Vec::new(),
            by_value: HashMap::default(),
            is_open: false,
        }
    }

    /// Takes a value; `room` is what is left of [`MOST_BYTES`].
    fn add(&mut self, value: &str, room: &mut usize) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.filled += 1;
        // No list of values: what it holds is known well enough.
        if self.is_open {
            return;
        }
        let value = &value[..value.floor_char_boundary(LONGEST_VALUE)];
        if let Some(nth) = self.by_value.get(value) {
            self.values[*nth].1 += 1;
        } else if self.values.len() < MOST_VALUES && *room >= value.len() {
            *room -= value.len();
            self.by_value.insert(value.to_owned(), self.values.len());
            self.values.push((value.to_owned(), 1));
        } else {
            self.is_open = true;
        }
    }

    /// Takes what a record says: one value, or several.
    pub(crate) fn add_record<'v>(&mut self, values: impl Iterator<Item = &'v str>, room: &mut usize) {
        let before = self.filled;
        values.for_each(|value| self.add(value, room));
        self.records += u64::from(self.filled > before);
    }

    /// The share of its values that a test accepts, counted as often as they stand there.
    pub(crate) fn share(&self, mut accepts: impl FnMut(&str) -> bool) -> f64 {
        share_of(&self.values, &mut accepts)
    }

    /// The same, of the first values that were met.
    pub(crate) fn share_at_first(&self, mut accepts: impl FnMut(&str) -> bool) -> f64 {
        share_of(&self.values[..self.values.len().min(FIRST_VALUES)], &mut accepts)
    }
}

fn share_of(values: &[(String, u64)], accepts: &mut dyn FnMut(&str) -> bool) -> f64 {
    let all: u64 = values.iter().map(|(_, count)| count).sum();
    let good: u64 = values.iter().filter(|(value, _)| accepts(value)).map(|(_, count)| count).sum();
    if all == 0 { 0.0 } else { good as f64 / all as f64 }
}

/// Whether no two of its values are the same, as far as they are known.
pub(crate) fn is_unique(column: &Column) -> bool {
    column.filled > 0 && column.values.iter().all(|(_, count)| *count == 1)
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
