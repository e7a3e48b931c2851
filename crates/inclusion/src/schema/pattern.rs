//! The forms of codes in the official schema, such as `^\d{14}$`: read once, and matched without an engine.
//!
//! The official engine counts every Unicode digit as `\d` and every Unicode letter, mark, digit or connector as `\w`. For
//! what is not ASCII, the expression engine of the same family decides.

use std::sync::LazyLock;

use regex::Regex;

/// A sequence of classes of characters, each so many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// As published.
    pub(crate) text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    class: Class,
    least: usize,
    most: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Digit,
    Word,
    Range(char, char),
}

static DIGIT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\d$").expect("a valid expression"));
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\w$").expect("a valid expression"));

impl Pattern {
    /// Reads the few constructs that the official schema uses: `\d`, `\w`, `[0-5]`, a character, `{n}`, `{n,m}`.
    pub(super) fn new(text: String) -> Self {
        let inner =
            text.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).expect("the schema anchors its forms");
        let mut parts = Vec::new();
        let mut rest = inner;
        while !rest.is_empty() {
            let (class, after) = take_class(rest);
            let (least, most, after) = take_count(after);
            parts.push(Part { class, least, most });
            rest = after;
        }
        Self { text, parts }
    }

    /// Whether the whole text has this form.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut chars = text.chars().peekable();
        for part in &self.parts {
            let mut count = 0;
            while count < part.most && chars.next_if(|c| part.class.has(*c)).is_some() {
                count += 1;
            }
            if count < part.least {
                return false;
            }
        }
        chars.peek().is_none()
    }
}

impl Class {
    fn has(self, c: char) -> bool {
        match self {
            Self::Digit => c.is_ascii_digit() || (!c.is_ascii() && engine_has(&DIGIT, c)),
            Self::Word => c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && engine_has(&WORD, c)),
            Self::Range(from, to) => (from..=to).contains(&c),
        }
    }
}

fn engine_has(class: &Regex, c: char) -> bool {
    class.is_match(c.encode_utf8(&mut [0; 4]))
}

fn take_class(text: &str) -> (Class, &str) {
    if let Some(rest) = text.strip_prefix(r"\d") {
        return (Class::Digit, rest);
    }
    if let Some(rest) = text.strip_prefix(r"\w") {
        return (Class::Word, rest);
    }
    let mut chars = text.chars();
    let first = chars.next().expect("a form that is not at its end");
    if first != '[' {
        return (Class::Range(first, first), chars.as_str());
    }
    let (inner, rest) = chars.as_str().split_once(']').expect("the schema closes its classes");
    let (from, to) = inner.split_once('-').expect("the schema has classes of one range");
    (Class::Range(only(from), only(to)), rest)
}

fn only(text: &str) -> char {
    text.chars().next().expect("a bound of a range")
}

fn take_count(text: &str) -> (usize, usize, &str) {
    let Some(rest) = text.strip_prefix('{') else { return (1, 1, text) };
    let (inner, rest) = rest.split_once('}').expect("the schema closes its counts");
    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
    let number = |text: &str| text.parse().expect("a count of the schema");
    (number(least), number(most), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_official_engine() {
        let texts = [
            "12345",
            "1234",
            "123456",
            "1234a",
            "١٢٣٤٥",
            "é_ñ٣a",
            "12 45",
            "W123456789",
            "99512",
            "99612",
            "ab",
            "12345\n",
        ];
        for form in [r"^\d{5}$", r"^\w{5}$", r"^W\d{9}$", r"^99[0-5]\d{2}$", r"^\w{2,3}$"] {
            let (ours, engine) = (Pattern::new(form.to_owned()), Regex::new(form).expect("a valid expression"));
            for text in texts {
                assert_eq!(ours.matches(text), engine.is_match(text), "`{text}` against `{form}`");
            }
        }
    }
}
