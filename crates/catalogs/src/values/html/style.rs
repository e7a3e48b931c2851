//! What html2text escapes: little, since descriptions are read as text too.

use std::borrow::Cow;

/// Stands for a blank that does not break, until all others are collapsed: no text has this character.
pub(super) const HARD_BLANK: char = '\u{fdd0}';

/// Begins a section, and is not written.
pub(super) const SECTION: char = '\u{fdd1}';

/// Runs of blanks as one blank.
pub(super) fn collapse(text: &str) -> Cow<'_, str> {
    let mut was_blank = false;
    let is_collapsed = text.chars().all(|character| {
        let repeats = was_blank && character.is_whitespace();
        was_blank = character.is_whitespace();
        !repeats && (!was_blank || character == ' ') && character != SECTION
    });
    if is_collapsed {
        return Cow::Borrowed(text);
    }
    let mut collapsed = String::with_capacity(text.len());
    for character in text.chars().filter(|character| *character != SECTION) {
        match character.is_whitespace() {
            true if collapsed.ends_with(' ') => (),
            true => collapsed.push(' '),
            false => collapsed.push(character),
        }
    }
    Cow::Owned(collapsed)
}

/// Brackets, parentheses and backslashes, in the text or address of a link.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '[', ']', '(', ')']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if "\\[]()".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Cow::Owned(escaped)
}

/// A line or section that begins like an item of a list is none; a backslash before a sign of Markdown is one.
pub(super) fn escape_sections(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '-', '+', '.']) {
        return Cow::Borrowed(text);
    }
    let text = if text.contains('\\') { Cow::Owned(escape_backslashes(text)) } else { Cow::Borrowed(text) };
    let starts = text.match_indices(['\n', SECTION, HARD_BLANK]).map(|(at, end)| at + end.len());
    let mut marks: Vec<usize> = std::iter::once(0).chain(starts).filter_map(|start| mark_at(&text, start)).collect();
    // A line of blanks leads to the mark of the next.
    marks.dedup();
    if marks.is_empty() {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + marks.len());
    let mut from = 0;
    for mark in marks {
        escaped.push_str(&text[from..mark]);
        escaped.push('\\');
        from = mark;
    }
    escaped.push_str(&text[from..]);
    Cow::Owned(escaped)
}

/// Where the mark stands that a section begins with: `1.`, `+` or `-` before a blank, or `--`.
fn mark_at(text: &str, start: usize) -> Option<usize> {
    let blanks =
        text[start..].chars().take_while(|character| character.is_whitespace()).map(char::len_utf8).sum::<usize>();
    let rest = &text[start + blanks..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut after = rest[digits..].chars();
    let is_mark = match (after.next()?, after.next()?) {
        ('.', next) => digits > 0 && next.is_whitespace(),
        ('+', next) => digits == 0 && next.is_whitespace(),
        ('-', next) => digits == 0 && (next.is_whitespace() || next == '-'),
        _ => false,
    };
    is_mark.then_some(start + blanks + digits)
}

fn escape_backslashes(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        escaped.push(character);
        let next = characters.peek().copied();
        if character == '\\' && next.is_some_and(|next| "\\`*_{}[]()#+-.!".contains(next)) {
            escaped.push('\\');
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blanks_are_one() {
        assert_eq!(collapse(" a \n\t b\u{a0} c "), " a b c ");
        assert_eq!(collapse("a\u{fdd0} \u{fdd1}b"), "a\u{fdd0} b");
        assert!(matches!(collapse("a b c"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_would_be_a_mark_is_escaped() {
        for (text, escaped) in [
            ("1. un", "1\\. un"),
            ("1.5 km", "1.5 km"),
            ("- un\n  - deux\n-trois", "\\- un\n  \\- deux\n-trois"),
            ("-- un", "\\-- un"),
            ("+ un", "\\+ un"),
            ("\n\n- un", "\n\n\\- un"),
            ("a - b", "a - b"),
            ("é\u{fdd1}- b", "é\u{fdd1}\\- b"),
            ("a\\*b\\c", "a\\\\*b\\c"),
            ("12.", "12."),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(escape_sections(text), escaped, "{text}");
        }
    }
}
