//! A record of the input to a record of the output: by the mapping, repaired, judged.

mod coordinates;
mod hours;
mod identifier;
mod several;

use std::cell::RefCell;

use anyhow::Result;
use jiff::civil::Date;
use mapping::{Filled, Given, How, Mapper};
use report::{PartId, RuleId};
use tables::{Header, Record};

use super::entry::Entry;
use super::field::{Known, Nature};
use super::telling::{Place, Spot, Teller};
use crate::lists::is_null;
use crate::repair::hours::Checker;
use crate::repair::{Repaired, Step};
use crate::schema::{Kind, Schema};

use identifier::{is_blank, prefix, without_controls};

/// Reads the records of one list.
pub(super) struct Reader {
    kind: Kind,
    part: PartId,
    pub(super) header: Header,
    fields: Vec<Known>,
    pub(super) mapper: Mapper,
    /// Closed lists take only what the tables of values say.
    is_strict: bool,
    today: Date,
    filled: Filled,
    /// The record that came of the last one that was read.
    pub(super) entry: Entry,
    source: String,
    id: String,
    at: Places,
    checker: RefCell<Checker>,
    /// Columns of the opening hours, where there are several.
    hours: Vec<usize>,
    /// Columns of the longitude and of the latitude.
    columns: [Vec<usize>; 2],
}

/// Where the fields are that depend on each other.
#[derive(Debug, Clone, Copy)]
struct Places {
    id: usize,
    source: usize,
    longitude: usize,
    latitude: usize,
}

impl Reader {
    /// Reads by a mapping that is bound to the columns of the list.
    pub(super) fn new(
        schema: &'static Schema,
        kind: Kind,
        part: PartId,
        mapper: Mapper,
        header: Header,
        is_strict: bool,
        today: Date,
    ) -> Self {
        let list = schema.list(kind);
        let place = |name: &str| list.position(name).expect("both lists of v1 have the field");
        let at = Places {
            id: place("id"),
            source: place("source"),
            longitude: place("longitude"),
            latitude: place("latitude"),
        };
        let columns = |field: usize| -> Vec<usize> {
            mapper.mapping().columns_of(field).filter_map(|name| header.column(name)).collect()
        };
        let hours = columns(place("horaires_accueil"));
        let columns = [columns(at.longitude), columns(at.latitude)];
        Self {
            kind,
            part,
            fields: list.fields.iter().map(Known::new).collect(),
            mapper,
            is_strict,
            today,
            filled: Filled::default(),
            entry: Entry::default(),
            source: String::new(),
            id: String::new(),
            at,
            checker: RefCell::default(),
            hours: if hours.len() > 1 { hours } else { Vec::new() },
            columns,
            header,
        }
    }

    /// Reads a record into the entry; gives the first reason for which it is rejected, if there is one.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn read(&mut self, record: &Record<'_>, teller: &mut Teller) -> Result<Option<RuleId>> {
        self.mapper.fill(record, &mut self.filled);
        self.entry.clear(self.fields.len());
        self.find_source(record);
        self.find_id(record);
        let Self { kind, part, header, fields, mapper, filled, entry, .. } = self;
        let id = Some(self.id.as_str()).filter(|id| !id.is_empty());
        let spot = Spot { kind: *kind, part: *part, record, header, id };
        let reading = Reading {
            spot,
            fields,
            mapper,
            filled,
            source: &self.source,
            is_strict: self.is_strict,
            today: self.today,
            at: self.at,
            checker: &self.checker,
            hours: &self.hours,
            columns: &self.columns,
        };
        reading.all(entry, teller)
    }

    /// The identifier of the record that was read last.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The name of a field, by its place.
    pub(super) fn name(&self, field: usize) -> &'static str {
        self.fields[field].field.name
    }

    /// The source of a record, before its identifiers: they begin with it.
    fn find_source(&mut self, record: &Record<'_>) {
        let given = self.filled.value(self.at.source, record, &self.mapper).map(|given| given.text.trim());
        let source = given.filter(|source| !source.is_empty()).or(self.mapper.mapping().source());
        self.source.clear();
        self.source.push_str(&without_controls(source.unwrap_or_default()));
    }

    fn find_id(&mut self, record: &Record<'_>) {
        self.id.clear();
        let given = self.filled.value(self.at.id, record, &self.mapper).filter(|given| !is_blank(given.text));
        if let Some(given) = given {
            prefix(&self.source, given.text, &mut self.id);
        }
    }
}

/// One record being read.
struct Reading<'a> {
    spot: Spot<'a>,
    fields: &'a [Known],
    mapper: &'a Mapper,
    filled: &'a Filled,
    source: &'a str,
    is_strict: bool,
    today: Date,
    at: Places,
    checker: &'a RefCell<Checker>,
    hours: &'a [usize],
    columns: &'a [Vec<usize>; 2],
}

