//! What is known of the structures that services name: which there are, what becomes of them, how their services score.
//!
//! Identifiers are kept as hashes of 62 bits, so that memory holds millions of them.

use foldhash::quality::FixedState;
use indexmap::IndexMap;

use super::reason::Status;
use crate::seen::{Marks, hash};

/// What is known of the services of one structure.
#[derive(Clone, Copy, Debug, Default)]
struct Scored {
    services: u64,
    sum: f64,
}

/// The structures of the file.
#[derive(Debug, Default)]
pub(super) struct Structures {
    /// What becomes of each, by its first record.
    by_id: Marks,
    records: u64,
    /// Records with an identifier that was there before, by its hash.
    repeated: IndexMap<u64, u64, FixedState>,
    /// By the hash of the identifier, in the order of the services.
    scored: IndexMap<u64, Scored, FixedState>,
}

impl Structures {
    /// Takes a structure; whether its identifier was not there before.
    pub(super) fn add(&mut self, id: Option<&str>) -> bool {
        self.records += 1;
        let Some(id) = id else { return true };
        let is_new = self.by_id.insert(id, mark_of(Status::Yes));
        if !is_new {
            *self.repeated.entry(hash(id)).or_default() += 1;
        }
        is_new
    }

    /// Says what becomes of a structure that was added.
    pub(super) fn settle(&mut self, id: &str, status: Status) {
        if self.by_id.get(id).is_some() {
            self.by_id.set(id, mark_of(status));
        }
    }

    /// What becomes of the structure that a service names, if the file has it.
    pub(super) fn status(&self, id: &str) -> Option<Status> {
        self.by_id.get(id).map(|mark| match mark {
            0 => Status::Yes,
            1 => Status::Depends,
            _ => Status::No,
        })
    }

    /// Takes the score of a service.
    pub(super) fn add_score(&mut self, id: &str, score: f64) {
        if self.by_id.get(id).is_some() {
            let scored = self.scored.entry(hash(id)).or_default();
            scored.services += 1;
            scored.sum += score;
        }
    }

    /// The mean over the structures of the means of their services, 0 for one without any; none without structures.
    pub(super) fn mean_score(&self) -> Option<f64> {
        let means = self.scored.iter().map(|(id, scored)| {
            let records = 1 + self.repeated.get(id).copied().unwrap_or(0);
            scored.sum / scored.services as f64 * records as f64
        });
        // A sum of nothing has a sign in itself.
        let sum = means.fold(0.0, |sum, one| sum + one);
        (self.records > 0).then(|| sum / self.records as f64)
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
