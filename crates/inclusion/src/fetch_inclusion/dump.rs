//! A dump as the records that the API would serve: its oddities are undone, whatever format it has.
//!
//! Of the platform's exports (read 2026-11): CSV has lists as Python text, JSON has dates as milliseconds since 1970, the
//! workbook a first column without a name.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Result;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;
use step::{ExitCode, Failure, Progress};
use tables::{Format, Kind as RecordKind, Options, Record, Source, is_json_number, write_json_text};

use crate::lists::{List, Reading, is_null, read_python_list};
use crate::schema::{Kind, Version};

use super::record::Told;
use super::shelf::Shelf;

/// Columns whose cells are numbers.
const NUMBERS: [&str; 5] = ["latitude", "longitude", "nombre_semaines", "score_qualite", "volume_horaire_hebdomadaire"];

/// Columns whose cells are days.
const DATES: [&str; 3] = ["date_creation", "date_maj", "date_suspension"];

const DAY_MS: i64 = 86_400_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Nameless,
    Number,
    Date,
    List,
    Text,
}

/// The lists of a dump, before their first record.
///
/// # Errors
/// 65 when it is no table, 66 when it cannot be read.
pub(super) fn open(path: &Path) -> Result<(Format, Vec<List>)> {
    let source = Source::open(path, None)?;
    let known = Kind::ALL.iter().flat_map(|kind| fields(*kind)).map(str::to_owned).collect();
    let reading = Reading { kind: None, options: Options { known, ..Options::default() } };
    Ok((source.format(), reading.open(&source)?))
}

/// Puts the records of a list on the shelf.
///
/// # Errors
/// 65 with its line, when a record breaks a rule; 74 when the disk refuses, or what `go_on` says.
pub(super) fn shelve(
    path: &Path,
    format: Format,
    list: List,
    shelf: &mut Shelf,
    progress: &Progress,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<()> {
    let List { kind, mut table } = list;
    let names = table.header().names().to_vec();
    let columns: Vec<Column> = names.iter().map(|name| Column::of(name, kind)).collect();
    let mut text = vec![];
    while let Some(record) = table.next()? {
        if record.number() % 4_096 == 0 {
            go_on()?;
        }
        if record.kind() != RecordKind::Data {
            continue;
        }
        let refuse = |why: String| refuse(path, record.line(), &why);
        text.clear();
        match record.json() {
            Some(json) => write_object(json, &mut text).map_err(refuse)?,
            None => write_cells(&record, &names, &columns, format, &mut text).map_err(refuse)?,
        }
        let told = Told::read(&text).map_err(|_| refuse("it has no `id`".to_owned()))?;
        shelf.add(&told, &text)?;
        if let Some(id) = &shelf.brought().repeated {
            return Err(refuse(format!("`{id}` is there twice")));
        }
        progress.add(1);
    }
    match shelf.len() {
        0 => Err(Failure::new(ExitCode::BadInput, format!("could not read `{}`: it has no record", path.display()))
            .hint("see whether the export or the download went through")
            .into()),
        _ => Ok(()),
    }
}

fn refuse(path: &Path, line: u64, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not read `{}`, line {line}: {why}", path.display()))
        .hint("take the dump as it was published, or mend that line")
        .into()
}

fn fields(kind: Kind) -> impl Iterator<Item = &'static str> {
    Version::LATEST.schema().list(kind).fields.iter().map(|field| field.name)
}

impl Column {
    fn of(name: &str, kind: Kind) -> Self {
        let field = Version::LATEST.schema().list(kind).field(name);
        match name {
            "" => Self::Nameless,
            _ if NUMBERS.contains(&name) => Self::Number,
            _ if DATES.contains(&name) => Self::Date,
            _ if field.is_some_and(|field| field.is_list()) => Self::List,
            _ => Self::Text,
        }
    }
}

/// A JSON record: keys, order and types as they are.
fn write_object(json: &str, text: &mut Vec<u8>) -> Result<(), String> {
    let members: IndexMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(json).map_err(|error| format!("it is no object: {error}"))?;
    text.push(b'{');
    for (name, value) in members.iter().filter(|(name, _)| !name.is_empty()) {
        begin_member(name, text);
        match DATES.contains(&name.as_ref()) {
            true => write_date(value.get().trim_matches('"'), Some(value.get()), text)?,
            false => text.extend(value.get().bytes().filter(|byte| !matches!(byte, b'\n' | b'\r'))),
        }
    }
    text.push(b'}');
    Ok(())
}

