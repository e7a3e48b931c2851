//! A closed list of values, with what people call each.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::Deserialize;

/// One value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Choice {
    /// As data have it: `se-former--trouver-sa-formation`.
    pub(crate) value: String,
    /// As people read it.
    pub(crate) label: String,
    /// A sentence on what it covers.
    pub(crate) description: Option<String>,
}

/// The values that a field may have, by value.
#[derive(Debug)]
pub(crate) struct Enumeration {
    /// As the official models call it: `Thematique`.
    pub(crate) name: &'static str,
    choices: Vec<Choice>,
    positions: HashMap<String, usize, RandomState>,
}

impl Enumeration {
    pub(super) fn new(name: &'static str, mut choices: Vec<Choice>) -> Self {
        choices.sort_by(|one, other| one.value.cmp(&other.value));
        let positions = choices.iter().enumerate().map(|(at, choice)| (choice.value.clone(), at)).collect();
        Self { name, choices, positions }
    }

    /// All of them, sorted by value.
    pub(crate) fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Where among [`Self::choices`] the one of exactly this value stands.
    pub(crate) fn position(&self, value: &str) -> Option<usize> {
        self.positions.get(value).copied()
    }

    /// The choice of exactly this value.
    pub(crate) fn choice(&self, value: &str) -> Option<&Choice> {
        self.position(value).map(|at| &self.choices[at])
    }

    /// Whether this is exactly a value of it.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.positions.contains_key(value)
    }
}
