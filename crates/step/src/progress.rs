//! How far the work is: a bar on a terminal, a sentence in the notes elsewhere.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::notes::Notes;

/// Fits 80 columns with a short subject.
const BAR: &str = "{msg} {wide_bar} {counted} {eta}";

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
        let counter = Arc::new(Counter {
            subject,
            unit,
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            start: Instant::now(),
        });
        notes.watch(&counter);
        let bar = match notes.bars() {
            Some(bars) => bars.add(ProgressBar::no_length()),
            None => ProgressBar::hidden(),
        };
        let shown = counter.clone();
        let style = ProgressStyle::with_template(BAR).expect("the template is well formed").with_key(
            "counted",
            move |_: &indicatif::ProgressState, text: &mut dyn fmt::Write| {
                let _ = text.write_str(&shown.counted());
            },
        );
        bar.set_style(style);
        bar.set_message(counter.subject.clone());
        Self { counter, bar }
    }

    /// How much there is to do, as soon as that is known.
    pub fn set_total(&self, total: u64) {
        self.counter.total.store(total, Relaxed);
        self.bar.set_length(total);
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
    /// `12,345 of 50,000 offers`
    fn counted(&self) -> String {
        let (done, total) = (self.done.load(Relaxed), self.total.load(Relaxed));
        let noun = self.unit.noun();
        match total {
            0 => format!("{}{noun}", self.unit.show(done)),
            _ => format!("{} of {}{noun}", self.unit.show(done), self.unit.show(total)),
        }
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed_s = self.start.elapsed().as_secs_f64();
        let rate = self.done.load(Relaxed) as f64 / elapsed_s.max(0.001);
        write!(f, "{}: {}, {}/s", self.subject, self.counted(), self.unit.show(rate as u64))
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
            start: Instant::now(),
        };
        assert!(counter.to_string().starts_with("collecting 2024-06-01: 12,345 of 50,000 offers, "), "{counter}");
        counter.total.store(0, Relaxed);
        assert_eq!(counter.counted(), "12,345 offers");
    }
}
