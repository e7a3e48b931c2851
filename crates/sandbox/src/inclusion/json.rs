//! JSON objects as the API writes them.

use std::fmt::Write;

/// An object that is being written.
pub(crate) struct Object {
    text: String,
    /// Between two members.
    comma: &'static str,
}

impl Object {
    pub(crate) fn new(indented: bool) -> Self {
        Self { text: "{".to_owned(), comma: if indented { ",\n  " } else { "," } }
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, value: &str) {
        if self.text.len() > 1 {
            self.text.push_str(self.comma);
        }
        // Text takes all that is written to it.
        write!(self.text, "\"{key}\":{value}").ok();
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    pub(crate) fn option(&mut self, key: &str, value: Option<&str>) {
        self.raw(key, &value.map_or("null".to_owned(), quoted));
    }

    pub(crate) fn list(&mut self, key: &str, values: &[&str]) {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.raw(key, &format!("[{}]", values.join(",")));
    }

    pub(crate) fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// A text as JSON writes it.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
