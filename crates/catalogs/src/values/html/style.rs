//! What html2text escapes: little, since descriptions are read as text too.

use std::borrow::Cow;

/// Blanks as one blank. A blank that does not break is none of them: HTML shows it.
pub(super) fn collapse(text: &str) -> Cow<'_, str> {
    let is_blank = |character: char| character.is_whitespace() && character != '\u{a0}';
    let mut was_blank = false;
    let is_collapsed = text.chars().all(|character| {
        let repeats = was_blank && is_blank(character);
        was_blank = is_blank(character);
        !repeats && (!is_blank(character) || character == ' ')
    });
    if is_collapsed {
        return Cow::Borrowed(text);
    }
    let mut collapsed = String::with_capacity(text.len());
    for character in text.chars() {
        match is_blank(character) {
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

/// A text that begins like an item of a list is none; a backslash before a sign of Markdown is one.
pub(super) fn escape_section(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains('\\') {
        text = Cow::Owned(escape_backslashes(&text));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after = |start: usize| text[start..].chars().next();
    let (at, is_mark) = match text.as_bytes().get(digits) {
        Some(b'.') if digits > 0 => (digits, after(digits + 1) == Some(' ')),
        Some(b'+') if digits == 0 => (0, after(1) == Some(' ')),
        Some(b'-') if digits == 0 => (0, matches!(after(1), Some(' ' | '-'))),
        _ => (0, false),
    };
    match is_mark {
        true => Cow::Owned(format!("{}\\{}", &text[..at], &text[at..])),
        false => text,
    }
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
    fn blanks_collapse_but_those_that_do_not_break() {
        assert_eq!(collapse(" a \n\t b\u{a0}\u{a0}c "), " a b\u{a0}\u{a0}c ");
        assert!(matches!(collapse("a b c"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_would_be_a_mark_is_escaped() {
        for (text, escaped) in [
            ("1. un", "1\\. un"),
            ("1.5 km", "1.5 km"),
            ("- un", "\\- un"),
            ("-- un", "\\-- un"),
            ("-un", "-un"),
            ("+ un", "\\+ un"),
            ("a\\*b\\c", "a\\\\*b\\c"),
            ("12.", "12."),
            ("", ""),
        ] {
            assert_eq!(escape_section(text), escaped, "{text}");
        }
    }
}
