//! Text as the table has it.

use std::borrow::Cow;

use tables::first_mark;

/// Whatever ends a line becomes a line feed; other control characters but the tab are dropped. Nothing is trimmed. None
/// when nothing but blanks is left.
pub(crate) fn clean(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let text = match is_clean(text.as_bytes()) {
        true => text,
        false => Cow::Owned(rewrite(&text)),
    };
    (!text.chars().all(char::is_whitespace)).then_some(text)
}

/// Bytes looked at together: as many as the compiler makes one step of.
const AT_ONCE: usize = 32;

/// Whether all of a text can stay as it is.
fn is_clean(text: &[u8]) -> bool {
    let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
    let is_unclean_at = |at: usize| is_unclean(byte(at), byte(at + 1), byte(at + 2));
    let (chunks, rest) = text.as_chunks::<AT_ONCE>();
    for (nth, chunk) in chunks.iter().enumerate() {
        let begin = nth * AT_ONCE;
        if chunk.iter().fold(0, |found, byte| found | u8::from(is_suspect(*byte))) != 0
            && (begin..begin + AT_ONCE).any(is_unclean_at)
        {
            return false;
        }
    }
    let begin = text.len() - rest.len();
    first_suspect(rest).is_none_or(|first| !(begin + first..text.len()).any(is_unclean_at))
}

/// Whether a byte may begin a character that is not clean.
#[inline(always)]
fn is_suspect(byte: u8) -> bool {
    ((byte < 0x20) & (byte != b'\n')) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2)
}

/// Whether a character begins with these bytes that is not clean.
#[inline(always)]
fn is_unclean(first: u8, second: u8, third: u8) -> bool {
    let is_control = (first < 0x20) & (first != b'\n') & (first != b'\t') | (first == 0x7f);
    let is_control_of_two = (first == 0xc2) & (second < 0xa0);
    let is_separator = (first == 0xe2) & (second == 0x80) & (third & 0xfe == 0xa8);
    is_control | is_control_of_two | is_separator
}

/// The text with what is not clean in it put right.
fn rewrite(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    while let Some((place, unclean)) = first_unclean(text, from) {
        clean.push_str(&text[from..place]);
        let (c, mut length) = unclean;
        if c == '\r' && text[place + 1..].starts_with('\n') {
            length += 1;
        }
        if matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            clean.push('\n');
        }
        from = place + length;
    }
    clean.push_str(&text[from..]);
    clean
}

/// The first character from a place on that cannot stay as it is, where it is, and its length.
fn first_unclean(text: &str, from: usize) -> Option<(usize, (char, usize))> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += first_suspect(&bytes[at..])?;
        let unclean = match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
            (b'\n' | b'\t', ..) => None,
            (0xc2, Some(second @ 0x80..=0x9f), _) => Some((char::from(*second), 2)),
            (0xe2, Some(0x80), Some(0xa8)) => Some(('\u{2028}', 3)),
            (0xe2, Some(0x80), Some(0xa9)) => Some(('\u{2029}', 3)),
            (0xc2 | 0xe2, ..) => None,
            (control, ..) => Some((char::from(control), 1)),
        };
        match unclean {
            Some(unclean) => return Some((at, unclean)),
            None => at += 1,
        }
    }
}

/// Where the first byte stands that may belong to a character that is not clean: a control character, or what begins U+0080
/// to U+00BF, or U+2000 to U+2FFF.
fn first_suspect(bytes: &[u8]) -> Option<usize> {
    first_mark(bytes, 0x20, [0x7f, 0xc2, 0xe2])
}

/// Blanks, those that do not break included, as one space each; none at the ends.
pub(crate) fn collapse(text: &str) -> Cow<'_, str> {
    match is_tidy(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// Whether all blanks are spaces, each by itself and none at the ends.
fn is_tidy(text: &str) -> bool {
    let (mut before, mut is_ascii) = (b' ', true);
    for byte in text.bytes() {
        if byte < b' ' || (byte == b' ' && before == b' ') {
            return false;
        }
        is_ascii &= byte.is_ascii();
        before = byte;
    }
    let ends_tidily = before != b' ' || text.is_empty();
    ends_tidily && (is_ascii || text.chars().all(|c| c == ' ' || !c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(text: &str) -> Option<String> {
        clean(Cow::Borrowed(text)).map(Cow::into_owned)
    }

    #[test]
    fn whatever_ends_a_line_is_a_line_feed_and_control_characters_go() {
        assert_eq!(cleaned("a\r\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h\ni").unwrap(), "a\nb\nc\nd\ne\nf\ng\nh\ni");
        assert_eq!(cleaned("a\0b\u{1f}c\u{7f}d\u{80}e\u{9f}f\tg").unwrap(), "abcdef\tg");
        assert_eq!(
            cleaned("  «\u{a0}é\u{a0}» \u{20ac} ").unwrap(),
            "  «\u{a0}é\u{a0}» \u{20ac} ",
            "nothing is trimmed"
        );
    }

    /// Character by character, as it is said above.
    fn slowly(text: &str) -> Option<String> {
        let mut clean = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' => {
                    chars.next_if_eq(&'\n');
                    clean.push('\n');
                }
                '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
                '\t' => clean.push('\t'),
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {}
                other => clean.push(other),
            }
        }
        (!clean.trim().is_empty()).then_some(clean)
    }

    proptest! {
        #[test]
        fn any_text_is_cleaned_as_it_would_be_slowly(
            text in "([a-zéà’€° \n\u{a0}]{0,40}[\\x00-\\x20\u{7f}-\u{a1}\u{2027}-\u{202a}\u{3000}e]{0,2}){0,6}"
        ) {
            prop_assert_eq!(cleaned(&text), slowly(&text));
        }
    }

    #[test]
    fn what_is_blank_is_absent() {
        for blank in ["", " ", "\t\n", "\u{a0}", "\u{1}\u{2}", "\r\n"] {
            assert_eq!(cleaned(blank), None, "{blank:?}");
        }
    }

    #[test]
    fn blanks_collapse() {
        assert_eq!(collapse("35H/semaine\nTravail"), "35H/semaine Travail");
        assert_eq!(collapse(" Mensuel\u{a0}de  1 \t"), "Mensuel de 1");
        assert!(matches!(collapse("a b"), Cow::Borrowed("a b")));
        for (text, collapsed) in
            [("", ""), (" ", ""), ("é", "é"), ("é\u{2003}a", "é a"), ("a ", "a"), ("a\u{1}b", "a\u{1}b")]
        {
            assert_eq!(collapse(text), collapsed, "{text:?}");
        }
    }
}
