//! From lists that are complete to files that are in place, and the receipt.

use std::path::PathBuf;

use anyhow::Result;
use step::{Outcome, Task};

use crate::schema::Kind;

use super::changes::{self, Changes};
use super::fate;
use super::folder::Folder;
use super::lists::Fetched;
use super::outcome::{self, Log, Names};
use super::wanted::Chosen;
use super::{Counts, Receipt};

/// Lists that are complete, and what is to be made of them.
pub(super) struct Ending {
    pub(super) folder: Folder,
    pub(super) chosen: Chosen,
    pub(super) fetched: Fetched,
    /// With `--since-last`: the last run's records of each list, if there was a run.
    pub(super) last: Option<Vec<Option<PathBuf>>>,
    pub(super) from: Vec<String>,
    pub(super) skip_unchanged: bool,
}

impl Ending {
    /// # Errors
    /// 65 when a last file is not as it was written, 74 when the disk refuses, or that a signal came.
    pub(super) fn end(self, task: &Task) -> Result<Outcome<Receipt>> {
        let Self { folder, chosen, fetched, last, from, skip_unchanged } = self;
        let go_on = || task.go_on();
        let Fetched { lists, courses } = fetched;
        let all = fate::decide(&lists, &chosen, &go_on)?;
        fate::warn_of_strangers(&all);
        let mut sets = folder.claim_outputs()?;
        let (mut logs, mut changes) = (vec![], last.as_ref().map(|_| Changes::default()));
        for (nth, (((kind, shelf), fates), course)) in lists.iter().zip(&all).zip(courses).enumerate() {
            let names = Names::of(*kind);
            let mut log = Log::new(shelf, fates, &chosen, course);
            outcome::write_records(shelf, fates, &mut log, &names, &mut sets.data, &go_on)?;
            if let (Some(last), Some(changes)) = (&last, &mut changes) {
                let (more, sha256) =
                    changes::write(last[nth].as_deref(), shelf, fates, &names.changes, &mut sets.changes, &go_on)?;
                changes.add(more);
                log.files.insert(names.changes.clone(), sha256);
            }
            sets.logs.write(&names.log, &log.text()?)?;
            logs.push((*kind, log));
        }
        let hashes: Vec<_> = logs.iter().map(|(_, log)| &log.files).collect();
        go_on()?;
        let unchanged = folder.commit(sets, &hashes)?;
        if unchanged && skip_unchanged {
            return Ok(Outcome::NothingNew("the records are those of the last run".to_owned()));
        }
        Ok(Outcome::Done(receipt(&folder, &logs, changes, from)?.unchanged(unchanged)))
    }
}

fn receipt(
    folder: &Folder,
    logs: &[(Kind, Log<'_>)],
    changes: Option<Changes>,
    from: Vec<String>,
) -> Result<step::Receipt<Receipt>> {
    let counts = |kind| logs.iter().find(|(list, _)| *list == kind).map(|(_, log)| Counts::of(log));
    let sum = |count: fn(&Log<'_>) -> u64| logs.iter().map(|(_, log)| count(log)).sum();
    let files = logs.iter().flat_map(|(kind, log)| log.files.keys().cloned().chain([Names::of(*kind).log]));
    let own = Receipt {
        from,
        structures: counts(Kind::Structures),
        services: counts(Kind::Services),
        changes,
        requests: sum(|log| log.requests()),
        retries: sum(|log| log.retries()),
        reloads: sum(|log| log.reloads()),
        files: files.collect(),
    };
    let records = sum(|log| log.kept);
    Ok(match logs {
        [(kind, log)] => {
            let name = Names::of(*kind).data;
            let path = folder.path.join(&name);
            let bytes = std::fs::metadata(&path).map_err(|error| files::unreadable(&path, error))?.len();
            let sha256 = log.files.get(&name).cloned().unwrap_or_default();
            step::Receipt::new(path, own).bytes(bytes).sha256(sha256)
        }
        _ => step::Receipt::new(&folder.path, own),
    }
    .records(records))
}

impl Counts {
    fn of(log: &Log<'_>) -> Self {
        Self {
            served: log.served,
            kept: log.kept,
            excluded: log.excluded.values().sum(),
            doublons: log.doublons.map(|doublons| doublons.own + doublons.others),
            orphans: log.orphans,
            filtered: log.filtered,
        }
    }
}
