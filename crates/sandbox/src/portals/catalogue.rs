//! What the portals publish at one moment: it changes with each release, and on demand while it is listed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::record::Record;

/// 3 June 2024, 06:00 UTC: the first release; each further one is a day later.
const FIRST_RELEASE_S: u64 = 1_717_394_400;
const DAY_S: u64 = 86_400;

/// The datasets that all four portals hold.
#[derive(Debug)]
pub(crate) struct Catalogue {
    seed: u64,
    size: usize,
    state: Mutex<State>,
    /// As they were when they were last asked for, and when that was.
    made: Mutex<Option<(State, Arc<Vec<Record>>)>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    release: u64,
    /// How often a dataset is still to vanish while the catalogue is listed.
    moves: usize,
    /// Datasets that have vanished so.
    gone: usize,
}

impl Catalogue {
    pub(crate) fn new(seed: u64, size: usize, moves: usize) -> Self {
        Self { seed, size, state: Mutex::new(State { release: 1, moves, gone: 0 }), made: Mutex::default() }
    }

    /// The datasets there are now, by identifier.
    pub(crate) fn records(&self) -> Arc<Vec<Record>> {
        let state = *self.state();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some((of, records)) if *of == state => records.clone(),
            _ => {
                let records = Arc::new(self.make(state));
                *made = Some((state, records.clone()));
                records
            }
        }
    }

    fn make(&self, State { release, gone, .. }: State) -> Vec<Record> {
        // Each release drops the oldest dataset, and adds one.
        let first = release - 1;
        let mut records: Vec<Record> =
            (first..first + self.size as u64).map(|nth| Record::make(self.seed, nth, release)).collect();
        records.sort_by(|one, other| one.id.cmp(&other.id));
        // In the order of the list, so that all that follows moves up by one: a page that comes next lacks one.
        records.drain(..gone.min(records.len()));
        records
    }

    /// When it was last changed.
    pub(crate) fn modified(&self) -> SystemTime {
        let State { release, gone, .. } = *self.state();
        SystemTime::UNIX_EPOCH + Duration::from_secs(FIRST_RELEASE_S + (release - 1) * DAY_S + gone as u64)
    }

    /// A page of a listing was handed out that is not the last.
    pub(crate) fn note_page(&self) {
        let mut state = self.state();
        if state.moves > 0 {
            state.moves -= 1;
            state.gone += 1;
        }
    }

    pub(crate) fn release(&self) {
        self.state().release += 1;
    }

    pub(crate) fn set_moves(&self, moves: usize) {
        self.state().moves = moves;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_release_changes_some_adds_one_and_drops_one() {
        let catalogue = Catalogue::new(1, 60, 0);
        let before = catalogue.records();
        catalogue.release();
        let after = catalogue.records();
        let ids = |records: &[Record]| records.iter().map(|record| record.id.clone()).collect::<BTreeSet<_>>();
        let (old, new) = (ids(&before), ids(&after));
        assert_eq!((old.len(), new.len()), (60, 60));
        assert_eq!((old.difference(&new).count(), new.difference(&old).count()), (1, 1));
        let changed = after.iter().filter(|record| before.iter().any(|old| old.id == record.id && old != *record));
        assert_eq!(changed.count(), 6);
    }

    #[test]
    fn what_moves_loses_the_first_of_the_list_as_often_as_asked() {
        let catalogue = Catalogue::new(1, 10, 2);
        let all = catalogue.records();
        (0..5).for_each(|_| catalogue.note_page());
        assert_eq!(catalogue.records()[..], all[2..]);
    }
}
