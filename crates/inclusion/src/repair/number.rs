//! Numbers as people write them, and pairs of coordinates.

use super::{Repaired, Step};

/// Metropolitan France in degrees, with the sea around it.
const LONGITUDE: std::ops::RangeInclusive<f64> = -5.5..=10.0;
const LATITUDE: std::ops::RangeInclusive<f64> = 41.0..=51.5;

/// Beyond it a number is not sure to the last digit.
const LARGEST_WHOLE: f64 = 9e15;

/// The number that a text is, as JSON writes it; a decimal comma is a point.
pub(crate) fn repair(text: &str) -> Repaired<'_> {
    let Some(number) = read(text) else { return Repaired::left_out(Step::Own("unreadable")) };
    let plain = text.trim();
    if tables::is_json_number(plain.as_bytes()) && number.is_finite() {
        return Repaired::kept(plain);
    }
    let written = written(number);
    match plain.contains(',') {
        true => Repaired::made(written, Step::Own("comma")),
        // A sign or a point too many says the same number.
        false => Repaired { value: Some(written.into()), ..Repaired::kept(text) },
    }
}

/// [`repair`], of a number between these bounds.
pub(crate) fn repair_within(text: &str, bounds: std::ops::RangeInclusive<f64>) -> Repaired<'_> {
    match read(text) {
        Some(number) if bounds.contains(&number) => repair(text),
        _ => Repaired::left_out(Step::Own("unreadable")),
    }
}

/// The whole number that a text is, without a point; what is no number is for the schema to refuse.
pub(crate) fn repair_whole(text: &str) -> Repaired<'_> {
    let plain = text.trim().trim_start_matches('+');
    if let Some(digits) = whole_digits(plain) {
        return Repaired { value: Some(digits.into()), ..Repaired::kept(text) };
    }
    let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() <= LARGEST_WHOLE && !plain.contains(',');
    match read(plain).filter(is_whole) {
        Some(number) => Repaired { value: Some(written(number).into()), ..Repaired::kept(text) },
        None => Repaired::kept(text),
    }
}

/// The digits of a whole number of any length, without zeros before it and without what Python allows between digits.
fn whole_digits(plain: &str) -> Option<String> {
    let is_grouped = plain.split('_').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = plain.replace('_', "");
    let bare = digits.trim_start_matches('0');
    is_grouped.then(|| if bare.is_empty() { "0".to_owned() } else { bare.to_owned() })
}

/// The number that a text is: with a point or a comma, and nothing but digits around it.
pub(crate) fn read(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,eE".contains(&byte));
    if !is_plain || text.is_empty() || text.matches(',').count() > 1 {
        return None;
    }
    let number: f64 = match text.contains(',') {
        true if text.contains('.') => return None,
        true => text.replace(',', ".").parse().ok()?,
        false => text.parse().ok()?,
    };
    number.is_finite().then_some(number)
}

/// Whether a text can be read as a longitude.
pub(crate) fn is_longitude(text: &str) -> bool {
    read(text).is_some_and(|number| (-180.0..=180.0).contains(&number))
}

/// Whether a text can be read as a latitude.
pub(crate) fn is_latitude(text: &str) -> bool {
    read(text).is_some_and(|number| (-90.0..=90.0).contains(&number))
}

/// Whether a pair is outside metropolitan France, and inside once exchanged.
pub(crate) fn is_swapped(longitude: f64, latitude: f64) -> bool {
    let is_inside = |longitude: f64, latitude: f64| LONGITUDE.contains(&longitude) && LATITUDE.contains(&latitude);
    !is_inside(longitude, latitude) && is_inside(latitude, longitude)
}

/// The shortest text that gives the number back.
fn written(number: f64) -> String {
    let text = format!("{number}");
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_a_point() {
        assert_eq!(repair("48,85"), Repaired::made("48.85".to_owned(), Step::Own("comma")));
        assert_eq!(repair(" -2.35 "), Repaired::kept("-2.35"));
        for (text, value) in [("2.", "2"), ("+1.50", "1.5"), ("007", "7"), ("-,5", "-0.5"), ("1e3", "1e3")] {
            assert_eq!(repair(text).value.as_deref(), Some(value), "{text}");
        }
        for text in ["", "x", "1,2,3", "1.234,5", "nan", "inf", "0x10", "1e999", "--1", "48.85°"] {
            assert_eq!(repair(text), Repaired::left_out(Step::Own("unreadable")), "{text}");
        }
        assert_eq!(repair_within("95", -90.0..=90.0), Repaired::left_out(Step::Own("unreadable")));
    }

    #[test]
    fn whole_numbers_are_written_as_json_has_them() {
        for (text, value) in [
            ("3", "3"),
            (" 3.0 ", "3"),
            ("+3", "3"),
            ("1_000", "1000"),
            ("007", "7"),
            ("0", "0"),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(repair_whole(text).value.as_deref(), Some(value), "{text}");
        }
        assert_eq!(repair_whole("3.5"), Repaired::kept("3.5"));
    }

    #[test]
    fn exchanged_coordinates_are_known_by_france() {
        assert!(is_swapped(48.85, 2.35));
        assert!(!is_swapped(2.35, 48.85));
        assert!(!is_swapped(55.45, -20.88), "La Réunion is not in Europe");
        assert!(!is_swapped(-20.88, 55.45), "nor known once exchanged");
    }
}
