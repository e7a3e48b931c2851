//! Values that were met, kept as hashes so that memory stays small.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use foldhash::quality::FixedState;

/// How often a value has been met, this time included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    First,
    Second,
    Again,
}

/// Values that were met.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    by_hash: HashMap<u64, bool, BuildHasherDefault<AsItIs>>,
    shared: u64,
}

impl Seen {
    /// Meets a value.
    pub(crate) fn meet(&mut self, value: &str) -> Met {
        match self.by_hash.entry(hash(value)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(false);
                Met::First
            }
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                let is_second = !std::mem::replace(entry.get_mut(), true);
                self.shared += if is_second { 2 } else { 1 };
                if is_second { Met::Second } else { Met::Again }
            }
        }
    }

    /// Whether a value was met.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.by_hash.contains_key(&hash(value))
    }

    /// Different values.
    pub(crate) fn distinct(&self) -> u64 {
        self.by_hash.len() as u64
    }

    /// Values, counted as often as they were met, that were met more than once.
    pub(crate) fn shared(&self) -> u64 {
        self.shared
    }

    /// Different values that another has too.
    pub(crate) fn in_common(&self, other: &Self) -> u64 {
        self.by_hash.keys().filter(|hash| other.by_hash.contains_key(*hash)).count() as u64
    }
}

/// What is kept of a value. The same in every run.
pub(crate) fn hash(value: &str) -> u64 {
    FixedState::with_seed(0x5eed).hash_one(value)
}

/// A hash is no value to hash again.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only hashes are kept, which are numbers");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_as_often_as_they_are_met() {
        let mut seen = Seen::default();
        let met: Vec<Met> = ["a", "b", "a", "a", "c"].iter().map(|value| seen.meet(value)).collect();
        assert_eq!(met, [Met::First, Met::First, Met::Second, Met::Again, Met::First]);
        assert_eq!((seen.distinct(), seen.shared()), (3, 3));
        assert!(seen.has("b") && !seen.has("d"));
        let mut other = Seen::default();
        other.meet("c");
        other.meet("d");
        assert_eq!(seen.in_common(&other), 1);
    }
}
