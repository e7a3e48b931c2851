//! One day of offers.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::rc::Rc;

use jiff::civil::{Date, DateTime};
use step::Progress;
use transfer::Client;

use crate::service::{Api, ServiceArgs};
use crate::survey::heard::Heard;
use crate::survey::moment::{Clock, Second, Span, Stamp};
use crate::survey::query::{Base, PAGE_SIZE, Paging};
use crate::survey::served::Served;
use crate::survey::{Keep, Survey};

pub(crate) const LAST_SECOND: Second = 86_399;

/// A day of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) Date);

impl Day {
    /// Seconds are counted from its midnight, and told without the day.
    pub(crate) fn clock(self) -> Clock {
        Clock { origin: self.0, tells_days: false }
    }

    /// All of its seconds.
    pub(crate) fn span() -> Span {
        Span { from: 0, to: LAST_SECOND }
    }

    /// Whether a stamp is of this day.
    pub(crate) fn holds(stamp: Stamp) -> bool {
        Self::span().holds(stamp)
    }

    /// The seconds of this day that are over at `now`, a time of the Paris clock. None if none are.
    pub(crate) fn span_before(self, now: DateTime) -> Option<Span> {
        let elapsed_s = now.duration_since(self.0.at(0, 0, 0, 0)).as_secs().min(LAST_SECOND + 1);
        (elapsed_s > 0).then_some(Span { from: 0, to: elapsed_s - 1 })
    }
}

impl Survey {
    /// A survey of all of a day, in its first run.
    pub(crate) fn of_day(
        day: Day,
        is_frugal: bool,
        client: Client,
        service: &ServiceArgs,
        served: Served,
        keeper: Rc<dyn Keep>,
        progress: Progress,
    ) -> Self {
        Self {
            client,
            search: service.url(Api::Offres, "offres/search"),
            metiers: service.url(Api::Offres, "referentiel/metiers"),
            subject: day.to_string(),
            clock: day.clock(),
            span: Day::span(),
            base: Base::default(),
            paging: Paging { size: PAGE_SIZE, overlap: None, is_frugal },
            progress,
            gathered: Rc::new(Cell::new(served.inside())),
            served: RefCell::new(served),
            keeper,
            run: 1,
            codes_rome: Rc::new(OnceCell::new()),
            asked: Rc::new(Cell::new(0)),
            heard: Rc::new(Heard::default()),
        }
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
        let clock = Day(date(2024, 6, 1)).clock();
        let second = |text: &str| clock.stamp(text).map(Stamp::second);
        assert_eq!(second("2024-06-01T00:00:00.000Z"), Some(0));
        assert_eq!(second("2024-06-01T23:59:59.999Z"), Some(LAST_SECOND));
        assert_eq!(second("2024-05-31T23:59:59.999Z"), Some(-1));
        assert_eq!(second("2024-06-02T00:00:00Z"), Some(86_400));
        assert_eq!(second("hier"), None);
    }

    #[test]
    fn days_on_which_the_clock_changes_are_days_like_others() {
        for day in [Day(date(2026, 3, 29)), Day(date(2026, 10, 25))] {
            let clock = day.clock();
            assert_eq!(clock.bound(86_400), format!("{}T00:00:00Z", day.0.tomorrow().unwrap()));
            assert_eq!(clock.bound(-1), format!("{}T23:59:59Z", day.0.yesterday().unwrap()));
            assert_eq!(clock.stamp(&format!("{day}T02:30:00.000Z")).map(Stamp::second), Some(9_000));
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
