//! A record as it is judged, whatever it was read from.

use crate::verdict::Value;

/// A record: its place, and its values by field of the schema.
#[derive(Debug)]
pub(super) struct Row<'r> {
    /// From 1.
    pub(super) number: u64,
    /// On which it begins, from 1.
    pub(super) line: u64,
    /// What stands in each field; nothing where it is absent.
    pub(super) values: Vec<Option<Value<'r>>>,
    /// What it is.
    pub(super) nature: Nature,
}

/// What a record is to the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// It says something.
    Data {
        /// The template's column is there: records need name no source.
        may_lack_source: bool,
    },
    /// It says nothing.
    Blank,
    /// It is to be set aside.
    Ignored,
    /// It is no object.
    Other,
}

impl Row<'_> {
    /// The text of a field.
    pub(super) fn text(&self, field: Option<usize>) -> Option<&str> {
        self.values[field?].as_ref()?.as_text()
    }

    /// Whether a field says nothing.
    pub(super) fn is_blank(&self, field: Option<usize>) -> bool {
        let value = field.and_then(|field| self.values[field].as_ref());
        value.is_none_or(|value| match value {
            Value::Text(text) => text.trim().is_empty(),
            other => *other == Value::Null,
        })
    }
}
