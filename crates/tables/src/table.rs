//! The records of a file, whatever its format.

use anyhow::Result;

use crate::delimited::{Delimited, Layout};
use crate::format::Format;
use crate::header::Header;
use crate::options::Options;
use crate::record::{Kind, Record, View, is_blank};
use crate::refusal::refuse;
use crate::remark::{Remark, Told};
use crate::source::{Found, Source};

/// A file under way: its header is known, its records come one at a time.
#[derive(Debug)]
pub struct Table {
    found: Found,
    header: Header,
    rows: Rows,
    /// Of the current record.
    number: u64,
    /// What there is to tell of the current record.
    told: Vec<Remark>,
    remarks: Vec<Remark>,
}

/// What the formats have in common.
#[derive(Debug)]
enum Rows {
    Delimited(Delimited),
}

impl Rows {
    fn advance(&mut self) -> Result<bool> {
        match self {
            Self::Delimited(rows) => rows.advance(),
        }
    }

    fn line(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.line(),
        }
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Delimited(rows) => rows.view(),
        }
    }
}

impl Table {
    /// Finds the header, and stands before the first record.
    ///
    /// # Errors
    /// 65 when the file has none, or breaks a rule before it; 2 when an option does not fit.
    pub fn open(source: &Source, options: &Options) -> Result<Self> {
        let mut found = source.found();
        let (header, rows) = match source.format() {
            Format::Csv => {
                let layout = Layout::find(source, options)?;
                found.separator = Some(char::from(layout.separator));
                let mut rows = Rows::Delimited(Delimited::open(source, layout.separator)?);
                (read_header(source, &mut rows, layout.header)?, rows)
            }
            format => {
                return Err(refuse(source.path(), format!("no table of format {}", format.name()), "give it as CSV"));
            }
        };
        let remarks = remarks_of_file(source, &header);
        Ok(Self { found, header, rows, number: 0, told: vec![], remarks })
    }

    /// What was found out about the file.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What there is to tell of the file as a whole.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The next record, blank ones and repeated headers too; none at the end.
    ///
    /// # Errors
    /// 65 when the file breaks a rule there.
    #[expect(
        clippy::should_implement_trait,
        reason = "a record is borrowed from the reader, which no iterator can lend"
    )]
    pub fn next(&mut self) -> Result<Option<Record<'_>>> {
        if !self.rows.advance()? {
            return Ok(None);
        }
        self.number += 1;
        let (line, cells) = (self.rows.line(), self.rows.view());
        let columns = self.header.names().len();
        let kind = kind_of(&cells, &self.header);
        self.told.clear();
        match kind {
            Kind::Blank => {}
            Kind::RepeatedHeader => self.told.push(Remark::of_record(Told::RepeatedHeader, self.number, line)),
            Kind::Data if cells.len() != columns => self.told.extend(uneven(&cells, columns, self.number, line)),
            Kind::Data => {}
        }
        Ok(Some(Record { number: self.number, line, kind, columns, cells, remarks: &self.told }))
    }
}

fn read_header(source: &Source, rows: &mut Rows, nth: usize) -> Result<Header> {
    for _ in 0..=nth {
        if !rows.advance()? {
            let why = format!("it has no record {} to hold the names", nth + 1);
            return Err(refuse(source.path(), why, "name the record that holds the names of the columns"));
        }
    }
    let cells = rows.view();
    let names = (0..cells.len()).map(|column| cells.cell(column).to_owned()).collect();
    Ok(Header::new(names, Some(rows.line())))
}

fn remarks_of_file(source: &Source, header: &Header) -> Vec<Remark> {
    let broken = source.broken_line().map(|line| Remark { line: Some(line), ..Remark::of_file(Told::TextEncoding) });
    let repeated = header.repeated().iter().map(|column| {
        let remark = Remark::of_file(Told::ColumnRepeated).column(&header.names()[*column]);
        Remark { line: header.line(), ..remark }
    });
    broken.into_iter().chain(repeated).collect()
}

fn kind_of(cells: &View<'_>, header: &Header) -> Kind {
    let first = cells.cell(0);
    if is_blank(first) && cells.is_blank() {
        return Kind::Blank;
    }
    let names = header.names();
    // Told by the first cell in nearly all cases.
    if names.first().is_some_and(|name| name == first)
        && (0..names.len().max(cells.len())).all(|nth| names.get(nth).map_or("", String::as_str) == cells.cell(nth))
    {
        return Kind::RepeatedHeader;
    }
    Kind::Data
}

/// What there is to tell of a record with more or fewer cells than names.
fn uneven(cells: &View<'_>, columns: usize, number: u64, line: u64) -> Option<Remark> {
    if cells.len() < columns {
        return Some(Remark::of_record(Told::RecordTooShort, number, line));
    }
    let beyond = (columns..cells.len()).map(|column| cells.cell(column)).find(|cell| !is_blank(cell))?;
    Some(Remark::of_record(Told::RecordTooLong, number, line).value(beyond))
}
