//! What a document holds: its contracts, and what is around them.

use crate::kind::Kind;
use crate::value::{Oddity, Value};

/// How contracts are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// One list of both kinds, or one contract.
    V1,
    /// A list for each kind.
    V2,
}

impl Container {
    /// As reports call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V1 => "1.x",
            Self::V2 => "2.0",
        }
    }
}

/// A contract, or what stands in its place.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    /// In the document, from 1.
    pub(crate) number: u64,
    /// The list of 2.0 that it stands in.
    pub(crate) list: Option<Kind>,
    pub(crate) value: Value<'t>,
    /// Paths are those inside the contract.
    pub(crate) oddities: Vec<Oddity>,
}

/// What the schema of the whole document asks for, besides the contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// `marches` holds neither a list nor lists.
    pub(crate) has_odd_marches: bool,
    /// Lists of 2.0 that are there, and whether each is a list.
    pub(crate) lists: Vec<(Kind, bool)>,
    /// Contracts stand in `marches`, not bare.
    pub(crate) is_wrapped: bool,
    /// Keys that stand twice around the contracts.
    pub(crate) duplicate_keys: Vec<String>,
}
