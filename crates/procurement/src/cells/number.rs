//! Amounts: exact decimals, from what producers write. Digits are moved, never computed with.

use std::borrow::Cow;

use super::read::Read;
use super::told::{AllTold, Told};

/// No amount of money has more digits, and no exponent moves the point further.
const MOST_DIGITS: usize = 40;

/// Words around an amount that change nothing about it.
const WORDS: [&str; 6] = ["€", "euros", "euro", "eur", "h.t.", "ht"];

/// Reads an amount. One that says it is with taxes is left out: nothing without them can be computed from it.
pub(crate) fn read(cell: &str) -> Read<'_> {
    let text = super::trim(cell);
    if text.is_empty() {
        return Read::default();
    }
    if let Some(plain) = plain(text) {
        return plain;
    }
    let folded = tables::fold(text);
    if folded
        .split(|letter: char| !letter.is_alphanumeric() && letter != '.')
        .any(|word| matches!(word, "ttc" | "t.t.c."))
        || folded.ends_with("ttc")
    {
        return Read::left_out(Told::MontantTtc);
    }
    match decimal(strip_words(&folded), &folded) {
        Some(Decimal { text, told }) => Read::made(Cow::Owned(text), told),
        None => Read::left_out(Told::NumberUnparsable),
    }
}

/// A number as JSON would write it, perhaps with zeros at its ends.
fn plain(text: &str) -> Option<Read<'_>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || digits.len() > MOST_DIGITS || (digits.len() > whole.len() && !is_number(fraction)) {
        return None;
    }
    // One to three digits, one mark, exactly three digits.
    if whole.len() <= 3 && fraction.len() == 3 {
        return None;
    }
    let is_short = !fraction.ends_with('0') && (whole.len() == 1 || !whole.starts_with('0')) && text != "-0";
    match is_short {
        true => Some(Read::plain(text)),
        false => Some(Read::made(Cow::Owned(join(text.starts_with('-'), whole, fraction)), AllTold::default())),
    }
}

/// A number that was read.
struct Decimal {
    text: String,
    told: AllTold,
}

/// The text without currency and `HT`, before or after it.
fn strip_words(mut text: &str) -> &str {
    loop {
        let before = text;
        for word in WORDS {
            text = text.strip_prefix(word).unwrap_or(text).trim_start();
            text = text.strip_suffix(word).unwrap_or(text).trim_end();
        }
        if text == before {
            return text;
        }
    }
}

/// Reads what is left of `whole` without its words.
fn decimal(text: &str, whole: &str) -> Option<Decimal> {
    let (is_negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let (mantissa, exponent) = match unsigned.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (digits, fraction) = split(mantissa)?;
    let (digits, fraction) = match exponent {
        None => (digits, fraction),
        Some(exponent) => shift(&digits, &fraction, exponent)?,
    };
    if digits.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let is_ambiguous = exponent.is_none() && is_ambiguous(mantissa);
    let mut told = AllTold::default();
    if !(is_ambiguous && mantissa.contains('.') && whole.trim_start_matches('-') == mantissa) {
        told.add(Told::NumberFormat);
    }
    if is_ambiguous {
        told.add(Told::NumberAmbiguous);
    }
    Some(Decimal { text: join(is_negative, &digits, &fraction), told })
}

/// One to three digits, one mark, exactly three digits: the mark may be of thousands or of decimals.
fn is_ambiguous(text: &str) -> bool {
    let Some((whole, fraction)) = text.split_once(['.', ',']) else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&whole.len()) && fraction.len() == 3 && is_number(whole) && is_number(fraction)
}

