//! A cell that a question looks at.

use tables::Record;

use crate::contact;
use crate::lists::is_null;

/// The column of a question.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) nth: usize,
    pub(super) name: String,
}

impl Column {
    /// What a record says there, blanks around it left out; none where it says nothing.
    #[inline]
    pub(super) fn of<'a>(&self, record: &Record<'a>) -> Option<&'a str> {
        let cell = record.cell(self.nth);
        (!is_null(cell)).then(|| cell.trim())
    }

    /// What of a value may be shown.
    pub(super) fn shown<'a>(&self, value: &'a str) -> Option<&'a str> {
        contact::shown(&self.name, value)
    }
}
