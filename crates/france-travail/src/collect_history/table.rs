//! The table, in its three forms.

use std::borrow::Cow;
use std::io::{self, Write};

use anyhow::{Context, Result};
use columns::{Column, ParquetWriter, Value};
use files::Output;
use tables::{CsvWriter, write_json_text};

use crate::collect_history::options::Form;
use crate::offre::{COLUMNS, Cell, Kind, Row, at, time};

/// Writes rows.
#[derive(Debug)]
pub(crate) enum Table<W: Write + Send = Output> {
    /// And the list under way.
    Csv(Box<CsvWriter<W>>, Vec<u8>),
    JsonLines(W, Vec<u8>),
    Parquet(Box<ParquetWriter<W>>),
}

impl<W: Write + Send> Table<W> {
    /// Begins a table with its header, where its form has one.
    pub(crate) fn begin(form: Form, output: W) -> Result<Self> {
        Ok(match form {
            Form::Csv => {
                let mut csv = CsvWriter::new(output);
                csv.write(COLUMNS.map(|(name, _)| name)).context("could not write the table")?;
                Self::Csv(Box::new(csv), Vec::new())
            }
            Form::Jsonl => Self::JsonLines(output, Vec::new()),
            Form::Parquet => Self::Parquet(Box::new(ParquetWriter::new(output, &COLUMNS.map(column))?)),
        })
    }

    pub(crate) fn write(&mut self, row: &Row<'_>) -> Result<()> {
        match self {
            Self::Csv(csv, list) => write_csv(row, csv, list).context("could not write the table"),
            Self::JsonLines(output, line) => {
                line.clear();
                push_json(row, line);
                output.write_all(line).context("could not write the table")
            }
            Self::Parquet(parquet) => write_parquet(row, parquet),
        }
    }

    /// Gives the output back, all of it written.
    pub(crate) fn finish(self) -> Result<W> {
        match self {
            Self::Csv(csv, _) => csv.finish().context("could not write the table"),
            Self::JsonLines(output, _) => Ok(output),
            Self::Parquet(parquet) => parquet.finish(),
        }
    }
}

fn write_csv<W: Write>(row: &Row<'_>, csv: &mut CsvWriter<W>, list: &mut Vec<u8>) -> io::Result<()> {
    for cell in &row.cells {
        match cell {
            Cell::Absent => csv.plain_cell(|_| {}),
            Cell::Text(text) => csv.flat_cell(text.as_bytes()),
            Cell::Number(number) => csv.plain_cell(|line| push_number(*number, line)),
            Cell::Truth(truth) => csv.plain_cell(|line| line.extend_from_slice(truth_text(*truth))),
            Cell::Time(ms) => csv.plain_cell(|line| time::push(*ms, line)),
            Cell::List(texts) => {
                list.clear();
                push_list(texts, list);
                csv.cell(&list);
            }
        }
    }
    csv.end()
}

pub(crate) fn truth_text(truth: bool) -> &'static [u8] {
    if truth { b"true" } else { b"false" }
}

/// Appends the shortest decimal that gives the number back, without an exponent, always with a point.
pub(crate) fn push_number(number: f64, out: &mut Vec<u8>) {
    let from = out.len();
    write!(out, "{number}").expect("memory takes everything");
    if !out[from..].contains(&b'.') {
        out.extend_from_slice(b".0");
    }
}

/// One object, all keys in order, and a line feed.
fn push_json(row: &Row<'_>, line: &mut Vec<u8>) {
    for (nth, ((name, _), cell)) in COLUMNS.iter().zip(&row.cells).enumerate() {
        line.extend_from_slice(if nth == 0 { b"{\"" } else { b",\"" });
        line.extend_from_slice(name.as_bytes());
        line.extend_from_slice(b"\":");
        match cell {
            Cell::Absent => line.extend_from_slice(b"null"),
            Cell::Text(text) => write_json_text(text, line),
            Cell::Number(number) => push_number(*number, line),
            Cell::Truth(truth) => line.extend_from_slice(truth_text(*truth)),
            Cell::Time(ms) => {
                line.push(b'"');
                time::push(*ms, line);
                line.push(b'"');
            }
            Cell::List(texts) => push_list(texts, line),
        }
    }
    line.extend_from_slice(b"}\n");
}

