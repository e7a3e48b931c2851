//! Which days are swept, and in which order: the one checked longest ago first.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use jiff::civil::{Date, DateTime};
use step::{ExitCode, Failure, name_some};

use crate::days::{Day, Folder, State};
use crate::mirror_offers::past::Past;

/// The days that a run may sweep.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// Those that are due, in order.
    pub(crate) due: Vec<Due>,
    /// When each complete day was checked last, those that are not due among them.
    pub(crate) checked: BTreeMap<Date, DateTime>,
}

/// A day that is to be swept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) day: Day,
    pub(crate) checked: DateTime,
}

impl Schedule {
    /// Looks at the days of a folder from `since` to `until`, whose size stands for their hash until they are swept. Those
    /// that were swept on `today` are left alone, unless it is forced.
    ///
    /// # Errors
    /// 65 when days or journals are of two services, 2 when they are of another than `service`.
    pub(crate) fn of(
        folder: &Folder,
        past: &Past,
        (since, until): (Date, Date),
        today: Option<Date>,
        service: &str,
    ) -> Result<Self> {
        let (mut unproven, mut services, mut all) = (Vec::new(), past.services.clone(), Vec::new());
        for day in folder.days.range(since..=until).map(|(_, day)| day) {
            let judged = day.judge_by_size()?;
            let preuve = judged.log.as_ref().and_then(|log| log.preuve.as_ref());
            match (judged.state, preuve) {
                (State::Complete, Some(preuve)) => {
                    services.push((preuve.service.clone(), day.data.clone()));
                    let swept = past.sweeps(day.date).iter().map(|sweep| sweep.ended).max();
                    let collected = judged.seen(day.date);
                    let checked = swept.map_or(collected, |swept| swept.max(collected));
                    all.push(Due { day: day.clone(), checked });
                }
                _ => unproven.push(day.date),
            }
        }
        ensure_of(&services, service)?;
        if !unproven.is_empty() {
            tracing::warn!("left alone, since nothing proves what there is of them: {}", name_some(&unproven));
        }
        let checked = all.iter().map(|due| (due.day.date, due.checked)).collect();
        let is_swept = |date: Date| past.sweeps(date).iter().any(|sweep| Some(sweep.on) == today && sweep.is_settled);
        let mut due: Vec<Due> = all.into_iter().filter(|due| !is_swept(due.day.date)).collect();
        due.sort_by_key(|due| (due.checked, due.day.date));
        Ok(Self { due, checked })
    }
}

/// Days of two services have nothing to do with each other: the sandbox's are invented.
fn ensure_of(services: &[(String, impl AsRef<Path>)], asked: &str) -> Result<()> {
    let Some((first, first_file)) = services.first() else { return Ok(()) };
    if let Some((other, other_file)) = services.iter().find(|(other, _)| other != first) {
        let (first_file, other_file) = (first_file.as_ref().display(), other_file.as_ref().display());
        let message = format!(
            "could not mirror days of two services: `{first_file}` is of `{first}`, `{other_file}` of `{other}`"
        );
        return Err(Failure::new(ExitCode::BadInput, message)
            .hint("keep each service's days in a folder of its own")
            .into());
    }
    if first != asked {
        let message = format!(
            "could not mirror `{}`: it was collected from `{first}`, not `{asked}`",
            first_file.as_ref().display()
        );
        let hint = "ask that service, or choose another folder";
        return Err(Failure::new(ExitCode::Usage, message).hint(hint).into());
    }
    Ok(())
}

/// Searches that a sweep of so many offers needs at most.
pub(crate) fn most_searches(offers: u64) -> u64 {
    let pages = offers.div_ceil(150);
    (pages * 103).div_ceil(100) + 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_needs_hardly_more_searches_than_pages() {
        assert_eq!(most_searches(0), 4);
        assert_eq!(most_searches(1), 6);
        assert_eq!(most_searches(50_000), 349);
    }
}