fn write_cells(
    record: &Record<'_>,
    names: &[String],
    columns: &[Column],
    format: Format,
    text: &mut Vec<u8>,
) -> Result<(), String> {
    text.push(b'{');
    for (nth, (name, column)) in names.iter().zip(columns).enumerate() {
        if *column == Column::Nameless {
            continue;
        }
        begin_member(name, text);
        let cell = record.cell(nth);
        if *column == Column::List {
            write_list(record, nth, name, format, text)?;
        } else if is_null(cell) {
            text.extend_from_slice(b"null");
        } else {
            match column {
                Column::Number if is_json_number(cell.trim().as_bytes()) => {
                    text.extend_from_slice(cell.trim().as_bytes())
                }
                Column::Number => return Err(format!("`{name}` is no number")),
                Column::Date => write_date(cell.trim(), None, text)?,
                _ => write_json_text(cell, text),
            }
        }
    }
    text.push(b'}');
    Ok(())
}

fn begin_member(name: &str, text: &mut Vec<u8>) {
    if text.len() > 1 {
        text.push(b',');
    }
    write_json_text(name, text);
    text.push(b':');
}

/// A list as JSON: one of the input as it is, else one as Python writes it.
fn write_list(record: &Record<'_>, nth: usize, name: &str, format: Format, text: &mut Vec<u8>) -> Result<(), String> {
    let mut values: Vec<Cow<'_, str>> = vec![];
    let cell = record.cell(nth);
    match record.list(nth) {
        Some(items) => values.extend(items.map(Cow::Borrowed)),
        None if is_null(cell) => {
            text.extend_from_slice(b"null");
            return Ok(());
        }
        // One element alone is a list of one.
        None if format == Format::Xml => values.push(Cow::Borrowed(cell)),
        None if read_python_list(cell.trim(), &mut values) => {}
        None => return Err(format!("`{name}` is no list")),
    }
    text.push(b'[');
    for (nth, value) in values.iter().enumerate() {
        if nth > 0 {
            text.push(b',');
        }
        write_json_text(value, text);
    }
    text.push(b']');
    Ok(())
}

/// A day: of milliseconds since 1970 the one that they begin. Whatever is no such number stays as it is, `raw` in JSON.
fn write_date(value: &str, raw: Option<&str>, text: &mut Vec<u8>) -> Result<(), String> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        match raw {
            Some(raw) => text.extend_from_slice(raw.as_bytes()),
            None => write_json_text(value, text),
        }
        return Ok(());
    }
    let instant = value.parse::<i64>().ok().filter(|ms| ms % DAY_MS == 0);
    let instant = instant.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let instant =
        instant.ok_or_else(|| format!("the date {value} is no midnight of UTC in milliseconds since 1970"))?;
    write_json_text(&TimeZone::UTC.to_datetime(instant).date().to_string(), text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Result<String, String> {
        let mut text = vec![];
        write_object(json, &mut text).map(|()| String::from_utf8(text).unwrap())
    }

    #[test]
    fn a_json_record_keeps_all_but_its_oddities() {
        let told = object(
            "{\"z\": 1.50, \"\": 7,\n \"date_maj\": 1674432000000, \"a\": [\"\\u00e9\",\n null], \"b\": {\"x\": true}}",
        );
        assert_eq!(
            told.unwrap(),
            "{\"z\":1.50,\"date_maj\":\"2023-01-23\",\"a\":[\"\\u00e9\", null],\"b\":{\"x\": true}}"
        );
        assert_eq!(object(r#"{"date_maj":"2023-01-23"}"#).unwrap(), r#"{"date_maj":"2023-01-23"}"#);
        assert_eq!(object(r#"{"date_maj":null}"#).unwrap(), r#"{"date_maj":null}"#);
        assert_eq!(object(r#"{"date_maj":-86400000}"#).unwrap(), r#"{"date_maj":"1969-12-31"}"#);
        for odd in [r#"{"date_maj":1674432000001}"#, r#"{"date_maj":99999999999999999999}"#, "7"] {
            assert!(object(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_column_is_what_the_schema_says() {
        assert_eq!(Column::of("", Kind::Structures), Column::Nameless);
        assert_eq!(Column::of("thematiques", Kind::Services), Column::List);
        assert_eq!(Column::of("zone_eligibilite", Kind::Services), Column::List);
        assert_eq!(Column::of("reseaux_porteurs", Kind::Structures), Column::List);
        assert_eq!(Column::of("siret", Kind::Structures), Column::Text);
        assert_eq!(Column::of("score_qualite", Kind::Structures), Column::Number);
    }
}
