//! What is remembered from one harvest to the next.

use serde_json::Value;

/// What one answer, or one item of a listing, gave last time.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// What the dialect wanted to know again: the next page, the count, the date of a package.
    pub(crate) data: Value,
}
