//! Identifiers of bodies and operators: SIRET, SIREN, VAT numbers, and whatever else stands there.

use std::borrow::Cow;

use codes::{Flaw, Siren, Siret};

use super::read::Read;
use super::text;
use super::told::{AllTold, Told};

/// Reads an identifier. Only digits that are lost make it unreadable; a wrong length or key does not.
pub(crate) fn read(cell: &str) -> Read<'_> {
    let trimmed = super::trim(cell);
    if trimmed.is_empty() {
        return Read::default();
    }
    if matches!(trimmed.len(), 9 | 14) && is_digits(trimmed) {
        return Read::plain(trimmed);
    }
    if is_scientific(trimmed) {
        return Read::left_out(Told::IdScientific);
    }
    let mut told = AllTold::default();
    let whole = without_float_suffix(trimmed);
    if whole.is_some() {
        told.add(Told::IdFloatSuffix);
    }
    let cleaned = match clean(whole.unwrap_or(trimmed)) {
        Some(cleaned) => {
            told.add(Told::IdFormat);
            Cow::Owned(cleaned)
        }
        None => Cow::Borrowed(whole.unwrap_or(trimmed)),
    };
    if let Some(padded) = pad(&cleaned) {
        told.add(Told::IdLeadingZero);
        return Read::made(Cow::Owned(padded), told);
    }
    if told.is_empty() {
        return text::read(trimmed);
    }
    Read::made(cleaned, told)
}

/// What the shape of an operator's identifier says about its type, and what there is to tell of it.
pub(crate) fn type_of(id: &str) -> (Option<&'static str>, AllTold) {
    let mut told = AllTold::default();
    if id.len() == 14 && is_digits(id) {
        return (Some("SIRET"), told);
    }
    if id.len() == 9 && is_digits(id) {
        told.add(Told::TitulaireSiren);
        return (None, told);
    }
    if is_tva(id) {
        return (Some("TVA"), told);
    }
    told.add(Told::TitulaireIdUnknownType);
    (None, told)
}

/// What there is to tell of nine digits that stand in place of an identifier: a SIREN.
pub(crate) fn siren_told(id: &str) -> Option<Told> {
    if id.len() != 9 || !is_digits(id) {
        return None;
    }
    if id == "000000000" {
        return Some(Told::SiretZeros);
    }
    matches!(Siren::check(id), Err(Flaw::Key(_))).then_some(Told::SirenLuhn)
}

/// `23350001600040.0` without what a spreadsheet added to it.
pub(crate) fn without_float_suffix(text: &str) -> Option<&str> {
    let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0"))?;
    let is_number = whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') && !whole.is_empty();
    is_number.then_some(whole)
}

/// Two capitals, then 2 to 13 digits, capitals, `+` or `*`, a digit among them.
fn is_tva(id: &str) -> bool {
    let bytes = id.as_bytes();
    (4..=15).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..]
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'+' | b'*'))
        && bytes[2..].iter().any(u8::is_ascii_digit)
}

/// `2,33500016E+13`
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once([',', '.']).unwrap_or((mantissa, "0"));
    // Digits alone around an E could be a number of another kind.
    let has_mark = mantissa.len() > whole.len() || text.contains('+');
    has_mark && [whole, fraction, exponent].iter().all(|part| !part.is_empty() && is_digits(part))
}

/// Digits, or two letters and digits, without what stands between and before them; none where nothing does.
fn clean(text: &str) -> Option<String> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, '.' | '-' | '\u{2010}'..='\u{2015}');
    let bare = text.strip_prefix(['\'', '’', '`']).unwrap_or(text);
    let joined: String = bare.chars().filter(|letter| !is_between(*letter)).collect();
    let (letters, digits) =
        joined.split_at(joined.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(joined.len()));
    let is_known = matches!(letters.len(), 0 | 2) && !digits.is_empty() && is_digits(digits);
    let joined = joined.to_ascii_uppercase();
    (is_known && joined != text).then_some(joined)
}

/// The zeros that were lost at the begin, where the key confirms them.
fn pad(digits: &str) -> Option<String> {
    if !is_digits(digits) {
        return None;
    }
    match digits.len() {
        12 | 13 => Some(format!("{digits:0>14}")).filter(|siret| Siret::check(siret).is_ok()),
        7 | 8 => Some(format!("{digits:0>9}")).filter(|siren| Siren::check(siren).is_ok()),
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> (Option<String>, Vec<&'static str>) {
        let read = read(text);
        (read.value.map(Cow::into_owned), read.told.iter().map(Told::rule).collect())
    }

    #[test]
    fn what_producers_write_is_read_and_told() {
        for (text, value, rules) in [
            ("233-500-016-00040", "23350001600040", vec!["id.format"]),
            ("’23350001600040", "23350001600040", vec!["id.format"]),
            ("233 500 016 00040.0", "23350001600040", vec!["id.float_suffix", "id.format"]),
            ("fr40303265045", "FR40303265045", vec!["id.format"]),
            ("24604001", "024604001", vec!["id.leading_zero"]),
            ("RCS 123", "RCS 123", vec![]),
            ("RCS   123", "RCS 123", vec![]),
            ("2013-ABC", "2013-ABC", vec![]),
            ("12E", "12E", vec![]),
            ("NC", "NC", vec![]),
        ] {
            assert_eq!(shown(text), (Some(value.to_owned()), rules), "{text}");
        }
        assert_eq!(shown("2.335E13"), (None, vec!["id.scientific"]));
    }

    #[test]
    fn the_type_is_told_by_the_shape() {
        let of = |id: &str| {
            let (kind, told) = type_of(id);
            (kind, told.iter().map(Told::rule).collect::<Vec<_>>())
        };
        assert_eq!(of("82455681900590"), (Some("SIRET"), vec![]));
        assert_eq!(of("300599123"), (None, vec!["titulaire.siren"]));
        assert_eq!(of("FR40303265045"), (Some("TVA"), vec![]));
        assert_eq!(of("FRABCDEF"), (None, vec!["titulaire.id_unknown_type"]));
        assert_eq!(of("RCS 123"), (None, vec!["titulaire.id_unknown_type"]));
        assert_eq!(siren_told("000000000"), Some(Told::SiretZeros));
        assert_eq!(siren_told("402429410"), Some(Told::SirenLuhn));
        assert_eq!(siren_told("300599123"), None);
    }

    proptest! {
        #[test]
        fn no_digit_is_lost_or_invented(digits in "[1-9][0-9]{8}|[1-9][0-9]{13}", mark in "[ .-]") {
            let spaced = format!("{}{mark}{}", &digits[..3], &digits[3..]);
            prop_assert_eq!(shown(&spaced), (Some(digits.clone()), vec!["id.format"]));
            prop_assert_eq!(shown(&digits), (Some(digits), vec![]));
        }

        #[test]
        fn a_zero_is_put_back_only_where_the_key_confirms_it(digits in "[1-9][0-9]{6,12}") {
            let (value, rules) = shown(&digits);
            let value = value.unwrap();
            match rules.contains(&"id.leading_zero") {
                true => prop_assert!(value.trim_start_matches('0') == digits && (Siret::check(&value).is_ok() || Siren::check(&value).is_ok())),
                false => prop_assert_eq!(value, digits),
            }
        }
    }
}
