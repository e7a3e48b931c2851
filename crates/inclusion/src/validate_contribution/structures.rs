//! What is known of the structures that services name: which there are, what becomes of them, how their services score.
//!
//! Identifiers are kept as hashes of 62 bits, the latest in memory, the rest on the disk.

use std::path::Path;

use anyhow::Result;
use files::{HashStore, Hashed};

use super::reason::Status;
use crate::seen::{Marks, hash, number};

/// Means are added in parts of this size, so that their sum does not depend on their order.
const MEAN_BITS: u32 = 40;

/// What there is to know of a structure that stands twice, or has services.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    id: u64,
    /// Its records after the first.
    repeated: u64,
    services: u64,
    /// What its services score together.
    hundredths: u64,
}

impl Hashed for Tally {
    const BYTES: usize = 32;

    fn hash(&self) -> u64 {
        self.id
    }

    fn write(&self, to: &mut Vec<u8>) {
        let numbers = [self.id, self.repeated, self.services, self.hundredths];
        numbers.iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
    }

    fn read(from: &[u8]) -> Self {
        let [id, repeated, services, hundredths] = [0, 1, 2, 3].map(|nth| number(from, nth));
        Self { id, repeated, services, hundredths }
    }
}

/// The structures of the file.
#[derive(Debug)]
pub(super) struct Structures {
    /// What becomes of each, by its first record.
    by_id: Marks,
    records: u64,
    tallies: HashStore<Tally>,
}

impl Structures {
    /// Before the first. `folder` is where the output will be.
    pub(super) fn new(folder: &Path) -> Self {
        Self { by_id: Marks::new(folder), records: 0, tallies: HashStore::new(folder) }
    }

    /// Takes a structure; whether its identifier was not there before.
    ///
    /// # Errors
    /// 74 when the disk refuses, as of all that asks or takes.
    pub(super) fn add(&mut self, id: Option<&str>) -> Result<bool> {
        self.records += 1;
        let Some(id) = id else { return Ok(true) };
        let is_new = self.by_id.insert(id, mark_of(Status::Yes))?;
        if !is_new {
            self.tally(id, |tally| tally.repeated += 1)?;
        }
        Ok(is_new)
    }

    /// Says what becomes of a structure that was added.
    pub(super) fn settle(&mut self, id: &str, status: Status) -> Result<()> {
        match self.by_id.get(id)? {
            Some(_) => self.by_id.set(id, mark_of(status)),
            None => Ok(()),
        }
    }

    /// What becomes of the structure that a service names, if the file has it.
    pub(super) fn status(&self, id: &str) -> Result<Option<Status>> {
        Ok(self.by_id.get(id)?.map(|mark| match mark {
            0 => Status::Yes,
            1 => Status::Depends,
            _ => Status::No,
        }))
    }

    /// Takes the score of a service, which has two decimals.
    pub(super) fn add_score(&mut self, id: &str, score: f64) -> Result<()> {
        if self.by_id.get(id)?.is_none() {
            return Ok(());
        }
        self.tally(id, |tally| {
            tally.services += 1;
            tally.hundredths += (score * 100.0).round() as u64;
        })
    }

    /// The mean over the structures of the means of their services, 0 for one without any; none without structures.
    pub(super) fn mean_score(mut self) -> Result<Option<f64>> {
        let mut sum = 0_u128;
        self.tallies.for_each(|Tally { repeated, services, hundredths, .. }| {
            if services > 0 {
                let all = u128::from(hundredths) * u128::from(1 + repeated);
                // To the nearest.
                sum += ((all << (MEAN_BITS + 1)) / u128::from(services)).div_ceil(2);
            }
            Ok(())
        })?;
        let hundredths = sum as f64 / (1_u64 << MEAN_BITS) as f64;
        Ok((self.records > 0).then(|| hundredths / 100.0 / self.records as f64))
    }

    fn tally(&mut self, id: &str, change: impl FnOnce(&mut Tally)) -> Result<()> {
        let id = hash(id);
        let mut tally = self.tallies.get(id)?.unwrap_or(Tally { id, ..Tally::default() });
        change(&mut tally);
        self.tallies.replace(tally).map(drop)
    }
}

fn mark_of(status: Status) -> u8 {
    match status {
        Status::Yes => 0,
        Status::Depends => 1,
        Status::No => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structure_scores_the_mean_of_its_services_and_none_scores_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let new = || Structures::new(folder.path());
        let mean = |scores: &[(&str, f64)], without_id: bool| {
            let mut structures = new();
            assert!(structures.add(Some("a")).unwrap() && structures.add(Some("b")).unwrap());
            scores.iter().for_each(|(id, score)| structures.add_score(id, *score).unwrap());
            assert!(!without_id || structures.add(None).unwrap());
            structures.mean_score().unwrap()
        };
        assert_eq!(new().mean_score().unwrap(), None);
        assert_eq!(mean(&[], false), Some(0.0));
        let scores = [("a", 0.5), ("a", 1.0), ("elsewhere", 1.0)];
        assert_eq!(mean(&scores, false), Some(0.375));
        assert_eq!(mean(&scores, true), Some(0.25));
        assert_eq!(mean(&[("b", 0.29)], false), Some(0.145));
    }

    #[test]
    fn a_structure_that_stands_twice_counts_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut structures = Structures::new(folder.path());
        let are_new = ["a", "b", "a", "a"].map(|id| structures.add(Some(id)).unwrap());
        assert_eq!(are_new, [true, true, false, false]);
        structures.add_score("a", 0.8).unwrap();
        structures.add_score("b", 0.4).unwrap();
        assert_eq!(structures.mean_score().unwrap(), Some(0.7));
    }

    #[test]
    fn the_mean_is_the_same_whatever_memory_holds_and_in_whatever_order() {
        let folder = tempfile::tempdir().unwrap();
        let mean = |most_held: usize, turned: u64| {
            let tallies = HashStore::holding(folder.path(), most_held);
            let mut structures = Structures { tallies, ..Structures::new(folder.path()) };
            for nth in 0..300 {
                let id = ((nth + turned) % 300 % 70).to_string();
                structures.add(Some(&id)).unwrap();
                structures.add_score(&id, ((nth + turned) % 300 % 11) as f64 / 10.0).unwrap();
            }
            structures.mean_score().unwrap().unwrap()
        };
        assert!((0.4..0.6).contains(&mean(100, 0)));
        for (most_held, turned) in [(1, 0), (9, 0), (100, 0), (9, 140)] {
            assert_eq!(mean(most_held, turned), mean(100, 0), "{most_held} {turned}");
        }
    }

    #[test]
    fn the_first_record_of_an_identifier_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut structures = Structures::new(folder.path());
        assert!(structures.add(Some("a")).unwrap());
        structures.settle("a", Status::Depends).unwrap();
        assert!(!structures.add(Some("a")).unwrap());
        assert_eq!(structures.status("a").unwrap(), Some(Status::Depends));
        assert_eq!(structures.status("b").unwrap(), None);
    }
}
