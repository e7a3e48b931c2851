//! A workbook, as far as the NAF needs it: sheets of texts and numbers.
//!
//! Nothing that a workbook says of itself is worth memory: a file of some kilobytes can claim to hold billions of cells.
//! What is kept is paid for out of a [`Room`], and both formats are read here, by our own code: the crate that did it
//! before took gigabytes for such files, or aborted.

use std::io::Read;
use std::path::Path;

use anyhow::Result;
use archives::Archive;
use step::{ExitCode, Failure};

use super::{compound, xls, xlsx};

/// INSEE's largest has 100,864 bytes.
const LARGEST_BYTES: u64 = 1 << 20;

/// INSEE's fill some hundred kilobytes.
const ROOM_BYTES: usize = 4 << 20;

/// The least that a row, a cell or a text takes.
const SLOT_BYTES: usize = size_of::<Cell>();

/// A cell's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// An error or a truth value: nothing that the NAF has.
    Other,
}

/// A sheet, whose rows are as long as they need.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Why a file is no workbook: what follows on "could not read it as one".
pub(super) type Parsed<T> = Result<T, String>;

/// Memory that a workbook may still fill.
#[derive(Debug)]
pub(super) struct Room(usize);

/// Reads an `.xls` (Excel 97 to 2003).
///
/// # Errors
/// 65 when it is none, 66 when it cannot be read.
pub(super) fn read_xls(path: &Path) -> Result<Vec<Sheet>> {
    let bytes = bytes_of(path, compound::SIGNATURE)?;
    let sheets = compound::workbook(&bytes).and_then(|stream| xls::sheets(&stream, &mut Room::default()));
    sheets.map_err(|why| no_workbook(path, &why))
}

/// Reads an `.xlsx`. Its parts are unpacked into a folder inside `scratch`, which is gone afterwards.
///
/// # Errors
/// 65 when it is none, 66 when it cannot be read, 74 when the disk refuses, 75 when another run uses `scratch`.
pub(super) fn read_xlsx(path: &Path, scratch: &Path) -> Result<Vec<Sheet>> {
    bytes_of(path, b"PK\x03\x04")?;
    let archive = Archive::open(path, xlsx::LISTED)?;
    let unpacked = archive.entries().iter().map(|entry| entry.bytes()).fold(0, u64::saturating_add);
    if unpacked > xlsx::LARGEST_UNPACKED_BYTES {
        return Err(no_workbook(path, &format!("it would unpack to {unpacked} bytes")));
    }
    let package = xlsx::Package::unpack(archive, scratch)?;
    package.sheets(&mut Room::default()).map_err(|why| no_workbook(path, &why))
}

fn bytes_of(path: &Path, start: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Not by the size that it says it has: a file may have no end.
    files::open(path)?.take(LARGEST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| {
        Failure::new(ExitCode::NoInput, format!("could not read `{}`", path.display())).because(error)
    })?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(no_workbook(path, &format!("it has more than {LARGEST_BYTES} bytes")));
    }
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

impl Default for Room {
    fn default() -> Self {
        Self(ROOM_BYTES)
    }
}

impl Room {
    /// Takes room for so many rows, cells or texts, and for the letters in them.
    pub(super) fn take(&mut self, slots: usize, text_bytes: usize) -> Parsed<()> {
        let bytes = slots.checked_mul(SLOT_BYTES).and_then(|bytes| bytes.checked_add(text_bytes));
        let left = bytes.and_then(|bytes| self.0.checked_sub(bytes));
        self.0 = left.ok_or_else(|| format!("it holds more than {ROOM_BYTES} bytes of rows, cells and texts"))?;
        Ok(())
    }
}

impl Cell {
    /// Of a text, as all writers may write it.
    pub(super) fn from_text(text: &str) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Its text, without spaces around it.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }
}

impl Sheet {
    /// Puts a cell at its place; an empty one needs none, wherever it is.
    pub(super) fn put(&mut self, row: usize, column: usize, cell: Cell, room: &mut Room) -> Parsed<()> {
        if cell == Cell::Empty {
            return Ok(());
        }
        let width = self.rows.get(row).map_or(0, Vec::len);
        let rows = row.saturating_add(1).saturating_sub(self.rows.len());
        let cells = column.saturating_add(1).saturating_sub(width);
        room.take(rows.saturating_add(cells), cell.text().map_or(0, str::len))?;
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        if width <= column {
            self.rows[row].resize(column + 1, Cell::Empty);
        }
        self.rows[row][column] = cell;
        Ok(())
    }

    /// The rows that are not empty, with the number that a reader of the workbook sees.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, &[Cell])> {
        let rows = self.rows.iter().enumerate().map(|(nth, row)| (nth + 1, row.as_slice()));
        rows.filter(|(_, row)| row.iter().any(|cell| *cell != Cell::Empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_in_the_last_corner_is_refused_before_room_is_made_for_it() {
        let (mut sheet, mut room) = (Sheet::default(), Room::default());
        sheet.put(1_999, 30, Cell::Number(1.0), &mut room).unwrap();
        assert!(sheet.put(1_048_575, 0, Cell::Number(1.0), &mut room).is_err());
        assert!(sheet.put(usize::MAX, usize::MAX, Cell::Number(1.0), &mut room).is_err());
        sheet.put(1_048_575, 16_383, Cell::Empty, &mut room).unwrap();
        assert_eq!((sheet.rows.len(), sheet.rows[1_999].len()), (2_000, 31));
    }

    #[test]
    fn all_that_is_kept_is_paid_for() {
        let (mut sheet, mut room) = (Sheet::default(), Room::default());
        let text = "a".repeat(ROOM_BYTES / 100);
        let put = (0..).map(|row| sheet.put(row, 0, Cell::from_text(&text), &mut room));
        assert_eq!(put.take_while(Result::is_ok).count(), 99);
    }
}
