//! Rows of the table whose day file is gone: read back from the table, they take part as they are.
//!
//! Of what was served nothing is left but the row. So nothing is told of it, and a content that is seen again afterwards is
//! one more version. What a run remembers has no part in either: lost, the rows are read again.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use columns::{Kind, Owned, ParquetReader};
use serde_json::Value;
use step::{ExitCode, Failure};

use crate::collect_history::options::Form;
use crate::content;
use crate::merge_offers::row::{self, place};
use crate::merge_offers::sheet::{Gone, Kept, Note, Notes, Place, Seen, Stamp};
use crate::offre::{at, time};

/// The longest line: a row has the texts of one offer.
const LONGEST_LINE: u64 = 64 << 20;

/// Reads a file of the table from its first row to its last.
#[derive(Debug)]
pub(crate) struct Rows {
    input: Input,
    /// Rows that were read.
    read: u32,
}

#[derive(Debug)]
enum Input {
    Parquet(Box<ParquetReader>),
    Csv(BufReader<File>, Vec<u8>),
    JsonLines(BufReader<File>, Vec<u8>),
}

impl Rows {
    /// # Errors
    /// 65 when it is no file of the table.
    pub(crate) fn open(path: &Path, form: Form) -> Result<Self> {
        Self::begin(path, form).map_err(|error| spoilt(path, error))
    }

    fn begin(path: &Path, form: Form) -> Result<Self> {
        let file = files::open(path)?;
        let input = match form {
            Form::Parquet => Input::Parquet(Box::new(ParquetReader::open(file, &row::names())?)),
            Form::Jsonl => Input::JsonLines(BufReader::new(file), Vec::new()),
            Form::Csv => {
                let mut file = BufReader::new(file);
                let mut header = Vec::new();
                ensure!(read_line(&mut file, &mut header)?, "it is empty");
                ensure!(header == row::names().join(",").as_bytes(), "its columns are others");
                Input::Csv(file, header)
            }
        };
        Ok(Self { input, read: 0 })
    }

    /// What a Parquet file says of itself.
    pub(crate) fn told(&self, key: &str) -> Option<&str> {
        match &self.input {
            Input::Parquet(parquet) => parquet.told(key),
            _ => None,
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// When there is something else.
    pub(crate) fn next_row(&mut self) -> Result<Option<Vec<Owned>>> {
        let row = match &mut self.input {
            Input::Parquet(parquet) => parquet.next_row()?,
            Input::Csv(file, line) => match read_line(file, line)? {
                true => Some(of_csv(std::str::from_utf8(line)?)?),
                false => None,
            },
            Input::JsonLines(file, line) => match read_line(file, line)? {
                true => Some(of_json(line)?),
                false => None,
            },
        };
        self.read += u32::from(row.is_some());
        Ok(row)
    }

    /// The row of that number, from 1, which lies ahead.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn row(&mut self, number: u32) -> Result<Vec<Owned>> {
        loop {
            let row = self.next_row()?.context("could not find a row again")?;
            if self.read == number {
                return Ok(row);
            }
        }
    }
}

/// 65: what stands where the table should.
fn spoilt(path: &Path, error: anyhow::Error) -> anyhow::Error {
    let message = format!("could not read `{}`, which alone holds its day", path.display());
    let hint = "put it back from a copy, or collect its day again with `collect-offers`";
    Failure::new(ExitCode::BadInput, message).hint(hint).because(error).into()
}

/// Notes all rows of a file.
///
/// # Errors
/// 65 when it is no file of the table.
pub(crate) fn note_rows(path: &Path, form: Form, notes: &mut Notes) -> Result<u64> {
    let mut rows = Rows::open(path, form)?;
    let mut note = || -> Result<u64> {
        while let Some(row) = rows.next_row()? {
            let (id, kept) = kept(&row, rows.read)?;
            notes.add(&id, &Note::Kept(kept));
        }
        Ok(u64::from(rows.read))
    };
    note().map_err(|error| spoilt(path, error))
}

/// What a row says of its offer.
fn kept(row: &[Owned], number: u32) -> Result<(String, Kept)> {
    let time = |column: usize| match row[column] {
        Owned::Time(ms) => Some(ms),
        _ => None,
    };
    let text = |column: usize| match &row[column] {
        Owned::Text(text) => Some(text.clone()),
        _ => None,
    };
    let id = text(at::ID).context("a row has no identifier")?;
    let created = time(at::DATE_CREATED).context("a row has no date")?;
    let gone = time(place::RETIREE_LE).map(|retiree_le| Gone {
        jour: None,
        retiree_le,
        presente_le: time(place::DERNIERE_VUE),
        preuve: text(place::RETIREE_PREUVE).unwrap_or_default(),
    });
    let seen = Seen {
        vue: time(at::DATE_EXTRACTION).context("a row does not say when it was seen")?,
        created,
        created_as: Stamp::Usual(created),
        updated_as: time(at::DATE_UPDATED).map_or(Stamp::Absent, Stamp::Usual),
        // Of what no run changes by itself: when it was seen is in the other columns.
        content: content::of_bytes(format!("{:?}", &row[..place::JOUR]).as_bytes()),
        place: Place { offset: 0, bytes: 0, record: number },
    };
    let versions = match row[place::VERSIONS] {
        Owned::Integer(number) => u32::try_from(number).unwrap_or(1).max(1),
        _ => 1,
    };
    let kept = Kept {
        first: time(place::PREMIERE_VUE).unwrap_or(seen.vue),
        last: time(place::DERNIERE_VUE).unwrap_or(seen.vue),
        seen,
        versions,
        is_proven: row[place::JOUR_PROUVE] == Owned::Truth(true),
        gone,
    };
    Ok((id, kept))
}

/// Whether there was a line; without its end.
fn read_line(file: &mut BufReader<File>, line: &mut Vec<u8>) -> Result<bool> {
    line.clear();
    std::io::Read::take(file, LONGEST_LINE).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(false);
    }
    ensure!(line.pop() == Some(b'\n'), "a line is cut");
    Ok(true)
}

