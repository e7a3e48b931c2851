//! Offers that a sweep of their day does not find because they are dated to another day now. They are followed there; of
//! their old day, that does not withdraw them.

use std::cell::{OnceCell, RefCell};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::civil::{Date, DateTime};
use step::Task;

use crate::content::{self, of_bytes};
use crate::days::{Day, Folder, State};
use crate::mirror_offers::arrivals::{Arrivals, Sighting};
use crate::mirror_offers::stock::Stock;

/// What is known of all days but the one that is swept.
#[derive(Debug)]
pub(crate) struct Elsewhere<'f> {
    folder: &'f Folder,
    arrivals: RefCell<Arrivals>,
    /// The days that are complete, their size standing for their hash, and when they were collected.
    complete: OnceCell<Vec<(Sighting, &'f Day)>>,
    /// The ids of a day's file that are dated to it, by their hash, sorted; read where they are asked for.
    days: RefCell<BTreeMap<Date, Vec<u64>>>,
}

impl<'f> Elsewhere<'f> {
    pub(crate) fn new(folder: &'f Folder, arrivals: Arrivals) -> Self {
        Self { folder, arrivals: RefCell::new(arrivals), complete: OnceCell::new(), days: RefCell::default() }
    }

    /// Takes in what a sweep found in its day.
    pub(crate) fn arrived<'i>(&self, ids: impl Iterator<Item = &'i str>, jour: Date, vue: DateTime) {
        let mut arrivals = self.arrivals.borrow_mut();
        ids.for_each(|id| arrivals.add(id, jour, vue));
    }

    /// Takes out of `absent` those that were seen dated to another day after `jour` last told of them.
    ///
    /// # Errors
    /// 66 when a day cannot be read.
    pub(crate) fn leave_out(&self, absent: &mut BTreeSet<&str>, jour: Date, stock: &Stock, task: &Task) -> Result<()> {
        let told = |id: &str| stock.get(id).map_or((DateTime::MIN, jour), |known| (known.seen, jour));
        let arrivals = self.arrivals.borrow();
        absent.retain(|id| {
            let found = arrivals.get(id);
            found.is_none_or(|found| found.1 == jour || *found < told(id))
        });
        for (collected, day) in self.complete()?.iter().filter(|(_, day)| day.date != jour) {
            if absent.iter().all(|id| *collected < told(id)) {
                continue;
            }
            let mut days = self.days.borrow_mut();
            let there = match days.entry(day.date) {
                Entry::Occupied(read) => read.into_mut(),
                Entry::Vacant(unread) => unread.insert(dated_to(day, task)?),
            };
            let is_there = |id: &str| there.binary_search(&of_bytes(id.as_bytes())).is_ok();
            absent.retain(|id| *collected < told(id) || !is_there(id));
        }
        Ok(())
    }

    fn complete(&self) -> Result<&[(Sighting, &'f Day)]> {
        if let Some(complete) = self.complete.get() {
            return Ok(complete);
        }
        let mut complete = Vec::new();
        for day in self.folder.days.values() {
            let judged = day.judge_by_size()?;
            if judged.state == State::Complete {
                complete.push(((judged.seen(day.date), day.date), day));
            }
        }
        Ok(self.complete.get_or_init(|| complete))
    }
}

fn dated_to(day: &Day, task: &Task) -> Result<Vec<u64>> {
    let (on_day, mut ids) = (day.date.to_string(), Vec::new());
    day.offres(|text| {
        task.go_on()?;
        let offre = content::identity(text);
        let is_of_day = |date: &String| date.starts_with(&on_day);
        ids.extend(
            offre
                .filter(|offre| offre.date_creation.as_ref().is_some_and(is_of_day))
                .map(|offre| of_bytes(offre.id.as_bytes())),
        );
        Ok(())
    })?;
    ids.sort_unstable();
    Ok(ids)
}
