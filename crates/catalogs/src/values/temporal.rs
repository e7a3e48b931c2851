//! Periods that data are about, in whole days.

use jiff::civil::Date;

use super::date::{Partial, first_parts};
use crate::model::TemporalCoverage;

/// Reads `2014`, `2014-02`, a day, or `a/b` of which one side may be open; each part as a whole period, as it is written.
pub(crate) fn read(text: &str) -> Option<TemporalCoverage> {
    let (start, end) = match text.split_once('/') {
        Some((start, end)) => (start.trim(), end.trim()),
        None => (text.trim(), text.trim()),
    };
    let is_open = |side: &str| side.is_empty() || side == "..";
    let start = if is_open(start) { None } else { Some(read_start(start)?) };
    let end = if is_open(end) { None } else { Some(read_end(end)?) };
    of(start, end)
}

/// Of both ends, as [`read_start`] and [`read_end`] give them.
pub(crate) fn of(start: Option<String>, end: Option<String>) -> Option<TemporalCoverage> {
    (start.is_some() || end.is_some()).then_some(TemporalCoverage { start, end })
}

/// The first day of a date, month or year; the day of an instant, as it is written.
pub(crate) fn read_start(text: &str) -> Option<String> {
    day(text, Partial::first_day)
}

/// The last day of a date, month or year.
pub(crate) fn read_end(text: &str) -> Option<String> {
    day(text, Partial::last_day)
}

fn day(text: &str, of: fn(Partial) -> Option<Date>) -> Option<String> {
    let text = text.trim();
    let (partial, rest) = first_parts(text)?;
    // Whatever comes after the date must make sense with it.
    super::date::read(text).filter(|_| rest.is_empty() || text.len() - rest.len() >= "YYYYMMDD".len())?;
    of(partial).map(|day| format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_periods() {
        for row in rows("temporal_literal") {
            let read = read(row.text());
            let side = |name: &str| row.expected.get(name).and_then(|side| side.as_str().map(str::to_owned));
            let expected =
                (!row.expected.is_null()).then(|| TemporalCoverage { start: side("start"), end: side("end") });
            assert_eq!(read, expected, "{row:?}");
        }
    }

    #[test]
    fn one_side_may_be_open_but_not_wrong() {
        let open = |start: Option<&str>, end: Option<&str>| of(start.map(str::to_owned), end.map(str::to_owned));
        assert_eq!(read("2014/.."), open(Some("2014-01-01"), None));
        assert_eq!(read("/2016-02"), open(None, Some("2016-02-29")));
        for text in ["/", "2014/hier", "2014-02-30/2015", "2014/2015/2016", "2014 environ", "2014 10:00"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_of_an_instant_is_as_written() {
        assert_eq!(read_start("2014-01-01T00:00:00+02:00").as_deref(), Some("2014-01-01"));
        assert_eq!(read_end("2015-12-31T23:59:59Z").as_deref(), Some("2015-12-31"));
    }
}
