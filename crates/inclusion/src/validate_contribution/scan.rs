//! JSON read in one go, borrowed from its text.
//!
//! It takes what is right, and stops at anything else without a word: whoever stops hands the file to the common reader,
//! which says what is wrong and where.

use std::borrow::Cow;

use tables::{is_json_number, unescape_json};

use crate::verdict::Value;

/// Objects and lists inside each other.
const DEEPEST: usize = 64;

/// Why the reading stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends here; more may follow.
    Cut,
    /// It is not what this reader takes.
    Odd,
}

/// A text and how far it was read.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Nothing follows the text.
    is_whole: bool,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, is_whole: false }
    }

    /// Of a text that does not go on.
    pub(super) fn whole(text: &'t str) -> Self {
        Self { is_whole: true, ..Self::new(text) }
    }

    /// How far it was read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no blank.
    pub(super) fn peek(&mut self) -> Result<u8, Stop> {
        let rest = &self.text.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.at += blanks;
        rest.get(blanks).copied().ok_or(Stop::Cut)
    }

    /// Passes over a byte that has to be there.
    pub(super) fn pass(&mut self, byte: u8) -> Result<(), Stop> {
        match self.peek()? == byte {
            true => {
                self.at += 1;
                Ok(())
            }
            false => Err(Stop::Odd),
        }
    }

    /// Whether a list or an object ends here; else passes over the comma that has to be there but before the first.
    pub(super) fn ends(&mut self, closing: u8, is_first: bool) -> Result<bool, Stop> {
        let next = self.peek()?;
        if next == closing {
            self.at += 1;
            return Ok(true);
        }
        if !is_first {
            self.pass(b',')?;
            if self.peek()? == closing {
                return Err(Stop::Odd);
            }
        }
        Ok(false)
    }

    /// A name and the colon after it.
    pub(super) fn key(&mut self) -> Result<Cow<'t, str>, Stop> {
        if self.peek()? != b'"' {
            return Err(Stop::Odd);
        }
        let key = self.string()?;
        self.pass(b':')?;
        Ok(key)
    }

    /// A value, inside so many lists and objects.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'t>, Stop> {
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'[' => self.list(depth + 1).map(Value::List),
            b'{' => self.object(depth + 1).map(Value::Object),
            _ => self.plain(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Value<'t>>, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Odd);
        }
        self.at += 1;
        let mut values = vec![];
        while !self.ends(b']', values.is_empty())? {
            values.push(self.value(depth)?);
        }
        Ok(values)
    }

    /// An object, which is judged and kept as it is written.
    fn object(&mut self, depth: usize) -> Result<&'t str, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Odd);
        }
        let start = self.at;
        self.at += 1;
        let mut is_first = true;
        while !self.ends(b'}', is_first)? {
            is_first = false;
            self.key()?;
            self.value(depth)?;
        }
        Ok(&self.text[start..self.at])
    }

    /// A number, a truth value or null.
    fn plain(&mut self) -> Result<Value<'t>, Stop> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = match rest.iter().position(|byte| !is_part(byte)) {
            None if self.is_whole => rest.len(),
            length => length.ok_or(Stop::Cut)?,
        };
        let plain = &self.text[self.at..self.at + length];
        self.at += length;
        match plain {
            "null" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ if is_json_number(plain.as_bytes()) => Ok(Value::Number(plain)),
            _ => Err(Stop::Odd),
        }
    }

    /// What stands between quotes, the first of which is next.
    fn string(&mut self) -> Result<Cow<'t, str>, Stop> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut is_escaped = false;
        loop {
            at += special(&bytes[at..]);
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_escaped = true;
                    at += escape(&bytes[at..])?;
                }
                Some(_) => return Err(Stop::Odd),
                None => return Err(Stop::Cut),
            }
        }
        self.at = at + 1;
        let inside = &self.text[start..at];
        if !is_escaped {
            return Ok(Cow::Borrowed(inside));
        }
        let mut text = String::with_capacity(inside.len());
        unescape_json(inside, &mut text);
        Ok(Cow::Owned(text))
    }
}

/// The bytes of the escape at a backslash.
fn escape(bytes: &[u8]) -> Result<usize, Stop> {
    match bytes.get(1) {
        None => Err(Stop::Cut),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => match bytes.get(2..6) {
            None => Err(Stop::Cut),
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(6),
            Some(_) => Err(Stop::Odd),
        },
        Some(_) => Err(Stop::Odd),
    }
}

/// Where the first quote, backslash or control character is, or the end: eight bytes at a time.
fn special(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        // The top bit of each byte that is below what is taken from it; of false ones the first is a true one.
        let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word & TOPS;
        let quote = word ^ (ONES * u64::from(b'"'));
        let backslash = word ^ (ONES * u64::from(b'\\'));
        let found = below(word, 0x20) | below(quote, 1) | below(backslash, 1);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    at + bytes[at..].iter().position(is_special).unwrap_or(bytes.len() - at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> Result<Value<'_>, Stop> {
        Scan::new(text).value(0)
    }

    #[test]
    fn takes_what_is_right_and_stops_at_the_rest() {
        let json = r#" [ "a\u00e9\n" , 1.5e3 , true , null , [ ] , { "b" : [ 1 ] } ] "#;
        let list = ["\"aé\\n\"", "1.5e3", "true", "null", "[]", "{\"b\":[1]}"].join(",");
        assert_eq!(value(json).map(|value| value.shown().into_owned()), Ok(format!("[{list}]")));
        for cut in ["", "[", "[1,", "\"a", "\"a\\", "\"\\u12", "{\"a\"", "{\"a\":", "12"] {
            assert_eq!(value(cut).map(|_| ()), Err(Stop::Cut), "{cut}");
        }
        for odd in ["[1,]", "[1 2]", "{1:2}", "{\"a\" 1}", "{\"a\":1,}", "\"\t\"", "\"\\x\"", "NaN ", "01 ", "'a' "] {
            assert_eq!(value(odd).map(|_| ()), Err(Stop::Odd), "{odd}");
        }
        assert_eq!(value(&"[".repeat(100)), Err(Stop::Odd));
    }

    proptest! {
        #[test]
        fn a_special_byte_is_found_wherever_it_is(text in "[a-zé ]{0,20}[\"\\\\\u{0}\u{1f}\u{7f}é]?[a-z\"\n]{0,20}") {
            let naive = text.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            prop_assert_eq!(special(text.as_bytes()), naive.unwrap_or(text.len()));
        }

        #[test]
        fn values_are_those_of_another_reader(text in "[\\[\\]{}\",:0-9a \\\\un.eE+-]{0,12}") {
            let padded = format!("{text} ");
            let mut scan = Scan::new(&padded);
            let ours = scan.value(0).is_ok() && scan.peek() == Err(Stop::Cut);
            let other = serde_json::from_str::<&serde_json::value::RawValue>(&padded).is_ok();
            // Halves of pairs are for the common reader to tell.
            prop_assert_eq!(ours, other, "{}", text);
        }
    }
}
