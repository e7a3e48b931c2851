//! One form at one record: from its source through cutting and tables to values.

use tables::Record;

use crate::cache::Cache;
use crate::columns::{Bound, ColumnId};
use crate::filled::{Filled, How, Place, Slot, Unmapped};
use crate::fixed::{Fixed, FixedId};
use crate::form::{Form, Piece, Source};
use crate::hours;
use crate::lambert;
use crate::target::{Field, Kind};
use crate::values::{Found, Values};

/// What a table or closed list makes of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// The text itself is a value.
    Same,
    Table(FixedId),
    Several(u32),
    /// A value of the closed list that is written otherwise.
    Folded(FixedId),
    Dropped,
    Unmapped,
}

/// One form of one field at one record.
pub(crate) struct Work<'a, 'r> {
    pub(crate) field: &'a Field,
    pub(crate) nth: usize,
    pub(crate) record: &'a Record<'r>,
    pub(crate) bound: &'a Bound,
    pub(crate) filled: &'a mut Filled,
}

impl Work<'_, '_> {
    fn cell(&self, column: ColumnId) -> &str {
        self.bound.at(column).map_or("", |column| self.record.cell(column))
    }

    /// Takes the values of a column: its cell, or those of its list. `is_said`: whether the form says how the cell is cut.
    fn take(&mut self, column: ColumnId, is_said: bool) {
        let Some(at) = self.bound.at(column) else { return };
        match self.record.list(at) {
            Some(list) => {
                let keeps_blank = self.field.is_aligned;
                for text in list.filter(|text| keeps_blank || !is_blank(text)) {
                    let place = self.filled.keep(text);
                    self.filled.slots.push(Slot::new(place, Some(at), How::AsIs));
                }
            }
            None => {
                let cell = self.record.cell(at);
                if !is_blank(cell) && !self.take_several(cell, at, is_said) {
                    let place = Place::Cell { column: at as u32, from: 0, to: cell.len() as u32 };
                    self.filled.slots.push(Slot::new(place, Some(at), How::AsIs));
                }
            }
        }
    }

    /// Takes several values of one cell, where the family knows how they are written; false where it is one value.
    fn take_several(&mut self, cell: &str, at: usize, is_said: bool) -> bool {
        let Some(read) = self.field.cell_list.filter(|_| self.field.is_list) else { return false };
        // A word of the closed list is one value, whatever stands in it.
        let is_said = is_said || self.field.choices().is_some_and(|choices| choices.find(cell).is_some());
        let filled = &mut *self.filled;
        read(cell, is_said, &mut |value| {
            if !is_blank(value) {
                let place = filled.keep(value);
                filled.slots.push(Slot::new(place, Some(at), How::AsIs));
            }
        })
    }

