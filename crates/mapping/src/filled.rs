//! The values that a mapping found in one record.

use tables::Record;

use crate::fixed::{Fixed, FixedId};

/// The values of all fields of one record. Used again for the next.
#[derive(Debug, Default)]
pub struct Filled {
    pub(crate) slots: Vec<Slot>,
    /// First and behind the last slot of each field.
    pub(crate) fields: Vec<(u32, u32)>,
    /// What was put together.
    texts: String,
    pub(crate) unmapped: Vec<Unmapped>,
}

/// How a value came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It stands so in the input.
    AsIs,
    /// A table of values says it.
    Table,
    /// The closed list has it, written otherwise.
    Folded,
    /// The mapping says it of every record.
    Const,
    /// The mapping says it where nothing else does.
    Default,
    /// Put together from several cells, computed, or of a column that says yes.
    Built,
    /// Opening hours, all of which could be read or not.
    Hours { is_readable: bool },
}

/// A value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    pub text: &'a str,
    /// What stood in the input, where that is another text.
    pub from: Option<&'a str>,
    /// The column that it came from, by place; of several the first.
    pub column: Option<usize>,
    pub how: How,
}

/// A value that no row of its table has, and no closed list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unmapped {
    pub(crate) field: usize,
    pub(crate) column: Option<u32>,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slot {
    pub(crate) place: Place,
    pub(crate) from: Option<Place>,
    pub(crate) column: Option<u32>,
    pub(crate) how: How,
}

/// Where a text is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Cell { column: u32, from: u32, to: u32 },
    Built { from: u32, to: u32 },
    Fixed(FixedId),
}

impl Place {
    /// A part of the text that is there, which itself begins at `offset`.
    pub(crate) fn part(self, offset: u32, from: usize, to: usize) -> Self {
        let (from, to) = (offset + from as u32, offset + to as u32);
        match self {
            Self::Cell { column, .. } => Self::Cell { column, from, to },
            Self::Built { .. } => Self::Built { from, to },
            Self::Fixed(id) => Self::Fixed(id),
        }
    }
}

impl Slot {
    pub(crate) fn new(place: Place, column: Option<usize>, how: How) -> Self {
        Self { place, from: None, column: column.map(|column| column as u32), how }
    }

    pub(crate) fn fixed(id: FixedId, how: How) -> Self {
        Self::new(Place::Fixed(id), None, how)
    }
}

impl Filled {
    pub(crate) fn begin(&mut self, fields: usize) {
        self.slots.clear();
        self.texts.clear();
        self.unmapped.clear();
        self.fields.clear();
        self.fields.resize(fields, (0, 0));
    }

    pub(crate) fn close(&mut self, field: usize, first: usize) {
        self.fields[field] = (first as u32, self.slots.len() as u32);
    }

    /// Keeps a text that was put together.
    pub(crate) fn keep(&mut self, text: &str) -> Place {
        let from = self.texts.len() as u32;
        self.texts.push_str(text);
        Place::Built { from, to: self.texts.len() as u32 }
    }

    #[inline]
    pub(crate) fn text<'a>(&'a self, slot: &Slot, record: &'a Record<'_>, fixed: &'a Fixed) -> &'a str {
        self.text_at(slot.place, record, fixed)
    }

    #[inline]
    pub(crate) fn text_at<'a>(&'a self, place: Place, record: &'a Record<'_>, fixed: &'a Fixed) -> &'a str {
        match place {
            Place::Cell { column, from, to } => &record.cell(column as usize)[from as usize..to as usize],
            Place::Built { from, to } => &self.texts[from as usize..to as usize],
            Place::Fixed(id) => fixed.get(id),
        }
    }

    /// A text that can be cut, and where it begins in what holds it.
    pub(crate) fn own_text<'a>(&'a self, slot: &Slot, record: &'a Record<'_>) -> Option<(&'a str, u32)> {
        match slot.place {
            Place::Cell { column, from, to } => Some((&record.cell(column as usize)[from as usize..to as usize], from)),
            Place::Built { from, to } => Some((&self.texts[from as usize..to as usize], from)),
            Place::Fixed(_) => None,
        }
    }

    /// Drops from `begin` on what stands from `first` on already.
    pub(crate) fn unite(&mut self, first: usize, begin: usize, record: &Record<'_>, fixed: &Fixed, most: usize) {
        if self.slots.len() - first < 2 || self.slots.len() - first > most {
            return;
        }
        let mut kept = begin;
        for nth in begin..self.slots.len() {
            let text = self.text(&self.slots[nth], record, fixed);
            let is_there = self.slots[first..kept].iter().any(|slot| self.text(slot, record, fixed) == text);
            if !is_there {
                self.slots[kept] = self.slots[nth];
                kept += 1;
            }
        }
        self.slots.truncate(kept);
    }
}
