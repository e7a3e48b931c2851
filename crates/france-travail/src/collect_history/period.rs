//! The days that are asked for, on the Paris clock.

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure, paris};

use crate::survey::moment::{Clock, Span};

/// Seconds of all periods are counted from here.
pub(crate) const CLOCK: Clock = Clock { origin: date(1970, 1, 1), tells_days: true };

/// From the first to the last second, as reports and checkpoints have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Period {
    pub(crate) from: DateTime,
    pub(crate) to: DateTime,
    pub(crate) zone: String,
}

impl Period {
    pub(crate) const DEFAULT_MONTHS: u32 = 12;

    /// # Errors
    /// 2 when it ends in the future, or before it begins.
    pub(crate) fn choose(months: Option<u32>, since: Option<Date>, until: Option<Date>, now: DateTime) -> Result<Self> {
        let last = until.unwrap_or(now.date());
        if last > now.date() {
            return Err(refuse(
                &format!("`{last}` is in the future"),
                "the last day that can be asked for is today, in Paris",
            ));
        }
        let first = match since {
            Some(since) => since,
            None => begin(last, months.unwrap_or(Self::DEFAULT_MONTHS))?,
        };
        if first > last {
            return Err(refuse(
                &format!("it would begin on {first} and end on {last}"),
                "`--since` is not after `--until`",
            ));
        }
        // Of today, what is over when the collection begins; the second under way is asked for too.
        let to = if last == now.date() {
            now.time().with().subsec_nanosecond(0).build()?
        } else {
            jiff::civil::time(23, 59, 59, 0)
        };
        Ok(Self { from: first.at(0, 0, 0, 0), to: last.to_datetime(to), zone: paris::ZONE.to_owned() })
    }

    pub(crate) fn since(&self) -> Date {
        self.from.date()
    }

    pub(crate) fn until(&self) -> Date {
        self.to.date()
    }

    pub(crate) fn span(&self) -> Span {
        Span { from: CLOCK.second(self.from), to: CLOCK.second(self.to) }
    }
}

/// So many months before the day after the last one; a day that the month has not is its last.
fn begin(last: Date, months: u32) -> Result<Date> {
    let begin = last.tomorrow().and_then(|after| after.checked_sub(i64::from(months).months()));
    begin.map_err(|_| refuse("the calendar does not go back so far", "ask for fewer months"))
}

fn refuse(why: &str, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::Usage, format!("could not choose the period: {why}")).hint(hint).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime = date(2026, 11, 30).at(23, 5, 7, 123_456_789);

    fn days(months: Option<u32>, since: Option<Date>, until: Option<Date>) -> (String, String) {
        let period = Period::choose(months, since, until, NOW).unwrap();
        (period.from.to_string(), period.to.to_string())
    }

    #[test]
    fn months_end_with_the_last_day() {
        let told = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(days(None, None, None), told("2025-12-01T00:00:00", "2026-11-30T23:05:07"));
        assert_eq!(days(Some(1), None, None), told("2026-11-01T00:00:00", "2026-11-30T23:05:07"));
        let until = |day| Some(day);
        assert_eq!(days(Some(1), None, until(date(2026, 3, 30))), told("2026-02-28T00:00:00", "2026-03-30T23:59:59"));
        assert_eq!(days(Some(6), None, until(date(2026, 6, 15))), told("2025-12-16T00:00:00", "2026-06-15T23:59:59"));
        let one = Some(date(2024, 6, 1));
        assert_eq!(days(None, one, one), told("2024-06-01T00:00:00", "2024-06-01T23:59:59"));
    }

    #[test]
    fn the_future_and_what_ends_before_it_begins_are_refused() {
        assert!(Period::choose(None, None, Some(date(2026, 12, 1)), NOW).is_err());
        assert!(Period::choose(None, Some(date(2026, 12, 1)), None, NOW).is_err());
        assert!(Period::choose(None, Some(date(2024, 6, 2)), Some(date(2024, 6, 1)), NOW).is_err());
    }

    #[test]
    fn a_period_is_written_as_people_write_it() {
        let period = Period::choose(None, None, Some(date(2026, 6, 15)), NOW).unwrap();
        let text = serde_json::to_string(&period).unwrap();
        assert_eq!(text, r#"{"from":"2025-06-16T00:00:00","to":"2026-06-15T23:59:59","zone":"Europe/Paris"}"#);
        assert_eq!(serde_json::from_str::<Period>(&text).unwrap(), period);
    }
}
