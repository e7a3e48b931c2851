//! The clock on the wall in Paris, which the country lives by.

use std::time::{Duration, SystemTime};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};

/// Milliseconds of Paris wall time since 1970-01-01T00:00:00: what a clock on the wall says, not an instant.
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

pub(crate) fn datetime_of(stamp: Stamp) -> DateTime {
    EPOCH.saturating_add(SignedDuration::from_millis(stamp))
}

/// What the clock on the wall says in Paris.
pub(crate) fn now_in_paris() -> Stamp {
    stamp_of(ZonedDateTime::now().with_time_zone(paris()).datetime())
}

/// The instant at which that clock says so; none if no clock of this computer can say it.
pub(crate) fn instant_of(datetime: DateTime) -> Option<SystemTime> {
    let seconds = datetime.to_zoned_datetime(paris()).ok()?.timestamp().as_second();
    u64::try_from(seconds).ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
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
    fn noon_in_paris_is_earlier_elsewhere() {
        let text = |day, hour| instant_of(date(2025, 8, day).at(hour, 0, 0, 0)).map(httpdate::fmt_http_date);
        assert_eq!(text(21, 12).unwrap(), "Thu, 21 Aug 2025 10:00:00 GMT");
        assert_eq!(text(21, 1).unwrap(), "Wed, 20 Aug 2025 23:00:00 GMT");
        assert_eq!(instant_of(date(1969, 8, 21).at(12, 0, 0, 0)), None);
    }

    #[test]
    fn the_days_the_clock_changes_are_short_and_long() {
        assert_eq!(hours_of(date(2025, 3, 30)), 23);
        assert_eq!(hours_of(date(2025, 10, 26)), 25);
        assert_eq!(hours_of(date(2025, 8, 21)), 24);
    }
}