    pub(crate) fn source(&mut self, form: &Form) {
        let is_said = form.split.is_some() || form.values.is_some();
        match &form.source {
            Source::Columns(columns) => columns.iter().for_each(|column| self.take(*column, is_said)),
            Source::Const(values) => {
                self.filled.slots.extend(values.iter().map(|id| Slot::fixed(*id, How::Const)));
            }
            Source::First(columns) => {
                let readable = columns.iter().find(|column| {
                    let cell = self.cell(**column);
                    !is_blank(cell) && (self.field.readable)(cell)
                });
                let filled = || columns.iter().find(|column| !is_blank(self.cell(**column)));
                if let Some(column) = readable.or_else(filled) {
                    self.take(*column, is_said);
                }
            }
            Source::Join { columns, with } => {
                let mut joined = String::new();
                for column in columns {
                    let cell = self.cell(*column).trim();
                    if !cell.is_empty() {
                        if !joined.is_empty() {
                            joined.push_str(with);
                        }
                        joined.push_str(cell);
                    }
                }
                self.build(&joined, columns.first().copied(), How::Built);
            }
            Source::Flags(flags) => {
                for (column, values) in flags {
                    if says_yes(self.cell(*column)) {
                        let at = self.bound.at(*column);
                        let slots = values
                            .iter()
                            .map(|id| Slot { column: at.map(|at| at as u32), ..Slot::fixed(*id, How::Built) });
                        self.filled.slots.extend(slots);
                    }
                }
            }
            Source::Lambert { east, north, gives_longitude } => {
                let metres = lambert::number(self.cell(*east)).zip(lambert::number(self.cell(*north)));
                if let Some((longitude, latitude)) = metres.and_then(|(east, north)| lambert::to_degrees(east, north)) {
                    let degrees = if *gives_longitude { longitude } else { latitude };
                    let column = if *gives_longitude { east } else { north };
                    self.build(&lambert::degrees_text(degrees), Some(*column), How::Built);
                }
            }
            Source::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(piece) => text.push_str(piece),
                        Piece::Column(column) => match self.cell(*column).trim() {
                            "" => return,
                            cell => text.push_str(cell),
                        },
                    }
                }
                let first = pieces.iter().find_map(|piece| match piece {
                    Piece::Column(column) => Some(*column),
                    Piece::Text(_) => None,
                });
                self.build(&text, first, How::Built);
            }
            Source::Week(column) => {
                let hours = hours::of_week(self.cell(*column));
                self.build(&hours.text, Some(*column), How::Hours { is_readable: hours.is_readable });
            }
            Source::Days(days) => {
                let texts: Vec<(usize, &str)> = days.iter().map(|(day, column)| (*day, self.cell(*column))).collect();
                let hours = hours::of_days(texts);
                self.build(
                    &hours.text,
                    days.first().map(|(_, column)| *column),
                    How::Hours { is_readable: hours.is_readable },
                );
            }
        }
    }

    fn build(&mut self, text: &str, column: Option<ColumnId>, how: How) {
        if !is_blank(text) {
            let place = self.filled.keep(text);
            let column = column.and_then(|column| self.bound.at(column));
            self.filled.slots.push(Slot::new(place, column, how));
        }
    }

    /// Cuts the values from `begin` on; of a part only that one stays.
    pub(crate) fn split(&mut self, form: &Form, begin: usize) {
        let Some(split) = &form.split else { return };
        let whole: Vec<Slot> = self.filled.slots.drain(begin..).collect();
        for slot in whole {
            // A constant is no text of the record: it is cut like any other.
            let Some((text, offset)) = self.filled.own_text(&slot, self.record) else {
                self.filled.slots.push(slot);
                continue;
            };
            let mut pieces = Vec::new();
            let mut at = 0;
            for piece in text.split(split.as_str()) {
                let lead = piece.len() - piece.trim_start().len();
                pieces.push((at + lead, at + lead + piece.trim().len()));
                at += piece.len() + split.len();
            }
            let chosen = match form.part {
                Some(part) => pieces.get(part).copied().into_iter().collect(),
                None => pieces,
            };
            let keeps_blank = self.field.is_aligned && form.part.is_none();
            for (from, to) in chosen.into_iter().filter(|(from, to)| keeps_blank || from < to) {
                self.filled.slots.push(Slot { place: slot.place.part(offset, from, to), ..slot });
            }
        }
    }

    /// Puts the values from `begin` on through a table, or into the words of a closed list.
    pub(crate) fn values(
        &mut self,
        form: &Form,
        begin: usize,
        values: &[Values],
        fixed: &mut Fixed,
        answers: &mut Cache<Answer>,
        several: &mut Vec<Vec<FixedId>>,
    ) {
        let table = form.values.map(|table| &values[table]);
        let choices = match &self.field.kind {
            Kind::Choice(choices) if table.is_some() || !self.field.is_read_by_family => Some(choices),
            _ => None,
        };
        if table.is_none() && choices.is_none() {
            return;
        }
        // What stands in the mapping was checked when it was read.
        let is_checked = |slot: &Slot| table.is_none() && matches!(slot.place, Place::Fixed(_));
        if self.filled.slots[begin..].iter().all(is_checked) {
            return;
        }
        let raw: Vec<Slot> = self.filled.slots.drain(begin..).collect();
        for slot in raw {
            if is_checked(&slot) {
                self.filled.slots.push(slot);
                continue;
            }
            let of_mapping;
            let text = match self.filled.own_text(&slot, self.record) {
                Some((text, _)) => text,
                None => {
                    of_mapping = self.filled.text(&slot, self.record, fixed).to_owned();
                    &of_mapping
                }
            };
            let answer = answers.get(text, |text| match (table.and_then(|table| table.find(text)), choices) {
                (Some(Found::Nothing), _) => Answer::Dropped,
                (Some(Found::Targets(targets)), _) => match targets[..] {
                    [target] => Answer::Table(target),
                    _ => {
                        let known = several.iter().position(|known| *known == targets);
                        let nth = known.unwrap_or_else(|| {
                            several.push(targets);
                            several.len() - 1
                        });
                        Answer::Several(nth as u32)
                    }
                },
                (None, Some(choices)) => match choices.find(text) {
                    Some(value) if value == text => Answer::Same,
                    Some(value) => Answer::Folded(fixed.add(value)),
                    None => Answer::Unmapped,
                },
                (None, None) => Answer::Unmapped,
            });
            let mapped = |id: FixedId, how: How| Slot {
                place: Place::Fixed(id),
                from: Some(slot.place),
                column: slot.column,
                how,
            };
            match answer {
                Answer::Same => self.filled.slots.push(slot),
                Answer::Table(id) => self.filled.slots.push(mapped(id, How::Table)),
                Answer::Several(nth) => {
                    self.filled.slots.extend(several[nth as usize].iter().map(|id| mapped(*id, How::Table)));
                }
                Answer::Folded(id) => self.filled.slots.push(mapped(id, How::Folded)),
                // Where another list stands beside it, its place stays.
                Answer::Dropped if self.field.is_aligned => {
                    self.filled.slots.push(Slot::fixed(fixed.add(""), How::Table))
                }
                Answer::Dropped => {}
                Answer::Unmapped => {
                    self.filled.unmapped.push(Unmapped { field: self.nth, column: slot.column, place: slot.place });
                    // Only a field of free text takes what no table knows.
                    if matches!(self.field.kind, Kind::Text) {
                        self.filled.slots.push(slot);
                    } else if self.field.is_aligned {
                        self.filled.slots.push(Slot::fixed(fixed.add(""), How::Table));
                    }
                }
            }
        }
    }
}

pub(crate) fn is_blank(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'!'..=b'~') => false,
        _ => text.trim().is_empty(),
    }
}

/// What producers write for yes.
fn says_yes(cell: &str) -> bool {
    matches!(tables::fold(cell).as_str(), "oui" | "o" | "x" | "vrai" | "true" | "yes" | "1")
}
