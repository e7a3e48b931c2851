//! Text as the table has it.

use std::borrow::Cow;

/// Whatever ends a line becomes a line feed; other control characters but the tab are dropped. Nothing is trimmed. None
/// when nothing but blanks is left.
pub(crate) fn clean(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let text = if text.bytes().any(is_suspect) { Cow::Owned(rewrite(&text)) } else { text };
    (!text.trim().is_empty()).then_some(text)
}

/// Whether a byte may belong to a character that is rewritten: most texts have none.
fn is_suspect(byte: u8) -> bool {
    // 0xc2 begins U+0080 to U+00BF, 0xe2 U+2028.
    byte < 0x20 && byte != b'\n' && byte != b'\t' || matches!(byte, 0x7f | 0xc2 | 0xe2)
}

fn rewrite(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
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
    clean
}

/// Blanks, those that do not break included, as one space each; none at the ends.
pub(crate) fn collapse(text: &str) -> Cow<'_, str> {
    let is_tidy = text.trim() == text && !text.contains("  ") && text.chars().all(|c| c == ' ' || !c.is_whitespace());
    match is_tidy {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

#[cfg(test)]
mod tests {
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
    }
}
