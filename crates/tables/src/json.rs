//! JSON: an array of objects, or one object a line.

mod escape;
mod events;
mod pointer;
mod scan;

use std::ops::Range;

use anyhow::Result;

use crate::columns::{Columns, MOST_COLUMNS};
use crate::options::Options;
use crate::record::{Cells, Span, View};
use crate::refusal::refuse_line;
use crate::source::Source;

pub use escape::unescape;
use events::{Event, Events};
pub(crate) use pointer::arrays_of_root;
pub use scan::is_number;

/// A record with more says something else than a record does, and would take memory that nobody has reckoned with.
const MOST_VALUES: usize = 1 << 18;

/// The records of a JSON text.
#[derive(Debug)]
pub(crate) struct Json {
    events: Events,
    kind: Kind,
    columns: Columns,
    cells: Cells,
    values: Vec<Value>,
    key: String,
    line: u64,
    /// Where the current record is in the text.
    place: Range<usize>,
    is_object: bool,
    is_blank_line: bool,
    /// Blank lines that were read and are still to be given.
    blank_lines: u64,
    /// Columns that the current record has twice.
    repeated: Vec<usize>,
}

/// Where the records are.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// In an array, at a depth.
    Array { depth: usize },
    /// One a line.
    Lines,
}

/// A value of the current record.
#[derive(Debug, Clone, Copy)]
struct Value {
    column: usize,
    span: Span,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Single,
    /// One of a list.
    Item,
    /// A list begins, which may have no items.
    List,
}

impl Json {
    /// Finds the records and the names of their columns, which takes reading all of it.
    pub(crate) fn open(source: &Source, options: &Options, is_lines: bool) -> Result<(Self, Option<String>)> {
        let pointer = match is_lines {
            true => None,
            false => Some(pointer::find(source, options)?),
        };
        let mut first = Self::start(source, pointer.as_deref(), Columns::default())?;
        while first.advance()? {}
        let list = pointer.as_deref().and_then(pointer::last_name);
        Ok((Self::start(source, pointer.as_deref(), first.columns)?, list))
    }

    fn start(source: &Source, pointer: Option<&str>, columns: Columns) -> Result<Self> {
        let mut events = Events::new(source.text()?);
        let kind = match pointer {
            Some(pointer) => {
                pointer::go_to(&mut events, source.path(), pointer)?;
                Kind::Array { depth: events.depth() }
            }
            None => Kind::Lines,
        };
        Ok(Self {
            events,
            kind,
            columns,
            cells: Cells::default(),
            values: vec![],
            key: String::new(),
            line: 0,
            place: 0..0,
            is_object: false,
            is_blank_line: false,
            blank_lines: 0,
            repeated: vec![],
        })
    }

    pub(crate) fn names(&self) -> &[String] {
        self.columns.names()
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn view(&self) -> View<'_> {
        let text = self.events.rest();
        let view = self.cells.view(text);
        if self.is_blank_line { view } else { view.with_json(&text[self.place.clone()]) }
    }

    /// Whether the record has nothing to say: an object without a value, or null.
    pub(crate) fn is_blank(&self) -> bool {
        let view = self.view();
        view.is_blank() && (self.is_object || self.is_blank_line || &self.events.rest()[self.place.clone()] == "null")
    }

    pub(crate) fn repeated(&self) -> &[usize] {
        &self.repeated
    }

