//! What a run has done, and whether that is all that it was to do.

use std::path::Path;

use anyhow::Result;
use jiff::civil::{Date, DateTime};
use step::{ExitCode, Failure, list_some};

use crate::mirror_offers::changes::Tally;
use crate::mirror_offers::detail::Absence;

/// Days that a message names.
const DAYS_NAMED: usize = 5;

/// What a run has done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) swept: Vec<(Date, DateTime)>,
    pub(crate) tally: Tally,
    /// Days that could not be proven, and why.
    pub(crate) unproven: Vec<String>,
    /// Days of which the search hides offers.
    pub(crate) hidden: Vec<Date>,
    /// Days of which offers are dated to another now, so that some that were not asked for are left open.
    pub(crate) open: Vec<Date>,
}

impl Done {
    /// Takes in what it is worth that a sweep of a day did not find an offer.
    pub(crate) fn note(&mut self, date: Date, absence: Absence) {
        match absence {
            Absence::Settled => {}
            Absence::Open => self.open.push(date),
            Absence::Hidden => self.hidden.push(date),
        }
    }

    /// # Errors
    /// 75 when days could not be proven, or the search hides offers of them.
    pub(crate) fn ensure_whole(&self, journal: &Path) -> Result<()> {
        let about =
            |days: &[Date], what: &str| (!days.is_empty()).then(|| format!("{} {what}", list_some(days, DAYS_NAMED)));
        let hidden = about(&self.hidden, "that are online: what it does not find there proves nothing");
        let hidden = hidden.map(|hidden| format!("the search hides offers of {hidden}"));
        let open = about(&self.open, "are dated to another day now: what was not asked for one by one is left open");
        let open = open.map(|open| format!("offers of {open}"));
        let whys: Vec<String> = self.unproven.iter().take(DAYS_NAMED).cloned().chain(hidden).chain(open).collect();
        if whys.is_empty() {
            return Ok(());
        }
        let days = self.unproven.len() + self.hidden.len() + self.open.len();
        let message = format!("could not mirror {days} of the days: {}", whys.join("; "));
        let hint = format!(
            "what was proven is in `{}`: run again later for the others, or with `--sample all`",
            journal.display()
        );
        Err(Failure::new(ExitCode::Incomplete, message).hint(hint).into())
    }
}
