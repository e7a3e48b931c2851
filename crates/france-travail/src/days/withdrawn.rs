//! Which offers were withdrawn: what journals and days together say of each.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use jiff::civil::Date;
use step::Task;

use crate::content::id_of;
use crate::days::journal::{Evenement, Journal};
use crate::days::{Folder, State};
use crate::offre::time;

/// What proves that an offer was withdrawn, where nobody asked for it.
pub(crate) const SWEEP: &str = "balayage";

/// The offers that were withdrawn, by id: those whose last event says so, unless another day that was collected afterwards
/// holds them: they were online then, dated to that day. Journals come in the order of their dates.
///
/// # Errors
/// 66 when a file cannot be read.
pub(crate) fn withdrawn(journals: &[&Journal], folder: &Folder, task: &Task) -> Result<HashSet<String>> {
    let mut gone = last_withdrawn(journals, task)?;
    let Some(first) = gone.values().map(|(_, retiree_le)| *retiree_le).min() else { return Ok(HashSet::new()) };
    for day in folder.days.values() {
        let vue = time::of(day.seen());
        if vue <= first || day.judge_by_size()?.state != State::Complete {
            continue;
        }
        day.offres(|text| {
            task.go_on()?;
            let Some(id) = id_of(text) else { return Ok(()) };
            if gone.get(&id).is_some_and(|(jour, retiree_le)| *jour != day.date && vue > *retiree_le) {
                gone.remove(&id);
            }
            Ok(())
        })?;
    }
    Ok(gone.into_keys().collect())
}

/// Those whose last event says so: of which day, and when.
fn last_withdrawn(journals: &[&Journal], task: &Task) -> Result<HashMap<String, (Date, i64)>> {
    let mut last = HashMap::new();
    for journal in journals {
        journal.read(|line| {
            task.go_on()?;
            match line.event.evenement {
                Evenement::Retiree => drop(last.insert(line.event.id.into_owned(), (line.event.jour, line.vue))),
                _ => drop(last.remove(&*line.event.id)),
            }
            Ok(())
        })?;
    }
    Ok(last)
}
