//! JSON read from a text, strictly; what can be borrowed is.

use std::borrow::Cow;
use std::collections::HashSet;

use tables::{is_json_number, unescape_json};

use super::node::{Object, Value};
use crate::way::Way;

/// Objects and lists nested deeper are no contract.
const DEEPEST: usize = 64;

/// From so many keys on, a set tells whether one stands twice.
const MANY_KEYS: usize = 48;

impl<'a> Value<'a> {
    /// Reads a whole text.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Flaw> {
        Parser::new(text).whole()
    }
}

/// Where a text is not JSON, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Byte of the text.
    pub(crate) at: usize,
    pub(crate) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It ends before it is complete; more may come.
    Cut,
    /// `NaN`, `Infinity` or `-Infinity`.
    NotFinite(&'static str),
    TooDeep,
    Syntax(&'static str),
}

/// What can be read, and has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// A key twice in one object; the last one counts.
    DuplicateKey { path: String },
    /// Read as null.
    NotFinite { path: String, text: &'static str },
}

/// Reads values one after the other.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// More text may come after this one, so that a number at its end may go on.
    may_go_on: bool,
    reads_not_finite: bool,
    depth: usize,
    oddities: Vec<Oddity>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, may_go_on: false, reads_not_finite: false, depth: 0, oddities: vec![] }
    }

    /// What is at hand is not all.
    pub(crate) fn may_go_on(self, may_go_on: bool) -> Self {
        Self { may_go_on, ..self }
    }

    /// Reads `NaN` and the infinite numbers as null, and tells it.
    pub(crate) fn reads_not_finite(self, reads_not_finite: bool) -> Self {
        Self { reads_not_finite, ..self }
    }

    /// As if so many lists and objects were open around it.
    pub(crate) fn depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Bytes used up so far.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What has to be told of what was read.
    pub(crate) fn into_oddities(self) -> Vec<Oddity> {
        self.oddities
    }

    /// The one value of a text.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub(crate) fn whole(mut self) -> Result<Value<'a>, Flaw> {
        let value = self.value()?;
        self.skip_blanks();
        match self.at == self.text.len() {
            true => Ok(value),
            false => Err(self.syntax("more follows after the end of the JSON text")),
        }
    }

    /// The next value.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub(crate) fn value(&mut self) -> Result<Value<'a>, Flaw> {
        self.value_at(&Way::Root)
    }

    fn value_at(&mut self, way: &Way<'_>) -> Result<Value<'a>, Flaw> {
        match self.next_byte()? {
            b'"' => Ok(Value::Text(self.string()?)),
            b'{' => self.nested(|parser| parser.object(way)),
            b'[' => self.nested(|parser| parser.list(way)),
            _ => self.plain(way),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Value<'a>, Flaw>) -> Result<Value<'a>, Flaw> {
        if self.depth == DEEPEST {
            return Err(Flaw { at: self.at, why: Why::TooDeep });
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self, way: &Way<'_>) -> Result<Value<'a>, Flaw> {
        let mut list = Vec::new();
        if self.next_byte()? == b']' {
            self.at += 1;
            return Ok(Value::List(list));
        }
        loop {
            list.push(self.value_at(&Way::Item(way, list.len()))?);
            match self.next_byte()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(Value::List(list));
                }
                _ => return Err(self.syntax("a comma or a closing bracket is missing")),
            }
        }
    }

    fn object(&mut self, way: &Way<'_>) -> Result<Value<'a>, Flaw> {
        let mut object = Object::with_capacity(8);
        let mut seen = HashSet::new();
        if self.next_byte()? == b'}' {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        loop {
            if self.next_byte()? != b'"' {
                return Err(self.syntax("a name in double quotes is missing"));
            }
            let key = self.string()?;
            if self.next_byte()? != b':' {
                return Err(self.syntax("a colon is missing after a name"));
            }
            self.at += 1;
            let way = Way::Key(way, &key);
            let value = self.value_at(&way)?;
            match place_of(&object, &mut seen, &key) {
                None => object.push(key, value),
                Some(place) => {
                    self.oddities.push(Oddity::DuplicateKey { path: way.pointer() });
                    object.replace_at(place, value);
                }
            }
            match self.next_byte()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(Value::Object(object));
                }
                _ => return Err(self.syntax("a comma or a closing bracket is missing")),
            }
        }
    }

    /// A string, at its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, Flaw> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut is_escaped = false;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_escaped = true;
                    at += self.escape(at)?;
                }
                Some(0..0x20) => {
                    self.at = at;
                    return Err(self.syntax("a line break or control character stands inside quotes"));
                }
                Some(_) => at += 1,
                None => return Err(self.cut()),
            }
        }
        self.at = at + 1;
        let text = &self.text[start..at];
        Ok(if is_escaped { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) })
    }

    /// The length of the escape at a backslash.
    fn escape(&mut self, at: usize) -> Result<usize, Flaw> {
        let bytes = self.text.as_bytes();
        let Some(escaped) = bytes.get(at + 1) else { return Err(self.cut()) };
        match escaped {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(2),
            b'u' => {
                let digits = &bytes[at + 2..bytes.len().min(at + 6)];
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    self.at = at;
                    return Err(self.syntax("`\\u` is not followed by four hexadecimal digits"));
                }
                if digits.len() == 4 { Ok(6) } else { Err(self.cut()) }
            }
            _ => {
                self.at = at;
                Err(self.syntax("a backslash is followed by what it cannot escape"))
            }
        }
    }

    /// A number, a truth value or null.
    fn plain(&mut self, way: &Way<'_>) -> Result<Value<'a>, Flaw> {
        let rest = &self.text[self.at..];
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = rest.bytes().take_while(is_plain).count();
        if length == rest.len() && self.may_go_on {
            return Err(self.cut());
        }
        let plain = &rest[..length];
        let value = match plain {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "NaN" => self.not_finite("NaN", way)?,
            "Infinity" => self.not_finite("Infinity", way)?,
            "-Infinity" => self.not_finite("-Infinity", way)?,
            _ if is_json_number(plain.as_bytes()) => Value::Number(Cow::Borrowed(plain)),
            "" => return Err(self.syntax("a value is missing")),
            _ if length == rest.len() && is_begun(plain) => return Err(self.cut()),
            _ => return Err(self.syntax("a value is not JSON")),
        };
        self.at += length;
        Ok(value)
    }

    fn not_finite(&mut self, text: &'static str, way: &Way<'_>) -> Result<Value<'a>, Flaw> {
        if !self.reads_not_finite {
            return Err(Flaw { at: self.at, why: Why::NotFinite(text) });
        }
        self.oddities.push(Oddity::NotFinite { path: way.pointer(), text });
        Ok(Value::Null)
    }

    pub(crate) fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    #[inline]
    fn next_byte(&mut self) -> Result<u8, Flaw> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied().ok_or_else(|| self.cut())
    }

    fn cut(&self) -> Flaw {
        Flaw { at: self.text.len(), why: Why::Cut }
    }

    fn syntax(&self, why: &'static str) -> Flaw {
        Flaw { at: self.at, why: Why::Syntax(why) }
    }
}

/// Where the key stands already.
fn place_of(object: &Object<'_>, seen: &mut HashSet<String>, key: &str) -> Option<usize> {
    if object.len() < MANY_KEYS {
        return object.position(key);
    }
    if seen.is_empty() {
        seen.extend(object.keys().map(str::to_owned));
    }
    match seen.insert(key.to_owned()) {
        true => None,
        false => object.position(key),
    }
}

/// Whether a word or a number may become one when more comes.
fn is_begun(plain: &str) -> bool {
    let words = ["null", "true", "false", "NaN", "Infinity", "-Infinity"];
    words.iter().any(|word| word.starts_with(plain)) || is_json_number(format!("{plain}0").as_bytes())
}

/// What a string means; `text` is what stands between its quotes, and was judged before.
fn unescaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    unescape_json(text, &mut output);
    output
}

#[cfg(test)]
mod tests;
