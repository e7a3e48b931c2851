//! XML: the element that repeats.

mod search;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use step::{ExitCode, Failure};
use xml::{Event, Reader, Start};

use crate::columns::{Columns, MOST_COLUMNS};
use crate::options::Options;
use crate::record::{Cells, Span, View, is_blank};
use crate::refusal::{refuse, refuse_line};
use crate::source::Source;
use crate::text::Text;

pub(crate) use search::children_of_root;

/// No record is longer.
const LONGEST_RECORD_BYTES: u64 = 16 << 20;

/// As of JSON: a record with more would take memory that nobody has reckoned with.
const MOST_VALUES: usize = 1 << 18;

/// Elements that hold one value of a list, and are no column of their own.
const ITEMS: [&str; 2] = ["valeur", "value"];

/// The records of an XML document.
#[derive(Debug)]
pub(crate) struct XmlTable {
    path: PathBuf,
    reader: Reader<Text>,
    /// Names from the root down to the element that is a record.
    records: Vec<String>,
    /// The names of what is open now, the record's own left out.
    open: Vec<String>,
    columns: Columns,
    cells: Cells,
    values: Vec<Value>,
    line: u64,
}

/// A value of the current record.
#[derive(Debug, Clone, Copy)]
struct Value {
    column: usize,
    span: Span,
    is_item: bool,
}

impl XmlTable {
    /// Finds the element and the names of its columns, which takes reading all of it; with the names that tell what kind
    /// of list it is.
    pub(crate) fn open(source: &Source, options: &Options) -> Result<(Self, Vec<String>)> {
        let records = search::find(source, options)?;
        let mut first = Self::start(source, records.clone(), Columns::default())?;
        while first.advance()? {}
        let names = [records.first(), records.last()].into_iter().flatten().cloned().collect();
        Ok((Self::start(source, records, first.columns)?, names))
    }

    fn start(source: &Source, records: Vec<String>, columns: Columns) -> Result<Self> {
        let (path, reader) = (source.path().to_owned(), Reader::new(source.text()?));
        let (open, cells, values) = (vec![], Cells::default(), vec![]);
        Ok(Self { path, reader, records, open, columns, cells, values, line: 0 })
    }

    pub(crate) fn names(&self) -> &[String] {
        self.columns.names()
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.cells.view("")
    }

    /// Goes to the next record; false at the end of the document, which then is known to be well formed.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        loop {
            match self.reader.next_event().map_err(|error| told(&self.path, error))? {
                Event::Eof => return Ok(false),
                Event::End(_) => drop(self.open.pop()),
                Event::Text(_) => {}
                Event::Start(start) => {
                    self.open.push(start.local().to_owned());
                    if self.open == self.records {
                        self.cells.clear();
                        self.values.clear();
                        self.columns.reset();
                        keep_attributes(&start, &mut self.columns, &mut self.cells, &mut self.values);
                        self.line = self.reader.line();
                        self.read_record()?;
                        self.open.pop();
                        return Ok(true);
                    }
                }
            }
        }
    }

    fn read_record(&mut self) -> Result<()> {
        let Self { path, reader, columns, cells, values, line, records, .. } = self;
        let name = records.last().map_or("", String::as_str);
        let begin = reader.bytes();
        // Of each element that is open: where its text begins in the arena, and whether it has elements inside.
        let mut open = vec![Element::default()];
        // Text of an element that has others inside is put together from pieces.
        let mut texts = vec![String::new()];
        while let Some(element) = open.last_mut() {
            let event = reader.next_event().map_err(|error| told(path, error))?;
            match event {
                Event::Start(start) => {
                    element.has_elements = true;
                    let is_item = ITEMS.contains(&start.local());
                    if !is_item {
                        columns.enter(start.local());
                    }
                    keep_attributes(&start, columns, cells, values);
                    open.push(Element { is_item, ..Element::default() });
                    texts.push(String::new());
                }
                Event::Text(text) => texts.last_mut().expect("one for each that is open").push_str(&text),
                Event::End(_) | Event::Eof => {
                    let text = texts.pop().expect("one for each that is open");
                    let Element { has_elements, is_item } = open.pop().expect("it ends what is open");
                    let is_record = open.is_empty();
                    // Blanks around elements are the layout of the document, no value.
                    if !is_blank(&text) || (!has_elements && !is_record) {
                        // A record that is a text alone has one column, called as itself.
                        if is_record {
                            columns.enter(name);
                        }
                        let span = cells.keep(if has_elements { text.trim() } else { &text });
                        values.push(Value { column: columns.learn(), span, is_item });
                    }
                    if !is_item && columns.depth() > 0 {
                        columns.leave();
                    }
                }
            }
            if reader.bytes() - begin > LONGEST_RECORD_BYTES {
                let why = format!("a record is longer than {} MiB", LONGEST_RECORD_BYTES >> 20);
                return Err(refuse_line(path, *line, why, "name the element that is a record"));
            }
            if values.len() > MOST_VALUES || columns.names().len() > MOST_COLUMNS {
                let why = format!("a record has more than {MOST_COLUMNS} columns or {MOST_VALUES} values");
                return Err(refuse_line(path, *line, why, "name the element that is a record"));
            }
        }
        self.assign();
        Ok(())
    }

    /// Puts the values that were read into their cells: what stands there more than once is a list.
    fn assign(&mut self) {
        // Stable: the values of a column keep their order.
        self.values.sort_by_key(|value| value.column);
        for of_column in self.values.chunk_by(|a, b| a.column == b.column) {
            match of_column {
                [Value { column, span, is_item: false }] => self.cells.set(*column, *span),
                all => self.cells.set_list(all[0].column, all.iter().map(|value| value.span), ""),
            }
        }
    }
}

/// An element that is open.
#[derive(Debug, Default)]
struct Element {
    has_elements: bool,
    is_item: bool,
}

/// Attributes are values as children are; those by which XML speaks of itself are none.
fn keep_attributes(start: &Start<'_>, columns: &mut Columns, cells: &mut Cells, values: &mut Vec<Value>) {
    for attribute in start.attributes() {
        let is_of_xml = attribute.name().starts_with("xml") || attribute.name().starts_with("xsi:");
        if !is_of_xml {
            columns.enter(attribute.local());
            let span = cells.keep(&attribute.value());
            values.push(Value { column: columns.learn(), span, is_item: false });
            columns.leave();
        }
    }
}

/// What the XML reader says, as this crate says it.
pub(crate) fn told(path: &Path, error: xml::Error) -> Error {
    match error {
        xml::Error::Read(error) => unreadable(path, error),
        xml::Error::Doctype { line } => {
            refuse_line(path, line, "it has a DOCTYPE, which is refused", "remove the DOCTYPE and what it defines")
        }
        xml::Error::Limit { .. } => refuse(path, error.to_string(), "flatten or split the data before"),
        xml::Error::Syntax { .. } => refuse(path, error.to_string(), "the file is damaged or cut: export it again"),
    }
}

/// What the text could not be read for, which has its own exit code, went through the XML reader.
fn unreadable(path: &Path, error: io::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Failure::new(failure.code(), failure.to_string()).into();
        }
        cause = error.source();
    }
    Failure::new(ExitCode::NoInput, format!("could not read `{}`", path.display())).because(error).into()
}
