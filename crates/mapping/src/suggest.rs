//! Suggestions: which column could fill which field, with the evidence, as a mapping file that a person completes.

mod column;
mod coordinates;
mod propose;
mod write;

use tables::{Header, Record};

use crate::target::Target;
use column::{Column, MOST_BYTES};

pub use propose::{Proposal, Proposed, Suggestion};
pub use write::quoted;

/// What a file's columns hold, gathered record by record.
#[derive(Debug, Clone)]
pub struct Survey<'a> {
    target: &'a Target,
    columns: Vec<Column>,
    records: u64,
    /// Bytes of values that may still be kept.
    room: usize,
}

impl<'a> Survey<'a> {
    /// A survey of a file with these columns.
    #[must_use]
    pub fn new(header: &Header, target: &'a Target) -> Self {
        let repeated = header.repeated();
        let column = |(nth, name): (usize, &String)| Column::new(name, !repeated.contains(&nth));
        Self { target, columns: header.names().iter().enumerate().map(column).collect(), records: 0, room: MOST_BYTES }
    }

    /// Looks at a record.
    pub fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        for (nth, column) in self.columns.iter_mut().enumerate() {
            match record.list(nth) {
                Some(list) => column.add_record(list, &mut self.room),
                None => column.add_record(std::iter::once(record.cell(nth)), &mut self.room),
            }
        }
    }

    /// What the columns could be.
    #[must_use]
    pub fn propose(&self) -> Suggestion<'_> {
        propose::propose(self.target, &self.columns, self.records)
    }
}
