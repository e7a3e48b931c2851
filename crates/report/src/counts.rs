//! Counts that have to add up.

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::Level;

/// Findings by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Levels {
    pub error: u64,
    pub warning: u64,
    pub info: u64,
}

impl Levels {
    pub(crate) fn add(&mut self, level: Level, count: u64) {
        match level {
            Level::Error => self.error += count,
            Level::Warning => self.warning += count,
            Level::Info => self.info += count,
        }
    }

    /// Findings of all levels.
    pub fn total(&self) -> u64 {
        self.error + self.warning + self.info
    }
}

/// What became of the records: read = blank + kept + dropped + rejected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Records {
    pub read: u64,
    pub blank: u64,
    pub kept: u64,
    pub dropped: u64,
    pub rejected: u64,
    pub written: u64,
}

impl Records {
    /// Whether every record that was read is accounted for.
    pub fn is_closed(&self) -> bool {
        self.read == self.blank + self.kept + self.dropped + self.rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_record_is_noticed() {
        let records = Records { read: 6, blank: 1, kept: 3, dropped: 1, rejected: 1, written: 2 };
        assert!(records.is_closed());
        assert!(!Records { read: 7, ..records }.is_closed());
    }
}
