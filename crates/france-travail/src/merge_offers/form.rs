//! The table in its three forms.

use std::io::Write;

use anyhow::{Context, Result};
use columns::{ParquetWriter, Value};
use files::Output;
use tables::CsvWriter;

use crate::collect_history::options::Form;
use crate::collect_history::table::{number_text, push_text};
use crate::merge_offers::row::{self, Values};
use crate::offre::time;

const MS_A_DAY: i64 = 86_400_000;

/// Writes rows.
pub(crate) enum Table<W: Write + Send = Output> {
    Csv(Box<CsvWriter<W>>, Vec<u8>),
    JsonLines(W, Vec<u8>, [&'static str; row::WIDTH]),
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
            Form::Jsonl => Self::JsonLines(output, Vec::new(), row::names()),
            Form::Parquet => Self::Parquet(Box::new(ParquetWriter::new(output, &row::columns())?)),
        })
    }

    pub(crate) fn write(&mut self, values: &Values<'_>) -> Result<()> {
        match self {
            Self::Csv(csv, line) => {
                line.clear();
                let mut ends = [0; row::WIDTH];
                for (value, end) in values.iter().zip(&mut ends) {
                    push_csv(value, line);
                    *end = line.len();
                }
                let mut begin = 0;
                let cells = ends.map(|end| &line[std::mem::replace(&mut begin, end)..end]);
                csv.write(cells).context("could not write the table")
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
fn push_csv(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => {
            let begin = out.len();
            out.extend_from_slice(text.as_bytes());
            out[begin..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\t')).for_each(|byte| *byte = b' ');
        }
        Value::Point { x, y } => write!(out, "POINT ({} {})", number_text(*x), number_text(*y)).expect(ROOM),
        other => push_plain(other, out),
    }
}

fn push_json(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Absent => out.extend_from_slice(b"null"),
        Value::Text(text) => push_text(text, out),
        Value::Time(_) | Value::Date(_) => {
            out.push(b'"');
            push_plain(value, out);
            out.push(b'"');
        }
        Value::Point { x, y } => {
            let point = format_args!("[{},{}]", number_text(*x), number_text(*y)).to_string();
            write!(out, r#"{{"type":"Point","coordinates":{point}}}"#).expect(ROOM);
        }
        other => push_plain(other, out),
    }
}

/// What both forms write alike.
fn push_plain(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Absent => {}
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Number(number) => out.extend_from_slice(number_text(*number).as_bytes()),
        Value::Truth(truth) => out.extend_from_slice(if *truth { b"true" } else { b"false" }),
        Value::Integer(number) => write!(out, "{number}").expect(ROOM),
        Value::Time(ms) => time::push(*ms, out),
        Value::Date(days) => out.extend_from_slice(date_text(*days).as_bytes()),
        Value::List(texts) => {
            out.push(b'[');
            for (nth, text) in texts.iter().enumerate() {
                if nth > 0 {
                    out.push(b',');
                }
                push_text(text, out);
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
