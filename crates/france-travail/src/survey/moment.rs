//! Seconds and stamps of the Paris clock, counted from the midnight of some day.
//!
//! France Travail stamps offers with Paris wall time and a false `Z` (proof: an offer stamped 16:43:47Z was in a database
//! that was committed at 16:12 UTC, November 2025). Stamps are therefore read as they stand and never converted; on the
//! two days when the clock changes this is right too, for nobody can stamp an hour that the wall clock skips.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// A second, counted from the midnight of the clock's origin; below zero before it.
pub(crate) type Second = i64;

/// Seconds, both ends included. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Second,
    pub(crate) to: Second,
}

/// A stamp, to the millisecond, as a distance from the midnight of the clock's origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stamp(pub(crate) i64);

/// How seconds are counted, and how people are told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) origin: Date,
    /// Whether a time is told with its day: not where all are of one day.
    pub(crate) tells_days: bool,
}

impl Span {
    pub(crate) fn holds(self, stamp: Stamp) -> bool {
        (self.from..=self.to).contains(&stamp.second())
    }
}

impl Stamp {
    pub(crate) fn second(self) -> Second {
        self.0.div_euclid(1_000)
    }
}

impl Clock {
    /// Reads a `dateCreation`: Paris wall time, with or without milliseconds. None if it is no stamp.
    pub(crate) fn stamp(self, text: &str) -> Option<Stamp> {
        let read: DateTime = text.strip_suffix('Z').unwrap_or(text).parse().ok()?;
        let from_midnight = read.duration_since(self.midnight()).as_millis();
        i64::try_from(from_midnight).ok().map(Stamp)
    }

    /// The second in which a moment lies.
    pub(crate) fn second(self, moment: DateTime) -> Second {
        moment.duration_since(self.midnight()).as_secs()
    }

    pub(crate) fn civil(self, second: Second) -> DateTime {
        self.midnight().saturating_add(second.seconds())
    }

    /// A second as the service wants its bounds: `2024-06-01T00:00:00Z`.
    pub(crate) fn bound(self, second: Second) -> String {
        format!("{}Z", self.civil(second).strftime("%Y-%m-%dT%H:%M:%S"))
    }

    /// A span as messages name it: `10:00:03 to 10:00:05`, with the days where they differ.
    pub(crate) fn name(self, span: Span) -> String {
        let form = if self.tells_days { "%Y-%m-%d %H:%M:%S" } else { "%H:%M:%S" };
        let time = |second| self.civil(second).strftime(form).to_string();
        match span.from == span.to {
            true => time(span.from),
            false => format!("{} to {}", time(span.from), time(span.to)),
        }
    }

    fn midnight(self) -> DateTime {
        self.origin.at(0, 0, 0, 0)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn seconds_of_years_are_told_with_their_day() {
        let clock = Clock { origin: date(2015, 1, 1), tells_days: true };
        let second = clock.second(date(2025, 6, 22).at(11, 48, 23, 0));
        assert_eq!(clock.bound(second), "2025-06-22T11:48:23Z");
        let span = Span { from: second - 1, to: second };
        assert_eq!(clock.name(span), "2025-06-22 11:48:22 to 2025-06-22 11:48:23");
        assert!(span.holds(clock.stamp("2025-06-22T11:48:23.999Z").unwrap()));
        assert!(!span.holds(clock.stamp("2025-06-22T11:48:24Z").unwrap()));
    }
}
