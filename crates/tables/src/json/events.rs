//! JSON piece by piece, judged as it comes.

use std::path::Path;

use anyhow::Result;

use super::scan::{Scan, Word};
use crate::refusal::refuse_line;
use crate::text::Text;

/// Objects and arrays inside each other.
const DEEPEST: usize = 64;

/// A piece of a JSON text. Places are in [`Events::rest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    /// What stands between the quotes of a name; `escaped` if not as it is meant.
    Key {
        start: usize,
        end: usize,
        escaped: bool,
    },
    Text {
        start: usize,
        end: usize,
        escaped: bool,
    },
    /// A number or a truth value, as it is written.
    Plain {
        start: usize,
        end: usize,
    },
    Null,
    /// The text ends where it should.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// After `[`.
    ValueOrEnd,
    /// After `{`.
    KeyOrEnd,
    Key,
    /// After a value inside of something.
    CommaOrEnd,
    /// After a whole JSON text.
    Nothing,
}

/// Reads JSON texts from a text: one, or one a line.
#[derive(Debug)]
pub(super) struct Events {
    scan: Scan,
    /// Whether each of what is open is an object.
    open: Vec<bool>,
    expect: Expect,
}

impl Events {
    pub(super) fn new(text: Text) -> Self {
        Self { scan: Scan::new(text), open: vec![], expect: Expect::Value }
    }

    /// The text that places are in.
    pub(super) fn rest(&self) -> &str {
        self.scan.rest()
    }

    pub(super) fn path(&self) -> &Path {
        self.scan.path()
    }

    /// Where what was read ends.
    pub(super) fn place(&self) -> usize {
        self.scan.place()
    }

    /// Gives up what was read: places count from here.
    pub(super) fn release(&mut self) {
        self.scan.release();
    }

