//! Workbooks: XLSX, XLS and ODS, a row at a time.
//!
//! All three are read here, by our own code: libraries allocate by what a header claims, and a file of some kilobytes can
//! claim to hold billions of cells. What is held is bounded by [`Limits`], whatever the file says of itself; nothing is
//! unpacked to a folder.

mod compound;
mod fault;
mod limits;
mod merged;
mod ods;
mod ods_cell;
mod package;
mod record;
mod row;
mod serial;
mod texts;
mod written;
mod xls;
mod xlsx;
mod xlsx_merged;
mod xlsx_rows;
mod xlsx_shared;
mod xlsx_text;

use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::format::Format;
use crate::refusal::refuse;
use compound::SIGNATURE;
use fault::{Fault, Parsed};
use ods::{Ods, OdsRows};
use package::Package;
use xls::{Xls, XlsRows};
use xlsx::Xlsx;
use xlsx_rows::XlsxRows;

pub use limits::Limits;
pub use row::{Row, Value};
pub(crate) use written::write_text;

/// What to do about a workbook that cannot be read.
pub(crate) const HINT: &str = "open it in a spreadsheet and save it anew, or as CSV";

/// A workbook whose sheets are known.
#[derive(Debug)]
pub struct Workbook {
    path: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Xlsx(Xlsx),
    Ods(Ods),
    Xls(Xls),
}

/// A sheet under way.
#[derive(Debug)]
pub struct Rows {
    path: PathBuf,
    rows: Kind,
}

#[derive(Debug)]
enum Kind {
    Xlsx(Box<XlsxRows<archives::EntryReader>>),
    Ods(Box<OdsRows<archives::EntryReader>>),
    Xls(XlsRows),
}

/// The number of a row and the begin of each of its cells.
pub(crate) type HeadRow = (u64, Vec<String>);

impl Workbook {
    /// Opens the workbook at `path`, in the format that its content has.
    ///
    /// # Errors
    /// 65 when it is none, is damaged, or has a password; 66 when it cannot be read.
    pub fn open(path: &Path, limits: Limits) -> Result<Self> {
        let content = open(path, limits)?.map_err(|fault| told(path, fault))?;
        Ok(Self { path: path.to_owned(), content })
    }

    /// What it is written in.
    #[must_use]
    pub fn format(&self) -> Format {
        match &self.content {
            Content::Xlsx(_) => Format::Xlsx,
            Content::Ods(_) => Format::Ods,
            Content::Xls(_) => Format::Xls,
        }
    }

    /// The names of its sheets, in its order, but for those that hold charts alone.
    #[must_use]
    pub fn sheets(&self) -> Vec<&str> {
        match &self.content {
            Content::Xlsx(xlsx) => xlsx.sheets().collect(),
            Content::Ods(ods) => ods.sheets().collect(),
            Content::Xls(xls) => xls.sheets().collect(),
        }
    }

    /// The rows of a sheet, by its place among [`Workbook::sheets`].
    ///
    /// # Errors
    /// 65 when it is damaged, 66 when it cannot be read.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows> {
        let rows = match &mut self.content {
            Content::Xlsx(xlsx) => xlsx.rows(sheet).map(|rows| Kind::Xlsx(Box::new(rows))),
            Content::Ods(ods) => ods.rows(sheet).map(|rows| Kind::Ods(Box::new(rows))),
            Content::Xls(xls) => xls.rows(sheet).map(Kind::Xls),
        };
        let rows = rows.map_err(|fault| told(&self.path, fault))?;
        Ok(Rows { path: self.path.clone(), rows })
    }

    /// Shows the first rows of each sheet in turn, those whose number is at most `last`, until it is told to stop.
    pub(crate) fn heads(&mut self, last: u64, see: &mut dyn FnMut(usize, &[HeadRow]) -> ControlFlow<()>) -> Result<()> {
        let Content::Ods(ods) = &mut self.content else {
            for sheet in 0..self.sheets().len() {
                let (mut rows, mut head) = (self.rows(sheet)?, Vec::new());
                while let Some(row) = rows.next()?.filter(|row| row.number() <= last) {
                    head.push((row.number(), written::head_texts(row)));
                }
                if see(sheet, &head).is_break() {
                    break;
                }
            }
            return Ok(());
        };
        let mut sheet = 0;
        let shown = ods.each(&mut |rows| {
            let mut head = Vec::new();
            while rows.advance()? && rows.row().number() <= last {
                head.push((rows.row().number(), written::head_texts(rows.row())));
            }
            sheet += 1;
            Ok(see(sheet - 1, &head).is_continue())
        });
        shown.map_err(|fault| told(&self.path, fault))
    }
}

impl Rows {
    /// The next row that is not blank; none at the end.
    ///
    /// # Errors
    /// 65 when it is damaged, 66 when it cannot be read.
    #[expect(clippy::should_implement_trait, reason = "a row is borrowed from the reader, which no iterator can lend")]
    pub fn next(&mut self) -> Result<Option<&Row>> {
        let advanced = match &mut self.rows {
            Kind::Xlsx(rows) => rows.advance(),
            Kind::Ods(rows) => rows.advance(),
            Kind::Xls(rows) => rows.advance(),
        };
        let is_there = advanced.map_err(|fault| told(&self.path, fault))?;
        Ok(is_there.then(|| self.row()))
    }

    pub(crate) fn row(&self) -> &Row {
        match &self.rows {
            Kind::Xlsx(rows) => rows.row(),
            Kind::Ods(rows) => rows.row(),
            Kind::Xls(rows) => rows.row(),
        }
    }
}

fn open(path: &Path, limits: Limits) -> Result<Parsed<Content>> {
    let mut file = files::open(path)?;
    let mut bytes = Vec::new();
    let mut read = |most: u64, bytes: &mut Vec<u8>| {
        file.by_ref().take(most).read_to_end(bytes).map_err(|error| files::unreadable(path, error))
    };
    read(1_024, &mut bytes)?;
    if bytes.starts_with(SIGNATURE) {
        // Not by the size that it says it has: a file may have no end.
        read((limits.file_bytes + 1).saturating_sub(bytes.len() as u64), &mut bytes)?;
        if bytes.len() as u64 > limits.file_bytes {
            return Ok(Err(too_large(limits)));
        }
        let stream = compound::workbook(&bytes);
        drop(bytes);
        return Ok(stream.and_then(|stream| Xls::open(stream, limits)).map(Content::Xls));
    }
    if !bytes.starts_with(b"PK") {
        let is_page = bytes.trim_ascii_start().starts_with(b"<");
        return Ok(Err(if is_page { "it is a web page" } else { "it does not begin as one" }.into()));
    }
    if file.metadata().is_ok_and(|metadata| metadata.len() > limits.file_bytes.saturating_mul(4)) {
        return Ok(Err(too_large(limits)));
    }
    let package = match Package::open(path, limits)? {
        Ok(package) => package,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(if package.find("content.xml").is_some() {
        Ods::open(package).map(Content::Ods)
    } else if package.find("[Content_Types].xml").is_some() {
        Xlsx::open(package, limits).map(Content::Xlsx)
    } else {
        Err("it is a zip of other files: unpack it first".into())
    })
}

fn too_large(limits: Limits) -> Fault {
    format!("it has more than {} bytes", limits.file_bytes).into()
}

fn told(path: &Path, fault: Fault) -> anyhow::Error {
    match fault {
        Fault::Broken(why) => refuse(path, format!("as a workbook: {why}"), HINT),
        Fault::Unreadable(error) => files::unreadable(path, error).into(),
    }
}
