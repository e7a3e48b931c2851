//! The report's own keys.

use serde::Serialize;

use super::tally::Contracts;

/// What the report says besides the common keys.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub(super) version: &'static str,
    pub(super) container: &'static str,
    pub(super) contracts: Contracts,
    /// Whether there is no finding of level error at all.
    pub(super) valid: bool,
    pub(super) options: serde_json::Value,
}
