//! Texts: blanks of every kind are one space, characters are composed, entities decoded once.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::read::Read;
use super::told::{AllTold, Told};
use crate::entity;

/// Below this no character composes with another.
const FIRST_COMBINING: char = '\u{300}';

/// Reads a text.
pub(crate) fn read(cell: &str) -> Read<'_> {
    let trimmed = super::trim(cell);
    if trimmed.is_empty() {
        return Read::default();
    }
    if is_plain(trimmed.as_bytes()) || is_tidy(trimmed.as_bytes()) {
        return Read::plain(trimmed);
    }
    let decoded = entity::decode(trimmed);
    let mut read = match decoded {
        Cow::Borrowed(text) => Read { value: Some(tidy(text)), ..Read::default() },
        Cow::Owned(text) => Read::made(tidy(&text).into_owned(), AllTold::of(Told::TextEntity)),
    };
    read.value = read.value.filter(|value| !value.is_empty());
    read
}

/// Blanks of every kind and line breaks as one space, characters composed.
pub(crate) fn tidy(text: &str) -> Cow<'_, str> {
    let composed: Cow<'_, str> = match text.chars().all(|letter| letter < FIRST_COMBINING) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    };
    let mut letters = composed.chars().peekable();
    let mut is_spaced = true;
    let mut tidied = String::with_capacity(composed.len());
    while let Some(letter) = letters.next() {
        if !letter.is_whitespace() {
            tidied.push(letter);
            continue;
        }
        is_spaced &= letter == ' ';
        while letters.next_if(|next| next.is_whitespace()).is_some() {
            is_spaced = false;
        }
        if letters.peek().is_some() && !tidied.is_empty() {
            tidied.push(' ');
        } else {
            is_spaced = false;
        }
    }
    match composed {
        Cow::Borrowed(text) if is_spaced => Cow::Borrowed(text),
        Cow::Owned(composed) if is_spaced => Cow::Owned(composed),
        _ => Cow::Owned(tidied),
    }
}

/// Whether a text without blanks at its ends stands as it should because it is of ASCII and Latin letters. It is looked at
/// byte by byte and to its end, of which the compiler makes many bytes at once.
fn is_plain(text: &[u8]) -> bool {
    // Control characters; U+0080 to U+00BF; all that begins after U+02BF.
    let is_odd = |byte: u8| (byte < 0x20) | (byte == 0xC2) | (byte > 0xCA);
    let odd = text.iter().fold(0, |found, byte| found | u8::from(is_odd(*byte)));
    let pairs = text.iter().zip(&text[1..]);
    let blanks = pairs.fold(0, |found, (one, next)| found | u8::from((*one == b' ') & (*next == b' ')));
    // An entity ends with a semicolon.
    let has = |byte| memchr::memchr(byte, text).is_some();
    odd | blanks == 0 && !(has(b'&') && has(b';'))
}

/// Whether a text without blanks at its ends surely stands as it should: told by its bytes, since nearly all do.
fn is_tidy(text: &[u8]) -> bool {
    let mut after_space = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' if after_space => return false,
            b' ' => {
                after_space = true;
                continue;
            }
            b'&' | 0..=0x1f => return false,
            0x21..=0x7f => {}
            // Letters of Latin-1 and Latin Extended-A and B, up to U+02BF, hold no blank but two of the first.
            0xc2 => match bytes.next() {
                Some(0x80..=0xa0) | None => return false,
                Some(_) => {}
            },
            0xc3..=0xca => {
                bytes.next();
            }
            // Typographic apostrophes, dashes, and the euro: U+2010 to U+2027, U+20AC.
            0xe2 => match (bytes.next(), bytes.next()) {
                (Some(0x80), Some(0x90..=0xa7)) | (Some(0x82), Some(0xac)) => {}
                _ => return false,
            },
            _ => return false,
        }
        after_space = false;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(cell: &str) -> Option<String> {
        read(cell).value.map(Cow::into_owned)
    }

    #[test]
    fn blanks_of_every_kind_and_line_breaks_are_one_space() {
        assert_eq!(value(" Ligne 1\r\nLigne\u{a0} 2\t\u{202f}fin\u{2028}").as_deref(), Some("Ligne 1 Ligne 2 fin"));
        assert_eq!(value(" \u{a0}\n"), None);
        assert_eq!(value(""), None);
    }

    #[test]
    fn characters_are_composed_and_entities_decoded_once() {
        assert_eq!(value("E\u{301}tudes").as_deref(), Some("Études"));
        let read = read("Travaux &amp;amp; &eacute;tudes&#39;&nbsp; &inconnu;");
        assert_eq!(read.value.as_deref(), Some("Travaux &amp; études' &inconnu;"));
        assert_eq!(read.told.iter().collect::<Vec<_>>(), [Told::TextEntity]);
        assert!(super::read("R&D").told.is_empty());
        assert_eq!(value("&nbsp;"), None);
    }

    proptest! {
        #[test]
        fn the_quick_way_gives_what_the_long_way_gives(text in "([ a-zé’–€œ&;\u{a0}\u{301}\u{85}\u{2028}\n\t]|[\u{80}-\u{2100}]){0,30}") {
            let long = entity::decode(text.trim());
            let long: String = long.nfc().collect();
            let long = long.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(value(&text).unwrap_or_default(), long);
        }
    }
}
