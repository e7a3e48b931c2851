//! The signs that N-Triples and Turtle have in common. What is None is left to another.

use memchr::memchr2;

use crate::rdf::nesting::LONGEST;

/// A place in a text.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The byte so many places on.
    pub(super) fn ahead(&self, places: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + places).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Takes a byte, if it is there.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// Takes a byte that must be there.
    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// Takes a word, in any case if `is_any_case`.
    pub(super) fn take_word(&mut self, word: &str, is_any_case: bool) -> bool {
        let found = self.text.as_bytes().get(self.at..self.at + word.len());
        let is_there = found.is_some_and(|found| match is_any_case {
            true => found.eq_ignore_ascii_case(word.as_bytes()),
            false => found == word.as_bytes(),
        });
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    /// Takes all bytes that `is_one`, and gives them.
    pub(super) fn take_while(&mut self, is_one: impl Fn(u8) -> bool) -> &'t str {
        let start = self.at;
        while self.peek().is_some_and(&is_one) {
            self.at += 1;
        }
        // Whoever calls takes ASCII only, so that no character is cut.
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Blanks of one line.
    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Blanks, ends of lines, comments.
    pub(super) fn skip_blanks(&mut self) -> Option<()> {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') => self.skip_line(),
                _ => return (self.at - start <= LONGEST).then_some(()),
            }
        }
    }

    /// To the end of a line.
    pub(super) fn skip_line(&mut self) {
        self.at += memchr2(b'\n', b'\r', self.rest()).unwrap_or(self.text.len() - self.at);
    }

    /// `<…>` without escapes: what is between.
    pub(super) fn address(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        // `<<` and, in N3, `<=` begin something else.
        if rest.first() != Some(&b'<') || rest.get(1) == Some(&b'<') {
            return None;
        }
        let end = memchr2(b'>', b'\\', rest).filter(|end| rest[*end] == b'>' && *end <= LONGEST)?;
        let start = self.at + 1;
        self.at += end + 1;
        self.text.get(start..self.at - 1)
    }

    /// `_:…`: the label.
    pub(super) fn label(&mut self) -> Option<&'t str> {
        self.expect(b'_')?;
        self.expect(b':')?;
        self.name(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    /// A name whose first byte `is_first`; a dot at its end is not its own. None where there is more than ASCII.
    pub(super) fn name(&mut self, is_first: impl Fn(u8) -> bool) -> Option<&'t str> {
        if !self.peek().is_some_and(is_first) {
            return None;
        }
        let start = self.at;
        self.take_while(is_in_name);
        if self.peek().is_some_and(|byte| !byte.is_ascii() || matches!(byte, b'%' | b'\\')) {
            return None;
        }
        while self.text.as_bytes()[self.at - 1] == b'.' {
            self.at -= 1;
        }
        self.text.get(start..self.at)
    }

    /// `@…`: the language.
    pub(super) fn language(&mut self) -> Option<&'t str> {
        self.expect(b'@')?;
        let start = self.at;
        if self.take_while(|byte| byte.is_ascii_alphabetic()).is_empty() {
            return None;
        }
        while self.take(b'-') {
            if self.take_while(|byte| byte.is_ascii_alphanumeric()).is_empty() {
                return None;
            }
        }
        self.text.get(start..self.at)
    }

    /// A text of one quote, appended to `texts`.
    pub(super) fn short_text(&mut self, quote: u8, texts: &mut String) -> Option<()> {
        self.expect(quote)?;
        let start = self.at;
        loop {
            self.append_to_sign(quote, texts)?;
            match self.peek()? {
                b'\\' => self.escape(texts)?,
                _ => {
                    let length = self.at - start;
                    self.at += 1;
                    return (length <= LONGEST).then_some(());
                }
            }
        }
    }

    /// A text of three quotes, likewise.
    pub(super) fn long_text(&mut self, quote: u8, texts: &mut String) -> Option<()> {
        self.at += 3;
        let start = self.at;
        loop {
            self.append_to_sign(quote, texts)?;
            match self.peek()? {
                b'\\' => self.escape(texts)?,
                _ if self.ahead(1)? == quote && self.ahead(2)? == quote => {
                    let length = self.at - start;
                    self.at += 3;
                    return (length <= LONGEST).then_some(());
                }
                _ => {
                    texts.push(char::from(quote));
                    self.at += 1;
                }
            }
        }
    }

    /// Appends what comes before the next quote or escape.
    fn append_to_sign(&mut self, quote: u8, texts: &mut String) -> Option<()> {
        let length = memchr2(quote, b'\\', self.rest()).filter(|length| *length <= LONGEST)?;
        texts.push_str(self.text.get(self.at..self.at + length)?);
        self.at += length;
        Some(())
    }

    fn escape(&mut self, texts: &mut String) -> Option<()> {
        let sign = self.ahead(1)?;
        self.at += 2;
        texts.push(match sign {
            b't' => '\t',
            b'b' => '\u{8}',
            b'n' => '\n',
            b'r' => '\r',
            b'f' => '\u{c}',
            b'"' | b'\'' | b'\\' => char::from(sign),
            b'u' => self.code_point(4)?,
            b'U' => self.code_point(8)?,
            _ => return None,
        });
        Some(())
    }

    fn code_point(&mut self, digits: usize) -> Option<char> {
        let hex = self.text.get(self.at..self.at + digits).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        self.at += digits;
        char::from_u32(u32::from_str_radix(hex, 16).ok()?)
    }

    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
