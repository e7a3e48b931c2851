//! A cell that was read: what came of it, and what there is to tell.

use std::borrow::Cow;

use super::told::{AllTold, Told};

/// What a cell gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Read<'a> {
    /// None where it is blank, or could not be read.
    pub(crate) value: Option<Cow<'a, str>>,
    pub(crate) told: AllTold,
}

impl<'a> Read<'a> {
    /// A cell that stands as it should.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self { value: Some(Cow::Borrowed(text)), told: AllTold::default() }
    }

    /// A value that was made of what stood there.
    pub(crate) fn made(value: impl Into<Cow<'a, str>>, told: AllTold) -> Self {
        Self { value: Some(value.into()), told }
    }

    /// A cell that cannot be read.
    pub(crate) fn left_out(told: Told) -> Self {
        Self { value: None, told: AllTold::of(told) }
    }
}
