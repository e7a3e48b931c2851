//! Why a document is refused.

use std::io;

/// Why reading stopped. Each but the first names the line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stream itself failed.
    #[error("it cannot be read")]
    Read(#[from] io::Error),
    /// Not well formed.
    #[error("line {line}: {why}")]
    Syntax {
        /// Line on which the faulty part begins, from 1.
        line: u64,
        /// What is wrong, as a clause.
        why: String,
    },
    /// A document type, which could define entities without end.
    #[error("line {line}: it has a DOCTYPE, which is refused")]
    Doctype {
        /// Line on which it begins.
        line: u64,
    },
    /// A limit is passed.
    #[error("line {line}: it has {what}")]
    Limit {
        /// Line on which the part begins that grew too large.
        line: u64,
        /// What there is too much of, and the limit.
        what: String,
    },
}

impl Error {
    pub(crate) fn syntax(line: u64, why: impl Into<String>) -> Self {
        Self::Syntax { line, why: why.into() }
    }

    /// The line, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Read(_) => None,
            Self::Syntax { line, .. } | Self::Doctype { line } | Self::Limit { line, .. } => Some(*line),
        }
    }
}
