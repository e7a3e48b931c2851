//! One day of offers, in seconds of the Paris clock.
//!
//! France Travail stamps offers with Paris wall time and a false `Z` (proof: an offer stamped 16:43:47Z was in a database
//! that was committed at 16:12 UTC, November 2025). Stamps are therefore read as they stand and never converted; on the
//! two days when the clock changes this is right too, for nobody can stamp an hour that the wall clock skips.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// A second of the day, counted from its midnight; below zero the day before, from 86,400 on the day after.
pub(crate) type Second = i32;

pub(crate) const LAST_SECOND: Second = 86_399;

/// A day of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) Date);

/// Seconds of the day, both ends included. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Second,
    pub(crate) to: Second,
}

/// A stamp, to the millisecond, as a distance from the day's midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stamp(i32);

impl Stamp {
    pub(crate) fn second(self) -> Second {
        self.0.div_euclid(1_000)
    }
}

impl Day {
    /// Reads a `dateCreation`: Paris wall time, with or without milliseconds. None if it is no stamp, or weeks away.
    pub(crate) fn stamp(self, text: &str) -> Option<Stamp> {
        let read: DateTime = text.strip_suffix('Z').unwrap_or(text).parse().ok()?;
        let from_midnight = read.duration_since(self.0.at(0, 0, 0, 0)).as_millis();
        i32::try_from(from_midnight).ok().map(Stamp)
    }

    /// Whether a stamp is of this day.
    pub(crate) fn holds(self, stamp: Stamp) -> bool {
        (0..=LAST_SECOND).contains(&stamp.second())
    }

    /// A second as the service wants its bounds: `2024-06-01T00:00:00Z`.
    pub(crate) fn bound(self, second: Second) -> String {
        format!("{}Z", self.civil(second).strftime("%Y-%m-%dT%H:%M:%S"))
    }

    fn civil(self, second: Second) -> DateTime {
        self.0.at(0, 0, 0, 0).saturating_add(i64::from(second).seconds())
    }

    /// A span as messages name it: `10:00:03 to 10:00:05`.
    pub(crate) fn name(self, span: Span) -> String {
        let time = |second| self.civil(second).strftime("%H:%M:%S").to_string();
        match span.from == span.to {
            true => time(span.from),
            false => format!("{} to {}", time(span.from), time(span.to)),
        }
    }

    /// The seconds of this day that are over at `now`, a time of the Paris clock. None if none are.
    pub(crate) fn span_before(self, now: DateTime) -> Option<Span> {
        let elapsed_s = now.duration_since(self.0.at(0, 0, 0, 0)).as_secs().min(i64::from(LAST_SECOND) + 1);
        (elapsed_s > 0).then_some(Span { from: 0, to: elapsed_s as Second - 1 })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn stamps_are_read_as_they_stand() {
        let day = Day(date(2024, 6, 1));
        let second = |text: &str| day.stamp(text).map(Stamp::second);
        assert_eq!(second("2024-06-01T00:00:00.000Z"), Some(0));
        assert_eq!(second("2024-06-01T23:59:59.999Z"), Some(LAST_SECOND));
        assert_eq!(second("2024-05-31T23:59:59.999Z"), Some(-1));
        assert_eq!(second("2024-06-02T00:00:00Z"), Some(86_400));
        assert_eq!(second("hier"), None);
        assert_eq!(second("1824-06-01T00:00:00Z"), None);
    }

    #[test]
    fn days_on_which_the_clock_changes_are_days_like_others() {
        for day in [Day(date(2026, 3, 29)), Day(date(2026, 10, 25))] {
            assert_eq!(day.bound(86_400), format!("{}T00:00:00Z", day.0.tomorrow().unwrap()));
            assert_eq!(day.bound(-1), format!("{}T23:59:59Z", day.0.yesterday().unwrap()));
            assert_eq!(day.stamp(&format!("{day}T02:30:00.000Z")).map(Stamp::second), Some(9_000));
        }
    }

    #[test]
    fn a_day_that_is_not_over_ends_before_the_present_second() {
        let day = Day(date(2024, 6, 1));
        assert_eq!(day.span_before(date(2024, 6, 1).at(0, 0, 0, 0)), None);
        assert_eq!(day.span_before(date(2024, 6, 1).at(0, 0, 1, 0)), Some(Span { from: 0, to: 0 }));
        assert_eq!(day.span_before(date(2024, 7, 1).at(0, 0, 0, 0)), Some(Span { from: 0, to: LAST_SECOND }));
        assert_eq!(day.span_before(date(2024, 5, 1).at(0, 0, 0, 0)), None);
    }
}
