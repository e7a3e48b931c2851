//! What one run at a day sent and received: a day may take several.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use transfer::Counts;

/// As the proof has it, and the journal too: a run that is killed is counted up to its last page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// Paris time, as in the log.
    pub(crate) debut: String,
    pub(crate) fin: String,
    /// By HTTP status or by what went wrong before one came.
    pub(crate) requetes: BTreeMap<String, u64>,
    pub(crate) nouvelles_tentatives: u64,
    pub(crate) octets_recus: u64,
}

impl Part {
    /// A run that has just begun.
    pub(crate) fn begin(moment: &str) -> Self {
        Self { debut: moment.to_owned(), fin: moment.to_owned(), ..Self::default() }
    }

    /// The same run at a later moment.
    pub(crate) fn at(&self, moment: String, counts: Counts) -> Self {
        Self {
            debut: self.debut.clone(),
            fin: moment,
            requetes: counts.requests,
            nouvelles_tentatives: counts.retries,
            octets_recus: counts.bytes,
        }
    }

    /// All runs at a day as one.
    pub(crate) fn sum(parts: &[Self]) -> Self {
        let mut sum = Self::default();
        for part in parts {
            for (outcome, count) in &part.requetes {
                *sum.requetes.entry(outcome.clone()).or_default() += count;
            }
            sum.nouvelles_tentatives += part.nouvelles_tentatives;
            sum.octets_recus += part.octets_recus;
        }
        sum
    }
}
