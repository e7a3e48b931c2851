//! The values that a mapping found in one record.

use tables::Record;

use crate::fixed::{Fixed, FixedId};
use crate::mapper::Mapper;

/// The values of all fields of one record. Used again for the next.
#[derive(Debug, Default)]
pub struct Filled {
    pub(crate) slots: Vec<Slot>,
    /// First and behind the last slot of each field.
    fields: Vec<(u32, u32)>,
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
    /// The values of a field, by its place among the target's.
    pub fn values<'a>(
        &'a self,
        field: usize,
        record: &'a Record<'a>,
        mapper: &'a Mapper,
    ) -> impl Iterator<Item = Given<'a>> {
        let (first, behind) = self.fields.get(field).copied().unwrap_or_default();
        let fixed = &mapper.mapping().fixed;
        self.slots[first as usize..behind as usize].iter().map(move |slot| Given {
            text: self.text(slot, record, fixed),
            from: slot.from.map(|place| self.text_at(place, record, fixed)),
            column: slot.column.map(|column| column as usize),
            how: slot.how,
        })
    }

    /// The first value of a field.
    pub fn value<'a>(&'a self, field: usize, record: &'a Record<'a>, mapper: &'a Mapper) -> Option<Given<'a>> {
        self.values(field, record, mapper).next()
    }

    /// The values for which no table and no closed list has a row: the place of the field, the column, the text.
    pub fn unmapped<'a>(
        &'a self,
        record: &'a Record<'a>,
        mapper: &'a Mapper,
    ) -> impl Iterator<Item = (usize, Option<usize>, &'a str)> {
        let fixed = &mapper.mapping().fixed;
        self.unmapped.iter().map(move |unmapped| {
            let text = self.text_at(unmapped.place, record, fixed);
            (unmapped.field, unmapped.column.map(|column| column as usize), text)
        })
    }

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
    fn text_at<'a>(&'a self, place: Place, record: &'a Record<'_>, fixed: &'a Fixed) -> &'a str {
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
