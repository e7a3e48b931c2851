//! One file read: its records kept, left out, or set aside.

use std::path::Path;

use anyhow::Result;
use report::{Lang, Rejects};
use serde::Serialize;
use step::{ExitCode, Failure, Progress};
use tables::{Found, Header, Kind as RecordKind, Options, Record, Source, Table};

use super::column::{COLUMNS, DATE_MAJ, ID, NOM, RESEAUX_PORTEURS, SOURCE};
use super::entries::{Cells, Entries};
use crate::lists::{Reading, is_null, read_list};
use crate::repair::day;
use crate::schema::Kind;

/// A column that services alone have.
const STRUCTURE_ID: &str = "structure_id";

/// Shorter numbers are no milliseconds since 1970.
const SHORTEST_EPOCH: usize = 9;

/// A file as the comparison tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FileFigures {
    /// The name alone.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) format: &'static str,
    pub(super) records: u64,
}

/// What became of the records of all files: read is the sum of the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) read: u64,
    pub(super) blank: u64,
    pub(super) kept: u64,
    pub(super) dropped: u64,
    pub(super) rejected: u64,
    pub(super) left_out: u64,
}

/// Whose records are being read.
#[derive(Debug)]
pub(super) enum Whose<'r> {
    /// FILE's; those set aside go to a file.
    Own(&'r mut Rejects, Lang),
    /// Another producer's: those of the first `sources` are FILE's, and left out.
    Other { sources: usize },
}

/// A file before its first record.
pub(super) struct Opened {
    table: Table,
    columns: [Option<usize>; COLUMNS.len()],
    source: Option<usize>,
}

impl Opened {
    /// Finds the list of structures and its columns.
    ///
    /// # Errors
    /// 65 when it holds services, has no `id` or no `nom`, or is no table; 66 when it cannot be read.
    pub(super) fn open(source: &Source) -> Result<Self> {
        let known = COLUMNS.iter().chain([&SOURCE]).map(|name| (*name).to_owned()).collect();
        let reading = Reading { kind: None, options: Options { known, ..Options::default() } };
        let places = reading.places(source)?;
        let place = places.into_iter().next().expect("a file has at least one list");
        let list = place.open(source)?;
        let header = list.table.header();
        if header.column(STRUCTURE_ID).is_some() || list.kind == Kind::Services {
            return Err(refuse(
                source.path(),
                "it holds services, and structures are compared",
                "give the file of structures",
            ));
        }
        // An empty list of JSON has no columns, and lacks none.
        let is_empty = header.names().is_empty();
        for name in [COLUMNS[ID], COLUMNS[NOM]] {
            if !is_empty && header.column(name).is_none() {
                let hint =
                    "name the columns as the schema of data·inclusion does: `map-contribution` makes such a file";
                return Err(refuse(source.path(), &format!("it has no column `{name}`"), hint));
            }
        }
        let columns = COLUMNS.map(|name| header.column(name));
        Ok(Self { columns, source: header.column(SOURCE), table: list.table })
    }

    pub(super) fn header(&self) -> &Header {
        self.table.header()
    }

    pub(super) fn found(&self) -> &Found {
        self.table.found()
    }

    /// Reads all records; of a record that does not say whose it is, it is `by_default`'s.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 74 when the disk refuses, or what `go_on` says.
    pub(super) fn read(
        mut self,
        by_default: &str,
        mut whose: Whose<'_>,
        entries: &mut Entries,
        counts: &mut Counts,
        progress: &Progress,
        go_on: impl Fn() -> Result<()>,
    ) -> Result<FileFigures> {
        let mut records = 0;
        while let Some(record) = self.table.next()? {
            records += 1;
            counts.read += 1;
            progress.add(1);
            if records % 4_096 == 0 {
                go_on()?;
            }
            match record.kind() {
                RecordKind::Blank => counts.blank += 1,
                RecordKind::RepeatedHeader => counts.dropped += 1,
                RecordKind::Data => {
                    let cell = |column: Option<usize>| column.map_or("", |column| record.cell(column).trim());
                    let cells = self.columns.map(cell);
                    let source = Some(cell(self.source)).filter(|source| !source.is_empty()).unwrap_or(by_default);
                    take(&record, cells, &self.columns, source, &mut whose, entries, counts)?;
                }
            }
        }
        let found = self.table.found();
        Ok(FileFigures {
            path: found.name.clone(),
            bytes: found.bytes,
            sha256: found.sha256.clone(),
            format: found.format.name(),
            records,
        })
    }
}

/// Keeps a record, leaves it out, or sets it aside.
fn take<'a>(
    record: &Record<'a>,
    cells: Cells<'a>,
    columns: &[Option<usize>; COLUMNS.len()],
    source: &str,
    whose: &mut Whose<'_>,
    entries: &mut Entries,
    counts: &mut Counts,
) -> Result<()> {
    if let Some(column) = [ID, NOM].into_iter().find(|column| is_null(cells[*column])) {
        counts.rejected += 1;
        return match whose {
            Whose::Own(rejects, lang) => rejects.add(record, rule(column), message(column, *lang)),
            Whose::Other { .. } => Ok(()),
        };
    }
    if let Whose::Other { sources } = whose
        && entries.known_source(source).is_some_and(|number| number < *sources)
    {
        counts.left_out += 1;
        return Ok(());
    }
    let mut cells: Cells<'_> = cells;
    let networks = columns[RESEAUX_PORTEURS].map(|column| sorted_list(record, column));
    cells[RESEAUX_PORTEURS] = networks.as_deref().unwrap_or_default();
    let day = day_of_epoch(cells[DATE_MAJ]);
    let source = entries.source_number(source);
    cells[DATE_MAJ] = day.as_deref().unwrap_or(cells[DATE_MAJ]);
    entries.push(source, record.number(), &cells);
    counts.kept += 1;
    Ok(())
}

/// The values of a list, sorted.
fn sorted_list(record: &Record<'_>, column: usize) -> String {
    let mut list = vec![];
    if !read_list(record, column, &mut list) {
        return String::new();
    }
    let mut values: Vec<&str> = list.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values.join(", ")
}

/// A date as the dump writes it, in milliseconds since 1970, as the day that it is.
fn day_of_epoch(cell: &str) -> Option<String> {
    let is_number = cell.len() >= SHORTEST_EPOCH && cell.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| day::read(cell)).flatten().map(|(day, _)| day.to_string())
}

fn rule(column: usize) -> &'static str {
    if column == ID { "id.missing" } else { "nom.missing" }
}

fn message(column: usize, lang: Lang) -> &'static str {
    match (column == ID, lang) {
        (true, Lang::Fr) => "l'identifiant est vide",
        (true, Lang::En) => "the identifier is blank",
        (false, Lang::Fr) => "le nom est vide",
        (false, Lang::En) => "the name is blank",
    }
}

fn refuse(path: &Path, why: &str, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not compare `{}`: {why}", path.display())).hint(hint).into()
}
