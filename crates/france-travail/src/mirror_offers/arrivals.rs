//! Offers that a sweep found in a day that had not had them: dated to another day before, perhaps.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};

use crate::content::of_bytes;
use crate::days::journal::{Evenement, Event};
use crate::days::withdrawn::SWEEP;

/// The day that an offer is dated to, and when that was seen; of two the greater counts.
pub(crate) type Sighting = (DateTime, Date);

/// By the hash of their id.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(HashMap<u64, Sighting>);

impl Arrivals {
    /// Takes in an event, as it comes in the order of time.
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        let is_arrival = matches!(event.evenement, Evenement::Creee | Evenement::Reapparue) && event.preuve == SWEEP;
        if let (true, Ok(vue)) = (is_arrival, event.vue.parse()) {
            self.add(&event.id, event.jour, vue);
        }
    }

    pub(crate) fn add(&mut self, id: &str, jour: Date, vue: DateTime) {
        self.0.insert(of_bytes(id.as_bytes()), (vue, jour));
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Sighting> {
        self.0.get(&of_bytes(id.as_bytes()))
    }

    pub(crate) fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}