impl<'a> Reading<'a> {
    fn all(&self, entry: &mut Entry, teller: &mut Teller) -> Result<Option<RuleId>> {
        let record = self.spot.record;
        for (field, column, text) in self.filled.unmapped(record, self.mapper) {
            teller.unmapped(&self.spot, place(&self.fields[field]), column, text)?;
        }
        let mut reason = None;
        for (nth, known) in self.fields.iter().enumerate() {
            let refused = match known.nature {
                Nature::Several | Nature::Cost => self.several(nth, known, entry, teller)?,
                Nature::Source => self.source(nth, known, entry, teller)?,
                Nature::Identifier => self.identifier(nth, known, entry, teller)?,
                _ => self.single(nth, known, entry, teller)?,
            };
            let refused = match refused {
                None if known.field.required && !entry.has(nth) => {
                    Some(teller.refuse(&self.spot, place(known), None, Step::Own("required"), None)?)
                }
                refused => refused,
            };
            reason = reason.or(refused);
        }
        self.exchange_coordinates(entry, teller)?;
        Ok(reason)
    }

    /// A field of one value; the rule of its refusal, where that rejects the record.
    fn single(&self, nth: usize, known: &Known, entry: &mut Entry, teller: &mut Teller) -> Result<Option<RuleId>> {
        let Some(given) = self.first_good(nth, known) else {
            return self.nothing_came(nth, known, teller).map(|()| None);
        };
        if is_null(given.text) {
            return Ok(None);
        }
        let place = place(known);
        self.tell_others(place, &given, teller)?;
        let repaired = match given.how {
            How::Hours { is_readable } => return self.written_hours(nth, known, &given, is_readable, entry, teller),
            How::Folded => {
                let from = given.from.unwrap_or(given.text);
                let step = Step::Shared(super::messages::VALUE_FOLDED);
                teller.repair(&self.spot, place, given.column, step, from, given.text)?;
                Repaired::kept(given.text)
            }
            _ => known.repair(given.text, self.today),
        };
        self.take(nth, known, &given, &repaired, entry, teller)
    }

    /// The value that counts: of dates the first that may be one, else the first.
    fn first_good(&self, nth: usize, known: &Known) -> Option<Given<'a>> {
        let mut all = self.given(nth);
        let first = all.next()?;
        let mut others = all.peekable();
        if known.nature != Nature::Date || others.peek().is_none() {
            return Some(first);
        }
        std::iter::once(first)
            .chain(others)
            .find(|given| known.repair(given.text, self.today).value.is_some())
            .or(Some(first))
    }

    /// Of a list in the input a field of one value takes one: tells so.
    fn tell_others(&self, place: Place<'_>, given: &Given<'_>, teller: &mut Teller) -> Result<()> {
        let Some(column) = given.column.filter(|_| given.how == How::AsIs) else { return Ok(()) };
        let Some(list) = self.spot.record.list(column).filter(|list| list.len() > 1) else { return Ok(()) };
        if list.filter(|value| !is_null(value)).count() < 2 {
            return Ok(());
        }
        let whole = self.spot.record.cell(column);
        teller.repair(&self.spot, place, Some(column), Step::Own("several"), whole, given.text)
    }

    /// Takes what a repair gave, if the schema does.
    fn take(
        &self,
        nth: usize,
        known: &Known,
        given: &Given<'_>,
        repaired: &Repaired<'_>,
        entry: &mut Entry,
        teller: &mut Teller,
    ) -> Result<Option<RuleId>> {
        let (spot, place, column) = (&self.spot, place(known), given.column);
        let value = repaired.value.as_deref().filter(|value| !is_null(value));
        for step in repaired.steps() {
            teller.repair(spot, place, column, step, given.text, value.unwrap_or_default())?;
        }
        if let Some(warning) = repaired.warning {
            teller.warn(spot, place, column, warning, given.text)?;
        }
        let Some(value) = value else { return Ok(None) };
        match known.fault(value, self.today) {
            None => {
                entry.set(nth, value);
                Ok(None)
            }
            Some(fault) if known.field.required => {
                teller.refuse(spot, place, column, known.refusal(fault), Some(value)).map(Some)
            }
            Some(fault) => {
                teller.warn(spot, place, column, known.refusal(fault), value)?;
                Ok(None)
            }
        }
    }

    fn given(&self, field: usize) -> impl Iterator<Item = Given<'a>> {
        self.filled.values(field, self.spot.record, self.mapper)
    }
}

fn place(known: &Known) -> Place<'_> {
    Place { field: known.field.name, path: &known.path, is_private: known.is_private }
}
