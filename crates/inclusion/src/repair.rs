//! What people and spreadsheets do to values, undone: each repair is told with what stood there and what came of it.

pub(crate) mod code;
pub(crate) mod day;
pub(crate) mod hours;
pub(crate) mod mail;
pub(crate) mod number;
pub(crate) mod siret;
pub(crate) mod telephone;
pub(crate) mod text;
pub(crate) mod web;

use std::borrow::Cow;

/// One thing to tell of a value, as its rule is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A rule of the field: `siret.zeros` is `zeros` of `siret`.
    Own(&'static str),
    /// A rule that several fields share: `url.scheme`.
    Shared(&'static str),
}

/// More is never told of one value.
const MOST_STEPS: usize = 3;

/// What became of a text: a value, or nothing, and what is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repaired<'a> {
    /// None where it is left out.
    pub(crate) value: Option<Cow<'a, str>>,
    steps: [Option<Step>; MOST_STEPS],
    /// What is doubtful though it is kept, or why it is left out.
    pub(crate) warning: Option<Step>,
}

impl<'a> Repaired<'a> {
    /// As it stands there.
    pub(crate) fn kept(text: &'a str) -> Self {
        Self { value: Some(Cow::Borrowed(text)), steps: [None; MOST_STEPS], warning: None }
    }

    /// Another text, by one repair.
    pub(crate) fn made(text: impl Into<Cow<'a, str>>, step: Step) -> Self {
        let mut made = Self { value: Some(text.into()), steps: [None; MOST_STEPS], warning: None };
        made.tell(step);
        made
    }

    /// Nothing, since a repair leaves nothing.
    pub(crate) fn nothing(step: Step) -> Self {
        Self { value: None, ..Self::made("", step) }
    }

    /// Nothing, and why.
    pub(crate) fn left_out(why: Step) -> Self {
        Self { value: None, steps: [None; MOST_STEPS], warning: Some(why) }
    }

    /// Adds a repair.
    pub(crate) fn tell(&mut self, step: Step) {
        let free = self.steps.iter_mut().find(|step| step.is_none());
        *free.expect("no value has more repairs") = Some(step);
    }

    /// Adds a doubt.
    pub(crate) fn warn(&mut self, step: Step) {
        self.warning = Some(step);
    }

    /// The repairs.
    pub(crate) fn steps(&self) -> Vec<Step> {
        self.steps.iter().copied().flatten().collect()
    }
}
