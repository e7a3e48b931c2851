//! One rule met at one place.

use std::fmt;

use serde::Serialize;
use tables::{Record, Remark};

use crate::rule::RuleId;

/// What of an input a finding is about, where there are several: a list of a file, a file, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A part by its place in the order that was declared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId(pub(crate) u16);

/// So many characters of what stood there are told.
pub(crate) const LONGEST_VALUE_CHARS: usize = 200;

/// One rule met at one place. Texts are borrowed, and the message is put together only if it is written.
#[derive(Clone, Copy)]
pub struct Finding<'a> {
    pub(crate) rule: RuleId,
    pub(crate) part: PartId,
    pub(crate) record: Option<u64>,
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) value: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    pub(crate) lead: Option<&'a dyn fmt::Display>,
    pub(crate) message: Option<&'a dyn fmt::Display>,
    pub(crate) remedy: Option<&'a str>,
    pub(crate) longest_value: usize,
}

impl<'a> Finding<'a> {
    /// Of the file, until a place is given.
    pub fn new(rule: RuleId) -> Self {
        Self {
            rule,
            part: PartId::default(),
            record: None,
            line: None,
            column: None,
            path: None,
            id: None,
            value: None,
            to: None,
            lead: None,
            message: None,
            remedy: None,
            longest_value: LONGEST_VALUE_CHARS,
        }
    }

    /// In one of several lists or files.
    pub fn part(self, part: PartId) -> Self {
        Self { part, ..self }
    }

    /// At a record of a table.
    pub fn at(self, record: &Record<'_>) -> Self {
        Self { record: Some(record.number()), line: Some(record.line()), ..self }
    }

    /// At a record, from 1.
    pub fn record(self, record: u64) -> Self {
        Self { record: Some(record), ..self }
    }

    /// At a line, from 1.
    pub fn line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }

    /// In a column, as the input calls it.
    pub fn column(self, column: &'a str) -> Self {
        Self { column: Some(column), ..self }
    }

    /// At a place of the output record, as a JSON Pointer.
    pub fn path(self, path: &'a str) -> Self {
        Self { path: Some(path), ..self }
    }

    /// Of the record of this identifier.
    pub fn id(self, id: &'a str) -> Self {
        Self { id: Some(id), ..self }
    }

    /// What stood there; never a person's e-mail, telephone or name.
    pub fn value(self, value: &'a str) -> Self {
        Self { value: Some(value), ..self }
    }

    /// [`Finding::value`], of which more than usual is told.
    pub fn long_value(self, value: &'a str, chars: usize) -> Self {
        Self { value: Some(value), longest_value: chars, ..self }
    }

    /// What a repair made of it.
    pub fn to(self, to: &'a str) -> Self {
        Self { to: Some(to), ..self }
    }

    /// What stands before the message, such as whose field it is.
    pub fn lead(self, lead: &'a dyn fmt::Display) -> Self {
        Self { lead: Some(lead), ..self }
    }

    /// What is the matter here, in place of the rule's own message.
    pub fn message(self, message: &'a dyn fmt::Display) -> Self {
        Self { message: Some(message), ..self }
    }

    /// What to do here, in place of the rule's own remedy.
    pub fn remedy(self, remedy: &'a str) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    pub(crate) fn of_remark(rule: RuleId, remark: &'a Remark) -> Self {
        Self {
            record: remark.record,
            line: remark.line,
            column: remark.column.as_deref(),
            value: remark.value.as_deref(),
            ..Self::new(rule)
        }
    }

    pub(crate) fn shown_value(&self) -> Option<&'a str> {
        self.value.map(|value| cut(value, self.longest_value))
    }

    pub(crate) fn shown_to(&self) -> Option<&'a str> {
        self.to.map(|to| cut(to, self.longest_value))
    }
}

impl fmt::Debug for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = (self.part, self.record, self.column, self.path);
        f.debug_struct("Finding").field("rule", &self.rule).field("place", &place).finish_non_exhaustive()
    }
}

/// The first `chars` characters.
pub(crate) fn cut(text: &str, chars: usize) -> &str {
    match text.len() <= chars {
        true => text,
        false => text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_cut_by_characters() {
        assert_eq!(cut("éàü", 2), "éà");
        assert_eq!(cut("éàü", 3), "éàü");
        assert_eq!(cut("", 0), "");
    }
}
