//! The versions of the regulatory format.

use std::fmt;

/// A version that has a schema, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Version {
    V1_0_0,
    V1_1_5,
    V1_4_0,
    V1_5_0,
    V2_0_0,
    V2_0_1,
    V2_0_2,
    V2_0_3,
}

/// What `--format` may be besides an exact version: the last one of a series.
const SERIES: [(&str, Version); 5] = [
    ("1.0", Version::V1_0_0),
    ("1.1", Version::V1_1_5),
    ("1.4", Version::V1_4_0),
    ("1.5", Version::V1_5_0),
    ("2.0", Version::V2_0_3),
];

impl Version {
    pub(crate) const ALL: [Self; 8] = [
        Self::V1_0_0,
        Self::V1_1_5,
        Self::V1_4_0,
        Self::V1_5_0,
        Self::V2_0_0,
        Self::V2_0_1,
        Self::V2_0_2,
        Self::V2_0_3,
    ];

    /// `1.5.0`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V1_0_0 => "1.0.0",
            Self::V1_1_5 => "1.1.5",
            Self::V1_4_0 => "1.4.0",
            Self::V1_5_0 => "1.5.0",
            Self::V2_0_0 => "2.0.0",
            Self::V2_0_1 => "2.0.1",
            Self::V2_0_2 => "2.0.2",
            Self::V2_0_3 => "2.0.3",
        }
    }

    /// The version that a user names, exactly or by its series.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let series = SERIES.iter().find(|(series, _)| *series == name).map(|(_, version)| *version);
        series.or_else(|| Self::ALL.into_iter().find(|version| version.name() == name))
    }

    /// Of 2.0, whose contracts are others than those before.
    pub(crate) fn is_2_0(self) -> bool {
        self >= Self::V2_0_0
    }

    /// Of 1.0 or 1.1: a schema a kind, in JSON alone, with defence contracts.
    pub(crate) fn is_of_2017(self) -> bool {
        self <= Self::V1_1_5
    }

    /// Whether its schema has one list of both kinds.
    pub(crate) fn has_one_list(self) -> bool {
        self <= Self::V2_0_0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_exactly_or_by_its_series() {
        assert_eq!(Version::find("2.0"), Some(Version::V2_0_3));
        assert_eq!(Version::find("2.0.1"), Some(Version::V2_0_1));
        assert_eq!(Version::find("1.1"), Some(Version::V1_1_5));
        assert_eq!(Version::find("1.2"), None);
        assert!(Version::ALL.into_iter().all(|version| Version::find(version.name()) == Some(version)));
    }
}