    /// The line of a place.
    pub(super) fn line_of(&self, place: usize) -> u64 {
        self.scan.line_of(place)
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Event> {
        loop {
            let Some(byte) = self.scan.skip_blanks()? else { return self.end() };
            let event = match (self.expect, byte) {
                (Expect::ValueOrEnd | Expect::CommaOrEnd, b']') if self.open.last() == Some(&false) => {
                    self.close(Event::ArrayEnd)
                }
                (Expect::KeyOrEnd | Expect::CommaOrEnd, b'}') if self.open.last() == Some(&true) => {
                    self.close(Event::ObjectEnd)
                }
                (Expect::CommaOrEnd, b',') => {
                    self.scan.step();
                    self.expect = if self.open.last() == Some(&true) { Expect::Key } else { Expect::Value };
                    continue;
                }
                (Expect::KeyOrEnd | Expect::Key, b'"') => self.key()?,
                (Expect::Value | Expect::ValueOrEnd, _) => self.value(byte)?,
                (Expect::Nothing, _) => return Err(self.scan.fault("more follows after the end of the JSON text")),
                (Expect::Key | Expect::KeyOrEnd, _) => {
                    return Err(self.scan.fault("a name in double quotes is missing"));
                }
                (Expect::CommaOrEnd, _) => return Err(self.scan.fault("a comma or a closing bracket is missing")),
            };
            return Ok(event);
        }
    }

    /// Passes over the value that comes next, or the rest of the one that has just begun at `depth`.
    pub(super) fn skip_to(&mut self, depth: usize) -> Result<()> {
        loop {
            self.next()?;
            self.release();
            if self.open.len() <= depth {
                return Ok(());
            }
        }
    }

    /// After a whole JSON text on a line: stands at the begin of the next line. Only blanks may follow on this one.
    pub(super) fn next_line(&mut self) -> Result<()> {
        debug_assert!(self.open.is_empty());
        self.expect = Expect::Value;
        loop {
            match self.scan.peek()? {
                Some(b' ' | b'\t' | b'\r') => self.scan.step(),
                Some(b'\n') => {
                    self.scan.step();
                    self.release();
                    return Ok(());
                }
                None => return Ok(()),
                Some(_) => return Err(self.scan.fault("more follows after the JSON text of this line")),
            }
        }
    }

    /// At the begin of a line: whether it holds nothing but blanks, and then stands at the next. Nothing at the end.
    pub(super) fn skip_blank_line(&mut self) -> Result<Option<bool>> {
        loop {
            match self.scan.peek()? {
                None => return Ok(None),
                Some(b' ' | b'\t' | b'\r') => self.scan.step(),
                Some(b'\n') => {
                    self.scan.step();
                    self.release();
                    return Ok(Some(true));
                }
                Some(_) => return Ok(Some(false)),
            }
        }
    }

    fn end(&mut self) -> Result<Event> {
        match self.expect {
            Expect::Nothing => Ok(Event::End),
            _ => Err(self.scan.cut()),
        }
    }

    fn close(&mut self, event: Event) -> Event {
        self.scan.step();
        self.open.pop();
        self.after_value();
        event
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn value(&mut self, byte: u8) -> Result<Event> {
        if matches!(byte, b'{' | b'[') {
            if self.open.len() == DEEPEST {
                let why = format!("objects and arrays are nested more than {DEEPEST} deep");
                return Err(refuse_line(self.path(), self.line_of(self.place()), why, "flatten the data before"));
            }
            self.scan.step();
            self.open.push(byte == b'{');
            self.expect = if byte == b'{' { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
            return Ok(if byte == b'{' { Event::ObjectStart } else { Event::ArrayStart });
        }
        let event = match byte {
            b'"' => {
                let (start, end, escaped) = self.scan.string()?;
                Event::Text { start, end, escaped }
            }
            _ => match self.scan.plain()? {
                Word::Plain { start, end } => Event::Plain { start, end },
                Word::Null => Event::Null,
            },
        };
        self.after_value();
        Ok(event)
    }

    fn key(&mut self) -> Result<Event> {
        let (start, end, escaped) = self.scan.string()?;
        match self.scan.skip_blanks()? {
            Some(b':') => {
                self.scan.step();
                self.expect = Expect::Value;
                Ok(Event::Key { start, end, escaped })
            }
            Some(_) => Err(self.scan.fault("a colon is missing after a name")),
            None => self.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Source;

    fn judge(json: &str) -> Result<usize> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.json");
        std::fs::write(&path, format!(" {json}"))?;
        let mut events = Events::new(Source::open(&path, Some("utf-8"))?.text()?);
        let mut count = 0;
        while events.next()? != Event::End {
            events.release();
            count += 1;
        }
        Ok(count)
    }

    #[test]
    fn what_is_not_json_is_65_with_its_line() {
        for (json, why) in [
            ("{\n\"a\":1,}", "line 2: a name in double quotes is missing"),
            ("[1,]", "a value is missing"),
            ("[1 2]", "a comma or a closing bracket is missing"),
            ("{\"a\" 1}", "a colon is missing"),
            ("[\n\n1", "line 3: the JSON text ends before it is complete"),
            ("\"abc", "ends before it is complete"),
            ("[tru", "ends before it is complete"),
            ("[NaN]", "`NaN` is no value of JSON"),
            ("[01]", "a value is not JSON"),
            ("[\"\\x\"]", "a backslash is followed by what it cannot escape"),
            ("[\"a\nb\"]", "inside quotes"),
            ("[1]]", "more follows"),
            ("[}", "a value is missing"),
        ] {
            let error = judge(json).unwrap_err().to_string();
            assert!(error.contains(why), "{json}: {error}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(judge(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        let error = judge(&"[".repeat(100_000)).unwrap_err();
        assert!(error.to_string().contains("nested more than 64 deep"), "{error}");
    }

    proptest! {
        #[test]
        fn texts_are_judged_as_another_reader_does(json in "[\\[\\]{}\",: 0-9a\\\\tu-]{0,24}") {
            let other = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            prop_assert_eq!(judge(&json).is_ok(), other, "{}", json);
        }
    }
}
