//! The records as JSON, JSON Lines or CSV.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use files::Output;
use tables::CsvWriter;

use super::entry::Entry;
use crate::options::misuse;
use crate::schema::{Kind, List, Schema, Shape};

const COULD_NOT: &str = "could not write the records";

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Ndjson,
    Csv,
}

impl Form {
    /// The form that the extension of a name asks for.
    ///
    /// # Errors
    /// 2 when it asks for none of them.
    pub(super) fn of(output: &Path) -> Result<Self> {
        let extension = output.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        Ok(match extension.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "csv" => Self::Csv,
            _ => {
                let message = format!("could not tell the form of `{}`", output.display());
                return Err(misuse(message, "name a file that ends in .json, .ndjson, .jsonl or .csv"));
            }
        })
    }
}

/// A file under way.
pub(super) struct Writer {
    form: To,
    schema: &'static Schema,
    /// Whether it holds both lists, each under its name.
    is_pair: bool,
    /// The list that is being written, and how many records of it there are.
    list: Option<(Kind, u64)>,
    line: Vec<u8>,
}

enum To {
    Json(BufWriter<Output>),
    Ndjson(BufWriter<Output>),
    Csv(Box<CsvWriter<Output>>),
}

impl Writer {
    /// Begins a file; of a pair, both lists have their place even if one is empty.
    pub(super) fn begin(output: Output, form: Form, schema: &'static Schema, is_pair: bool) -> Self {
        let form = match form {
            Form::Json => To::Json(BufWriter::with_capacity(1 << 16, output)),
            Form::Ndjson => To::Ndjson(BufWriter::with_capacity(1 << 16, output)),
            Form::Csv => To::Csv(Box::new(CsvWriter::new(output))),
        };
        Self { form, schema, is_pair, list: None, line: Vec::new() }
    }

    /// Begins a list.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn begin_list(&mut self, kind: Kind) -> Result<()> {
        let begin = match (self.is_pair, self.list) {
            (false, _) => "[".to_owned(),
            (true, None) => format!("{{\"{}\":[", kind.name()),
            (true, Some((_, written))) => format!("{}],\"{}\":[", line_end(written), kind.name()),
        };
        self.list = Some((kind, 0));
        let names = self.schema.list(kind).fields.iter().map(|field| field.name);
        match &mut self.form {
            To::Json(output) => output.write_all(begin.as_bytes()).context(COULD_NOT),
            To::Csv(csv) => csv.write(names).context(COULD_NOT),
            To::Ndjson(_) => Ok(()),
        }
    }

    /// Writes a record of the list that was begun.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn write(&mut self, entry: &Entry) -> Result<()> {
        let (kind, written) = self.list.as_mut().expect("a list was begun");
        let list = self.schema.list(*kind);
        self.line.clear();
        match &mut self.form {
            To::Json(output) => {
                self.line.extend_from_slice(if *written == 0 { b"\n" } else { b",\n" });
                write_json(&mut self.line, entry, list)?;
                output.write_all(&self.line).context(COULD_NOT)?;
            }
            To::Ndjson(output) => {
                write_json(&mut self.line, entry, list)?;
                self.line.push(b'\n');
                output.write_all(&self.line).context(COULD_NOT)?;
            }
            To::Csv(csv) => {
                let cells = (0..entry.len()).map(|field| match entry.all(field) {
                    Some(all) => all.collect::<Vec<_>>().join(","),
                    None => entry.text(field).unwrap_or_default().to_owned(),
                });
                csv.write(cells).context(COULD_NOT)?;
            }
        }
        *written += 1;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn finish(self) -> Result<Output> {
        let written = self.list.map_or(0, |(_, written)| written);
        let end = format!("{}]{}\n", line_end(written), if self.is_pair { "}" } else { "" });
        match self.form {
            To::Json(mut output) => {
                output.write_all(end.as_bytes()).context(COULD_NOT)?;
                output.into_inner().map_err(|error| error.into_error()).context(COULD_NOT)
            }
            To::Ndjson(output) => output.into_inner().map_err(|error| error.into_error()).context(COULD_NOT),
            To::Csv(csv) => csv.finish().context(COULD_NOT),
        }
    }
}

fn line_end(written: u64) -> &'static str {
    if written == 0 { "" } else { "\n" }
}

/// A record as a compact object; numbers as they are written, fields without a value left out.
fn write_json(line: &mut Vec<u8>, entry: &Entry, list: &List) -> Result<()> {
    line.push(b'{');
    for (nth, field) in list.fields.iter().enumerate().filter(|(nth, _)| entry.has(*nth)) {
        if line.last() != Some(&b'{') {
            line.push(b',');
        }
        line.push(b'"');
        line.extend_from_slice(field.name.as_bytes());
        line.extend_from_slice(b"\":");
        match (entry.all(nth), entry.text(nth), &field.shape) {
            (Some(all), ..) => serde_json::to_writer(&mut *line, &all.collect::<Vec<_>>())?,
            (None, Some(number), Shape::Float { .. } | Shape::Integer { .. }) => {
                line.extend_from_slice(number.as_bytes())
            }
            (None, text, _) => serde_json::to_writer(&mut *line, text.unwrap_or_default())?,
        }
    }
    line.push(b'}');
    Ok(())
}
