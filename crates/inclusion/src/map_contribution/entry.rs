//! A record of the output: the value of each field of the schema, or none. Used again for the next.

use std::ops::Range;

/// The values of one record; texts lie one behind the other.
#[derive(Debug, Default)]
pub(super) struct Entry {
    texts: String,
    items: Vec<Range<usize>>,
    fields: Vec<Value>,
}

/// The value of a field.
#[derive(Debug, Clone, Default, PartialEq)]
enum Value {
    #[default]
    Absent,
    /// Where its text lies.
    One(Range<usize>),
    /// Which items are its values.
    Many(Range<usize>),
}

impl Entry {
    /// Empty, with so many fields.
    pub(super) fn clear(&mut self, fields: usize) {
        self.texts.clear();
        self.items.clear();
        self.fields.clear();
        self.fields.resize(fields, Value::Absent);
    }

    /// Gives a field this text.
    pub(super) fn set(&mut self, field: usize, text: &str) {
        self.fields[field] = Value::One(self.keep(text));
    }

    /// Gives a field these values; none make it absent.
    pub(super) fn set_all<'t>(&mut self, field: usize, values: impl IntoIterator<Item = &'t str>) {
        let first = self.items.len();
        for value in values {
            let kept = self.keep(value);
            self.items.push(kept);
        }
        let is_empty = self.items.len() == first;
        self.fields[field] = if is_empty { Value::Absent } else { Value::Many(first..self.items.len()) };
    }

    /// Exchanges the values of two fields.
    pub(super) fn exchange(&mut self, one: usize, other: usize) {
        self.fields.swap(one, other);
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let first = self.texts.len();
        self.texts.push_str(text);
        first..self.texts.len()
    }

    /// Whether a field has a value.
    pub(super) fn has(&self, field: usize) -> bool {
        self.fields[field] != Value::Absent
    }

    /// The text of a field that holds one.
    pub(super) fn text(&self, field: usize) -> Option<&str> {
        match &self.fields[field] {
            Value::One(range) => Some(&self.texts[range.clone()]),
            _ => None,
        }
    }

    /// The values of a field that holds several.
    pub(super) fn all(&self, field: usize) -> Option<impl Iterator<Item = &str>> {
        match &self.fields[field] {
            Value::Many(range) => Some(self.items[range.clone()].iter().map(|item| &self.texts[item.clone()])),
            _ => None,
        }
    }

    /// How many fields there are.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }
}
