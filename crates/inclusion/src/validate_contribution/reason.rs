//! Why a record is published or not, as far as the file itself tells.

use serde::Serialize;

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It is published.
    Yes,
    /// It depends on what others find out.
    Depends,
    /// It is dropped.
    No,
}

/// Why a record may not be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Invalid,
    Warning,
    RepeatedId,
    StructureUnknown,
    StructureHeld,
    NoPlace,
    Geocoding,
    StructureDepends,
}

impl Reason {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Invalid,
        Self::Warning,
        Self::RepeatedId,
        Self::StructureUnknown,
        Self::StructureHeld,
        Self::NoPlace,
        Self::Geocoding,
        Self::StructureDepends,
    ];

    /// As reports name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Warning => "warning",
            Self::RepeatedId => "repeated_id",
            Self::StructureUnknown => "structure_unknown",
            Self::StructureHeld => "structure_held",
            Self::NoPlace => "no_place",
            Self::Geocoding => "geocoding",
            Self::StructureDepends => "structure_depends",
        }
    }

    /// What it makes of a record.
    pub(super) fn status(self) -> Status {
        match self {
            Self::Geocoding | Self::StructureDepends => Status::Depends,
            _ => Status::No,
        }
    }
}

/// The reasons of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reasons(u8);

impl Reasons {
    /// Adds one.
    pub(super) fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u8;
    }

    /// Adds one if it holds.
    pub(super) fn add_if(&mut self, holds: bool, reason: Reason) {
        if holds {
            self.add(reason);
        }
    }

    /// Whether it is among them.
    pub(super) fn has(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    /// What becomes of the record: the worst that a reason makes of it.
    pub(super) fn status(self) -> Status {
        let of_each = Reason::ALL.into_iter().filter(|reason| self.has(*reason)).map(Reason::status);
        of_each.max().unwrap_or(Status::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_reason_decides() {
        let mut reasons = Reasons::default();
        assert_eq!(reasons.status(), Status::Yes);
        reasons.add(Reason::Geocoding);
        assert_eq!(reasons.status(), Status::Depends);
        reasons.add(Reason::Warning);
        assert_eq!(reasons.status(), Status::No);
        assert!(reasons.has(Reason::Geocoding) && !reasons.has(Reason::Invalid));
    }
}