/// The digits before and after the decimal mark.
fn split(text: &str) -> Option<(String, String)> {
    let last = text.rfind(['.', ',']);
    let mark = last.and_then(|at| {
        let mark = text[at..].chars().next()?;
        let is_repeated = text[..at].contains(mark);
        // A mark that stands twice is of thousands; of two marks the last is of decimals.
        (!is_repeated).then_some(at)
    });
    let (whole, fraction) = match mark {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = ungroup(whole)?;
    // A mark alone says nothing.
    (!digits.is_empty() || !fraction.is_empty()).then(|| (digits, fraction.to_owned()))
}

/// Digits, perhaps in groups of three that one mark separates.
fn ungroup(whole: &str) -> Option<String> {
    let Some(mark) = whole.chars().find(|letter| !letter.is_ascii_digit()) else { return Some(whole.to_owned()) };
    if !matches!(mark, ' ' | '.' | ',') {
        return None;
    }
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped =
        (1..=3).contains(&first.len()) && is_number(first) && groups.all(|group| group.len() == 3 && is_number(group));
    is_grouped.then(|| whole.chars().filter(char::is_ascii_digit).collect())
}

/// Moves the decimal mark by an exponent.
fn shift(whole: &str, fraction: &str, exponent: &str) -> Option<(String, String)> {
    let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let places = usize::try_from(exponent.unsigned_abs()).ok().filter(|places| *places <= MOST_DIGITS)?;
    if exponent >= 0 {
        let padded = format!("{fraction:0<places$}");
        return Some((format!("{whole}{}", &padded[..places]), padded[places..].to_owned()));
    }
    let padded = format!("{whole:0>width$}", width = places + 1);
    let (whole, moved) = padded.split_at(padded.len() - places);
    Some((whole.to_owned(), format!("{moved}{fraction}")))
}

/// The number as JSON writes it, without zeros that say nothing.
fn join(is_negative: bool, whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if is_negative && !(whole == "0" && fraction.is_empty()) { "-" } else { "" };
    match fraction {
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{fraction}"),
    }
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
        let format = || vec!["number.format"];
        for (text, value, rules) in [
            ("0012.50", Some("12.5"), vec![]),
            ("-0", Some("0"), vec![]),
            ("1234.567", Some("1234.567"), vec![]),
            ("1\u{202f}234\u{a0}567,89 €", Some("1234567.89"), format()),
            ("12 000 € H.T.", Some("12000"), format()),
            ("1,5E+6", Some("1500000"), format()),
            ("25e-1", Some("2.5"), format()),
            ("\u{2212}500", Some("-500"), format()),
            (",5", Some("0.5"), format()),
            ("-1,234", Some("-1.234"), vec!["number.format", "number.ambiguous"]),
            ("-1.234", Some("-1.234"), vec!["number.ambiguous"]),
            ("1.234 €", Some("1.234"), vec!["number.format", "number.ambiguous"]),
            ("12 000 TTC", None, vec!["montant.ttc"]),
            ("12 000€TTC", None, vec!["montant.ttc"]),
            ("12 00", None, vec!["number.unparsable"]),
            ("1,234,56", None, vec!["number.unparsable"]),
            ("1.234,567.8", None, vec!["number.unparsable"]),
            ("12 k€", None, vec!["number.unparsable"]),
            ("1e99", None, vec!["number.unparsable"]),
            ("e", None, vec!["number.unparsable"]),
            ("€", None, vec!["number.unparsable"]),
            (".", None, vec!["number.unparsable"]),
            ("NaN", None, vec!["number.unparsable"]),
            ("１２", None, vec!["number.unparsable"]),
        ] {
            let expected = (value.map(str::to_owned), rules);
            // Full-width digits are folded like names: that is how they are read, and told.
            let expected = if text == "１２" { (Some("12".to_owned()), format()) } else { expected };
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_comes_of_a_text_is_a_number_of_json(text in "\\PC{0,12}|[0-9 .,eE+-]{1,20}") {
            if let Some(value) = read(&text).value {
                prop_assert!(serde_json::from_str::<f64>(&value).is_ok(), "{} {}", text, value);
                prop_assert!(!value.contains('.') || !value.ends_with('0'), "{}", value);
            }
        }

        #[test]
        fn an_amount_is_the_same_however_it_is_written(whole in 1_000_u64..10_000_000_000, cents in 1_u8..100) {
            let expected = format!("{whole}.{cents:02}").trim_end_matches('0').to_owned();
            let grouped = |mark: &str| {
                let digits = whole.to_string();
                let first = digits.len() % 3;
                let (first, rest) = digits.split_at(if first == 0 { 3 } else { first });
                let groups = rest.as_bytes().chunks(3).map(|group| std::str::from_utf8(group).unwrap());
                std::iter::once(first).chain(groups).collect::<Vec<_>>().join(mark)
            };
            for text in [
                format!("{whole}.{cents:02}"),
                format!("{whole},{cents:02}"),
                format!("{},{cents:02} €", grouped(" ")),
                format!("{}.{cents:02}", grouped(",")),
                format!("{},{cents:02} HT", grouped(".")),
                format!("EUR {}.{cents:02}", grouped("\u{202f}")),
            ] {
                let (value, _) = shown(&text);
                prop_assert_eq!(value.as_deref(), Some(expected.as_str()), "{}", text);
            }
        }
    }
}
