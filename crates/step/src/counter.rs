//! A running count: how much is done of how much, how fast, and how long it will take.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, HumanDuration};

/// What is counted.
#[derive(Debug)]
pub(crate) struct Counter {
    subject: String,
    unit: Unit,
    done: AtomicU64,
    /// Zero while unknown.
    total: AtomicU64,
    /// What an earlier run had done: it says nothing about how fast this one is.
    before: AtomicU64,
    start: Instant,
}

/// In what it is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    Bytes,
    Count(&'static str),
}

impl Unit {
    fn show(self, number: u64) -> String {
        match self {
            Self::Bytes => HumanBytes(number).to_string(),
            Self::Count(_) => HumanCount(number).to_string(),
        }
    }

    fn noun(self) -> String {
        match self {
            Self::Bytes => String::new(),
            Self::Count(noun) => format!(" {noun}"),
        }
    }
}

impl Counter {
    pub(crate) fn new(subject: String, unit: Unit) -> Self {
        let (done, total, before) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        Self { subject, unit, done, total, before, start: Instant::now() }
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Relaxed);
    }

    pub(crate) fn set_before(&self, before: u64) {
        self.before.store(before, Relaxed);
    }

    pub(crate) fn set(&self, done: u64) {
        self.done.store(done, Relaxed);
    }

    /// How much is done then.
    pub(crate) fn add(&self, more: u64) -> u64 {
        self.done.fetch_add(more, Relaxed) + more
    }

    /// `12,345 of 50,000 offers`
    pub(crate) fn counted(&self) -> String {
        let (done, total) = (self.done.load(Relaxed), self.total.load(Relaxed));
        let noun = self.unit.noun();
        match total {
            0 => format!("{}{noun}", self.unit.show(done)),
            _ => format!("{} of {}{noun}", self.unit.show(done), self.unit.show(total)),
        }
    }

    /// `1,204/s`
    pub(crate) fn rate(&self) -> String {
        format!("{}/s", self.unit.show(self.per_second() as u64))
    }

    fn per_second(&self) -> f64 {
        let done = self.done.load(Relaxed).saturating_sub(self.before.load(Relaxed));
        done as f64 / self.start.elapsed().as_secs_f64().max(0.001)
    }

    /// At this rate; none while there is no total or no rate.
    fn left(&self) -> Option<Duration> {
        let missing = self.total.load(Relaxed).checked_sub(self.done.load(Relaxed)).filter(|missing| *missing > 0)?;
        Duration::try_from_secs_f64(missing as f64 / self.per_second()).ok()
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.subject, self.counted(), self.rate())?;
        match self.left() {
            Some(left) => write!(f, ", {} left", HumanDuration(left)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_reads_like_a_sentence() {
        let counter = Counter {
            subject: "collecting 2024-06-01".to_owned(),
            unit: Unit::Count("offers"),
            done: AtomicU64::new(12_345),
            total: AtomicU64::new(50_000),
            before: AtomicU64::new(0),
            start: Instant::now(),
        };
        assert!(counter.to_string().starts_with("collecting 2024-06-01: 12,345 of 50,000 offers, "), "{counter}");
        counter.total.store(0, Relaxed);
        assert_eq!(counter.counted(), "12,345 offers");
    }

    #[test]
    fn what_an_earlier_run_did_is_no_speed_of_this_one() {
        let start = Instant::now().checked_sub(Duration::from_secs(10)).unwrap();
        let [done, total, before] = [2_000, 5_000, 1_000].map(AtomicU64::new);
        let counter =
            Counter { subject: "downloading".to_owned(), unit: Unit::Count("parts"), done, total, before, start };
        let text = counter.to_string();
        assert!(text.starts_with("downloading: 2,000 of 5,000 parts, ") && text.ends_with(" seconds left"), "{text}");
        assert!((90.0..=100.0).contains(&counter.per_second()), "{text}");
    }
}
