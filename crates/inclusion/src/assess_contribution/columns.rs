//! How far each column is filled, and with how many different values.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use serde::Serialize;
use tables::{Header, Record};

use super::question::share;
use crate::lists::is_null;
use crate::seen::{AsItIs, hash};

/// Different values of a column that are counted.
const MOST_DISTINCT: usize = 10_000;

/// Different values that are kept of all columns together, so that a very wide table takes no more memory than others.
const MOST_KEPT: usize = 1_500_000;

/// A column as the report has it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ColumnFigures {
    pub(super) column: String,
    pub(super) filled: u64,
    pub(super) filled_share: f64,
    /// None where there are too many to count.
    pub(super) distinct: Option<u64>,
}

/// All columns of a list.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Counted>,
    kept: usize,
}

#[derive(Debug, Default)]
struct Counted {
    name: String,
    filled: u64,
    /// None once there are too many.
    values: Option<HashSet<u64, BuildHasherDefault<AsItIs>>>,
}

impl Columns {
    pub(super) fn new(header: &Header) -> Self {
        let counted = |name: &String| Counted { name: name.clone(), values: Some(HashSet::default()), filled: 0 };
        Self { columns: header.names().iter().map(counted).collect(), kept: 0 }
    }

    pub(super) fn add(&mut self, record: &Record<'_>) {
        for (nth, column) in self.columns.iter_mut().enumerate() {
            let cell = record.cell(nth);
            if is_null(cell) {
                continue;
            }
            column.filled += 1;
            let Some(values) = &mut column.values else { continue };
            self.kept += usize::from(values.insert(hash(cell.trim())));
            if values.len() > MOST_DISTINCT || self.kept > MOST_KEPT {
                self.kept -= values.len();
                column.values = None;
            }
        }
    }

    pub(super) fn figures(&self, records: u64) -> Vec<ColumnFigures> {
        let figures = |column: &Counted| ColumnFigures {
            column: report::mask(&column.name).into_owned(),
            filled: column.filled,
            filled_share: share(column.filled, records),
            distinct: column.values.as_ref().map(|values| values.len() as u64),
        };
        self.columns.iter().map(figures).collect()
    }
}
