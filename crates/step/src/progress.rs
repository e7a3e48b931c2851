//! How far the work is: a bar on a terminal, a sentence in the notes elsewhere.

use std::fmt;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use crate::counter::{Counter, Unit};
use crate::notes::Notes;

/// Fits 80 columns with a short subject.
const BAR: &str = "{msg} {wide_bar} {counted} {rate} {eta}";

/// A running count of the work done; clones count the same work.
#[derive(Debug, Clone)]
pub struct Progress {
    counter: Arc<Counter>,
    bar: ProgressBar,
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
        bar.set_message(counter.subject().to_owned());
        Self { counter, bar }
    }

    /// One that nobody watches, for work outside of a task.
    pub fn unwatched() -> Self {
        Self { counter: Arc::new(Counter::new(String::new(), Unit::Bytes)), bar: ProgressBar::hidden() }
    }

    /// How much there is to do, as soon as that is known.
    pub fn set_total(&self, total: u64) {
        self.counter.set_total(total);
        self.bar.set_length(total);
    }

    /// How much an earlier run had done.
    pub fn set_before(&self, before: u64) {
        self.counter.set_before(before);
        self.set(before);
        self.bar.reset_eta();
    }

    /// How much is done.
    pub fn set(&self, done: u64) {
        self.counter.set(done);
        self.bar.set_position(done);
    }

    /// So much more is done.
    pub fn add(&self, more: u64) {
        self.bar.set_position(self.counter.add(more));
    }
}