    /// Goes to the next record; false at the end, once the rest of the text was judged too.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        self.cells.clear();
        self.values.clear();
        self.repeated.clear();
        match self.kind {
            Kind::Array { depth } => self.next_entry(depth),
            Kind::Lines => self.next_line(),
        }
    }

    fn next_entry(&mut self, depth: usize) -> Result<bool> {
        self.events.release();
        let event = self.events.next()?;
        if event == Event::ArrayEnd && self.events.depth() < depth {
            self.events.release();
            while self.events.next()? != Event::End {
                self.events.release();
            }
            return Ok(false);
        }
        self.read_record(event)?;
        Ok(true)
    }

    fn next_line(&mut self) -> Result<bool> {
        if self.blank_lines > 0 {
            self.blank_lines -= 1;
            self.line += 1;
            return Ok(true);
        }
        if !std::mem::take(&mut self.is_blank_line) && !self.place.is_empty() {
            self.events.next_line()?;
            self.place = 0..0;
        }
        let first = self.events.line_of(0);
        let mut blank = 0;
        loop {
            match self.events.skip_blank_line()? {
                None => return Ok(false),
                Some(true) => blank += 1,
                Some(false) if blank > 0 => {
                    // Given first; the record that was found stays where it is.
                    self.blank_lines = blank - 1;
                    (self.is_blank_line, self.line) = (true, first);
                    return Ok(true);
                }
                Some(false) => break,
            }
        }
        self.events.release();
        let event = self.events.next()?;
        self.read_record(event)?;
        Ok(true)
    }

    /// Reads the record that `event` begins, and which begins where the text was given up.
    fn read_record(&mut self, event: Event) -> Result<()> {
        let start = self.start_of(event);
        self.line = self.events.line_of(start);
        self.is_object = event == Event::ObjectStart;
        let around = self.events.depth() - usize::from(matches!(event, Event::ObjectStart | Event::ArrayStart));
        match event {
            Event::ObjectStart => {
                self.columns.reset();
                self.read_object(false)?;
            }
            _ => {
                while self.events.depth() > around {
                    self.events.next()?;
                }
            }
        }
        self.place = start..self.events.place();
        self.assign();
        Ok(())
    }

    /// Where the piece that was just read begins, blanks and commas before it left out.
    fn start_of(&mut self, event: Event) -> usize {
        match event {
            Event::ObjectStart | Event::ArrayStart => self.events.place() - 1,
            Event::Text { start, .. } => start - 1,
            Event::Plain { start, .. } => start,
            _ => self.events.place().saturating_sub("null".len()),
        }
    }

    /// The members of an object that has just begun.
    fn read_object(&mut self, in_list: bool) -> Result<()> {
        loop {
            match self.events.next()? {
                Event::Key { start, end, escaped } => {
                    self.key.clear();
                    match escaped {
                        true => unescape(&self.events.rest()[start..end], &mut self.key),
                        false => self.key.push_str(&self.events.rest()[start..end]),
                    }
                    self.columns.enter(&self.key);
                    let event = self.events.next()?;
                    self.read_value(event, in_list)?;
                    self.columns.leave();
                }
                _ => return Ok(()),
            }
        }
    }

    fn read_value(&mut self, event: Event, in_list: bool) -> Result<()> {
        let place = if in_list { Place::Item } else { Place::Single };
        match event {
            Event::ObjectStart => self.read_object(in_list)?,
            Event::ArrayStart => self.read_array(in_list)?,
            Event::Text { start, end, escaped: false } | Event::Plain { start, end } => {
                self.push(Span::in_window(start, end), place)?;
            }
            Event::Text { start, end, escaped: true } => {
                let from = self.cells.arena().len();
                unescape(&self.events.rest()[start..end], self.cells.arena());
                let span = self.cells.since(from);
                self.push(span, place)?;
            }
            _ => self.push(Span::BLANK, place)?,
        }
        Ok(())
    }

    fn read_array(&mut self, in_list: bool) -> Result<()> {
        let mut is_told = in_list;
        loop {
            let event = self.events.next()?;
            match event {
                Event::ObjectStart => {
                    // What its members hold are lists, each on its own.
                    is_told = true;
                    self.read_object(true)?;
                }
                _ => {
                    if !std::mem::replace(&mut is_told, true) {
                        self.push(Span::BLANK, Place::List)?;
                    }
                    if event == Event::ArrayEnd {
                        return Ok(());
                    }
                    self.read_value(event, true)?;
                }
            }
        }
    }

    fn push(&mut self, span: Span, place: Place) -> Result<()> {
        if self.values.len() == MOST_VALUES {
            let why = format!("a record has more than {MOST_VALUES} values");
            return Err(refuse_line(self.events.path(), self.line, why, "name where the records are"));
        }
        let column = self.columns.learn();
        if column == MOST_COLUMNS {
            let why = format!("there are more than {MOST_COLUMNS} columns");
            return Err(refuse_line(self.events.path(), self.line, why, "name where the records are"));
        }
        self.values.push(Value { column, span, place });
        Ok(())
    }

    /// Puts the values that were read into their cells.
    fn assign(&mut self) {
        let mut values = std::mem::take(&mut self.values);
        // Stable: the values of a column keep their order.
        values.sort_by_key(|value| value.column);
        for of_column in values.chunk_by(|a, b| a.column == b.column) {
            let column = of_column[0].column;
            // A name twice in one object: what comes last counts.
            let last_single = of_column.iter().rposition(|value| value.place == Place::Single);
            let last_list = of_column.iter().rposition(|value| value.place == Place::List);
            match (last_single, last_list) {
                (Some(single), list) if list.is_none_or(|list| list < single) => {
                    self.cells.set(column, of_column[single].span);
                    if of_column.len() > 1 {
                        self.repeated.push(column);
                    }
                }
                (_, list) => {
                    let from = list.map_or(0, |list| list + 1);
                    if from > 1 {
                        self.repeated.push(column);
                    }
                    let items = of_column[from..].iter().map(|value| value.span);
                    self.cells.set_list(column, items, self.events.rest());
                }
            }
        }
        self.values = values;
    }
}
