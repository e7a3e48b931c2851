//! JSON piece by piece, judged as it comes.

use std::path::Path;

use anyhow::Result;
use memchr::memchr_iter;

use crate::refusal::{refuse, refuse_line};
use crate::text::Text;

/// Objects and arrays inside each other.
const DEEPEST: usize = 64;

/// What has to be held at once: a record, or a text outside of records.
const LONGEST_BYTES: usize = 16 << 20;

const CUT_HINT: &str = "the file was cut: export or download it again";
const SYNTAX_HINT: &str = "the file is not JSON there: export it again, by a program that writes JSON";

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
    text: Text,
    /// Place in the rest of the text.
    at: usize,
    /// Line of the begin of the rest.
    line: u64,
    /// Whether each of what is open is an object.
    open: Vec<bool>,
    expect: Expect,
}

impl Events {
    pub(super) fn new(text: Text) -> Self {
        Self { text, at: 0, line: 1, open: vec![], expect: Expect::Value }
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

    pub(super) fn depth(&self) -> usize {
        self.open.len()
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

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Event> {
        loop {
            let Some(byte) = self.skip_blanks()? else { return self.end() };
            let event = match (self.expect, byte) {
                (Expect::ValueOrEnd | Expect::CommaOrEnd, b']') if self.open.last() == Some(&false) => {
                    self.close(Event::ArrayEnd)
                }
                (Expect::KeyOrEnd | Expect::CommaOrEnd, b'}') if self.open.last() == Some(&true) => {
                    self.close(Event::ObjectEnd)
                }
                (Expect::CommaOrEnd, b',') => {
                    self.at += 1;
                    self.expect = if self.open.last() == Some(&true) { Expect::Key } else { Expect::Value };
                    continue;
                }
                (Expect::KeyOrEnd | Expect::Key, b'"') => self.key()?,
                (Expect::Value | Expect::ValueOrEnd, _) => self.value(byte)?,
                (Expect::Nothing, _) => return Err(self.fault("more follows after the end of the JSON text")),
                (Expect::Key | Expect::KeyOrEnd, _) => return Err(self.fault("a name in double quotes is missing")),
                (Expect::CommaOrEnd, _) => return Err(self.fault("a comma or a closing bracket is missing")),
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
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.release();
                    return Ok(());
                }
                None => return Ok(()),
                Some(_) => return Err(self.fault("more follows after the JSON text of this line")),
            }
        }
    }

    /// At the begin of a line: whether it holds nothing but blanks, and then stands at the next. Nothing at the end.
    pub(super) fn skip_blank_line(&mut self) -> Result<Option<bool>> {
        loop {
            match self.peek()? {
                None => return Ok(None),
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
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
            _ => {
                let why = "the JSON text ends before it is complete";
                Err(refuse_line(self.text.path(), self.line_of(self.at), why, CUT_HINT))
            }
        }
    }

    fn close(&mut self, event: Event) -> Event {
        self.at += 1;
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
                return Err(refuse_line(self.text.path(), self.line_of(self.at), why, "flatten the data before"));
            }
            self.at += 1;
            self.open.push(byte == b'{');
            self.expect = if byte == b'{' { Expect::KeyOrEnd } else { Expect::ValueOrEnd };
            return Ok(if byte == b'{' { Event::ObjectStart } else { Event::ArrayStart });
        }
        let event = match byte {
            b'"' => {
                let (start, end, escaped) = self.string()?;
                Event::Text { start, end, escaped }
            }
            _ => self.plain()?,
        };
        self.after_value();
        Ok(event)
    }

    fn key(&mut self) -> Result<Event> {
        let (start, end, escaped) = self.string()?;
        match self.skip_blanks()? {
            Some(b':') => {
                self.at += 1;
                self.expect = Expect::Value;
                Ok(Event::Key { start, end, escaped })
            }
            Some(_) => Err(self.fault("a colon is missing after a name")),
            None => self.end(),
        }
    }

    /// A string, whose opening quote is next: what is between the quotes.
    fn string(&mut self) -> Result<(usize, usize, bool)> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            // Most of a string means what it says.
            let rest = &self.text.rest().as_bytes()[at.min(self.text.rest().len())..];
            at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
            let Some(byte) = self.byte(at)? else {
                self.at = at;
                return Err(self.end().expect_err("a string is not complete"));
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
    fn plain(&mut self) -> Result<Event> {
        let start = self.at;
        let mut end = start;
        while self.byte(end)?.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
            end += 1;
        }
        let is_cut = self.byte(end)?.is_none();
        let plain = &self.text.rest()[start..end];
        let event = match plain {
            "null" => Event::Null,
            "true" | "false" => Event::Plain { start, end },
            _ if is_number(plain.as_bytes()) => Event::Plain { start, end },
            "" => return Err(self.fault("a value is missing")),
            "NaN" | "Infinity" | "-Infinity" => {
                let why = format!("`{plain}` is no value of JSON");
                let hint = "write the number, or `null`";
                return Err(refuse_line(self.text.path(), self.line_of(start), why, hint));
            }
            _ if is_cut => return self.end(),
            _ => return Err(self.fault("a value is not JSON")),
        };
        self.at = end;
        Ok(event)
    }

    fn skip_blanks(&mut self) -> Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return Ok(other),
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>> {
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

    fn fault(&self, why: &str) -> anyhow::Error {
        refuse_line(self.text.path(), self.line_of(self.at), why, SYNTAX_HINT)
    }
}

fn line_feeds(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

/// Whether a text is a number as JSON writes it.
fn is_number(text: &[u8]) -> bool {
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

/// Adds what a string means to `output`; `text` is what stands between its quotes.
pub(super) fn unescape(text: &str, output: &mut String) {
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        output.push_str(&rest[..backslash]);
        let escape = &rest[backslash + 1..];
        let plain = match escape.as_bytes()[0] {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (c, length) = code_point(escape);
                output.push(c);
                rest = &escape[length..];
                continue;
            }
            other => char::from(other),
        };
        output.push(plain);
        rest = &escape[1..];
    }
    output.push_str(rest);
}

/// The character of `uXXXX`, or of two of them that belong together, and the bytes they take. Half a pair is lost.
fn code_point(escape: &str) -> (char, usize) {
    let unit = |text: &str| u32::from_str_radix(text.get(1..5)?, 16).ok();
    let first = unit(escape).expect("it was judged before");
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = escape[5..].strip_prefix('\\').filter(|second| second.starts_with('u')).and_then(unit)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5)
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
    fn strings_mean_what_another_reader_says() {
        for text in [r"a\n\t\r\b\f\/\\\\", "é\\u00e9\\ud83d\\ude00", r#"\""#, "", "\\u0041b"] {
            let mut ours = String::new();
            unescape(text, &mut ours);
            assert_eq!(ours, serde_json::from_str::<String>(&format!("\"{text}\"")).unwrap());
        }
        let mut lost = String::new();
        unescape("\\ud83dx\\ud83d\\u0041\\ude00", &mut lost);
        assert_eq!(lost, "\u{fffd}x\u{fffd}A\u{fffd}");
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
        fn numbers_are_those_of_another_reader(text in "-?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?") {
            prop_assert_eq!(is_number(text.as_bytes()), serde_json::from_str::<serde_json::Number>(&text).is_ok());
        }

        #[test]
        fn texts_are_judged_as_another_reader_does(json in "[\\[\\]{}\",: 0-9a\\\\tu-]{0,24}") {
            let other = serde_json::from_str::<serde::de::IgnoredAny>(&json).is_ok();
            prop_assert_eq!(judge(&json).is_ok(), other, "{}", json);
        }
    }
}
