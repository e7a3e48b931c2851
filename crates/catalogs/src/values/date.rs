//! Dates and times as portals write them, to instants.

mod french;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Reads an ISO date or date-time, whatever its datatype says: parts that are missing are the first of their kind, a
/// time without offset is UTC.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let (date, rest) = first_parts(text.trim())?;
    let date = date.first_day()?;
    let (time, rest) = match rest.strip_prefix(['T', 't', ' ']) {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => read_time(rest)?,
        _ => (Clock::default(), rest),
    };
    time.on(date, read_offset(rest.trim_start())?)
}

/// [`read`], and the forms of DKAN: `mar, 10/12/2019 - 09:23` (the language of the weekday gives the order), `05/09/2019`,
/// `Thursday, December 5, 2019 - 03:00`, `jeudi 5 décembre 2019`, each perhaps after `Date changed`.
pub(crate) fn read_dkan(text: &str) -> Option<Timestamp> {
    read(text).or_else(|| french::read(text))
}

/// An instant as it is written: `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn show(instant: Timestamp) -> String {
    let civil = TimeZone::UTC.to_datetime(instant);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second()
    )
}

/// A date of which the month or the day may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partial {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Partial {
    /// The day itself, or the first of the period.
    pub(super) fn first_day(self) -> Option<Date> {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()
    }

    /// The day itself, or the last of the period.
    pub(super) fn last_day(self) -> Option<Date> {
        let month = Date::new(self.year, self.month.unwrap_or(12), self.day.unwrap_or(1)).ok()?;
        Some(if self.day.is_some() { month } else { month.last_of_month() })
    }
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYYMMDD`, and what comes after it.
pub(super) fn first_parts(text: &str) -> Option<(Partial, &str)> {
    let (year, rest) = digits(text, 4)?;
    let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
    let Some((month, rest)) = rest.strip_prefix('-').and_then(|rest| digits(rest, 2)) else {
        let Some((day, rest)) = digits(rest, 4) else { return Some((Partial { year, month: None, day: None }, rest)) };
        let (month, day) = (day / 100, day % 100);
        return Some((Partial { year, month: Some(month as i8), day: Some(day as i8) }, rest));
    };
    let day = rest.strip_prefix('-').and_then(|rest| digits(rest, 2));
    let (day, rest) = day.map_or((None, rest), |(day, rest)| (Some(day as i8), rest));
    Some((Partial { year, month: Some(month as i8), day }, rest))
}

/// A time of day; 24:00 is the midnight after.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
}

impl Clock {
    fn on(self, date: Date, offset: Offset) -> Option<Timestamp> {
        let is_midnight_after = self.hour == 24 && self.minute == 0 && self.second == 0;
        let (date, hour) = if is_midnight_after { (date.checked_add(1.day()).ok()?, 0) } else { (date, self.hour) };
        // A leap second has no instant of its own.
        let time = Time::new(hour, self.minute, self.second.min(59), 0).ok().filter(|_| self.second <= 60)?;
        offset.to_timestamp(DateTime::from_parts(date, time)).ok()
    }
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fff`, `HHMM` or `HHMMSS`, and what comes after it.
fn read_time(text: &str) -> Option<(Clock, &str)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    let (second, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2).unwrap_or((0, rest));
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|character: char| character.is_ascii_digit()),
        None => rest,
    };
    Some((Clock { hour: hour as i8, minute: minute as i8, second: second as i8 }, rest))
}

/// Nothing, `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02`; nothing may come after it.
fn read_offset(text: &str) -> Option<Offset> {
    if ["", "Z", "UTC", "GMT"].iter().any(|utc| utc.eq_ignore_ascii_case(text)) {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = digits(&text[1..], 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2).unwrap_or((0, rest));
    let is_sound = rest.is_empty() && hours <= 18 && minutes < 60;
    Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok().filter(|_| is_sound)
}

/// Exactly `count` digits, at most four, and what comes after them.
fn digits(text: &str, count: usize) -> Option<(u16, &str)> {
    let number = text.get(..count)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some((number.parse().ok()?, &text[count..])))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_dates_of_dkan() {
        for row in rows("dkan_dates") {
            assert_eq!(read_dkan(row.text()).map(show).as_deref(), row.expected.as_str(), "{row:?}");
        }
    }

    #[test]
    fn dates_as_they_are_written() {
        for (text, expected) in [
            ("2014", "2014-01-01T00:00:00Z"),
            ("2014-02", "2014-02-01T00:00:00Z"),
            ("2014-02-03", "2014-02-03T00:00:00Z"),
            ("20140203", "2014-02-03T00:00:00Z"),
            ("20140203T0405Z", "2014-02-03T04:05:00Z"),
            ("2014-02-03Z", "2014-02-03T00:00:00Z"),
            ("2014-02-03+01:00", "2014-02-02T23:00:00Z"),
            ("2016-12-15T01:00:00+02:00", "2016-12-14T23:00:00Z"),
            ("2016-12-15T01:00:00.123456-0530", "2016-12-15T06:30:00Z"),
            ("2016-12-15 01:00", "2016-12-15T01:00:00Z"),
            ("2016-12-15 01:00:00 UTC", "2016-12-15T01:00:00Z"),
            ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            (" 2016-12-15T01:00:00Z\n", "2016-12-15T01:00:00Z"),
        ] {
            assert_eq!(read(text).map(show).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "pas une date",
            "0000",
            "99999",
            "2014-13-01",
            "2014-02-30",
            "2014-02-03T",
            "2014-02-03T25:00:00Z",
            "2014-02-03T24:00:01Z",
            "2014-02-03T10:61:00Z",
            "2014-02-03T10:00:00+99:00",
            "2014-02-03T10:00:00é",
            "2014-02-03 hier",
            "01/02/2014",
            "20149",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
