//! What a collection was begun with, kept so that a run that goes on does the same.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::survey::moment::Second;

/// How the log writes a moment.
const MOMENT: &str = "%d/%m/%Y %H:%M:%S";

/// An unfinished run of a day that goes on is gone on with for so long.
const PARTIAL_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What a collection was begun with; a run that goes on takes it over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The service asked, by the name of its host: another one has other offers.
    pub(crate) service: String,
    /// Last second of the day that is collected.
    pub(crate) to: Second,
    /// Whether the day was over.
    pub(crate) whole_day: bool,
    /// Whether the day is collected again though it may be done.
    pub(crate) forced: bool,
    /// Whether what is there may be replaced by less, or by another service's.
    #[serde(default)]
    pub(crate) shrinks: bool,
    /// Paris time, as in the log.
    pub(crate) begun: String,
}

impl Plan {
    /// Whether what was begun with `found` is of no use to this plan: another attempt is forced, or it is of a day that
    /// goes on and was begun so long ago that nobody wants its bounds.
    pub(crate) fn supersedes(&self, found: &Self) -> bool {
        let forced_anew =
            self.forced && (!found.forced || found.service != self.service || (self.shrinks && !found.shrinks));
        let outdated = !self.whole_day && Self::age(&found.begun, &self.begun) > PARTIAL_LIFE;
        forced_anew || outdated
    }

    fn age(begun: &str, now: &str) -> SignedDuration {
        let moment = |text| DateTime::strptime(MOMENT, text).unwrap_or_default();
        moment(now).duration_since(moment(begun))
    }

    /// A moment as the log writes it.
    pub(crate) fn moment(at: DateTime) -> String {
        at.strftime(MOMENT).to_string()
    }

    /// `HH:MM` from a moment to now.
    pub(crate) fn elapsed(begun: &str, now: DateTime) -> String {
        let begun = DateTime::strptime(MOMENT, begun).unwrap_or(now);
        let minutes = now.duration_since(begun).as_mins().max(0);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
