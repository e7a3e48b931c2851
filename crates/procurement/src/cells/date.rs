//! Dates: the day in ISO, from what producers write. The day is always first, never the month.

use std::borrow::Cow;

use super::read::Read;
use super::told::{AllTold, Told};

/// Days since 1899-12-30 that spreadsheets write for 2000-01-01 and 2050-12-31.
const SERIALS: std::ops::RangeInclusive<i64> = 36_526..=55_153;

/// Reads a date.
pub(crate) fn read(cell: &str) -> Read<'_> {
    let text = super::trim(cell);
    if text.is_empty() {
        return Read::default();
    }
    // The common case: it stands as it should.
    if is_iso(text.as_bytes()) && is_day(number(&text[..4]), number(&text[5..7]), number(&text[8..])) {
        let year = &text[..4];
        if corrected(number(year)).is_none() {
            return Read::plain(text);
        }
    }
    read_layouts(text).unwrap_or(Read::left_out(Told::DateUnparsable))
}

/// `YYYY-MM-DD`, as far as the shape goes.
fn is_iso(text: &[u8]) -> bool {
    text.len() == 10
        && text.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A day as it was written.
struct Written {
    year: i64,
    month: i64,
    day: i64,
    told: AllTold,
}

fn read_layouts(text: &str) -> Option<Read<'static>> {
    if let Some(read) = read_serial(text) {
        return read;
    }
    let (day, rest) = split_day(text);
    let mut written = read_day(day)?;
    match read_tail(rest)? {
        Tail::None => {}
        Tail::Time => written.told.add(Told::DateDatetime),
        Tail::Zone => written.told.add(Told::DateTimezone),
    }
    let mut year = written.year;
    if let Some(right) = corrected(year) {
        year = right;
        written.told.add(Told::DateYearTypo);
    }
    if !is_day(year, written.month, written.day) {
        return Some(Read::left_out(Told::DateCalendar));
    }
    Some(Read::made(Cow::Owned(format!("{year:04}-{:02}-{:02}", written.month, written.day)), written.told))
}

/// What follows the day.
enum Tail {
    None,
    Time,
    Zone,
}

/// The day, and what follows it.
fn split_day(text: &str) -> (&str, &str) {
    let is_of_day = |letter: char| letter.is_ascii_digit() || matches!(letter, '/' | '.' | '-');
    let end = text.find(|letter| !is_of_day(letter)).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    // The sign of a zone looks like one more dash: `2019-03-01-04:00`.
    match (rest.starts_with(':'), day.len()) {
        (true, 13) if is_iso(&day.as_bytes()[..10]) && matches!(day.as_bytes()[10], b'-') => text.split_at(10),
        _ => (day, rest),
    }
}

fn read_day(day: &str) -> Option<Written> {
    let mark = day.chars().find(|letter| !letter.is_ascii_digit());
    let Some(mark) = mark else {
        // Without separators: 20131001.
        let told = AllTold::of(Told::DateLayout);
        return (day.len() == 8).then(|| Written {
            year: number(&day[..4]),
            month: number(&day[4..6]),
            day: number(&day[6..]),
            told,
        });
    };
    let mut parts = day.split(mark);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short = |part: &str| matches!(part.len(), 1 | 2) && is_number(part);
    if parts.next().is_some() || !is_short(second) {
        return None;
    }
    let month = number(second);
    if first.len() == 4 && is_number(first) && is_short(third) {
        let is_iso = mark == '-' && second.len() == 2 && third.len() == 2;
        let told = if is_iso { AllTold::default() } else { AllTold::of(Told::DateLayout) };
        return Some(Written { year: number(first), month, day: number(third), told });
    }
    match third.len() {
        _ if !is_short(first) || !is_number(third) => None,
        4 => Some(Written { year: number(third), month, day: number(first), told: AllTold::of(Told::DateDayFirst) }),
        2 => Some(Written {
            year: 2_000 + number(third),
            month,
            day: number(first),
            told: AllTold::of(Told::DateTwoDigitYear),
        }),
        _ => None,
    }
}

/// A time, a zone, or nothing; none where it is something else.
fn read_tail(rest: &str) -> Option<Tail> {
    if rest.is_empty() {
        return Some(Tail::None);
    }
    if is_zone(rest) {
        return Some(Tail::Zone);
    }
    let time = match rest.strip_prefix(['T', 't']) {
        Some(time) => time,
        None => rest.strip_prefix(char::is_whitespace)?.trim_start(),
    };
    let end =
        time.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, ':' | '.' | ',')).unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let zone = zone.trim_start();
    (is_clock(clock) && (zone.is_empty() || is_zone(zone))).then_some(Tail::Time)
}

