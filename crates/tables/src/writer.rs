//! Tables written: CSV, and JSON Lines.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde::Serialize;

/// The mark by which spreadsheets know UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes CSV: UTF-8, line feeds, quotes only where they are needed.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// With `,` and without a mark.
    pub fn new(output: W) -> Self {
        Self::with_separator(output, ',')
    }

    /// With another separator, which is ASCII.
    pub fn with_separator(output: W, separator: char) -> Self {
        debug_assert!(separator.is_ascii());
        let csv = WriterBuilder::new()
            .delimiter(separator as u8)
            .terminator(Terminator::Any(b'\n'))
            .quote_style(QuoteStyle::Necessary)
            .flexible(true)
            .from_writer(output);
        Self { csv }
    }

    /// With a byte-order mark, for spreadsheets.
    ///
    /// # Errors
    /// What the output says.
    pub fn with_mark(mut output: W, separator: char) -> io::Result<Self> {
        output.write_all(MARK)?;
        Ok(Self::with_separator(output, separator))
    }

    /// Writes one record.
    ///
    /// # Errors
    /// What the output says.
    pub fn write<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
        self.csv.write_record(cells).map_err(into_io)
    }

    /// Gives the output back, all of it written.
    ///
    /// # Errors
    /// What the output says.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes JSON Lines: one compact JSON text a line.
#[derive(Debug)]
pub struct JsonLinesWriter<W: Write> {
    output: W,
}

impl<W: Write> JsonLinesWriter<W> {
    /// Begins a file.
    pub fn new(output: W) -> Self {
        Self { output }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// What the output says.
    pub fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, value)?;
        self.output.write_all(b"\n")
    }

    /// Gives the output back.
    pub fn finish(self) -> W {
        self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_they_are_needed() {
        let mut csv = CsvWriter::new(vec![]);
        csv.write(["a", "b;c", "d,e", "f\"g", "h\ni", "", " j", "=1+1"]).unwrap();
        csv.write(["é"]).unwrap();
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(text, "a,b;c,\"d,e\",\"f\"\"g\",\"h\ni\",, j,=1+1\né\n");
    }

    #[test]
    fn a_mark_and_another_separator_on_request() {
        let mut csv = CsvWriter::with_mark(vec![], ';').unwrap();
        csv.write(["a;b", "c,d"]).unwrap();
        assert_eq!(csv.finish().unwrap(), "\u{feff}\"a;b\";c,d\n".as_bytes());
    }

    #[test]
    fn one_json_text_a_line() {
        let mut lines = JsonLinesWriter::new(vec![]);
        lines.write(&serde_json::json!({ "b": "x\ny", "a": 1 })).unwrap();
        lines.write(&["é"]).unwrap();
        assert_eq!(String::from_utf8(lines.finish()).unwrap(), "{\"b\":\"x\\ny\",\"a\":1}\n[\"é\"]\n");
    }
}
