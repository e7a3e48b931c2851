//! A mapping applied to the records of a file.
//!
//! Columns are looked up once. A value that a table or closed list has been asked for is not asked for again. What stands
//! in the record is borrowed from it; what is put together lies in one text that is used again for the next record.

use anyhow::Result;
use step::{ExitCode, Failure};
use tables::{Header, Record};

use crate::cache::Cache;
use crate::columns::{Bound, ColumnId};
use crate::file::Mapping;
use crate::filled::{Filled, How, Place, Slot, Unmapped};
use crate::fixed::{Fixed, FixedId};
use crate::form::{Form, Piece, Source};
use crate::hours;
use crate::lambert;
use crate::target::{Field, Kind};
use crate::values::{Found, Values};

/// More values of one field are not united: each is compared with those before it.
const MOST_VALUES: usize = 1_024;

/// A mapping bound to the columns of a file.
#[derive(Debug)]
pub struct Mapper {
    mapping: Mapping,
    bound: Bound,
    missing: Vec<String>,
    /// What tables and closed lists say, by field and form.
    answers: Vec<Vec<Cache<Answer>>>,
    /// The targets of answers with several.
    several: Vec<Vec<FixedId>>,
}

/// What a table or closed list makes of a text.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// The text itself is a value.
    Same,
    Table(FixedId),
    Several(u32),
    /// A value of the closed list that is written otherwise.
    Folded(FixedId),
    Dropped,
    Unmapped,
}

impl Mapper {
    /// Binds a mapping to a file's columns. `others` are columns that the family reads beside it, by name.
    ///
    /// # Errors
    /// 65 when the file has none of all these columns.
    pub fn new(mapping: Mapping, header: &Header, others: &[&str]) -> Result<Self> {
        let bound = mapping.columns.bind(header);
        let missing: Vec<String> = bound.missing().map(|nth| mapping.columns()[nth].clone()).collect();
        let is_any = missing.len() < mapping.columns().len() || others.iter().any(|name| header.column(name).is_some());
        let names_none = mapping.columns().is_empty() && others.is_empty();
        if !(is_any || names_none) {
            let names: Vec<String> =
                header.names().iter().take(50).map(|name| format!("`{}`", name.escape_debug())).collect();
            let message = format!("could not find any column of the mapping `{}`", mapping.file.display());
            let hint = format!("the input has {}; `--suggest` writes a mapping for it", names.join(", "));
            return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
        }
        let answers =
            mapping.fields.iter().map(|(_, forms)| forms.iter().map(|_| Cache::default()).collect()).collect();
        Ok(Self { mapping, bound, missing, answers, several: Vec::new() })
    }

    /// The mapping.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The columns of the mapping that the file lacks, as the mapping writes them.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The columns of the file that the mapping does not name, by place.
    pub fn unused<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = usize> + 'a {
        (0..header.names().len())
            .filter(|column| !self.mapping.columns().iter().any(|name| header.column(name) == Some(*column)))
    }

    /// Whether a record meets the conditions of `[keep]`; else the name of the first column that fails.
    ///
    /// # Errors
    /// The column by whose condition the record is dropped.
    pub fn keep(&mut self, record: &Record<'_>) -> Result<(), &str> {
        let failed = self.mapping.keep.iter_mut().position(|(_, condition)| !condition.holds(record, &self.bound));
        match failed {
            None => Ok(()),
            Some(nth) => Err(&self.mapping.keep[nth].0),
        }
    }

    /// Finds the values of all fields of a record.
    pub fn fill(&mut self, record: &Record<'_>, filled: &mut Filled) {
        let Self { mapping, bound, answers, several, .. } = self;
        let Mapping { target, fixed, values, fields, .. } = mapping;
        filled.begin(target.fields.len());
        for ((nth, forms), answers) in fields.iter_mut().zip(answers) {
            let field = &target.fields[*nth];
            let first = filled.slots.len();
            // A value that is there, but that the family cannot read, counts where no other form gives one.
            let mut spare: Option<Slot> = None;
            for (form, answers) in forms.iter_mut().zip(answers) {
                if form.when.as_mut().is_some_and(|when| !when.holds(record, bound)) {
                    continue;
                }
                let begin = filled.slots.len();
                let mut work = Work { field, nth: *nth, record, bound, filled };
                work.source(form);
                work.split(form, begin);
                work.values(form, begin, values, fixed, answers, several);
                if filled.slots.len() == begin {
                    filled.slots.extend(form.default.iter().map(|id| Slot::fixed(*id, How::Default)));
                }
                if field.is_list {
                    filled.unite(first, begin, record, fixed, MOST_VALUES);
                    continue;
                }
                let readable = (begin..filled.slots.len())
                    .find(|slot| (field.readable)(filled.text(&filled.slots[*slot], record, fixed)));
                if let Some(slot) = readable {
                    filled.slots[first] = filled.slots[slot];
                    filled.slots.truncate(first + 1);
                    spare = None;
                    break;
                }
                spare = spare.or_else(|| filled.slots.get(begin).copied());
                filled.slots.truncate(first);
            }
            filled.slots.extend(spare);
            filled.close(*nth, first);
        }
    }
}

/// One form of one field at one record.
struct Work<'a, 'r> {
    field: &'a Field,
    nth: usize,
    record: &'a Record<'r>,
    bound: &'a Bound,
    filled: &'a mut Filled,
}

impl Work<'_, '_> {
    fn cell(&self, column: ColumnId) -> &str {
        self.bound.at(column).map_or("", |column| self.record.cell(column))
    }

    /// Takes the values of a column: its cell, or those of its list.
    fn take(&mut self, column: ColumnId) {
        let Some(at) = self.bound.at(column) else { return };
        match self.record.list(at) {
            Some(list) => {
                for text in list.filter(|text| !is_blank(text)) {
                    let place = self.filled.keep(text);
                    self.filled.slots.push(Slot::new(place, Some(at), How::AsIs));
                }
            }
            None => {
                let cell = self.record.cell(at);
                if !is_blank(cell) {
                    let place = Place::Cell { column: at as u32, from: 0, to: cell.len() as u32 };
                    self.filled.slots.push(Slot::new(place, Some(at), How::AsIs));
                }
            }
        }
    }

    fn source(&mut self, form: &Form) {
        match &form.source {
            Source::Columns(columns) => columns.iter().for_each(|column| self.take(*column)),
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
                    self.take(*column);
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
    fn split(&mut self, form: &Form, begin: usize) {
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
            for (from, to) in chosen.into_iter().filter(|(from, to)| from < to) {
                self.filled.slots.push(Slot { place: slot.place.part(offset, from, to), ..slot });
            }
        }
    }

    /// Puts the values from `begin` on through a table, or into the words of a closed list.
    fn values(
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
            Kind::Choice(choices) => Some(choices),
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
                Answer::Dropped => {}
                Answer::Unmapped => {
                    self.filled.unmapped.push(Unmapped { field: self.nth, column: slot.column, place: slot.place });
                    // Only a field of free text takes what no table knows.
                    if matches!(self.field.kind, Kind::Text) {
                        self.filled.slots.push(slot);
                    }
                }
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'!'..=b'~') => false,
        _ => text.trim().is_empty(),
    }
}

/// What producers write for yes.
fn says_yes(cell: &str) -> bool {
    matches!(tables::fold(cell).as_str(), "oui" | "o" | "x" | "vrai" | "true" | "yes" | "1")
}
