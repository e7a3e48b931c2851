//! What the runs of a collection sent, up to some moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use transfer::Counts;

/// Requests by kind, and by HTTP status or by what went wrong before one came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) search: u64,
    pub(crate) other: u64,
    pub(crate) retries: u64,
    pub(crate) by_status: BTreeMap<String, u64>,
}

impl Tally {
    /// Of a run that has asked for so many pages, and had tried `retries_before` times again before the first.
    pub(crate) fn of(counts: Counts, pages: u64, retries_before: u64) -> Self {
        let all: u64 = counts.requests.values().sum();
        let search = if pages == 0 { 0 } else { (pages + counts.retries.saturating_sub(retries_before)).min(all) };
        Self { search, other: all - search, retries: counts.retries, by_status: counts.requests }
    }

    /// Several runs as one.
    pub(crate) fn sum<'a>(runs: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for run in runs {
            sum.search += run.search;
            sum.other += run.other;
            sum.retries += run.retries;
            for (status, count) in &run.by_status {
                *sum.by_status.entry(status.clone()).or_default() += count;
            }
        }
        sum
    }
}
