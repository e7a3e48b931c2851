//! Values that were met, kept as hashes: memory holds the latest of them, the disk the rest.

use std::hash::{BuildHasher, Hasher};
use std::path::Path;

use anyhow::Result;
use files::{HashStore, Hashed};
use foldhash::quality::FixedState;

/// Of a hash the lowest bits make room for the mark.
const MARK: u64 = 0b11;

/// Values with a mark from 0 to 3 each.
#[derive(Debug)]
pub(crate) struct Marks {
    all: HashStore<Marked>,
}

/// A hash and a mark; the hash alone says which it is.
#[derive(Debug, Clone, Copy)]
struct Marked(u64);

impl Marked {
    fn new(value: &str, mark: u8) -> Self {
        Self(hash(value) & !MARK | u64::from(mark) & MARK)
    }

    fn mark(self) -> u8 {
        (self.0 & MARK) as u8
    }
}

impl Hashed for Marked {
    const BYTES: usize = 8;

    fn hash(&self) -> u64 {
        self.0 | MARK
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(from: &[u8]) -> Self {
        Self(number(from, 0))
    }
}

impl Marks {
    /// `folder` is where the output will be: what memory does not hold waits there, without a name.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { all: HashStore::new(folder) }
    }

    /// Takes a value; false, and nothing is done, if it is there.
    ///
    /// # Errors
    /// 74 when the disk refuses, as of all that asks or takes.
    pub(crate) fn insert(&mut self, value: &str, mark: u8) -> Result<bool> {
        self.all.insert(Marked::new(value, mark))
    }

    /// The mark of a value that is there.
    pub(crate) fn get(&self, value: &str) -> Result<Option<u8>> {
        Ok(self.all.get(Marked::new(value, 0).hash())?.map(Marked::mark))
    }

    /// Marks a value otherwise, or takes it.
    pub(crate) fn set(&mut self, value: &str, mark: u8) -> Result<()> {
        self.all.replace(Marked::new(value, mark)).map(drop)
    }

    /// Different values.
    pub(crate) fn count(&self) -> u64 {
        self.all.count()
    }
}

/// How often a value has been met, this time included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    First,
    Second,
    Again,
}

/// Values that were met.
#[derive(Debug)]
pub(crate) struct Seen {
    /// 0 once, 1 again.
    marks: Marks,
    shared: u64,
}

impl Seen {
    /// `folder` is where the output will be.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { marks: Marks::new(folder), shared: 0 }
    }

    /// Meets a value.
    ///
    /// # Errors
    /// 74 when the disk refuses, as of all that asks or takes.
    pub(crate) fn meet(&mut self, value: &str) -> Result<Met> {
        if self.marks.insert(value, 0)? {
            return Ok(Met::First);
        }
        Ok(match self.marks.get(value)? {
            Some(0) => {
                self.marks.set(value, 1)?;
                self.shared += 2;
                Met::Second
            }
            _ => {
                self.shared += 1;
                Met::Again
            }
        })
    }

    /// Whether a value was met.
    pub(crate) fn has(&self, value: &str) -> Result<bool> {
        Ok(self.marks.get(value)?.is_some())
    }

    /// Different values.
    pub(crate) fn distinct(&self) -> u64 {
        self.marks.count()
    }

    /// Values, counted as often as they were met, that were met more than once.
    pub(crate) fn shared(&self) -> u64 {
        self.shared
    }

    /// Different values that another has too.
    pub(crate) fn in_common(&mut self, other: &Self) -> Result<u64> {
        let mut common = 0;
        self.marks.all.for_each(|marked| {
            common += u64::from(other.marks.all.get(marked.hash())?.is_some());
            Ok(())
        })?;
        Ok(common)
    }
}

/// What is kept of a value. The same in every run.
pub(crate) fn hash(value: &str) -> u64 {
    FixedState::with_seed(0x5eed).hash_one(value)
}

/// The number that an entry has on the disk, as its `nth`.
pub(crate) fn number(entry: &[u8], nth: usize) -> u64 {
    let bytes = entry[8 * nth..8 * (nth + 1)].try_into();
    u64::from_le_bytes(bytes.expect("a number is eight bytes"))
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

    /// With values that memory holds, and with so few of them that the disk has nearly all.
    fn seen(folder: &Path, most_held: Option<usize>) -> Seen {
        let store = most_held.map_or_else(|| HashStore::new(folder), |most| HashStore::holding(folder, most));
        Seen { marks: Marks { all: store }, shared: 0 }
    }

    #[test]
    fn values_are_counted_as_often_as_they_are_met() {
        let folder = tempfile::tempdir().unwrap();
        for most_held in [None, Some(1)] {
            let mut one = seen(folder.path(), most_held);
            let met: Vec<Met> = ["a", "b", "a", "a", "c"].iter().map(|value| one.meet(value).unwrap()).collect();
            assert_eq!(met, [Met::First, Met::First, Met::Second, Met::Again, Met::First]);
            assert_eq!((one.distinct(), one.shared()), (3, 3));
            assert!(one.has("b").unwrap() && !one.has("d").unwrap());
            let mut other = seen(folder.path(), most_held);
            assert_eq!((other.meet("c").unwrap(), other.meet("d").unwrap()), (Met::First, Met::First));
            assert_eq!(one.in_common(&other).unwrap(), 1);
        }
    }

    #[test]
    fn a_mark_changes_nothing_about_which_value_it_is() {
        let folder = tempfile::tempdir().unwrap();
        for most_held in [None, Some(1)] {
            let mut marks = seen(folder.path(), most_held).marks;
            let inserted = [("a", 0), ("b", 3), ("a", 2)].map(|(value, mark)| marks.insert(value, mark).unwrap());
            assert_eq!(inserted, [true, true, false]);
            assert_eq!(["a", "b", "c"].map(|value| marks.get(value).unwrap()), [Some(0), Some(3), None]);
            marks.set("a", 1).unwrap();
            marks.set("c", 2).unwrap();
            assert_eq!(["a", "b", "c"].map(|value| marks.get(value).unwrap()), [Some(1), Some(3), Some(2)]);
            assert_eq!(marks.count(), 3);
        }
    }
}
