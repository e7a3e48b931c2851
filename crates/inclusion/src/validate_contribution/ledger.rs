//! What the records of all lists add to.

use report::{Findings, Rules};

use super::rules;
use super::scores::Scores;
use super::setup::Setup;
use super::structures::Structures;

/// What was found so far, whatever list it was found in.
pub(super) struct Ledger<'s> {
    pub(super) setup: &'s Setup<'s>,
    pub(super) findings: Findings,
    pub(super) structures: Structures,
    /// The file has a list of structures.
    pub(super) has_structures: bool,
    pub(super) scores: Option<Scores>,
}

impl<'s> Ledger<'s> {
    /// Before the first record.
    pub(super) fn new(setup: &'s Setup<'s>) -> Self {
        let mut all = Rules::of_reading(setup.lang());
        all.extend(rules::rules(setup.lang()));
        Self {
            setup,
            findings: Findings::new(all, setup.findings, setup.folder),
            structures: Structures::new(setup.folder),
            has_structures: false,
            scores: None,
        }
    }
}
