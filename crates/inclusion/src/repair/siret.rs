//! SIRET numbers: blanks taken out, zeros that a spreadsheet has eaten given back.

use std::borrow::Cow;

use super::{Repaired, Step};

/// Digits of a SIRET.
const DIGITS: usize = 14;

/// So many digits may be what a spreadsheet leaves of a SIRET that begins with zeros.
const EATEN: std::ops::RangeInclusive<usize> = 11..=13;

/// La Poste gives the same SIREN to all its offices, and no control digit to each.
const LA_POSTE: &str = "356000000";

/// What a text says of a SIRET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quality {
    /// 14 digits, the last of which is right.
    Good,
    /// 14 digits, the last of which is wrong.
    Luhn,
    /// 14 digits that somebody has made up: zeros alone, or an establishment `999..`.
    Placeholder,
    /// Anything else.
    Format,
}

/// What a text is, as it stands there.
pub(crate) fn quality(text: &str) -> Quality {
    if text.len() != DIGITS || !is_digits(text) {
        return Quality::Format;
    }
    match text {
        _ if is_placeholder(text) => Quality::Placeholder,
        _ if is_right(text) => Quality::Good,
        _ => Quality::Luhn,
    }
}

/// The number with its zeros, where it has lost some and is right with them.
pub(crate) fn with_zeros(text: &str) -> Option<String> {
    if !EATEN.contains(&text.len()) || !is_digits(text) {
        return None;
    }
    let padded = format!("{text:0>DIGITS$}");
    (quality(&padded) == Quality::Good).then_some(padded)
}

/// The text without what people write between digits.
pub(crate) fn without_blanks(text: &str) -> Cow<'_, str> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, '.' | '-' | '\u{2010}'..='\u{2013}');
    match text.contains(is_between) {
        true => Cow::Owned(text.replace(is_between, "")),
        false => Cow::Borrowed(text),
    }
}

/// Whether people can be thought to mean this number: the text, repaired, is one.
pub(crate) fn is_readable(text: &str) -> bool {
    repair(text).value.is_some()
}

/// Reads a SIRET: a wrong control digit is kept and told, what is no SIRET is not.
pub(crate) fn repair(text: &str) -> Repaired<'_> {
    let mut plain = without_blanks(text);
    let mut repaired = Repaired::kept(text);
    let had_blanks = plain.len() != text.len();
    if let Some(padded) = with_zeros(&plain) {
        plain = Cow::Owned(padded);
        repaired.tell(Step::Own("zeros"));
    }
    match quality(&plain) {
        Quality::Format => return Repaired::left_out(Step::Own("format")),
        Quality::Placeholder => return Repaired::left_out(Step::Own("placeholder")),
        Quality::Luhn => repaired.warn(Step::Own("luhn")),
        Quality::Good => {}
    }
    if had_blanks {
        repaired.tell(Step::Own("blanks"));
    }
    repaired.value = Some(plain);
    repaired
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_placeholder(digits: &str) -> bool {
    digits.bytes().all(|digit| digit == b'0') || digits[9..12] == *"999"
}

/// The control digit: every second digit from the right counts double, and the sum is a multiple of 10.
fn is_right(digits: &str) -> bool {
    let sum = |weigh: fn(usize, u32) -> u32| -> u32 {
        digits.bytes().rev().enumerate().map(|(nth, digit)| weigh(nth, u32::from(digit - b'0'))).sum()
    };
    let luhn = sum(|nth, digit| match nth % 2 {
        0 => digit,
        _ if digit > 4 => 2 * digit - 9,
        _ => 2 * digit,
    });
    luhn % 10 == 0 || digits.starts_with(LA_POSTE) && sum(|_, digit| digit) % 5 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_a_text_is() {
        for (text, expected) in [
            ("13003013300016", Quality::Good),
            ("13003013300017", Quality::Luhn),
            ("35600000063516", Quality::Good),
            ("00000000000000", Quality::Placeholder),
            ("13003013399912", Quality::Placeholder),
            ("1300301330001", Quality::Format),
            ("١٣٠٠٣٠١٣٣٠٠٠١٦", Quality::Format),
            ("", Quality::Format),
        ] {
            assert_eq!(quality(text), expected, "{text}");
        }
    }

    #[test]
    fn gives_back_zeros_only_where_the_number_is_right_then() {
        assert_eq!(with_zeros("5520176000016").as_deref(), Some("05520176000016").filter(|text| is_right(text)));
        let eaten = "00578004400013";
        let right = (0..10).map(|key| format!("{}{key}", &eaten[..13])).find(|text| is_right(text)).unwrap();
        assert_eq!(with_zeros(right.trim_start_matches('0')).as_deref(), Some(&*right));
        let wrong = format!("{}{}", &right[2..13], (right.as_bytes()[13] - b'0' + 1) % 10);
        assert_eq!(with_zeros(&wrong), None);
        assert_eq!(with_zeros("13003013300016"), None);
    }

    #[test]
    fn blanks_dots_and_hyphens_are_no_part_of_it() {
        let read = repair("130 030 133-000.16");
        assert_eq!(read.value.as_deref(), Some("13003013300016"));
        assert_eq!(read.steps(), [Step::Own("blanks")]);
        assert_eq!(repair("W131004321"), Repaired::left_out(Step::Own("format")));
    }
}
