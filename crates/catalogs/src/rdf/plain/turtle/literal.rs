//! The texts, numbers and truths of Turtle.

use super::Turtle;
use crate::rdf::graph::{Object, Tag};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

impl Turtle<'_, '_> {
    pub(super) fn read_literal(&mut self, quote: u8) -> Option<Object> {
        let start = self.graph.texts().len();
        match self.cursor.ahead(1)? == quote && self.cursor.ahead(2)? == quote {
            true => self.cursor.long_text(quote, self.graph.texts())?,
            false => self.cursor.short_text(quote, self.graph.texts())?,
        }
        let tag = match self.cursor.peek()? {
            b'@' => self.graph.language(self.cursor.language()?),
            b'^' => self.read_datatype()?,
            _ => Tag::NONE,
        };
        Some(self.graph.literal_from(start, tag))
    }

    fn read_datatype(&mut self) -> Option<Tag> {
        self.cursor.expect(b'^')?;
        self.cursor.expect(b'^')?;
        match self.cursor.peek()? {
            b'<' => Some(self.graph.datatype(self.base.resolve(self.cursor.address()?))),
            b'_' => None,
            _ => {
                let node = self.read_node()?;
                Some(self.graph.datatype_of(node))
            }
        }
    }

    /// An integer or a decimal.
    pub(super) fn read_number(&mut self) -> Option<Object> {
        let start = self.graph.texts().len();
        if let Some(sign @ (b'+' | b'-')) = self.cursor.peek() {
            self.cursor.expect(sign)?;
            self.graph.texts().push(char::from(sign));
        }
        let digits = self.cursor.take_while(|byte| byte.is_ascii_digit());
        self.graph.texts().push_str(digits);
        let is_decimal = self.cursor.peek()? == b'.' && self.cursor.ahead(1).is_some_and(|byte| byte.is_ascii_digit());
        if is_decimal {
            self.cursor.expect(b'.')?;
            let decimals = self.cursor.take_while(|byte| byte.is_ascii_digit());
            self.graph.texts().push('.');
            self.graph.texts().push_str(decimals);
        }
        if (digits.is_empty() && !is_decimal) || !self.is_at_border() {
            return None;
        }
        let kind = if is_decimal { "decimal" } else { "integer" };
        let tag = self.graph.datatype(&format!("{XSD}{kind}"));
        Some(self.graph.literal_from(start, tag))
    }

    pub(super) fn read_boolean(&mut self) -> Option<Object> {
        let words = ["true", "false"];
        let is_there = |word: &&&str| {
            word.bytes().enumerate().all(|(at, byte)| self.cursor.ahead(at) == Some(byte))
                && matches!(
                    self.cursor.ahead(word.len()),
                    Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b']' | b')')
                )
        };
        let word = words.iter().find(is_there)?;
        self.cursor.take_word(word, false);
        let tag = self.graph.datatype(&format!("{XSD}boolean"));
        Some(self.graph.literal(word, tag))
    }

    /// Whether what comes now begins something else.
    fn is_at_border(&self) -> bool {
        match self.cursor.peek() {
            Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b']' | b')') => true,
            Some(b'.') => matches!(self.cursor.ahead(1), None | Some(b' ' | b'\t' | b'\r' | b'\n')),
            _ => false,
        }
    }
}
