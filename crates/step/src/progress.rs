//! How far the work is: a bar on a terminal, a sentence in the notes elsewhere.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use crate::notes::Notes;

/// Fits 80 columns with a short subject.
const BAR: &str = "{msg} {wide_bar} {counted} {rate} {eta}";

/// A running count of the work done; clones count the same work.
#[derive(Debug, Clone)]
pub struct Progress {
    counter: Arc<Counter>,
    bar: ProgressBar,
}

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

#[derive(Debug, Clone, Copy)]
enum Unit {
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

impl Progress {
    pub(crate) fn count(notes: &Notes, subject: String, noun: &'static str) -> Self {
        Self::new(notes, subject, Unit::Count(noun))
    }

    pub(crate) fn bytes(notes: &Notes, subject: String) -> Self {
        Self::new(notes, subject, Unit::Bytes)
    }

    fn new(notes: &Notes, subject: String, unit: Unit) -> Self {
        let counter = Arc::new(Counter::new(subject, unit));
        notes.watch(&counter);
        let bar = match notes.bars() {
            Some(bars) => bars.add(ProgressBar::no_length()),
            None => ProgressBar::hidden(),
        };
        let key = |show: fn(&Counter) -> String| {
            let shown = counter.clone();
            move |_: &indicatif::ProgressState, text: &mut dyn fmt::Write| {
                let _ = text.write_str(&show(&shown));
            }
        };
        let style = ProgressStyle::with_template(BAR).expect("the template is well formed");
        let style = style.with_key("counted", key(Counter::counted)).with_key("rate", key(Counter::rate));
        bar.set_style(style);
        bar.set_message(counter.subject.clone());
        Self { counter, bar }
    }

    /// One that nobody watches, for work outside of a task.
    pub fn unwatched() -> Self {
        Self { counter: Arc::new(Counter::new(String::new(), Unit::Bytes)), bar: ProgressBar::hidden() }
    }

    /// How much there is to do, as soon as that is known.
    pub fn set_total(&self, total: u64) {
        self.counter.total.store(total, Relaxed);
        self.bar.set_length(total);
    }

    /// How much an earlier run had done.
    pub fn set_before(&self, before: u64) {
        self.counter.before.store(before, Relaxed);
        self.set(before);
        self.bar.reset_eta();
    }

    /// How much is done.
    pub fn set(&self, done: u64) {
        self.counter.done.store(done, Relaxed);
        self.bar.set_position(done);
    }

    /// So much more is done.
    pub fn add(&self, more: u64) {
        self.set(self.counter.done.fetch_add(more, Relaxed) + more);
    }
}

impl Counter {
    fn new(subject: String, unit: Unit) -> Self {
        let (done, total, before) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        Self { subject, unit, done, total, before, start: Instant::now() }
    }

    /// `12,345 of 50,000 offers`
    fn counted(&self) -> String {
        let (done, total) = (self.done.load(Relaxed), self.total.load(Relaxed));
        let noun = self.unit.noun();
        match total {
            0 => format!("{}{noun}", self.unit.show(done)),
            _ => format!("{} of {}{noun}", self.unit.show(done), self.unit.show(total)),
        }
    }

    /// `1,204/s`
    fn rate(&self) -> String {
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
