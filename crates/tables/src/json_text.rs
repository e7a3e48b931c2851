//! Texts as JSON writes them.

use std::io::Write;

/// Bytes looked at together: most of a text needs no escape, and that is seen at once.
const AT_ONCE: usize = 8;

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

fn first_escaped(bytes: &[u8]) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<AT_ONCE>();
    let from = chunks.iter().take_while(|chunk| is_plain(u64::from_le_bytes(**chunk))).count() * AT_ONCE;
    bytes[from..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).map(|place| from + place)
}

/// Whether none of eight bytes needs an escape. A byte that borrows from its neighbour may be taken for one that does,
/// and is then looked at alone.
fn is_plain(bytes: u64) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    let below = |bytes: u64, least: u8| bytes.wrapping_sub(ONES * u64::from(least)) & !bytes;
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    (below(bytes, 0x20) | is(b'"') | is(b'\\')) & (ONES << 7) == 0
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
