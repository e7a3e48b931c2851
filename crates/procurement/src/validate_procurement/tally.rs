//! Contracts counted.

use report::Records;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;

/// How many contracts there are, and how many are as they should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contracts {
    pub(super) marche: u64,
    #[serde(rename = "contrat-concession")]
    pub(super) concession: u64,
    pub(super) conform: u64,
    pub(super) valid: u64,
    pub(super) invalid: u64,
}

impl Contracts {
    pub(super) fn count(&mut self, kind: Kind, is_conform: bool, is_valid: bool) {
        match kind.is_concession() {
            true => self.concession += 1,
            false => self.marche += 1,
        }
        self.conform += u64::from(is_conform);
        self.valid += u64::from(is_valid);
        self.invalid += u64::from(!is_valid);
    }

    pub(super) fn all(&self) -> u64 {
        self.marche + self.concession
    }

    /// Every contract is judged, and its verdict written.
    pub(super) fn records(&self) -> Records {
        let all = self.all();
        Records { read: all, kept: all, written: all, ..Records::default() }
    }
}
