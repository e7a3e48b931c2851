//! By what records are known to be of one contract.

/// By what a record is known to be of one contract with others.
#[derive(Debug, Default)]
pub(crate) struct Key {
    /// Buyer and number.
    pub(crate) uid: Vec<u8>,
    /// What else they have in common.
    pub(crate) rest: Vec<u8>,
}

/// What is wanted of a record.
pub(crate) enum Wanted<'k> {
    Row,
    RowAndKey(&'k mut Key),
}

impl Wanted<'_> {
    /// The same of the next record.
    pub(crate) fn again(&mut self) -> Wanted<'_> {
        match self {
            Self::Row => Wanted::Row,
            Self::RowAndKey(key) => Wanted::RowAndKey(key),
        }
    }

    pub(super) fn key(&mut self) -> Option<&mut Key> {
        match self {
            Self::Row => None,
            Self::RowAndKey(key) => Some(key),
        }
    }
}

impl Key {
    pub(super) fn clear(&mut self) {
        self.uid.clear();
        self.rest.clear();
    }

    /// The record is alone.
    pub(crate) fn is_empty(&self) -> bool {
        self.uid.is_empty()
    }
}
