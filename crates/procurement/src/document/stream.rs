//! JSON read value by value through a window on a text.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tables::Text;

use super::refusal::refuse;
use crate::value::{Flaw, Oddity, Parser, Value, Why};

/// No contract is longer.
const LONGEST_BYTES: usize = 16 << 20;

const SYNTAX_HINT: &str = "the file is damaged, or no JSON: export or download it again";
const CUT_HINT: &str = "the export or the download was cut: fetch the file again";

/// Who takes a value and what has to be told of it.
pub(super) type See<'s> = dyn FnMut(Value<'_>, Vec<Oddity>) -> Result<()> + 's;

/// A text in JSON under way.
#[derive(Debug)]
pub(super) struct Stream {
    text: Text,
    path: PathBuf,
    reads_not_finite: bool,
    /// Of what comes next, from 1.
    line: u64,
    bytes: u64,
}

impl Stream {
    pub(super) fn new(text: Text, path: &Path, reads_not_finite: bool) -> Self {
        Self { text, path: path.to_owned(), reads_not_finite, line: 1, bytes: 0 }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// So many were used up.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The byte that comes next, blanks apart.
    pub(super) fn peek(&mut self) -> Result<u8> {
        match self.peek_or_end()? {
            Some(byte) => Ok(byte),
            None => Err(self.flawed(Flaw { at: 0, why: Why::Cut })),
        }
    }

    fn peek_or_end(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = self.text.rest().as_bytes();
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let next = rest.get(blanks).copied();
            self.skip(blanks);
            if next.is_some() || !self.text.more()? {
                return Ok(next);
            }
        }
    }

    /// Uses up what was looked at.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.text.rest().as_bytes()[..bytes]).count() as u64;
        self.text.consume(bytes);
        self.bytes += bytes as u64;
    }

    /// Whether the list or object ends here; else passes over the comma that has to be there but before the first.
    pub(super) fn ends(&mut self, closing: u8, is_first: &mut bool) -> Result<bool> {
        let was_first = std::mem::replace(is_first, false);
        match self.peek()? {
            byte if byte == closing => {
                self.skip(1);
                return Ok(true);
            }
            b',' if !was_first => self.skip(1),
            _ if was_first => return Ok(false),
            _ => return Err(self.syntax("a comma or a closing bracket is missing")),
        }
        match self.peek()? == closing {
            true => Err(self.syntax("a comma stands before the end of a list or an object")),
            false => Ok(false),
        }
    }

    /// A key and its colon.
    pub(super) fn key(&mut self) -> Result<String> {
        if self.peek()? != b'"' {
            return Err(self.syntax("a name in double quotes is missing"));
        }
        let mut key = String::new();
        self.value(0, &mut |value, _| {
            key.push_str(value.as_text().unwrap_or_default());
            Ok(())
        })?;
        match self.peek()? {
            b':' => {
                self.skip(1);
                Ok(key)
            }
            _ => Err(self.syntax("a colon is missing after a name")),
        }
    }

    /// Nothing but blanks may follow.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.peek_or_end()? {
            None => Ok(()),
            Some(_) => Err(self.syntax("more follows after the end of the JSON text")),
        }
    }

    /// Shows the value that comes next, around which so many lists and objects are open.
    pub(super) fn value(&mut self, depth: usize, see: &mut See<'_>) -> Result<()> {
        loop {
            let (rest, may_go_on) = (self.text.rest(), !self.text.is_at_end());
            let mut parser =
                Parser::new(rest).may_go_on(may_go_on).reads_not_finite(self.reads_not_finite).depth(depth);
            match parser.value() {
                Ok(value) => {
                    let used = parser.at();
                    judge_length(used, &self.path, self.line)?;
                    see(value, parser.into_oddities())?;
                    self.skip(used);
                    return Ok(());
                }
                Err(Flaw { why: Why::Cut, .. }) if may_go_on => {
                    judge_length(rest.len(), &self.path, self.line)?;
                    self.text.more()?;
                }
                Err(flaw) => return Err(self.flawed(flaw)),
            }
        }
    }

    fn syntax(&self, why: &'static str) -> anyhow::Error {
        self.flawed(Flaw { at: 0, why: Why::Syntax(why) })
    }

    fn flawed(&self, flaw: Flaw) -> anyhow::Error {
        let before = &self.text.rest().as_bytes()[..flaw.at.min(self.text.rest().len())];
        let line = self.line + memchr::memchr_iter(b'\n', before).count() as u64;
        let (why, hint) = match flaw.why {
            Why::Cut => ("the JSON text ends before it is complete".to_owned(), CUT_HINT),
            Why::Syntax(why) => (why.to_owned(), SYNTAX_HINT),
            Why::TooDeep => ("objects and lists are nested more than 64 deep".to_owned(), "flatten the data before"),
            Why::NotFinite(text) => {
                let hint = "write the number, or `null`; `convert-procurement --repair` reads null";
                (format!("`{text}` is no value of JSON (json.not_finite)"), hint)
            }
        };
        refuse(&self.path, format!("line {line}: {why}"), hint)
    }
}

fn judge_length(bytes: usize, path: &Path, line: u64) -> Result<()> {
    match bytes > LONGEST_BYTES {
        true => {
            let why = format!("line {line}: a contract or a value is longer than {} MiB", LONGEST_BYTES >> 20);
            Err(refuse(path, why, "split it"))
        }
        false => Ok(()),
    }
}