/// A JSON array without blanks or ASCII escapes.
fn push_list(texts: &[Cow<'_, str>], out: &mut Vec<u8>) {
    out.push(b'[');
    for (nth, text) in texts.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        write_json_text(text, out);
    }
    out.push(b']');
}

fn column((name, kind): (&'static str, Kind)) -> Column {
    let kind = match kind {
        // Hardly two are the same.
        Kind::Text if [COLUMNS[at::ID].0, COLUMNS[at::DESCRIPTION].0, COLUMNS[at::SOURCE_URL].0].contains(&name) => {
            columns::Kind::Prose
        }
        Kind::Text => columns::Kind::Text,
        Kind::Number => columns::Kind::Number,
        Kind::Truth => columns::Kind::Truth,
        Kind::Time => columns::Kind::Time,
        Kind::List => columns::Kind::List,
    };
    Column::new(name, kind)
}

fn write_parquet<W: Write + Send>(row: &Row<'_>, parquet: &mut ParquetWriter<W>) -> Result<()> {
    // Borrowed texts of the two lists, which the values borrow in turn.
    let texts = |column: usize| -> Vec<&str> {
        match &row.cells[column] {
            Cell::List(texts) => texts.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        }
    };
    let lists = [texts(at::SKILLS), texts(at::LANGUES)];
    let value = |(column, cell)| match cell {
        &Cell::Absent => Value::Absent,
        Cell::Text(text) => Value::Text(text),
        Cell::Number(number) => Value::Number(*number),
        Cell::Truth(truth) => Value::Truth(*truth),
        Cell::Time(ms) => Value::Time(*ms),
        Cell::List(_) => Value::List(&lists[usize::from(column == at::LANGUES)]),
    };
    parquet.write(row.cells.iter().enumerate().map(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row<'static> {
        let mut row = Row::default();
        row.cells[at::ID] = Cell::Text("1257424".into());
        row.cells[at::TITLE] = Cell::Text("Chef, \"H/F\"\n\tà Rennes".into());
        row.cells[at::LATITUDE] = Cell::Number(48.0);
        row.cells[at::LONGITUDE] = Cell::Number(1e-7);
        row.cells[at::DATE_CREATED] = Cell::Time(1_755_757_963_000);
        row.cells[at::SKILLS] = Cell::List(vec!["Français".into(), "a \"b\"".into()]);
        row.cells[at::IS_HANDICAP_ACCESSIBLE] = Cell::Truth(false);
        row
    }

    fn written(form: Form) -> String {
        let mut table = Table::begin(form, vec![]).unwrap();
        table.write(&row()).unwrap();
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_record_of_csv_is_a_line() {
        let text = written(Form::Csv);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("id,source,title,") && lines[0].ends_with(",weekly_hours,experience_months"));
        assert_eq!(
            lines[1],
            "1257424,,\"Chef, \"\"H/F\"\"  à Rennes\",,,,48.0,0.0000001,2025-08-21T06:32:43.000,,,,,,,,,,,,,,\
             \"[\"\"Français\"\",\"\"a \\\"\"b\\\"\"\"\"]\",,false,,,,,,,,,"
        );
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn a_line_of_json_has_all_keys_in_order() {
        let text = written(Form::Jsonl);
        let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert!(read.keys().eq(COLUMNS.iter().map(|(name, _)| *name)));
        assert_eq!(read["title"], "Chef, \"H/F\"\n\tà Rennes");
        assert_eq!((read["source"].is_null(), &read["skills"][0]), (true, &"Français".into()));
        assert!(
            text.contains("\"latitude\":48.0,\"longitude\":0.0000001,\"date_created\":\"2025-08-21T06:32:43.000\"")
        );
    }

    #[test]
    fn numbers_are_the_shortest_that_give_them_back() {
        for (number, text) in [(12.0, "12.0"), (11.98, "11.98"), (1e22, "10000000000000000000000.0"), (-0.5, "-0.5")] {
            let mut written = vec![];
            push_number(number, &mut written);
            assert_eq!(String::from_utf8(written).unwrap(), text);
        }
    }
}
