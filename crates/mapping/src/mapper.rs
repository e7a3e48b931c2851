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
use crate::filled::{Filled, Given, How, Place, Slot};
use crate::fixed::FixedId;
use crate::form::{Form, Source};
use crate::target::Field;
use crate::work::{Answer, Work, is_blank};

/// More values of one field are not united: each is compared with those before it.
const MOST_VALUES: usize = 1_024;

/// A mapping bound to the columns of a file.
#[derive(Debug)]
pub struct Mapper {
    mapping: Mapping,
    bound: Bound,
    missing: Vec<String>,
    /// Of each field of the mapping the column whose cell is its one value, where it is as simple as that.
    plain: Vec<Option<usize>>,
    /// What tables and closed lists say, by field and form.
    answers: Vec<Vec<Cache<Answer>>>,
    /// The targets of answers with several.
    several: Vec<Vec<FixedId>>,
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
        let plain = mapping.fields.iter().map(|(nth, forms)| match &forms[..] {
            [form] => plain_column(form, &mapping.target.fields[*nth]).and_then(|column| bound.at(column)),
            _ => None,
        });
        let plain = plain.collect();
        Ok(Self { mapping, bound, missing, plain, answers, several: Vec::new() })
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

    /// The column whose cell is the one value of a field as it stands there, where it is as simple as that; by the field's
    /// place among the target's.
    #[must_use]
    pub fn plain_column(&self, field: usize) -> Option<usize> {
        let place = self.mapping.fields.iter().position(|(nth, _)| *nth == field)?;
        self.plain[place]
    }

    /// Finds the values of all fields of a record.
    pub fn fill(&mut self, record: &Record<'_>, filled: &mut Filled) {
        self.fill_fields(record, filled, true);
    }

    /// Finds the values of those fields that are no plain column of a record ([`Mapper::plain_column`]), and of those whose
    /// cell is a list there.
    pub fn fill_rest(&mut self, record: &Record<'_>, filled: &mut Filled) {
        self.fill_fields(record, filled, false);
    }

    fn fill_fields(&mut self, record: &Record<'_>, filled: &mut Filled, takes_plain: bool) {
        let Self { mapping, bound, plain, answers, several, .. } = self;
        let Mapping { target, fixed, values, fields, .. } = mapping;
        filled.begin(target.fields.len());
        for (((nth, forms), plain), answers) in fields.iter_mut().zip(plain).zip(answers) {
            if let Some(column) = *plain
                && record.list(column).is_none()
            {
                if takes_plain {
                    filled.take_cell(*nth, column, record.cell(column));
                }
                continue;
            }
            let field = &target.fields[*nth];
            let (first, is_only) = (filled.slots.len(), forms.len() == 1);
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
                    if !field.is_aligned {
                        filled.unite(first, begin, record, fixed, MOST_VALUES);
                    }
                    continue;
                }
                // The common case: nothing else could give another value.
                if is_only && filled.slots.len() <= begin + 1 {
                    break;
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

/// The column of a form that gives the cell as it stands there, and nothing else.
fn plain_column(form: &Form, field: &Field) -> Option<ColumnId> {
    let Form { when: None, source: Source::Columns(columns), split: None, part: None, values: None, default } = form
    else {
        return None;
    };
    let is_as_is = field.cell_list.is_none() && (field.choices().is_none() || field.is_read_by_family);
    match columns[..] {
        [column] if is_as_is && default.is_empty() => Some(column),
        _ => None,
    }
}

impl Filled {
    /// The one value of a field is a cell, unless that is blank.
    fn take_cell(&mut self, field: usize, column: usize, cell: &str) {
        let first = self.slots.len();
        if !is_blank(cell) {
            let place = Place::Cell { column: column as u32, from: 0, to: cell.len() as u32 };
            self.slots.push(Slot::new(place, Some(column), How::AsIs));
        }
        self.close(field, first);
    }

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
}
