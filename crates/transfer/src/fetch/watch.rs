//! When to try again, and when to stop believing.

use std::time::Duration;

use anyhow::Result;
use step::{ExitCode, Failure};
use tokio::time::Instant;

use super::part::Mark;
use crate::patience::{LONGEST_RETRY_AFTER, Patience};

/// A source that has another version each time it is asked cannot be read.
const MOST_CHANGES: u32 = 5;

/// Whether a transfer gets anywhere.
#[derive(Debug)]
pub(super) struct Watch {
    give_up: Duration,
    most_waits: u32,
    /// The most bytes of a version there have been.
    furthest: u64,
    progress_at: Instant,
    /// Since there was progress.
    failures: u32,
    asked_waits: u32,
    changes: u32,
    begun_again: bool,
}

impl Watch {
    pub(super) fn new(give_up: Duration, most_waits: u32) -> Self {
        Self {
            give_up,
            most_waits,
            furthest: 0,
            progress_at: Instant::now(),
            failures: 0,
            asked_waits: 0,
            changes: 0,
            begun_again: false,
        }
    }

    /// What a try brought.
    pub(super) fn note(&mut self, before: Mark, after: Mark) {
        if after.changes > self.changes {
            (self.changes, self.furthest) = (after.changes, 0);
        } else {
            self.furthest = self.furthest.max(before.bytes);
        }
        if after.bytes > self.furthest {
            self.furthest = after.bytes;
            (self.progress_at, self.failures, self.asked_waits) = (after.grown_at, 0, 0);
        }
    }

    /// Once, a file that came whole and wrong is fetched anew.
    pub(super) fn may_begin_again(&mut self) -> bool {
        !std::mem::replace(&mut self.begun_again, true)
    }

    /// How long to wait before the next try.
    ///
    /// # Errors
    /// When another try is not worth it.
    pub(super) fn wait(
        &mut self,
        name: &str,
        why: &str,
        after: Option<Duration>,
        patience: &Patience,
    ) -> Result<Duration> {
        self.failures += 1;
        let fail = |why: String| Failure::new(ExitCode::Unavailable, format!("could not get {name}: {why}"));
        let later = "what has come is kept: run again later to go on";
        if let Some(after) = after.filter(|after| *after > LONGEST_RETRY_AFTER) {
            let why = format!("{why}, to be asked again in {} s", after.as_secs());
            return Err(fail(why).hint(later).retry_after_s(after.as_secs()).into());
        }
        if self.changes >= MOST_CHANGES {
            let why = format!("its source had another version {} times", self.changes);
            return Err(fail(why).hint("run again when it has settled").into());
        }
        if let Some(after) = after {
            // Waiting as long as we were told is no lack of progress, unless we are told for ever.
            self.asked_waits += 1;
            self.progress_at += after;
            if self.asked_waits >= self.most_waits {
                return Err(fail(format!("{why}, {} times", self.asked_waits)).hint(later).into());
            }
            return Ok(after);
        }
        let wait = patience.wait(self.failures);
        let stuck = self.progress_at.elapsed();
        if stuck + wait >= self.give_up {
            let why = format!("no progress in {} s, at last: {why}", stuck.as_secs());
            return Err(fail(why).hint(later).into());
        }
        Ok(wait)
    }
}
