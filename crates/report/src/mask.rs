//! E-mail addresses and telephone numbers taken out of texts that people will read elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr3};

/// What stands in for them.
const MASKED: &str = "[…]";

/// `text` with `[…]` for each e-mail address and telephone number.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = next(text, at, from) {
        masked.push_str(&text[from..found.start]);
        masked.push_str(MASKED);
        from = found.end;
        at = found.end;
    }
    match from {
        0 => Cow::Borrowed(text),
        _ => {
            masked.push_str(&text[from..]);
            Cow::Owned(masked)
        }
    }
}

/// Whether a text holds an e-mail address or a telephone number.
pub fn has_contact(text: &str) -> bool {
    next(text, 0, 0).is_some()
}

/// The next one at or after `at`, that begins at or after `least`.
fn next(text: &str, at: usize, least: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let sign = |at: usize| memchr3(b'@', b'+', b'(', &bytes[at..]).map(|place| at + place);
    let zero = |at: usize| memchr(b'0', &bytes[at..]).map(|place| at + place);
    let (mut next_sign, mut next_zero) = (sign(at), zero(at));
    loop {
        let (place, is_sign) = match (next_sign, next_zero) {
            (Some(sign), Some(zero)) => (sign.min(zero), sign < zero),
            (Some(sign), None) => (sign, true),
            (None, zero) => (zero?, false),
        };
        let found = match bytes[place] {
            b'@' => email(text, place, least),
            _ => telephone(bytes, place),
        };
        if found.is_some() {
            return found;
        }
        match is_sign {
            true => next_sign = sign(place + 1),
            false => next_zero = zero(place + 1),
        }
    }
}

/// An address around an `@`: something before it, and a name with a dot after it.
fn email(text: &str, at: usize, least: usize) -> Option<Range<usize>> {
    let is_local = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let before = &text[least..at];
    let local = before.len() - before.trim_end_matches(is_local).len();
    let after = &text[at + 1..];
    let domain = after.trim_start_matches(is_domain);
    let domain = after[..after.len() - domain.len()].trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let is_address = local > 0 && !name.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    is_address.then(|| at - local..at + 1 + domain.len())
}

/// A French number (`01 23 45 67 89`, `+33 1 23 …`, `0033…`), or one with the code of another country.
fn telephone(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    // In the middle of a longer number or code it is none.
    if start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'+' | b'_')) {
        return None;
    }
    let mut digits = Vec::with_capacity(15);
    let mut end = start;
    let mut at = start;
    let is_international =
        bytes[start..].starts_with(b"+") || bytes[start..].starts_with(b"(+") || bytes[start..].starts_with(b"00");
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_digit() {
            if digits.len() == 15 {
                return None;
            }
            digits.push(*byte);
            end = at + 1;
            at += 1;
            if !is_international && digits.len() == 10 {
                break;
            }
            continue;
        }
        let is_first = at == start || (at == start + 1 && bytes[start] == b'(');
        match separator(&bytes[at..]) {
            Some(length) => at += length,
            None if is_first && matches!(byte, b'+' | b'(') => at += 1,
            None => break,
        }
    }
    // More digits follow: an identifier such as a SIRET.
    if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let is_telephone = match (is_international, digits.as_slice()) {
        (true, [b'0', b'0', code @ ..] | code) => code.len() >= 9 && code[0] != b'0',
        (false, [b'0', area, ..]) => digits.len() == 10 && *area != b'0',
        _ => false,
    };
    is_telephone.then_some(start..end)
}

/// What may stand between the digits of a number: one blank of some kind, a dot, a hyphen, a slash or a bracket.
fn separator(bytes: &[u8]) -> Option<usize> {
    let length = match bytes {
        [b' ' | b'.' | b'-' | b'/' | b'(' | b')', ..] => 1,
        // No-break space, and its narrow sister.
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF, ..] => 3,
        _ => return None,
    };
    let next = bytes.get(length)?;
    (next.is_ascii_digit() || matches!(next, b'(' | b')') || (length == 1 && matches!(bytes[0], b')') && *next == b' '))
        .then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_numbers_are_taken_out() {
        for (text, masked) in [
            ("écrire à jean.dupont@mairie-x.fr, merci", "écrire à […], merci"),
            ("a@b.fr;c@d.fr", "[…];[…]"),
            ("tél. 01 23 45 67 89 ou 0612345678.", "tél. […] ou […]."),
            ("01.23.45.67.89 / 01-23-45-67-89", "[…] / […]"),
            ("+33 1 23 45 67 89", "[…]"),
            ("+33 (0)1 23 45 67 89", "[…]"),
            ("(+33)123456789", "[…]"),
            ("0033 1 23 45 67 89", "[…]"),
            ("01\u{a0}23\u{202f}45 67 89", "[…]"),
            ("+32 2 123 45 67", "[…]"),
        ] {
            assert_eq!(mask(text), masked, "{text}");
            assert!(has_contact(text));
        }
    }

    #[test]
    fn identifiers_amounts_and_dates_stay() {
        for text in [
            "21350238800019",
            "SIRET 012 345 678 00012",
            "0123456789012",
            "2024-01-02 03:04",
            "1 234 567,89 €",
            "lot @ part",
            "a@b",
            "0,5 %",
            "00000000000000",
            "CP 01234",
            "@",
            "0",
            "+",
            "(",
        ] {
            assert_eq!(mask(text), text);
            assert!(!has_contact(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_masked_and_is_then_free_of_contacts(text in "[0-9+ .@a-é(\u{a0}-]{0,40}") {
            let masked = mask(&text).into_owned();
            prop_assert!(!has_contact(&masked), "{text:?} {masked:?}");
        }
    }
}
