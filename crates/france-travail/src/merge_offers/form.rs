//! The table in its three forms.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use columns::{Drafted, ParquetWriter, Value};
use files::Output;
use tables::{CsvWriter, write_json_text};

use crate::collect_history::options::Form;
use crate::collect_history::table::{push_number, truth_text};
use crate::merge_offers::row::{self, Values};
use crate::offre::time;

const MS_A_DAY: i64 = 86_400_000;

/// Writes rows.
pub(crate) enum Table<W: Write + Send = Output> {
    Csv(Box<CsvWriter<W>>, Vec<u8>),
    JsonLines(W, Vec<u8>, Box<[&'static str; row::WIDTH]>),
    Parquet(Box<ParquetWriter<W>>),
}

impl<W: Write + Send> Table<W> {
    /// Begins a table with its header, where its form has one.
    pub(crate) fn begin(form: Form, output: W) -> Result<Self> {
        Ok(match form {
            Form::Csv => {
                let mut csv = CsvWriter::new(output);
                csv.write(row::names()).context("could not write the table")?;
                Self::Csv(Box::new(csv), Vec::new())
            }
            Form::Jsonl => Self::JsonLines(output, Vec::new(), Box::new(row::names())),
            Form::Parquet => Self::Parquet(Box::new(ParquetWriter::new(output, &row::columns())?)),
        })
    }

    pub(crate) fn write(&mut self, values: &Values<'_>) -> Result<()> {
        match self {
            Self::Csv(csv, room) => {
                values.iter().for_each(|value| push_csv(value, csv, room));
                csv.end().context("could not write the table")
            }
            Self::JsonLines(output, line, names) => {
                line.clear();
                for (nth, (name, value)) in names.iter().zip(values).enumerate() {
                    line.extend_from_slice(if nth == 0 { b"{\"" } else { b",\"" });
                    line.extend_from_slice(name.as_bytes());
                    line.extend_from_slice(b"\":");
                    push_json(value, line);
                }
                line.extend_from_slice(b"}\n");
                output.write_all(line).context("could not write the table")
            }
            Self::Parquet(parquet) => parquet.write(values.iter().copied()),
        }
    }

    /// What comes next is in a group of rows of its own, where the form has such.
    pub(crate) fn end_group(&mut self) -> Result<()> {
        match self {
            Self::Csv(..) | Self::JsonLines(..) => Ok(()),
            Self::Parquet(parquet) => parquet.end_group(),
        }
    }

    /// Takes over rows that were drafted for this form, read from their spool; `open` says what was left open, row by row.
    pub(crate) fn append<'a, V: IntoIterator<Item = Value<'a>>>(
        &mut self,
        drafted: Drafted,
        spool: impl Read,
        open: impl FnMut(usize) -> V,
    ) -> Result<()> {
        match self {
            Self::Csv(..) | Self::JsonLines(..) => anyhow::bail!("could not take over rows of Parquet"),
            Self::Parquet(parquet) => parquet.append(drafted, spool, open),
        }
    }

    /// Gives the output back, all of it written; a form that can say something of the file as a whole says it.
    pub(crate) fn finish(self, told: &[(&str, String)]) -> Result<W> {
        match self {
            Self::Csv(csv, _) => csv.finish().context("could not write the table"),
            Self::JsonLines(output, ..) => Ok(output),
            Self::Parquet(mut parquet) => {
                told.iter().for_each(|(key, value)| parquet.describe(*key, value.as_str()));
                parquet.finish()
            }
        }
    }
}

/// A record is a line: line feeds and tabs become one space each.
fn push_csv<W: Write>(value: &Value<'_>, csv: &mut CsvWriter<W>, room: &mut Vec<u8>) {
    match value {
        Value::Text(text) => csv.flat_cell(text.as_bytes()),
        Value::List(_) => {
            room.clear();
            push_plain(value, room);
            csv.cell(&room);
        }
        Value::Point { x, y } => csv.plain_cell(|line| {
            line.extend_from_slice(b"POINT (");
            push_number(*x, line);
            line.push(b' ');
            push_number(*y, line);
            line.push(b')');
        }),
        other => csv.plain_cell(|line| push_plain(other, line)),
    }
}

fn push_json(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Absent => out.extend_from_slice(b"null"),
        Value::Text(text) => write_json_text(text, out),
        Value::Time(_) | Value::Date(_) => {
            out.push(b'"');
            push_plain(value, out);
            out.push(b'"');
        }
        Value::Point { x, y } => {
            out.extend_from_slice(br#"{"type":"Point","coordinates":["#);
            push_number(*x, out);
            out.push(b',');
            push_number(*y, out);
            out.extend_from_slice(b"]}");
        }
        other => push_plain(other, out),
    }
}

/// What both forms write alike.
fn push_plain(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Absent => {}
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Number(number) => push_number(*number, out),
        Value::Truth(truth) => out.extend_from_slice(truth_text(*truth)),
        Value::Integer(number) => write!(out, "{number}").expect(ROOM),
        Value::Time(ms) => time::push(*ms, out),
        Value::Date(days) => out.extend_from_slice(date_text(*days).as_bytes()),
        Value::List(texts) => {
            out.push(b'[');
            for (nth, text) in texts.iter().enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                write_json_text(text, out);
            }
            out.push(b']');
        }
        Value::Point { .. } => {}
    }
}

const ROOM: &str = "memory takes everything";

/// `2025-08-21`
pub(crate) fn date_text(days: i32) -> String {
    let mut text = time::text(i64::from(days) * MS_A_DAY);
    text.truncate(text.len() - "T00:00:00.000".len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: Form) -> String {
        let mut values = [Value::Absent; row::WIDTH];
        let list = ["a \"b\"", "é"];
        values[0] = Value::Text("1");
        values[2] = Value::Text("a\n\tb");
        values[22] = Value::List(&list);
        values[row::place::JOUR] = Value::Date(20_321);
        values[row::place::VERSIONS] = Value::Integer(2);
        values[row::place::GEOMETRY] = Value::Point { x: 5.0, y: 45.25 };
        values[row::place::RETIREE] = Value::Truth(false);
        let mut table = Table::begin(form, vec![]).unwrap();
        table.write(&values).unwrap();
        String::from_utf8(table.finish(&[]).unwrap()).unwrap()
    }

    #[test]
    fn values_are_written_as_the_contract_says() {
        let csv = written(Form::Csv);
        let line = csv.lines().nth(1).unwrap();
        assert!(line.starts_with("1,,a  b,,") && line.contains(",\"[\"\"a \\\"\"b\\\"\"\"\",\"\"é\"\"]\","), "{line}");
        assert!(line.ends_with(",2025-08-21,,2,,,false,,,POINT (5.0 45.25)"), "{line}");
        let json: serde_json::Value = serde_json::from_str(&written(Form::Jsonl)).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 72);
        assert_eq!((&json["jour"], &json["versions"]), (&"2025-08-21".into(), &2.into()));
        assert_eq!(json["geometry"], serde_json::json!({"type": "Point", "coordinates": [5.0, 45.25]}));
        assert_eq!(json["title"], "a\n\tb");
    }
}
