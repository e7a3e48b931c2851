//! CPV codes: eight digits, and the key that the list gives, or none.

use std::borrow::Cow;

use super::identifier::without_float_suffix;
use super::read::Read;
use super::told::{AllTold, Told};
use crate::cpv::{Cpv, Known};

/// Reads a code. The list says which codes there are, and their keys.
pub(crate) fn read<'a>(cell: &'a str, cpv: &Cpv) -> Read<'a> {
    let text = super::trim(cell);
    if text.is_empty() {
        return Read::default();
    }
    if is_digits(text, 8) {
        return Read::plain(text);
    }
    let mut told = AllTold::default();
    let cleaned = clean(text, &mut told);
    let (digits, key) = match cleaned.split_once('-') {
        Some((digits, key)) if is_digits(key, 1) => (digits, Some(key)),
        Some(_) => return Read::left_out(Told::CpvMalformed),
        None if is_digits(&cleaned, 9) => {
            told.add(Told::CpvFormat);
            (&cleaned[..8], Some(&cleaned[8..]))
        }
        None => (cleaned.as_ref(), None),
    };
    let code = match digits.len() {
        8 if is_digits(digits, 8) => Cow::Borrowed(digits),
        2..=7 if is_digits(digits, digits.len()) => match complete(digits, cpv) {
            Some(code) => {
                told.add(Told::CpvCompleted);
                Cow::Owned(code)
            }
            None => return Read::left_out(Told::CpvMalformed),
        },
        _ => return Read::left_out(Told::CpvMalformed),
    };
    let Some(key) = key else { return Read::made(Cow::Owned(code.into_owned()), told) };
    let whole = format!("{code}-{key}");
    if cpv.find(&whole) == Some(Known::OtherKey) {
        told.add(Told::CpvCheckDigit);
        return Read::made(Cow::Owned(code.into_owned()), told);
    }
    // As it stands in the cell, if nothing was done to it.
    if whole == text { Read::plain(text) } else { Read::made(Cow::Owned(whole), told) }
}

/// Without what stands between the digits, and with the one dash of the key.
fn clean<'a>(text: &'a str, told: &mut AllTold) -> Cow<'a, str> {
    if let Some(whole) = without_float_suffix(text) {
        told.add(Told::IdFloatSuffix);
        return Cow::Borrowed(whole);
    }
    let is_clean = |letter: char| letter.is_ascii_digit() || letter == '-';
    if text.chars().all(is_clean) {
        return Cow::Borrowed(text);
    }
    let cleaned: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '.')
        .map(|letter| if matches!(letter, '\u{2010}'..='\u{2015}' | '\u{2212}' | '_') { '-' } else { letter })
        .collect();
    if cleaned.chars().all(is_clean) {
        told.add(Told::CpvFormat);
    }
    Cow::Owned(cleaned)
}

/// The one code of the list that two to seven digits can be: with a zero before seven, or with zeros behind.
fn complete(digits: &str, cpv: &Cpv) -> Option<String> {
    let before = (digits.len() == 7).then(|| format!("0{digits}"));
    let behind = format!("{digits:0<8}");
    let mut found = before.into_iter().chain([behind]).filter(|code| cpv.has(code));
    let code = found.next()?;
    found.next().is_none().then_some(code)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}
