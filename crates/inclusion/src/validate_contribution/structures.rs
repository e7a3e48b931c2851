//! What is known of the structures that services name: which there are, what becomes of them, how their services score.
//!
//! Identifiers are kept as hashes of 64 bits, so that memory holds millions of them.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::reason::Status;

/// The hash of an identifier.
pub(super) fn hash_of(id: &str) -> u64 {
    FixedState::default().hash_one(id)
}

/// One structure of the file, by its first record.
#[derive(Clone, Copy, Debug)]
struct Structure {
    status: Status,
    /// Records with this identifier.
    records: u64,
    /// Services with a score.
    services: u64,
    /// Sum of their scores.
    sum: f64,
}

/// The structures of the file.
#[derive(Debug, Default)]
pub(super) struct Structures {
    by_id: HashMap<u64, usize, FixedState>,
    all: Vec<Structure>,
    nameless: u64,
}

impl Structures {
    /// Takes a structure; whether its identifier was not there before.
    pub(super) fn add(&mut self, id: Option<&str>) -> bool {
        let Some(id) = id else {
            self.nameless += 1;
            return true;
        };
        let next = self.all.len();
        let at = *self.by_id.entry(hash_of(id)).or_insert(next);
        if at == next {
            self.all.push(Structure { status: Status::Yes, records: 0, services: 0, sum: 0.0 });
        }
        self.all[at].records += 1;
        at == next
    }

    /// Says what becomes of a structure that was added.
    pub(super) fn settle(&mut self, id: &str, status: Status) {
        if let Some(at) = self.by_id.get(&hash_of(id)) {
            self.all[*at].status = status;
        }
    }

    /// What becomes of the structure that a service names, if the file has it.
    pub(super) fn status(&self, id: &str) -> Option<Status> {
        self.by_id.get(&hash_of(id)).map(|at| self.all[*at].status)
    }

    /// Takes the score of a service.
    pub(super) fn add_score(&mut self, id: &str, score: f64) {
        if let Some(at) = self.by_id.get(&hash_of(id)) {
            self.all[*at].services += 1;
            self.all[*at].sum += score;
        }
    }

    /// The mean over the structures of the means of their services, 0 for one without any; none without structures.
    pub(super) fn mean_score(&self) -> Option<f64> {
        let count = self.nameless + self.all.iter().map(|one| one.records).sum::<u64>();
        let sum: f64 = self
            .all
            .iter()
            .filter(|one| one.services > 0)
            .map(|one| one.sum / one.services as f64 * one.records as f64)
            // A sum of nothing has a sign in itself.
            .fold(0.0, |sum, one| sum + one);
        (count > 0).then(|| sum / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structure_scores_the_mean_of_its_services_and_none_scores_nothing() {
        let mut structures = Structures::default();
        assert_eq!(structures.mean_score(), None);
        assert!(structures.add(Some("a")) && structures.add(Some("b")));
        structures.add_score("a", 0.5);
        structures.add_score("a", 1.0);
        structures.add_score("elsewhere", 1.0);
        assert_eq!(structures.mean_score(), Some(0.375));
        assert!(structures.add(None));
        assert_eq!(structures.mean_score(), Some(0.25));
    }

    #[test]
    fn the_first_record_of_an_identifier_counts() {
        let mut structures = Structures::default();
        assert!(structures.add(Some("a")));
        structures.settle("a", Status::Depends);
        assert!(!structures.add(Some("a")));
        assert_eq!(structures.status("a"), Some(Status::Depends));
        assert_eq!(structures.status("b"), None);
    }
}
