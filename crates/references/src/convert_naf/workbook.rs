//! A workbook, as far as the NAF needs it: sheets of texts and numbers.

use std::fs;
use std::io::Cursor;
use std::panic::catch_unwind;
use std::path::Path;

use anyhow::Result;
use calamine::{Data, Range, Reader, Xls, Xlsx, open_workbook_from_rs};
use files::{Archive, Limits};
use step::{ExitCode, Failure};

/// INSEE's largest has 100,864 bytes.
const LARGEST_BYTES: u64 = 4 << 20;

/// An `.xlsx` is a zip, which could unpack to anything.
const UNPACKED: Limits = Limits { max_bytes: 32 << 20, max_entries: 1_000 };

/// No sheet of the NAF is longer or wider.
const MOST_ROWS: u32 = 20_000;
const MOST_COLUMNS: u32 = 100;

/// A cell's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A date, an error, a truth value: nothing that the NAF has.
    Other,
}

/// A sheet, whose rows are as long as they need.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Reads an `.xls` (Excel 97 to 2003).
///
/// # Errors
/// 65 when it is none, 66 when it cannot be read.
pub(super) fn read_xls(path: &Path) -> Result<Vec<Sheet>> {
    let bytes = bytes_of(path, b"\xd0\xcf\x11\xe0")?;
    // The format lets a file of a few bytes lead a reader anywhere: a panic is a verdict too.
    let read = catch_unwind(|| -> Result<Vec<Sheet>, calamine::XlsError> {
        let mut workbook: Xls<_> = open_workbook_from_rs(Cursor::new(bytes))?;
        let sheets = workbook.worksheets().into_iter();
        Ok(sheets.map(|(name, range)| Sheet { name, rows: rows(&range) }).collect())
    });
    match read {
        Ok(Ok(sheets)) => Ok(sheets),
        Ok(Err(error)) => Err(no_workbook(path, &error.to_string())),
        Err(_) => Err(no_workbook(path, "it is damaged")),
    }
}

/// Reads an `.xlsx`.
///
/// # Errors
/// 65 when it is none, 66 when it cannot be read.
pub(super) fn read_xlsx(path: &Path) -> Result<Vec<Sheet>> {
    let bytes = bytes_of(path, b"PK\x03\x04")?;
    Archive::open(path, UNPACKED)?;
    let read = catch_unwind(|| -> Result<Vec<Sheet>, calamine::XlsxError> {
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes))?;
        let mut sheets = Vec::new();
        for name in workbook.sheet_names() {
            let mut cells = workbook.worksheet_cells_reader(&name)?;
            let mut rows = Vec::new();
            // Cell by cell: a sheet whose one cell is in its last corner would be made whole otherwise.
            while let Some(cell) = cells.next_cell()? {
                let (row, column) = cell.get_position();
                if row < MOST_ROWS && column < MOST_COLUMNS {
                    put(&mut rows, row as usize, column as usize, Cell::from(&Data::from(cell.get_value().clone())));
                }
            }
            sheets.push(Sheet { name, rows });
        }
        Ok(sheets)
    });
    match read {
        Ok(Ok(sheets)) => Ok(sheets),
        Ok(Err(error)) => Err(no_workbook(path, &error.to_string())),
        Err(_) => Err(no_workbook(path, "it is damaged")),
    }
}

fn bytes_of(path: &Path, start: &[u8]) -> Result<Vec<u8>> {
    let size = files::open(path)?.metadata().map_or(0, |there| there.len());
    if size > LARGEST_BYTES {
        return Err(no_workbook(path, &format!("it has {size} bytes")));
    }
    let bytes = fs::read(path).map_err(|error| {
        Failure::new(ExitCode::NoInput, format!("could not read `{}`", path.display())).because(error)
    })?;
    if bytes.starts_with(start) {
        return Ok(bytes);
    }
    let is_page = bytes.trim_ascii_start().starts_with(b"<");
    Err(no_workbook(path, if is_page { "it is a web page" } else { "it does not begin as one" }))
}

fn no_workbook(path: &Path, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not read `{}` as a workbook of the NAF: {why}", path.display()))
        .hint("fetch it again with `download naf`")
        .into()
}

fn rows(range: &Range<Data>) -> Vec<Vec<Cell>> {
    let (row, column) = range.start().unwrap_or_default();
    let mut rows = Vec::new();
    for (down, right, value) in range.used_cells() {
        let (row, column) = (row as usize + down, column as usize + right);
        if column < MOST_COLUMNS as usize {
            put(&mut rows, row, column, Cell::from(value));
        }
    }
    rows
}

fn put(rows: &mut Vec<Vec<Cell>>, row: usize, column: usize, cell: Cell) {
    if rows.len() <= row {
        rows.resize(row + 1, Vec::new());
    }
    if rows[row].len() <= column {
        rows[row].resize(column + 1, Cell::Empty);
    }
    rows[row][column] = cell;
}

impl From<&Data> for Cell {
    fn from(data: &Data) -> Self {
        match data {
            Data::Empty => Self::Empty,
            Data::String(text) if text.trim().is_empty() => Self::Empty,
            Data::String(text) => Self::Text(text.clone()),
            Data::Int(number) => Self::Number(*number as f64),
            Data::Float(number) => Self::Number(*number),
            _ => Self::Other,
        }
    }
}

impl Cell {
    /// Its text, without spaces around it.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }
}

impl Sheet {
    /// The rows that are not empty, with the number that a reader of the workbook sees.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &[Cell])> {
        let rows = self.rows.iter().enumerate().map(|(nth, row)| (nth + 1, row.as_slice()));
        rows.filter(|(_, row)| row.iter().any(|cell| *cell != Cell::Empty))
    }
}
