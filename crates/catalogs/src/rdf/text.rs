//! The bytes of a page as text.

use std::borrow::Cow;

/// A page as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether the encoding had to be guessed, because the bytes are not what they are said to be.
    pub(crate) is_guessed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { is_big_endian: bool },
    Windows1252,
    Latin9,
}

/// Windows-1252 between 0x80 and 0x9F; what it leaves open is the control character of ISO-8859-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes by byte-order mark, else charset, else XML declaration, else as UTF-8 if valid, else as Windows-1252. What is
/// said to be UTF-8 and is not is guessed too. A charset that is not known counts as none.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Text<'a> {
    let (marked, bytes) = split_mark(bytes);
    let said = marked.or_else(|| charset_of(content_type?)).or_else(|| declared(bytes));
    match said {
        Some(Encoding::Utf16 { is_big_endian }) => sure(decode_utf16(bytes, is_big_endian)),
        Some(single @ (Encoding::Windows1252 | Encoding::Latin9)) => sure(decode_single(bytes, single)),
        Some(Encoding::Utf8) | None => match std::str::from_utf8(bytes) {
            Ok(text) => Text { text: Cow::Borrowed(text), is_guessed: false },
            Err(_) => Text { text: Cow::Owned(guess(bytes, said.is_some())), is_guessed: true },
        },
    }
}

fn sure(text: String) -> Text<'static> {
    Text { text: Cow::Owned(text), is_guessed: false }
}

fn split_mark(bytes: &[u8]) -> (Option<Encoding>, &[u8]) {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (Some(Encoding::Utf8), rest),
        [0xfe, 0xff, rest @ ..] => (Some(Encoding::Utf16 { is_big_endian: true }), rest),
        [0xff, 0xfe, rest @ ..] => (Some(Encoding::Utf16 { is_big_endian: false }), rest),
        _ => (None, bytes),
    }
}

/// `text/turtle; charset="utf-8"`
fn charset_of(content_type: &str) -> Option<Encoding> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, label) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    by_label(label)
}

/// `<?xml version="1.0" encoding="ISO-8859-1"?>`
fn declared(bytes: &[u8]) -> Option<Encoding> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.windows(2).take(200).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&rest[..end]).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    by_label(value.split(value.chars().next()?).nth(1)?)
}

fn by_label(label: &str) -> Option<Encoding> {
    match label.trim().trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Some(Encoding::Utf8),
        "utf-16be" => Some(Encoding::Utf16 { is_big_endian: true }),
        "utf-16le" => Some(Encoding::Utf16 { is_big_endian: false }),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" | "windows-1252" | "cp1252" => {
            Some(Encoding::Windows1252)
        }
        "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin9" | "l9" => Some(Encoding::Latin9),
        _ => None,
    }
}

fn decode_utf16(bytes: &[u8], is_big_endian: bool) -> String {
    let read = |pair: &[u8; 2]| if is_big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(read)).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.chain((!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER)).collect()
}

fn decode_single(bytes: &[u8], encoding: Encoding) -> String {
    let latin9 = |byte: u8| match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => char::from(byte),
    };
    let windows = |byte: u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    match encoding {
        Encoding::Latin9 => bytes.iter().map(|byte| latin9(*byte)).collect(),
        _ => bytes.iter().map(|byte| windows(*byte)).collect(),
    }
}

/// Some broken bytes in what is said to be UTF-8, and mostly is, spoil themselves and not all others.
fn guess(bytes: &[u8], is_said_utf8: bool) -> String {
    let (mut sequences, mut breaks) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sequences += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        breaks += usize::from(!chunk.invalid().is_empty());
    }
    match is_said_utf8 && sequences > breaks {
        true => String::from_utf8_lossy(bytes).into_owned(),
        false => decode_single(bytes, Encoding::Windows1252),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], content_type: &str) -> (String, bool) {
        let text = decode(bytes, Some(content_type));
        (text.text.into_owned(), text.is_guessed)
    }

    #[test]
    fn a_mark_counts_before_a_charset_and_a_charset_before_a_declaration() {
        let sure = |text: &str| (text.to_owned(), false);
        assert_eq!(decoded(b"\xef\xbb\xbf\xc3\xa9", "text/turtle; charset=iso-8859-1"), sure("é"));
        assert_eq!(decoded(b"\xe9\x80", "text/turtle; charset=ISO-8859-1"), sure("é€"));
        assert_eq!(decoded(b"\xa4", "text/turtle; charset=\"iso-8859-15\""), sure("€"));
        let declaration = b"<?xml version='1.0' encoding='ISO-8859-1'?>\xe9";
        assert!(decoded(declaration, "application/xml").0.ends_with('é'));
        assert!(decode(declaration, Some("application/xml; charset=utf-8")).is_guessed);
        assert_eq!(decoded(b"\xff\xfea\0\xe9\0", ""), sure("aé"));
        assert_eq!(decoded(b"\xfe\xff\0a\0\xe9\0", ""), sure("aé\u{fffd}"));
        assert_eq!(decoded(b"\xff\xfe\x00\xd8", ""), sure("\u{fffd}"));
    }

    #[test]
    fn utf8_unless_it_is_not() {
        assert_eq!(decoded("Qualité".as_bytes(), "text/turtle"), ("Qualité".to_owned(), false));
        assert_eq!(decoded("é".as_bytes(), "text/turtle; charset=klingon"), ("é".to_owned(), false));
        assert_eq!(decoded(b"Qualit\xe9", "text/turtle"), ("Qualité".to_owned(), true));
        assert_eq!(decoded(b"Qualit\xe9", "text/turtle; charset=utf-8"), ("Qualité".to_owned(), true));
        let mostly = [&b"\xe9"[..], "éé".as_bytes()].concat();
        assert_eq!(decoded(&mostly, "text/turtle; charset=utf-8"), ("\u{fffd}éé".to_owned(), true));
    }
}
