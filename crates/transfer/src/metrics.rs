//! What was asked and what came back, for the proof that a step leaves behind.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;

/// Counts of one client's requests; clones share the counts.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Mutex<Counts>>);

/// The counts at one moment.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct Counts {
    /// Requests sent, by HTTP status, or by what went wrong before a status came.
    pub requests: BTreeMap<String, u64>,
    /// Requests that were sent because an earlier one failed.
    pub retries: u64,
    /// Size of the bodies received, decompressed, in bytes.
    pub bytes: u64,
}

impl Metrics {
    /// The counts up to now.
    pub fn counts(&self) -> Counts {
        self.0.lock().expect("no task panics while it counts").clone()
    }

    pub(crate) fn request(&self, outcome: impl Into<String>, bytes: usize) {
        self.with(|counts| {
            *counts.requests.entry(outcome.into()).or_default() += 1;
            counts.bytes += bytes as u64;
        });
    }

    pub(crate) fn received(&self, bytes: u64) {
        self.with(|counts| counts.bytes += bytes);
    }

    pub(crate) fn retry(&self) {
        self.with(|counts| counts.retries += 1);
    }

    fn with(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().expect("no task panics while it counts"));
    }
}