/// `14:30`, `00:00:00`, `23:59:59.999`
fn is_clock(clock: &str) -> bool {
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':');
    let mut within = |longest: usize, most: i64| {
        parts.next().map(|part| is_number(part) && part.len() <= longest && number(part) <= most)
    };
    let (hour, minute, second) = (within(2, 24), within(2, 59), within(2, 60));
    hour == Some(true)
        && minute == Some(true)
        && second != Some(false)
        && parts.next().is_none()
        && fraction.is_none_or(|fraction| second.is_some() && is_number(fraction) && fraction.len() <= 9)
}

/// `Z`, `+02:00`, `-0400`
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else { return matches!(text, "Z" | "z") };
    let digits = match offset.split_once(':') {
        Some((hours, minutes)) if hours.len() == 2 && minutes.len() == 2 => is_number(hours) && is_number(minutes),
        Some(_) => return false,
        None => offset.len() == 4 && is_number(offset),
    };
    digits && number(&offset[..2]) <= 14 && number(&offset[offset.len() - 2..]) <= 59
}

/// A day that a spreadsheet wrote as a number; none where there is none, and then none where it is out of bounds.
fn read_serial(text: &str) -> Option<Option<Read<'static>>> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if whole.len() != 5 || !is_number(whole) || !(fraction.is_empty() || is_number(fraction)) {
        return None;
    }
    let serial = number(whole);
    if !SERIALS.contains(&serial) {
        return Some(None);
    }
    let mut told = AllTold::of(Told::DateSerial);
    if fraction.bytes().any(|digit| digit != b'0') {
        told.add(Told::DateDatetime);
    }
    let day = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).ok();
    Some(day.map(|day| Read::made(Cow::Owned(day.to_string()), told)))
}

/// What a year that nobody meant was meant to be.
fn corrected(year: i64) -> Option<i64> {
    Some(match year {
        219 | 209 | 19 => 2_019,
        202 | 200 | 20 => 2_020,
        21 => 2_021,
        222 | 22 => 2_022,
        _ => return None,
    })
}

/// Whether the calendar has that day.
fn is_day(year: i64, month: i64, day: i64) -> bool {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=9_999).contains(&year) && (1..=days).contains(&day)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of digits alone, and few of them.
fn number(digits: &str) -> i64 {
    digits.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
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
            ("2013-1-5", Some("2013-01-05"), vec!["date.layout"]),
            ("20131001", Some("2013-10-01"), vec!["date.layout"]),
            ("2013.10.01", Some("2013-10-01"), vec!["date.layout"]),
            ("1/2/2013", Some("2013-02-01"), vec!["date.day_first"]),
            ("31-12-13", Some("2013-12-31"), vec!["date.two_digit_year"]),
            ("01/10/0219", Some("2019-10-01"), vec!["date.day_first", "date.year_typo"]),
            ("2019-03-01T23:59:59.999Z", Some("2019-03-01"), vec!["date.datetime"]),
            ("2019-03-01+02:00", Some("2019-03-01"), vec!["date.timezone"]),
            ("41548.5", Some("2013-10-01"), vec!["date.serial", "date.datetime"]),
            ("2019-03-01 25:00", None, vec!["date.unparsable"]),
            ("2017-07-10-", None, vec!["date.unparsable"]),
            ("201-07-10", None, vec!["date.unparsable"]),
            ("2017-01-091", None, vec!["date.unparsable"]),
            ("2017-12", None, vec!["date.unparsable"]),
            ("1er octobre 2013", None, vec!["date.unparsable"]),
            ("２０13-10-01", None, vec!["date.unparsable"]),
            ("20131301", None, vec!["date.calendar"]),
        ] {
            assert_eq!(shown(text), (value.map(str::to_owned), rules), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_of_a_text_is_a_day_of_the_calendar(text in "\\PC{0,12}|[0-9/.: TZ+-]{1,25}") {
            if let Some(value) = read(&text).value {
                prop_assert!(value.parse::<jiff::civil::Date>().is_ok() || value.as_ref() < "0001", "{} {}", text, value);
            }
        }

        #[test]
        fn a_day_of_any_layout_is_the_same_day(year in 2000_i16..2050, month in 1_i8..=12, day in 1_i8..=31) {
            let Ok(date) = jiff::civil::Date::new(year, month, day) else { return Ok(()) };
            let expected = Some(date.to_string());
            for text in [
                format!("{year}-{month:02}-{day:02}"),
                format!("{day}/{month}/{year}"),
                format!("{day:02}.{month:02}.{year} 08:15"),
                format!("{year}/{month}/{day}"),
                format!("{year}{month:02}{day:02}"),
                format!("{year}-{month:02}-{day:02}T00:00:00+02:00"),
                format!("{day:02}/{month:02}/{:02}", year % 100),
            ] {
                prop_assert_eq!(&shown(&text).0, &expected, "{}", text);
            }
        }
    }
}
