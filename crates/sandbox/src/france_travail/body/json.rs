//! Writing compact JSON by hand: the bytes must be those that were meant, so no serialiser stands in between.

use super::Writer;
use crate::france_travail::text::push_letters;

impl Writer<'_> {
    pub(super) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn key(&mut self, key: &str) {
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// A field whose value may hold quotes or control characters.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.push('"');
        for letter in value.chars() {
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                other => self.out.push(other),
            }
        }
        self.raw("\",");
    }

    pub(super) fn value(&mut self, key: &str, value: &str) {
        self.key(key);
        self.raw(value);
        self.raw(",");
    }

    pub(super) fn flag(&mut self, key: &str, probability: f64) {
        let value = if self.dice.chance(probability) { "true" } else { "false" };
        self.value(key, value);
    }

    /// Ends an object or a list whose last member left a comma.
    pub(super) fn close(&mut self, bracket: &str) {
        if self.out.ends_with(',') {
            self.out.pop();
        }
        self.raw(bracket);
        self.raw(",");
    }

    pub(super) fn link(&mut self, key: &str, length: usize) {
        self.key(key);
        self.raw("\"https://exemple.invalid/");
        push_letters(self.out, &mut self.dice, length);
        self.raw("\",");
    }
}
