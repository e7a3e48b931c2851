//! Values that were met, kept as hashes so that memory stays small.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use foldhash::quality::FixedState;

/// Of a hash the lowest bits make room for the mark.
const MARK: u64 = 0b11;

/// Values with a mark from 0 to 3 each, in nine bytes a place: a million take 20 MB.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    all: HashSet<Marked, BuildHasherDefault<AsItIs>>,
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

impl PartialEq for Marked {
    fn eq(&self, other: &Self) -> bool {
        self.0 | MARK == other.0 | MARK
    }
}

impl Eq for Marked {}

impl Hash for Marked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The lowest bits choose the place.
        state.write_u64((self.0 | MARK).rotate_right(2));
    }
}

impl Marks {
    /// Takes a value; false, and nothing is done, if it is there.
    pub(crate) fn insert(&mut self, value: &str, mark: u8) -> bool {
        self.all.insert(Marked::new(value, mark))
    }

    /// The mark of a value that is there.
    pub(crate) fn get(&self, value: &str) -> Option<u8> {
        self.all.get(&Marked::new(value, 0)).map(|marked| marked.mark())
    }

    /// Marks a value otherwise, or takes it.
    pub(crate) fn set(&mut self, value: &str, mark: u8) {
        self.all.replace(Marked::new(value, mark));
    }

    /// Different values.
    pub(crate) fn count(&self) -> u64 {
        self.all.len() as u64
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
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// 0 once, 1 again.
    marks: Marks,
    shared: u64,
}

impl Seen {
    /// Meets a value.
    pub(crate) fn meet(&mut self, value: &str) -> Met {
        match self.marks.get(value) {
            None => {
                self.marks.insert(value, 0);
                Met::First
            }
            Some(0) => {
                self.marks.set(value, 1);
                self.shared += 2;
                Met::Second
            }
            Some(_) => {
                self.shared += 1;
                Met::Again
            }
        }
    }

    /// Whether a value was met.
    pub(crate) fn has(&self, value: &str) -> bool {
        self.marks.get(value).is_some()
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
    pub(crate) fn in_common(&self, other: &Self) -> u64 {
        self.marks.all.iter().filter(|marked| other.marks.all.contains(*marked)).count() as u64
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

    #[test]
    fn a_mark_changes_nothing_about_which_value_it_is() {
        let mut marks = Marks::default();
        assert!(marks.insert("a", 0) && marks.insert("b", 3) && !marks.insert("a", 2));
        assert_eq!((marks.get("a"), marks.get("b"), marks.get("c")), (Some(0), Some(3), None));
        marks.set("a", 1);
        marks.set("c", 2);
        assert_eq!((marks.get("a"), marks.get("b"), marks.get("c"), marks.count()), (Some(1), Some(3), Some(2), 3));
    }
}
