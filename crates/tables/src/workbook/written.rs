//! Cells as text, as all formats of tables give them.

use super::row::{Row, Value};
use super::serial::write_number;

/// Where the header is looked for, cells count with their begin alone: no name is longer.
const LONGEST_NAME_BYTES: usize = 256;

/// The cells of a row as text, each with its begin alone.
pub(crate) fn head_texts(row: &Row) -> Vec<String> {
    let text = |value| {
        let mut text = String::new();
        write_text(value, &mut text);
        text.truncate(text.floor_char_boundary(LONGEST_NAME_BYTES));
        text
    };
    row.values().map(text).collect()
}

/// Writes what a cell holds, as text; of an error nothing.
pub(crate) fn write_text(value: Value<'_>, text: &mut String) {
    match value {
        Value::Empty | Value::Error(_) => {}
        Value::Text(part) | Value::Date(part) => text.push_str(part),
        Value::Number(number) => write_number(number, text),
        Value::Truth(truth) => text.push_str(if truth { "true" } else { "false" }),
    }
}
