//! The clock of the stamps: Paris wall time, written with a `Z` that is false.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};

/// Milliseconds of Paris wall time since 1970-01-01T00:00:00: what a stamp says, not an instant.
pub(crate) type Stamp = i64;

pub(crate) const DAY_MS: i64 = 86_400_000;
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    midnight(date) / DAY_MS
}

pub(crate) fn midnight(date: Date) -> Stamp {
    stamp_of(date.to_datetime(Time::midnight()))
}

pub(crate) fn date_of(stamp: Stamp) -> Date {
    datetime_of(stamp).date()
}

pub(crate) fn stamp_of(datetime: DateTime) -> Stamp {
    datetime.duration_since(EPOCH).as_millis() as i64
}

fn datetime_of(stamp: Stamp) -> DateTime {
    EPOCH.saturating_add(SignedDuration::from_millis(stamp))
}

/// As the service writes it: `2025-08-21T17:21:17.876Z`.
pub(crate) fn text_of(stamp: Stamp) -> String {
    let at = datetime_of(stamp);
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// The stamp of an offer as the service writes it, with or without milliseconds.
pub(crate) fn read_stamp(text: &str) -> Option<Stamp> {
    text.strip_suffix('Z')?.parse().ok().map(stamp_of)
}

/// A bound as the service wants it: exactly `yyyy-MM-ddTHH:mm:ssZ`.
pub(crate) fn read_bound(text: &str) -> Option<Stamp> {
    let shape = "dddd-dd-ddTdd:dd:ddZ";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, want)| match want {
            b'd' => byte.is_ascii_digit(),
            _ => byte == want,
        });
    if fits { read_stamp(text) } else { None }
}

/// What the clock on the wall says in Paris.
pub(crate) fn now_in_paris() -> Stamp {
    stamp_of(ZonedDateTime::now().with_time_zone(paris()).datetime())
}

/// The length of a Paris day: 23 hours in spring when 02:00 to 03:00 does not exist, 25 in autumn when it comes twice.
pub(crate) fn hours_of(date: Date) -> i64 {
    let tomorrow = date.tomorrow().unwrap_or(date);
    match (date.to_zoned_datetime(paris()), tomorrow.to_zoned_datetime(paris())) {
        (Ok(start), Ok(end)) => end.duration_since(&start).as_hours(),
        _ => 24,
    }
}

fn paris() -> TimeZone {
    // The database of time zones is compiled in, so this cannot fail.
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn stamps_are_read_and_written_alike() {
        let text = "2025-08-21T17:21:17.876Z";
        assert_eq!(text_of(read_stamp(text).unwrap()), text);
        assert_eq!(date_of(read_stamp(text).unwrap()), date(2025, 8, 21));
    }

    #[test]
    fn a_bound_has_whole_seconds_and_a_z() {
        assert!(read_bound("2025-08-21T17:21:17Z").is_some());
        for wrong in ["2025-08-21T17:21:17", "2025-08-21T17:21:17.000Z", "2025-08-21", "2025-13-21T17:21:17Z", ""] {
            assert_eq!(read_bound(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_days_the_clock_changes_are_short_and_long() {
        assert_eq!(hours_of(date(2025, 3, 30)), 23);
        assert_eq!(hours_of(date(2025, 10, 26)), 25);
        assert_eq!(hours_of(date(2025, 8, 21)), 24);
    }
}
