//! Durations: whole months.

use std::borrow::Cow;

use super::number;
use super::read::Read;
use super::told::{AllTold, Told};

/// Nobody signs for longer; a number of more digits is another column's.
const MOST_MONTHS: f64 = 1e9;

/// Reads a duration in months.
pub(crate) fn read(cell: &str) -> Read<'_> {
    let text = super::trim(cell);
    if text.is_empty() {
        return Read::default();
    }
    let is_plain = text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if is_plain {
        return Read::plain(text);
    }
    read_layouts(text).unwrap_or(Read::left_out(Told::DureeUnparsable))
}

fn read_layouts(text: &str) -> Option<Read<'static>> {
    let folded = tables::fold(text);
    let end = folded.find(|letter: char| letter.is_alphabetic()).unwrap_or(folded.len());
    let (count, unit) = folded.split_at(end);
    let mut told = AllTold::default();
    let months = match unit {
        "" => 1.0,
        "mois" | "m" | "m." => {
            told.add(Told::DureeUnit);
            1.0
        }
        "an" | "ans" | "annee" | "annees" => {
            told.add(Told::DureeUnit);
            12.0
        }
        _ => return None,
    };
    // `1.200` months are 1.2 of them, like any number.
    let count = number::read(count.trim_end());
    let months = count.value?.parse::<f64>().ok()? * months;
    if !(-MOST_MONTHS..=MOST_MONTHS).contains(&months) {
        return None;
    }
    // What stands there is a short decimal, of which a hair's breadth is not one month more.
    let mut whole = (months - 1e-6).ceil();
    if (whole - months).abs() > 1e-6 {
        told.add(Told::DureeRounded);
    }
    if whole == 0.0 {
        told.add(Told::DureeZero);
        whole = 1.0;
    }
    Some(Read::made(Cow::Owned(format!("{whole:.0}")), told))
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
            ("12.0", Some("12"), vec![]),
            ("007", Some("7"), vec![]),
            ("-3", Some("-3"), vec![]),
            ("18m", Some("18"), vec!["duree.unit"]),
            ("1,5 an", Some("18"), vec!["duree.unit"]),
            ("1,3 ANS", Some("16"), vec!["duree.unit", "duree.rounded"]),
            ("0 mois", Some("1"), vec!["duree.unit", "duree.zero"]),
            ("12 semaines", None, vec!["duree.unparsable"]),
            ("mois", None, vec!["duree.unparsable"]),
            ("12 mois ferme", None, vec!["duree.unparsable"]),
            ("99999999999999999999", None, vec!["duree.unparsable"]),
        ] {
            assert_eq!(shown(text), (value.map(str::to_owned), rules), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_comes_of_a_text_is_a_whole_number(text in "\\PC{0,12}|[0-9 .,mansoi-]{1,12}") {
            if let Some(value) = read(&text).value {
                prop_assert!(value.parse::<i64>().is_ok_and(|months| months != 0), "{} {}", text, value);
            }
        }
    }
}
