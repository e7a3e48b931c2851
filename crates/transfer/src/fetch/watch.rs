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

#[cfg(test)]
mod tests {
    use super::*;

    fn patience() -> Patience {
        let (first_wait, stall) = (Duration::from_millis(200), Duration::from_secs(30));
        Patience { tries: 8, first_wait, stall }
    }

    fn mark(bytes: u64, changes: u32) -> Mark {
        Mark { bytes, changes, grown_at: Instant::now() }
    }

    fn wait(watch: &mut Watch, after: Option<u64>) -> Result<Duration> {
        watch.wait("the file", "it broke off", after.map(Duration::from_secs), &patience())
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_without_a_byte_is_enough_and_a_byte_begins_another() {
        let mut watch = Watch::new(Duration::from_secs(60), 8);
        for bytes in 1..20 {
            watch.note(mark(bytes - 1, 0), mark(bytes, 0));
            tokio::time::advance(Duration::from_secs(50)).await;
            wait(&mut watch, None).unwrap();
        }
        watch.note(mark(19, 0), mark(19, 0));
        tokio::time::advance(Duration::from_secs(11)).await;
        let error = wait(&mut watch, None).unwrap_err().to_string();
        assert!(error.contains("no progress in 61 s, at last: it broke off"), "{error}");
    }

    /// What comes again is no progress: a server without ranges, whose connection always breaks in one place.
    #[tokio::test(start_paused = true)]
    async fn the_same_bytes_again_are_no_progress() {
        let mut watch = Watch::new(Duration::from_secs(60), 8);
        watch.note(mark(0, 0), mark(900, 0));
        for _ in 0..5 {
            tokio::time::advance(Duration::from_secs(11)).await;
            watch.note(mark(900, 0), mark(800, 0));
            wait(&mut watch, None).unwrap();
        }
        tokio::time::advance(Duration::from_secs(11)).await;
        wait(&mut watch, None).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_as_told_is_no_lack_of_progress_up_to_a_point() {
        let mut watch = Watch::new(Duration::from_secs(60), 3);
        for _ in 0..2 {
            let wait = wait(&mut watch, Some(50)).unwrap();
            assert_eq!(wait, Duration::from_secs(50));
            tokio::time::advance(wait).await;
        }
        wait(&mut watch, Some(50)).unwrap_err();
        wait(&mut Watch::new(Duration::from_secs(60), 3), Some(61)).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_changes_each_time_is_given_up() {
        let mut watch = Watch::new(Duration::from_secs(60), 8);
        for changes in 1..MOST_CHANGES {
            watch.note(mark(9, changes - 1), mark(9, changes));
            wait(&mut watch, None).unwrap();
        }
        watch.note(mark(9, MOST_CHANGES - 1), mark(9, MOST_CHANGES));
        assert!(wait(&mut watch, None).unwrap_err().to_string().contains("another version 5 times"));
    }
}
