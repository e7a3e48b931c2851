//! Entries found by a hash, however many they are: memory holds so many, the disk those that came before.
//!
//! What memory holds is a table. Once it is full, its entries go to the disk in the order of their hashes, as a run; runs
//! of about one size become one, so that there are few. A filter knows of most hashes that no run has them, so that what
//! is new, as nearly all identifiers of a file are, costs no look at the disk.

mod filter;
mod run;

use std::path::{Path, PathBuf};

use anyhow::Result;
use hashbrown::HashTable;

use filter::Filter;
use run::Run;

/// What the table holds, at most, before its entries go to the disk: a quarter of a million of eight bytes.
const HELD_BYTES: usize = 2 << 20;

/// Those places of the table that are taken when it is full: with more of them it would double.
const FULL: (usize, usize) = (7, 8);

/// So much larger than the next a run may be for the two to become one.
const ALIKE: u64 = 2;

/// What a [`HashStore`] keeps: a few numbers, found by one of them.
pub trait Hashed: Copy {
    /// What an entry takes on the disk, at most a page.
    const BYTES: usize;

    /// By this it is found; of two entries that have the same the store keeps one.
    fn hash(&self) -> u64;

    /// Writes it as [`Self::BYTES`] bytes.
    fn write(&self, to: &mut Vec<u8>);

    /// Reads what [`Self::write`] wrote.
    fn read(from: &[u8]) -> Self;
}

/// Entries by their hashes.
///
/// ```
/// # use files::{HashStore, Hashed};
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// struct Row(u64);
///
/// impl Hashed for Row {
///     const BYTES: usize = 8;
///     fn hash(&self) -> u64 {
///         self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
///     }
///     fn write(&self, to: &mut Vec<u8>) {
///         to.extend_from_slice(&self.0.to_le_bytes());
///     }
///     fn read(from: &[u8]) -> Self {
///         Self(u64::from_le_bytes(from.try_into().expect("it is as long as it was written")))
///     }
/// }
///
/// # fn main() -> anyhow::Result<()> {
/// # let folder = tempfile::tempdir()?;
/// let mut store = HashStore::new(folder.path());
/// assert!(store.insert(Row(1))?);
/// assert!(!store.insert(Row(1))?);
/// assert_eq!(store.get(Row(1).hash())?, Some(Row(1)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct HashStore<E> {
    folder: PathBuf,
    most_held: usize,
    held: HashTable<E>,
    /// From the oldest, which is the largest, to the latest.
    runs: Vec<Run<E>>,
    /// Of all hashes that the runs have.
    filter: Filter,
    count: u64,
}

impl<E: Hashed> HashStore<E> {
    /// Without an entry. `folder` is on the disk where entries go that memory does not hold: in files without a name,
    /// which the kernel takes back with the process.
    pub fn new(folder: &Path) -> Self {
        let places = HELD_BYTES / size_of::<E>().max(1);
        // Tables have as many places as a power of two.
        Self::holding(folder, (1 << places.ilog2()) * FULL.0 / FULL.1)
    }

    /// The same with `most_held` entries in memory: fewer show in a test what else only millions would.
    pub fn holding(folder: &Path, most_held: usize) -> Self {
        let folder = folder.to_owned();
        Self { folder, most_held, held: HashTable::new(), runs: vec![], filter: Filter::default(), count: 0 }
    }

