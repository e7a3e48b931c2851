//! What answers say besides offers: what time it is for the service, and whether it is the sandbox.

use std::cell::Cell;
use std::time::SystemTime;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use step::{is_sandbox, paris};
use transfer::Response;

/// A clock that is further off is worth a note; what is less may be an answer that took its time.
const NOTED_S: i64 = 300;

/// Kept while offers are collected.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// What the service's clock said last.
    date: Cell<Option<SystemTime>>,
    /// How far this machine's clock was ahead of it, in seconds, at the first answer.
    ahead_s: Cell<Option<i64>>,
    invented: Cell<bool>,
}

impl Heard {
    /// Listens to an answer of this run.
    pub(crate) fn hear(&self, response: &Response) {
        self.invented.set(is_sandbox(response.header("server")));
        let Some(date) = response.date() else { return };
        self.date.set(Some(date));
        if self.ahead_s.get().is_none() {
            let ahead_s = difference_s(response.received_at, date);
            self.ahead_s.set(Some(ahead_s));
            if ahead_s.abs() > NOTED_S {
                let way = if ahead_s > 0 { "ahead of" } else { "behind" };
                let minutes = ahead_s.abs() / 60;
                tracing::warn!("the clock of this machine is {minutes} minutes {way} the service's, which is believed");
            }
        }
    }

    /// How far this machine's clock is ahead of the service's, in seconds; none if no answer told.
    pub(crate) fn ahead_s(&self) -> Option<i64> {
        self.ahead_s.get()
    }

    /// Whether the sandbox has answered.
    pub(crate) fn is_invented(&self) -> bool {
        self.invented.get()
    }

    /// What the service's clock says in Paris, as far as it told.
    pub(crate) fn now(&self) -> Result<Option<DateTime>> {
        let Some(date) = self.date.get() else { return Ok(None) };
        let instant = Timestamp::try_from(date).context("could not read the service's clock")?;
        paris::at(instant).map(Some)
    }

    /// Whether a day is over by the service's clock; where that is silent, nothing speaks against it.
    pub(crate) fn is_over(&self, day: Date) -> Result<bool> {
        Ok(self.now()?.is_none_or(|now| now.date() > day))
    }
}

/// Of two moments, in whole seconds.
fn difference_s(later: SystemTime, earlier: SystemTime) -> i64 {
    match later.duration_since(earlier) {
        Ok(ahead) => ahead.as_secs() as i64,
        Err(behind) => -(behind.duration().as_secs() as i64),
    }
}
