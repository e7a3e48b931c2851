//! Delimited text: RFC 4180, any line end, line breaks inside quotes kept.

mod separator;
mod split;

use anyhow::Result;

use crate::header;
use crate::options::Options;
use crate::record::{Cells, View};
use crate::refusal::{misuse, refuse, refuse_line};
use crate::source::Source;
use crate::text::Text;

use split::{Lines, Split, split};

/// No record is longer.
const LONGEST_RECORD_BYTES: usize = 16 << 20;

/// What is looked at to tell separator and header.
const LOOKED_AT_BYTES: usize = 1 << 20;

/// The records of a delimited text, blank ones too.
#[derive(Debug)]
pub(crate) struct Delimited {
    text: Text,
    separator: u8,
    cells: Cells,
    /// Line of the current record.
    line: u64,
    lines: Lines,
    /// Bytes of the current record in the window.
    length: usize,
    /// Empty lines that were read and are still to be given.
    empty: u64,
}

/// How a delimited text is laid out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) separator: u8,
    /// The record that holds the names, from 0.
    pub(crate) header: usize,
}

impl Layout {
    /// What the options say, else what the first records tell.
    pub(crate) fn find(source: &Source, options: &Options) -> Result<Self> {
        let mut text = source.text()?;
        while text.rest().len() < LOOKED_AT_BYTES && text.more()? {}
        let known = header::folded(&options.known);
        let separator = match options.separator {
            Some(given) if given.is_ascii() && !matches!(given, '"' | '\n' | '\r' | '\0') => given as u8,
            Some(given) => {
                return Err(misuse(
                    format!("could not take `{given}` as a separator"),
                    "name one ASCII character, such as `;`",
                ));
            }
            None => separator::find(text.rest(), text.is_at_end(), &known),
        };
        let header = match options.header {
            Some(0) => return Err(misuse("could not take record 0 as the header", "records count from 1")),
            Some(given) => usize::try_from(given - 1)?,
            None => {
                let records = separator::first_records(text.rest(), text.is_at_end(), separator);
                header::find(records.iter().map(|record| record.iter().map(String::as_str)), &known).unwrap_or(0)
            }
        };
        Ok(Self { separator, header })
    }
}

impl Delimited {
    pub(crate) fn open(source: &Source, separator: u8) -> Result<Self> {
        let (text, cells, lines) = (source.text()?, Cells::default(), Lines::default());
        Ok(Self { text, separator, cells, line: 0, lines, length: 0, empty: 0 })
    }

    /// Goes to the next record; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        if self.empty > 0 {
            self.empty -= 1;
            self.line += 1;
            return Ok(true);
        }
        self.text.consume(std::mem::take(&mut self.length));
        loop {
            self.cells.clear();
            let (rest, is_at_end) = (self.text.rest(), self.text.is_at_end());
            match split(rest.as_bytes(), self.separator, is_at_end, &mut self.cells) {
                Split::Record { length, breaks } if length <= LONGEST_RECORD_BYTES => {
                    self.line = self.lines.next;
                    self.lines.next += breaks;
                    self.length = length;
                    return Ok(true);
                }
                Split::Empty { length } => {
                    self.text.consume(length);
                    self.line = self.lines.next;
                    self.lines.next += 1;
                    if self.skip_empty()? {
                        return Ok(true);
                    }
                }
                Split::End => return Ok(false),
                Split::More if rest.len() <= LONGEST_RECORD_BYTES => {
                    self.text.more()?;
                }
                Split::Record { .. } | Split::More => return Err(self.too_long()),
                Split::Unclosed { line } => return Err(self.unclosed(self.lines.next + line)),
                Split::TooManyColumns => return Err(self.too_many_columns()),
            }
        }
    }

    /// After an empty line: whether something other than empty lines follows, which makes it a record.
    fn skip_empty(&mut self) -> Result<bool> {
        let first = self.line;
        loop {
            let rest = self.text.rest().as_bytes();
            match split::line_break(rest, self.text.is_at_end()) {
                Some(0) => break,
                Some(length) => {
                    self.text.consume(length);
                    self.lines.next += 1;
                    self.empty += 1;
                }
                None if !self.text.more()? => {
                    self.empty = 0;
                    return Ok(false);
                }
                None => {}
            }
        }
        self.line = first;
        self.cells.clear();
        Ok(true)
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.cells.view(self.text.rest())
    }

    fn too_long(&self) -> anyhow::Error {
        let why = format!("a record is longer than {} MiB", LONGEST_RECORD_BYTES >> 20);
        refuse_line(
            self.text.path(),
            self.lines.next,
            why,
            "see whether line ends are missing, or a quote is not closed",
        )
    }

    fn unclosed(&self, line: u64) -> anyhow::Error {
        let why = format!("the quote that opens on line {line} is never closed");
        refuse(self.text.path(), why, "close it there, or write it twice where it belongs to the text")
    }

    fn too_many_columns(&self) -> anyhow::Error {
        let why = format!("a record has more than {} columns", split::MOST_COLUMNS);
        refuse_line(self.text.path(), self.lines.next, why, "see whether line ends are missing, or name the separator")
    }
}
