//! Names that the schema lacks.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// More names are none that a file gives to its columns.
const MOST: usize = 4_096;

/// The names met so far, in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Unknown {
    /// Each with the record in which it was met last.
    names: IndexMap<String, u64, RandomState>,
}

/// How often a name was met before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// Never.
    First,
    /// In another record.
    Before,
    /// In this record.
    Twice,
    /// Too many names are known.
    TooMany,
}

impl Unknown {
    /// Takes a name of a record.
    pub(super) fn meet(&mut self, name: &str, record: u64) -> Met {
        if let Some(last) = self.names.get_mut(name) {
            return if std::mem::replace(last, record) == record { Met::Twice } else { Met::Before };
        }
        if self.names.len() == MOST {
            return Met::TooMany;
        }
        self.names.insert(name.to_owned(), record);
        Met::First
    }

    /// All of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}
