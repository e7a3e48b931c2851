//! JSON read from a text, strictly; what can be borrowed is.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Object, Value};
use crate::way::Way;

/// Objects and lists nested deeper are no contract.
const DEEPEST: usize = 64;

/// From so many keys on, a set tells whether one stands twice.
const MANY_KEYS: usize = 48;

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
        Ok(if is_escaped { Cow::Owned(unescape(text)) } else { Cow::Borrowed(text) })
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
            _ if is_number(plain.as_bytes()) => Value::Number(Cow::Borrowed(plain)),
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
    words.iter().any(|word| word.starts_with(plain)) || is_number(format!("{plain}0").as_bytes())
}

/// Whether a text is a number as JSON writes it.
pub(crate) fn is_number(text: &[u8]) -> bool {
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

/// What a string means; `text` is what stands between its quotes, and was judged before.
fn unescape(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
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
    output
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

    fn why(text: &str) -> Why {
        Value::parse(text).unwrap_err().why
    }

    #[test]
    fn values_borrow_from_their_text() {
        let value = Value::parse(r#"{"a":"plain","b":"esc\u0041ped"}"#).unwrap();
        assert!(matches!(value.get("a"), Some(Value::Text(Cow::Borrowed("plain")))));
        assert_eq!(value.get("b").and_then(Value::as_text), Some("escAped"));
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_counts_in_the_first_place() {
        for filling in [0, 100] {
            let keys: String = (0..filling).map(|key| format!("\"k{key}\":0,")).collect();
            let text = format!(r#"[{{"a":1,{keys}"b":2,"a":3}}]"#);
            let mut parser = Parser::new(&text);
            let value = parser.value().unwrap();
            let object = value.as_list().unwrap()[0].as_object().unwrap();
            assert_eq!(object.keys().next(), Some("a"));
            assert_eq!(object.get("a"), Some(&Value::number("3")));
            assert_eq!(object.len(), filling + 2);
            assert_eq!(parser.into_oddities(), [Oddity::DuplicateKey { path: "/0/a".to_owned() }]);
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused_or_read_as_null() {
        let text = r#"{"a~/b":[NaN,-Infinity]}"#;
        assert_eq!(why(text), Why::NotFinite("NaN"));
        let mut parser = Parser::new(text).reads_not_finite(true);
        assert_eq!(parser.value().unwrap().to_json(), r#"{"a~/b":[null,null]}"#);
        let path = |place| format!("/a~0~1b/{place}");
        assert_eq!(
            parser.into_oddities(),
            [Oddity::NotFinite { path: path(0), text: "NaN" }, Oddity::NotFinite { path: path(1), text: "-Infinity" }]
        );
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(Value::parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert_eq!(why(&"[".repeat(100_000)), Why::TooDeep);
        assert_eq!(Parser::new("[]").depth(64).value().unwrap_err().why, Why::TooDeep);
    }

    #[test]
    fn what_is_cut_is_told_from_what_is_wrong() {
        for text in
            ["", "[", "[1", "[1,", "{\"a", "{\"a\"", "{\"a\":", "\"\\", "\"\\u00", "tru", "-", "1.", "1e", "[-Inf"]
        {
            assert_eq!(why(text), Why::Cut, "{text}");
        }
        for text in ["[1 2]", "{\"a\" 1}", "[01]", "\"\\x\"", "\"\\u0g", "tru ", "[1,]", "{,}", "1]", "\"a\nb\""] {
            assert!(matches!(why(text), Why::Syntax(_)), "{text}");
        }
        assert_eq!(Parser::new("12").may_go_on(true).value().unwrap_err().why, Why::Cut);
        assert!(Parser::new("12 ").may_go_on(true).value().is_ok());
    }

    fn of_serde(value: &serde_json::Value) -> Value<'static> {
        Value::parse(value.to_string().leak()).unwrap()
    }

    proptest! {
        #[test]
        fn texts_are_judged_and_read_as_another_reader_does(json in "[\\[\\]{}\",: 0-9a\\\\tu-]{0,24}") {
            match (serde_json::from_str::<serde_json::Value>(&json), Value::parse(&json)) {
                (Ok(theirs), Ok(ours)) => prop_assert!(ours.is_same(&of_serde(&theirs)), "{}", json),
                (theirs, ours) => prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{}", json),
            }
        }

        #[test]
        fn every_beginning_of_a_text_is_cut(numbers in proptest::collection::vec(-1e9..1e9, 0..4), text in "\\PC{0,8}") {
            let json = serde_json::json!({ "a": numbers, "b": text, "c": [null, true] }).to_string();
            for (end, _) in json.char_indices() {
                prop_assert_eq!(Parser::new(&json[..end]).may_go_on(true).value().unwrap_err().why, Why::Cut);
            }
            prop_assert!(Value::parse(&json).is_ok());
        }
    }
}
