//! Paris wall time, as served less its false `Z`.

use jiff::civil::{Date, DateTime, date};

const MS_A_DAY: i64 = 86_400_000;

/// Days are counted from here.
const ORIGIN: Date = date(1970, 1, 1);

/// Reads `YYYY-MM-DDTHH:MM:SS`, perhaps a fraction, perhaps `Z`, of a real date: milliseconds since 1970. A fraction is
/// cut to milliseconds.
pub(crate) fn read(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> { digits(bytes.get(from..to)?) };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(place, separator)| bytes.get(*place) != Some(separator)) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    Date::new(year as i16, month as i8, day as i8).ok()?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let ms = milliseconds(bytes.get(19..)?)?;
    Some(days_of(year, month, day) * MS_A_DAY + ((hour * 60 + minute) * 60 + second) * 1_000 + ms)
}

/// What may follow the seconds.
fn milliseconds(rest: &[u8]) -> Option<i64> {
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    let Some(fraction) = rest.strip_prefix(b".") else { return rest.is_empty().then_some(0) };
    digits(fraction)?;
    let mut three = [b'0'; 3];
    three.iter_mut().zip(fraction).for_each(|(to, from)| *to = *from);
    digits(&three)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let all = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().take(18).fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// Milliseconds since 1970 of a moment of the wall clock.
pub(crate) fn of(moment: DateTime) -> i64 {
    moment.duration_since(ORIGIN.at(0, 0, 0, 0)).as_millis() as i64
}

/// Appends `2025-08-21T06:32:43.000`.
pub(crate) fn push(ms: i64, out: &mut Vec<u8>) {
    let (year, month, day) = day_of(ms.div_euclid(MS_A_DAY));
    let in_day = ms.rem_euclid(MS_A_DAY);
    push_number(year, 4, out);
    for (separator, number, width) in [
        (b'-', month, 2),
        (b'-', day, 2),
        (b'T', in_day / 3_600_000, 2),
        (b':', in_day / 60_000 % 60, 2),
        (b':', in_day / 1_000 % 60, 2),
        (b'.', in_day % 1_000, 3),
    ] {
        out.push(separator);
        push_number(number, width, out);
    }
}

/// The same as a text.
pub(crate) fn text(ms: i64) -> String {
    let mut out = Vec::with_capacity(23);
    push(ms, &mut out);
    String::from_utf8(out).expect("digits are ASCII")
}

/// A number of four digits at most, of which so many are written.
fn push_number(number: i64, width: usize, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 4];
    let mut left = number as u32;
    for digit in digits[..width].iter_mut().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
    }
    out.extend_from_slice(&digits[..width]);
}

/// Days from 1970 to a day (Hinnant's `days_from_civil`).
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year and month of a moment of the wall clock.
pub(crate) fn month_of(ms: i64) -> (i64, i64) {
    let (year, month, _) = day_of(ms.div_euclid(MS_A_DAY));
    (year, month)
}

/// Year, month and day of a day counted from 1970 (Hinnant's `civil_from_days`): a calendar library, asked three times a
/// row, would cost more than all the rest of writing it.
fn day_of(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn times_are_as_served_with_three_decimals() {
        for (served, written) in [
            ("2025-08-21T06:32:43.000Z", "2025-08-21T06:32:43.000"),
            ("2025-08-21T06:32:43Z", "2025-08-21T06:32:43.000"),
            ("2025-08-21T06:32:43", "2025-08-21T06:32:43.000"),
            ("2025-08-21T06:32:43.5", "2025-08-21T06:32:43.500"),
            ("2025-08-21T06:32:43.123987Z", "2025-08-21T06:32:43.123"),
            ("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999"),
        ] {
            assert_eq!(text(read(served).unwrap()), written, "{served}");
        }
    }

    #[test]
    fn what_is_no_time_of_a_real_date_is_not_read() {
        for wrong in [
            "",
            "hier",
            "2025-08-21",
            "2025-08-21 06:32:43",
            "2025-02-29T06:32:43Z",
            "2025-13-01T06:32:43Z",
            "2025-08-21T24:00:00Z",
            "2025-08-21T06:60:00Z",
            "2025-08-21T06:32:60Z",
            "2025-08-21T06:32:43.Z",
            "2025-08-21T06:32:43+02:00",
            "2025-08-21T06:32:43.1a",
            "2025-08-21T06:32:4é",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let first = date(1895, 1, 1);
        for days in (0..90_000).step_by(13) {
            let day = first + days.days();
            let expected = format!("{day}T00:00:00.000");
            assert_eq!(text(of(day.at(0, 0, 0, 0))), expected);
            assert_eq!(read(&expected), Some(of(day.at(0, 0, 0, 0))));
        }
    }
}