    /// The entry of a hash.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn get(&self, hash: u64) -> Result<Option<E>> {
        match self.held.find(spread(hash), |entry| entry.hash() == hash) {
            Some(entry) => Ok(Some(*entry)),
            None => self.find_written(hash),
        }
    }

    /// Takes an entry; false, and nothing is done, if there is one of its hash.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn insert(&mut self, entry: E) -> Result<bool> {
        if self.get(entry.hash())?.is_some() {
            return Ok(false);
        }
        self.count += 1;
        self.hold(entry)?;
        Ok(true)
    }

    /// Takes an entry in place of the one of its hash, if there is one, which it gives back.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn replace(&mut self, entry: E) -> Result<Option<E>> {
        let hash = entry.hash();
        if let Some(held) = self.held.find_mut(spread(hash), |held| held.hash() == hash) {
            return Ok(Some(std::mem::replace(held, entry)));
        }
        let former = self.find_written(hash)?;
        self.count += u64::from(former.is_none());
        self.hold(entry)?;
        Ok(former)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Sees all entries, in the order of their hashes, wherever they are kept.
    ///
    /// # Errors
    /// 74 when the disk refuses, or what `see` says.
    pub fn for_each(&mut self, mut see: impl FnMut(E) -> Result<()>) -> Result<()> {
        if self.runs.is_empty() {
            return self.sorted().into_iter().try_for_each(see);
        }
        self.write_away()?;
        while self.runs.len() > 1 {
            self.merge_last()?;
        }
        let mut entries = self.runs.last().expect("there was one at least").reader();
        while let Some(entry) = entries.next()? {
            see(entry)?;
        }
        Ok(())
    }

    /// The latest of a hash counts: what was replaced may still stand in an older run.
    fn find_written(&self, hash: u64) -> Result<Option<E>> {
        if self.runs.is_empty() || !self.filter.may_have(hash) {
            return Ok(None);
        }
        for run in self.runs.iter().rev() {
            if let Some(entry) = run.find(hash)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Takes an entry whose hash the table does not have.
    fn hold(&mut self, entry: E) -> Result<()> {
        if self.held.len() >= self.most_held {
            self.write_away()?;
        }
        self.held.insert_unique(spread(entry.hash()), entry, |entry| spread(entry.hash()));
        Ok(())
    }

    fn write_away(&mut self) -> Result<()> {
        let sorted = self.sorted();
        if sorted.is_empty() {
            return Ok(());
        }
        self.held.clear();
        sorted.iter().for_each(|entry| self.filter.add(entry.hash()));
        let mut entries = sorted.into_iter();
        self.runs.push(Run::write(&self.folder, || Ok(entries.next()))?);
        while let [.., older, latest] = &self.runs[..]
            && older.count() <= ALIKE * latest.count()
        {
            self.merge_last()?;
        }
        Ok(())
    }

    fn sorted(&self) -> Vec<E> {
        let mut sorted: Vec<E> = self.held.iter().copied().collect();
        sorted.sort_unstable_by_key(Hashed::hash);
        sorted
    }

    /// Makes one run of the last two.
    fn merge_last(&mut self) -> Result<()> {
        let latest = self.runs.pop().expect("there are two");
        let older = self.runs.pop().expect("there are two");
        self.runs.push(Run::merge(&self.folder, &older, &latest)?);
        Ok(())
    }
}

/// The table chooses a place by the lowest bits, and tells the entries of a place apart by the highest: those of a hash
/// may hold what is no hash.
fn spread(hash: u64) -> u64 {
    hash.rotate_left(20)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Pair {
        hash: u64,
        value: u32,
    }

    impl Hashed for Pair {
        const BYTES: usize = 12;

        fn hash(&self) -> u64 {
            self.hash
        }

        fn write(&self, to: &mut Vec<u8>) {
            to.extend_from_slice(&self.hash.to_le_bytes());
            to.extend_from_slice(&self.value.to_le_bytes());
        }

        fn read(from: &[u8]) -> Self {
            let (hash, value) = from.split_at(8);
            Self {
                hash: u64::from_le_bytes(hash.try_into().unwrap()),
                value: u32::from_le_bytes(value.try_into().unwrap()),
            }
        }
    }

    /// Numbers that look drawn: each comes from the one before.
    fn draw(last: &mut u64) -> u64 {
        *last = last.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*last ^ *last >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    /// The same calls of the store and of a map, with hashes of which many come again.
    fn compare_with_a_map(most_held: usize, hashes: u64, seed: u64) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let mut store = HashStore::holding(folder.path(), most_held);
        let (mut map, mut drawn) = (BTreeMap::new(), seed);
        for value in 0..20_000 {
            let hash = (draw(&mut drawn) % hashes).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let pair = Pair { hash, value };
            match draw(&mut drawn) % 3 {
                0 => assert_eq!(store.get(hash).unwrap(), map.get(&hash).copied()),
                1 => {
                    assert_eq!(store.insert(pair).unwrap(), !map.contains_key(&hash));
                    map.entry(hash).or_insert(pair);
                }
                _ => assert_eq!(store.replace(pair).unwrap(), map.insert(hash, pair)),
            }
            assert_eq!(store.count(), map.len() as u64);
        }
        let runs = store.runs.len();
        let mut all = vec![];
        let all_seen = store.for_each(|pair| {
            all.push(pair);
            Ok(())
        });
        all_seen.unwrap();
        assert_eq!(all, map.into_values().collect::<Vec<_>>());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing has a name");
        runs
    }

    #[test]
    fn it_is_a_map_whether_memory_holds_all_or_next_to_nothing() {
        assert_eq!(compare_with_a_map(20_000, 9_000, 1), 0, "memory holds all of them");
        for (most_held, hashes) in [(1, 40), (7, 300), (100, 9_000), (1_000, 9_000), (1_000, u64::MAX)] {
            for seed in 1..4 {
                assert!(compare_with_a_map(most_held, hashes, seed) > 0, "{most_held} of {hashes}");
            }
        }
    }

    #[test]
    fn runs_stay_few_and_the_last_is_the_smallest() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = HashStore::holding(folder.path(), 10);
        let mut drawn = 5;
        for value in 0..10_000 {
            assert!(store.insert(Pair { hash: draw(&mut drawn), value }).unwrap());
        }
        let counts: Vec<u64> = store.runs.iter().map(Run::count).collect();
        assert!(counts.len() <= 10 && counts.is_sorted_by(|one, other| one > other), "{counts:?}");
        assert_eq!(counts.iter().sum::<u64>() + store.held.len() as u64, 10_000);
    }

    #[test]
    fn hashes_that_are_all_alike_but_for_some_bits_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        for shift in [0, 2, 24, 48] {
            let mut store = HashStore::holding(folder.path(), 100);
            let pairs = (0..5_000_u32).map(|value| Pair { hash: u64::from(value) << shift, value });
            pairs.clone().for_each(|pair| assert!(store.insert(pair).unwrap()));
            assert!(pairs.clone().all(|pair| store.get(pair.hash).unwrap() == Some(pair)));
            assert_eq!(store.get(u64::MAX).unwrap(), None);
        }
    }

    #[test]
    fn a_disk_that_refuses_ends_in_74_once_memory_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let no_folder = folder.path().join("a");
        std::fs::write(&no_folder, "").unwrap();
        let mut store = HashStore::holding(&no_folder, 2);
        let pair = |value| Pair { hash: u64::from(value), value };
        assert!(store.insert(pair(1)).unwrap() && store.insert(pair(2)).unwrap());
        let error = store.insert(pair(3)).unwrap_err();
        let failure = error.downcast_ref::<step::Failure>().unwrap();
        assert_eq!(failure.code(), step::ExitCode::DiskRefused);
    }
}
