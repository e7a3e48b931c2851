//! Characters that stand in a text as something else: HTML entities, and Windows-1252 read as Latin-1.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Names of entities and what they mean.
static NAMED: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let lines = include_str!("../data/entities.tsv").lines().skip(1);
    let named = lines.filter_map(|line| line.split_once('\t'));
    named.filter_map(|(name, code)| Some((name, char::from_u32(code.parse().ok()?)?))).collect()
});

/// What Windows-1252 has where Unicode has control characters, U+0080 to U+009F.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The longest name is `thetasym`; a number of a character is shorter.
const LONGEST_NAME: usize = 9;

/// What a control character from U+0080 to U+009F was meant to be.
pub(crate) fn of_windows(c: char) -> Option<char> {
    let place = (c as usize).checked_sub(0x80)?;
    WINDOWS.get(place).copied().filter(|meant| *meant != c)
}

/// Whether an entity stands in the text.
pub(crate) fn has_entity(text: &str) -> bool {
    memchr::memchr_iter(b'&', text.as_bytes()).any(|at| entity(&text[at + 1..]).is_some())
}

/// The text with each entity read once: `&amp;eacute;` becomes `&eacute;`.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut from = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        if let Some((meant, length)) = entity(&text[at + 1..]) {
            decoded.push_str(&text[from..at]);
            decoded.push(meant);
            from = at + 1 + length;
        }
    }
    match from {
        0 => Cow::Borrowed(text),
        _ => {
            decoded.push_str(&text[from..]);
            Cow::Owned(decoded)
        }
    }
}

/// What the entity at the begin of a text means, its `&` apart, and its length with the semicolon.
fn entity(rest: &str) -> Option<(char, usize)> {
    let name = rest.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';').map(|end| &rest[..end])?;
    let meant = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => *NAMED.get(name)?,
    };
    Some((meant, name.len() + 1))
}

fn numbered(number: &str) -> Option<char> {
    let is_plain = |digits: &str, radix| digits.chars().all(|c| c.is_digit(radix));
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) if is_plain(digits, 16) => u32::from_str_radix(digits, 16).ok()?,
        None if is_plain(number, 10) => number.parse().ok()?,
        _ => return None,
    };
    let meant = char::from_u32(code).filter(|c| *c != '\0')?;
    // As browsers do: these numbers were always meant as Windows-1252.
    Some(of_windows(meant).unwrap_or(meant))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entities_are_read_once() {
        for (text, decoded) in [
            ("Travaux &amp; fournitures", "Travaux & fournitures"),
            ("l&#39;école &eacute;l&#xE9;mentaire", "l'école élémentaire"),
            ("&amp;eacute;", "&eacute;"),
            ("&#150;&rsquo;&apos;", "–’'"),
        ] {
            assert!(has_entity(text));
            assert_eq!(decode(text), decoded);
        }
        for text in ["A&B", "R & D;", "&inconnu;", "&#0;", "&#xD800;", "&#;", "&;", "&eacute", "&#+5;", "&é;"] {
            assert!(!has_entity(text), "{text}");
            assert_eq!(decode(text), text);
        }
    }

    #[test]
    fn control_characters_were_windows() {
        assert_eq!(of_windows('\u{9c}'), Some('œ'));
        assert_eq!(of_windows('\u{81}'), None);
        assert_eq!(of_windows('é'), None);
        assert_eq!(of_windows('a'), None);
    }

    proptest! {
        #[test]
        fn any_text_is_decoded(text in "[&#;xa-zé0-9]{0,16}") {
            prop_assert_eq!(has_entity(&text), decode(&text) != text);
        }
    }
}