/// A record is a line, since no cell holds the end of one.
fn of_csv(line: &str) -> Result<Vec<Owned>> {
    let kinds = row::kinds().map(|(_, kind)| kind);
    let mut rest = Some(line);
    let mut row = Vec::with_capacity(row::WIDTH);
    for kind in kinds {
        let mut cell = String::new();
        let left = rest.context("a record has too few cells")?;
        rest = match left.strip_prefix('"') {
            None => match left.split_once(',') {
                Some((plain, rest)) => {
                    cell.push_str(plain);
                    Some(rest)
                }
                None => {
                    cell.push_str(left);
                    None
                }
            },
            Some(mut quoted) => loop {
                let (inside, behind) = quoted.split_once('"').context("a quote is not closed")?;
                cell.push_str(inside);
                match behind.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        quoted = more;
                    }
                    None if behind.is_empty() => break None,
                    None => break Some(behind.strip_prefix(',').context("a quote is closed too early")?),
                }
            },
        };
        row.push(of_text(kind, cell)?);
    }
    ensure!(rest.is_none(), "a record has too many cells");
    Ok(row)
}

fn of_text(kind: Kind, cell: String) -> Result<Owned> {
    if cell.is_empty() {
        return Ok(Owned::Absent);
    }
    Ok(match kind {
        Kind::Text | Kind::Prose => Owned::Text(cell),
        Kind::Number => Owned::Number(cell.parse()?),
        Kind::Truth => Owned::Truth(cell.parse()?),
        Kind::Integer => Owned::Integer(cell.parse()?),
        Kind::Date => Owned::Date(date(&cell)?),
        Kind::Time => Owned::Time(time::read(&cell).context("a time cannot be read")?),
        Kind::List => Owned::List(serde_json::from_str(&cell)?),
        Kind::Point => {
            let inside = cell.strip_prefix("POINT (").and_then(|rest| rest.strip_suffix(')'));
            let (x, y) = inside.and_then(|inside| inside.split_once(' ')).context("a point cannot be read")?;
            Owned::Point { x: x.parse()?, y: y.parse()? }
        }
    })
}

fn of_json(line: &[u8]) -> Result<Vec<Owned>> {
    let mut read: HashMap<String, Value> = serde_json::from_slice(line)?;
    row::kinds().map(|(name, kind)| of_value(kind, read.remove(name).context("a key is missing")?)).collect()
}

fn of_value(kind: Kind, value: Value) -> Result<Owned> {
    Ok(match (kind, value) {
        (_, Value::Null) => Owned::Absent,
        (Kind::Text | Kind::Prose, Value::String(text)) => Owned::Text(text),
        (Kind::Number, Value::Number(number)) => Owned::Number(number.as_f64().context("a number is too large")?),
        (Kind::Integer, Value::Number(number)) => {
            Owned::Integer(i32::try_from(number.as_i64().context("a number is not whole")?)?)
        }
        (Kind::Truth, Value::Bool(truth)) => Owned::Truth(truth),
        (Kind::Date, Value::String(text)) => Owned::Date(date(&text)?),
        (Kind::Time, Value::String(text)) => Owned::Time(time::read(&text).context("a time cannot be read")?),
        (Kind::List, list) => Owned::List(serde_json::from_value(list)?),
        (Kind::Point, point) => {
            let [x, y]: [f64; 2] = serde_json::from_value(point["coordinates"].clone())?;
            Owned::Point { x, y }
        }
        (_, other) => bail!("`{other}` is of another kind than its column"),
    })
}

fn date(text: &str) -> Result<i32> {
    let ms = time::read(&format!("{text}T00:00:00")).context("a date cannot be read")?;
    Ok(i32::try_from(ms.div_euclid(86_400_000))?)
}
