//! The tokens of a JSON text: strings, numbers, words, each judged by itself.

use std::path::Path;

use anyhow::Result;
use memchr::memchr_iter;

use crate::refusal::{refuse, refuse_line};
use crate::text::Text;

/// What has to be held at once: a record, or a text outside of records.
const LONGEST_BYTES: usize = 16 << 20;

const CUT_HINT: &str = "the file was cut: export or download it again";
const SYNTAX_HINT: &str = "the file is not JSON there: export it again, by a program that writes JSON";

/// Where a token stands in [`Scan::rest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A number or a truth value.
    Plain {
        start: usize,
        end: usize,
    },
    Null,
}

/// A place in a text, and what was passed over.
#[derive(Debug)]
pub(super) struct Scan {
    text: Text,
    /// Place in the rest of the text.
    at: usize,
    /// Line of the begin of the rest.
    line: u64,
}

impl Scan {
    pub(super) fn new(text: Text) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The text that places are in.
    pub(super) fn rest(&self) -> &str {
        self.text.rest()
    }

    pub(super) fn path(&self) -> &Path {
        self.text.path()
    }

    /// Where what was read ends.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// Gives up what was read: places count from here.
    pub(super) fn release(&mut self) {
        self.line += line_feeds(&self.text.rest().as_bytes()[..self.at]);
        self.text.consume(self.at);
        self.at = 0;
    }

    /// The line of a place.
    pub(super) fn line_of(&self, place: usize) -> u64 {
        self.line + line_feeds(&self.text.rest().as_bytes()[..place])
    }

    /// Passes over one byte.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// A string, whose opening quote is next: what is between the quotes.
    pub(super) fn string(&mut self) -> Result<(usize, usize, bool)> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            // Most of a string means what it says.
            let rest = &self.text.rest().as_bytes()[at.min(self.text.rest().len())..];
            at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
            let Some(byte) = self.byte(at)? else {
                self.at = at;
                return Err(self.cut());
            };
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return Ok((start, at, escaped));
                }
                b'\\' => {
                    escaped = true;
                    at += self.escape(at)?;
                }
                0..0x20 => {
                    self.at = at;
                    return Err(self.fault("a line break or control character stands inside quotes"));
                }
                // The text went on here.
                _ => at += 1,
            }
        }
    }

    /// The bytes of the escape at a backslash.
    fn escape(&mut self, backslash: usize) -> Result<usize> {
        match self.byte(backslash + 1)? {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => {
                for nth in 2..6 {
                    if !self.byte(backslash + nth)?.is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        self.at = backslash;
                        return Err(self.fault("`\\u` is not followed by four hexadecimal digits"));
                    }
                }
                Ok(6)
            }
            _ => {
                self.at = backslash;
                Err(self.fault("a backslash is followed by what it cannot escape"))
            }
        }
    }

    /// A number, a truth value or null.
    pub(super) fn plain(&mut self) -> Result<Word> {
        let start = self.at;
        let mut end = start;
        while self.byte(end)?.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
            end += 1;
        }
        let is_cut = self.byte(end)?.is_none();
        let plain = &self.text.rest()[start..end];
        let word = match plain {
            "null" => Word::Null,
            "true" | "false" => Word::Plain { start, end },
            _ if is_number(plain.as_bytes()) => Word::Plain { start, end },
            "" => return Err(self.fault("a value is missing")),
            "NaN" | "Infinity" | "-Infinity" => {
                let why = format!("`{plain}` is no value of JSON");
                let hint = "write the number, or `null`";
                return Err(refuse_line(self.text.path(), self.line_of(start), why, hint));
            }
            _ if is_cut => return Err(self.cut()),
            _ => return Err(self.fault("a value is not JSON")),
        };
        self.at = end;
        Ok(word)
    }

    pub(super) fn skip_blanks(&mut self) -> Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return Ok(other),
            }
        }
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>> {
        self.byte(self.at)
    }

    #[inline]
    fn byte(&mut self, at: usize) -> Result<Option<u8>> {
        match self.text.rest().as_bytes().get(at) {
            Some(byte) => Ok(Some(*byte)),
            None => self.byte_ahead(at),
        }
    }

    #[cold]
    fn byte_ahead(&mut self, at: usize) -> Result<Option<u8>> {
        if at > LONGEST_BYTES {
            let why = format!("a record or a value is longer than {} MiB", LONGEST_BYTES >> 20);
            return Err(refuse(
                self.text.path(),
                format!("line {}: {why}", self.line),
                "split it, or name where the records are",
            ));
        }
        while self.text.more()? {
            if let Some(byte) = self.text.rest().as_bytes().get(at) {
                return Ok(Some(*byte));
            }
        }
        Ok(None)
    }

    pub(super) fn fault(&self, why: &str) -> anyhow::Error {
        refuse_line(self.text.path(), self.line_of(self.at), why, SYNTAX_HINT)
    }

    /// Ends the reading at the end of the text, where something is missing.
    pub(super) fn cut(&self) -> anyhow::Error {
        let why = "the JSON text ends before it is complete";
        refuse_line(self.text.path(), self.line_of(self.at), why, CUT_HINT)
    }
}

fn line_feeds(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

/// Whether a text is a number as JSON writes it.
pub fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_another_reader(text in "-?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?") {
            prop_assert_eq!(is_number(text.as_bytes()), serde_json::from_str::<serde_json::Number>(&text).is_ok());
        }
    }
}
