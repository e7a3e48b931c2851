//! The records of a file, whatever its format.

use anyhow::Result;

use crate::delimited::{Delimited, Layout};
use crate::format::Format;
use crate::header::Header;
use crate::json::Json;
use crate::options::Options;
use crate::record::{Kind, Record, View, is_blank};
use crate::refusal::refuse;
use crate::remark::{Remark, Told};
#[cfg(feature = "workbooks")]
use crate::sheet::Sheet;
use crate::source::{Found, Source};
use crate::xml_table::XmlTable;

/// A file under way: its header is known, its records come one at a time.
#[derive(Debug)]
pub struct Table {
    found: Found,
    header: Header,
    list_names: Vec<String>,
    rows: Rows,
    /// Of the current record.
    number: u64,
    /// What there is to tell of the current record.
    told: Vec<Remark>,
    remarks: Vec<Remark>,
}

/// What the formats have in common.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, and delimited text is what is read a million times")]
enum Rows {
    Delimited(Delimited),
    Json(Box<Json>),
    Xml(Box<XmlTable>),
    #[cfg(feature = "workbooks")]
    Sheet(Box<Sheet>),
}

impl Rows {
    fn advance(&mut self) -> Result<bool> {
        match self {
            Self::Delimited(rows) => rows.advance(),
            Self::Json(rows) => rows.advance(),
            Self::Xml(rows) => rows.advance(),
            #[cfg(feature = "workbooks")]
            Self::Sheet(rows) => rows.advance(),
        }
    }

    fn line(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.line(),
            Self::Json(rows) => rows.line(),
            Self::Xml(rows) => rows.line(),
            #[cfg(feature = "workbooks")]
            Self::Sheet(rows) => rows.line(),
        }
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Delimited(rows) => rows.view(),
            Self::Json(rows) => rows.view(),
            Self::Xml(rows) => rows.view(),
            #[cfg(feature = "workbooks")]
            Self::Sheet(rows) => rows.view(),
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
        let mut list_names = vec![];
        let (header, rows) = match source.format() {
            Format::Csv => {
                let layout = Layout::find(source, options)?;
                found.separator = Some(char::from(layout.separator));
                let mut rows = Rows::Delimited(Delimited::open(source, layout.separator)?);
                (read_header(source, &mut rows, layout.header)?, rows)
            }
            Format::Json | Format::Ndjson => {
                let (rows, list) = Json::open(source, options, source.format() == Format::Ndjson)?;
                list_names.extend(list);
                (Header::new(rows.names().to_vec(), None), Rows::Json(Box::new(rows)))
            }
            Format::Xml => {
                let (rows, names) = XmlTable::open(source, options)?;
                list_names = names;
                (Header::new(rows.names().to_vec(), None), Rows::Xml(Box::new(rows)))
            }
            #[cfg(feature = "workbooks")]
            Format::Xlsx | Format::Xls | Format::Ods => {
                let chosen = Sheet::choose(source, options)?;
                (found.format, found.sheet) = (chosen.format, Some(chosen.name.clone()));
                let mut rows = Rows::Sheet(Box::new(chosen.sheet));
                let header = read_header(source, &mut rows, chosen.header)?;
                if let Rows::Sheet(sheet) = &mut rows {
                    sheet.set_width(header.names().len());
                }
                list_names.push(chosen.name);
                (header, rows)
            }
            #[cfg(not(feature = "workbooks"))]
            Format::Xlsx | Format::Xls | Format::Ods => {
                let why = format!("this step reads no workbook ({})", source.format().name());
                return Err(refuse(source.path(), why, "export the sheet as CSV"));
            }
        };
        let remarks = remarks_of_file(source, &header);
        Ok(Self { found, header, list_names, rows, number: 0, told: vec![], remarks })
    }

    /// What was found out about the file.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the list of records is called in the file, as far as it is: a sheet, a key, or a root and an element.
    pub fn list_names(&self) -> &[String] {
        &self.list_names
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
        let Self { rows, header, told, number, .. } = self;
        let rows = &*rows;
        let (line, cells, columns) = (rows.line(), rows.view(), header.names().len());
        told.clear();
        let kind = match rows {
            Rows::Json(json) => {
                let repeated = json.repeated().iter().map(|column| {
                    Remark::of_record(Told::DuplicateKey, *number, line).column(&header.names()[*column])
                });
                told.extend(repeated);
                if json.is_blank() { Kind::Blank } else { Kind::Data }
            }
            Rows::Xml(_) if cells.is_blank() => Kind::Blank,
            Rows::Xml(_) => Kind::Data,
            Rows::Delimited(_) => kind_of(&cells, header),
            #[cfg(feature = "workbooks")]
            Rows::Sheet(_) => kind_of(&cells, header),
        };
        match (kind, rows) {
            (Kind::RepeatedHeader, _) => told.push(Remark::of_record(Told::RepeatedHeader, *number, line)),
            (Kind::Data, Rows::Delimited(_)) if cells.len() != columns => {
                told.extend(uneven(&cells, columns, *number, line))
            }
            _ => {}
        }
        #[cfg(feature = "workbooks")]
        if let Rows::Sheet(sheet) = rows {
            told.extend(sheet.errors().iter().map(|(column, error)| {
                let name = header.names().get(*column).map_or("", String::as_str);
                Remark::of_record(Told::CellError, *number, line).column(name).value(error)
            }));
        }
        Ok(Some(Record { number: *number, line, kind, columns, cells, remarks: told }))
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
    // What stands there is not told: where a separator was not quoted, it may be a name of somebody.
    let is_filled = (columns..cells.len()).any(|column| !is_blank(cells.cell(column)));
    is_filled.then(|| Remark::of_record(Told::RecordTooLong, number, line))
}

#[cfg(test)]
mod tests;
