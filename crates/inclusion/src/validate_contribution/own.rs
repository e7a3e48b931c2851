//! The report's own keys.

use indexmap::IndexMap;
use serde::Serialize;

use super::reason::{Reason, Status};
use super::scores::Summary;

/// What the report says besides the common keys.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub(super) schema_version: &'static str,
    pub(super) today: String,
    pub(super) valid: bool,
    pub(super) lists: IndexMap<&'static str, Tally>,
    pub(super) score: Option<Summary>,
    pub(super) publication: Option<Vec<Held>>,
}

/// What was counted of one list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    /// Those that were judged.
    pub(super) records: u64,
    /// Without an error.
    pub(super) valid: u64,
    /// With one.
    pub(super) invalid: u64,
    /// With an official warning.
    pub(super) warned: u64,
    /// How many will be published; not told of v0, which is published no more.
    pub(super) publication: Option<Publication>,
}

/// A list, and how often each reason holds a record of it back.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) reasons: [u64; Reason::ALL.len()],
}

/// Records by what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Publication {
    pub(super) yes: u64,
    pub(super) depends: u64,
    pub(super) no: u64,
}

impl Publication {
    pub(super) fn add(&mut self, status: Status) {
        match status {
            Status::Yes => self.yes += 1,
            Status::Depends => self.depends += 1,
            Status::No => self.no += 1,
        }
    }
}

/// Records of a list that one reason holds back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Held {
    pub(super) list: &'static str,
    pub(super) reason: &'static str,
    pub(super) status: Status,
    pub(super) records: u64,
}
