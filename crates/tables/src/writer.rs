//! Tables written: CSV, and JSON Lines.

use std::io::{self, Write};

use serde::Serialize;

use crate::marks::first_mark;

/// The mark by which spreadsheets know UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Few, large writes.
const BUFFER_BYTES: usize = 64 << 10;

/// Writes CSV: UTF-8, line feeds, quotes only where they are needed.
///
/// A record is written at once by [`CsvWriter::write`], or cell by cell, and ended by [`CsvWriter::end`].
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    output: W,
    separator: u8,
    buffer: Vec<u8>,
    /// Where the record under way begins in the buffer.
    begin: usize,
    has_cells: bool,
}

impl<W: Write> CsvWriter<W> {
    /// With `,` and without a mark.
    pub fn new(output: W) -> Self {
        Self::with_separator(output, ',')
    }

    /// With another separator, which is ASCII.
    pub fn with_separator(output: W, separator: char) -> Self {
        debug_assert!(separator.is_ascii());
        Self { output, separator: separator as u8, buffer: Vec::new(), begin: 0, has_cells: false }
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
        cells.into_iter().for_each(|cell| self.cell(cell));
        self.end()
    }

    /// Adds a cell to the record under way.
    pub fn cell(&mut self, cell: impl AsRef<[u8]>) {
        let cell = cell.as_ref();
        self.begin_cell();
        match first_mark(cell, 0, [self.separator, b'"', b'\r', b'\n']) {
            None => self.buffer.extend_from_slice(cell),
            Some(_) => self.quote(cell, |rest| first_mark(rest, 0, [b'"'])),
        }
    }

    /// Adds a cell that stays on its line: each line feed and each tab in it becomes a space.
    pub fn flat_cell(&mut self, cell: impl AsRef<[u8]>) {
        let cell = cell.as_ref();
        self.begin_cell();
        // A tab is none any more.
        let separator = if self.separator == b'\t' { b'"' } else { self.separator };
        match first_mark(cell, 0, [separator, b'"', b'\r']) {
            None => self.copy(cell, |rest| first_mark(rest, 0, [b'\n', b'\t'])),
            Some(_) => self.quote(cell, |rest| first_mark(rest, 0, [b'"', b'\n', b'\t'])),
        }
    }

    /// Adds a cell that needs no quotes, which `write` appends: a number, a date.
    pub fn plain_cell(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.begin_cell();
        write(&mut self.buffer);
    }

    /// Ends the record under way.
    ///
    /// # Errors
    /// What the output says.
    pub fn end(&mut self) -> io::Result<()> {
        if self.buffer.len() == self.begin {
            // An empty line would be no record.
            self.buffer.extend_from_slice(b"\"\"");
        }
        self.buffer.push(b'\n');
        (self.begin, self.has_cells) = (self.buffer.len(), false);
        if self.begin >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Gives the output back, all of it written.
    ///
    /// # Errors
    /// What the output says.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.output)
    }

    fn begin_cell(&mut self) {
        if self.has_cells {
            self.buffer.push(self.separator);
        }
        self.has_cells = true;
    }

    fn quote(&mut self, cell: &[u8], next: impl Fn(&[u8]) -> Option<usize>) {
        self.buffer.push(b'"');
        self.copy(cell, next);
        self.buffer.push(b'"');
    }

    /// Copies a cell; `next` finds what is not copied as it is.
    #[inline]
    fn copy(&mut self, cell: &[u8], next: impl Fn(&[u8]) -> Option<usize>) {
        let mut rest = cell;
        while let Some(place) = next(rest) {
            self.buffer.extend_from_slice(&rest[..place]);
            self.buffer.extend_from_slice(if rest[place] == b'"' { b"\"\"" } else { b" " });
            rest = &rest[place + 1..];
        }
        self.buffer.extend_from_slice(rest);
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.write_all(&self.buffer)?;
        self.buffer.clear();
        self.begin = 0;
        Ok(())
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_stand_only_where_they_are_needed() {
        let mut csv = CsvWriter::new(vec![]);
        csv.write(["a", "b;c", "d,e", "f\"g", "h\ni", "", " j", "=1+1"]).unwrap();
        csv.write(["é"]).unwrap();
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(text, "a,b;c,\"d,e\",\"f\"\"g\",\"h\ni\",, j,=1+1\né\n");
    }

    proptest! {
        #[test]
        fn records_are_written_as_another_writer_does(
            records in prop::collection::vec(prop::collection::vec("[a-zé;,\"\r\n\t ]{0,20}|[a-z]{0,40}", 0..5), 0..8),
            separator in prop_oneof![Just(','), Just(';'), Just('\t')],
        ) {
            let mut csv = CsvWriter::with_separator(vec![], separator);
            let mut flat = CsvWriter::with_separator(vec![], separator);
            let builder = || {
                let mut builder = csv::WriterBuilder::new();
                builder.delimiter(separator as u8).terminator(csv::Terminator::Any(b'\n')).flexible(true);
                builder.from_writer(vec![])
            };
            let (mut theirs, mut their_flat) = (builder(), builder());
            for record in &records {
                csv.write(record).unwrap();
                record.iter().for_each(|cell| flat.flat_cell(cell));
                flat.end().unwrap();
                theirs.write_record(record).unwrap();
                their_flat.write_record(record.iter().map(|cell| cell.replace(['\n', '\t'], " "))).unwrap();
            }
            prop_assert_eq!(csv.finish().unwrap(), theirs.into_inner().unwrap());
            prop_assert_eq!(flat.finish().unwrap(), their_flat.into_inner().unwrap());
        }
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
