//! Texts as JSON writes them.

use std::io::Write;

use crate::marks::first_mark;

/// Adds a text in quotes, escaped as JSON wants it and no more: what is not ASCII stays.
pub fn write_json_text(text: &str, output: &mut Vec<u8>) {
    output.push(b'"');
    escape_json(text, output);
    output.push(b'"');
}

/// Adds a text, or a part of one, as it stands between the quotes.
pub fn escape_json(text: &str, output: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(place) = first_escaped(rest) {
        output.extend_from_slice(&rest[..place]);
        match rest[place] {
            b'"' => output.extend_from_slice(b"\\\""),
            b'\\' => output.extend_from_slice(b"\\\\"),
            b'\n' => output.extend_from_slice(b"\\n"),
            b'\r' => output.extend_from_slice(b"\\r"),
            b'\t' => output.extend_from_slice(b"\\t"),
            0x08 => output.extend_from_slice(b"\\b"),
            0x0C => output.extend_from_slice(b"\\f"),
            other => write!(output, "\\u{other:04x}").expect("memory takes what it is given"),
        }
        rest = &rest[place + 1..];
    }
    output.extend_from_slice(rest);
}

/// Where the first byte stands that ends a text of JSON or cannot stand in it as it is: a quote, a backslash, a control
/// character.
#[inline]
pub fn first_escaped(bytes: &[u8]) -> Option<usize> {
    first_mark(bytes, 0x20, [b'"', b'\\'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_written_as_another_writer_does(text in "\\PC{0,99}|[\\x00-\\x7f]{0,20}|[a-z]{0,70}[\"\n\\\\]{0,2}[a-z]{0,70}") {
            let mut output = vec![];
            write_json_text(&text, &mut output);
            prop_assert_eq!(String::from_utf8(output).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
