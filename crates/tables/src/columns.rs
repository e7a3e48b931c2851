//! Columns that stand with each value, as `a.b`, in the order in which they are first met.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// No file has more.
pub(crate) const MOST_COLUMNS: usize = 4_096;

/// The names of columns, and the name under way.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    by_name: HashMap<Box<str>, usize, FixedState>,
    /// The path of the value that is being read.
    path: String,
    /// How long the path was before each of its names.
    before: Vec<usize>,
}

impl Columns {
    /// Goes down to a name.
    pub(crate) fn enter(&mut self, name: &str) {
        self.before.push(self.path.len());
        if self.before.len() > 1 {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    /// Goes back up.
    pub(crate) fn leave(&mut self) {
        let before = self.before.pop().expect("what is left was entered");
        self.path.truncate(before);
    }

    pub(crate) fn depth(&self) -> usize {
        self.before.len()
    }

    /// Back to the top, wherever it stands.
    pub(crate) fn reset(&mut self) {
        self.before.clear();
        self.path.clear();
    }

    /// The column of the present path, a new one if need be.
    pub(crate) fn learn(&mut self) -> usize {
        if let Some(column) = self.find() {
            return column;
        }
        self.names.push(self.path.clone());
        self.by_name.insert(self.path.as_str().into(), self.names.len() - 1);
        self.names.len() - 1
    }

    /// The column of the present path.
    pub(crate) fn find(&self) -> Option<usize> {
        self.by_name.get(self.path.as_str()).copied()
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}
