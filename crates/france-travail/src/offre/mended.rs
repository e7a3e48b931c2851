//! What JSON allows and no reader takes: a key that is there twice, of which the last counts, and half of a character.

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// The same item without either; none where it cannot be read all the same.
pub(crate) fn mended(item: &str) -> Option<Box<RawValue>> {
    let text = without_half_characters(item);
    serde_json::from_str::<Value>(&text).and_then(|value| to_raw_value(&value)).ok()
}

/// The JSON text with U+FFFD for each escaped surrogate that has no partner.
fn without_half_characters(json: &str) -> String {
    let unit = |at: usize| {
        let digits = json.get(at..at + 6).and_then(|escape| escape.strip_prefix("\\u"))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut text = String::with_capacity(json.len());
    let mut from = 0;
    while let Some(found) = json[from..].find('\\') {
        let at = from + found;
        text.push_str(&json[from..at]);
        let (taken, shown) = match (unit(at), unit(at + 6)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (12, None),
            (Some(0xd800..0xe000), _) => (6, Some("\\ufffd")),
            (Some(_), _) => (6, None),
            (None, _) => (2, None),
        };
        let end = (at + taken).min(json.len());
        text.push_str(shown.unwrap_or(json.get(at..end).unwrap_or_default()));
        from = end;
    }
    text.push_str(&json[from..]);
    text
}
