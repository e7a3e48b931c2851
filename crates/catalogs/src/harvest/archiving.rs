//! What the source has no more: archived once it has been gone for some days, never when the listing may be at fault.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::changes;
use crate::gathering::Gathering;
use crate::item::Finding;
use crate::ledger::Ledger;
use crate::line::Line;
use crate::memory;
use crate::values::tag;
use crate::verdict::{JobError, Listing};

use super::Args;

/// Of fewer datasets, half may well go at once.
const LEAST_FOR_GUARD: u64 = 10;

/// What is decided about the listing as a whole.
#[derive(Debug, Default)]
pub(super) struct Decision {
    /// Whether all that the portal lists was gone through.
    pub(super) is_complete: bool,
    /// Whether the listing itself was whole, though items did not come.
    pub(super) is_listed: bool,
    /// It was cut as it was asked to be.
    pub(super) is_limited: bool,
    /// Nothing was archived though it was time.
    pub(super) is_refused: bool,
    pub(super) errors: Vec<JobError>,
    pub(super) datasets: HashSet<Box<str>>,
    pub(super) dataservices: HashSet<Box<str>>,
}

/// Decides what is archived, and tells what is odd about what came and went.
pub(super) fn decide(args: &Args, now: Timestamp, listing: Listing, gathering: &mut Gathering) -> Result<Decision> {
    let (is_listed, is_limited) = (matches!(listing, Listing::Whole), matches!(listing, Listing::Limited));
    let mut decision = Decision { is_complete: is_listed, is_listed, is_limited, ..Decision::default() };
    match listing {
        Listing::Whole => {}
        Listing::Limited => decision.errors.extend(limited(args)),
        Listing::Incomplete(errors) => decision.errors.extend(errors),
    }
    if gathering.unanswered > 0 {
        decision.is_complete = false;
    }
    let came = gathering.datasets.came();
    if came == 0 {
        gathering.tell(Finding::new("catalogue.empty"))?;
    }
    if !decision.is_complete {
        return Ok(decision);
    }
    // A preview knows nothing, hence misses nothing.
    let active = gathering.datasets.active_before();
    if came == 0 && active > 0 && !args.archive_anyway {
        decision.is_complete = false;
        decision.is_refused = true;
        decision.errors.push(nothing_came(active));
        note_missing(gathering, &HashSet::new())?;
        return Ok(decision);
    }
    decision.archive(args, now, active, gathering)?;
    tell_changed_identifiers(gathering)?;
    note_missing(gathering, &decision.datasets)?;
    Ok(decision)
}

impl Decision {
    fn archive(&mut self, args: &Args, now: Timestamp, active: u64, gathering: &mut Gathering) -> Result<()> {
        let limit = limit(now, args.archive_after);
        let due = |ledger: &Ledger| -> HashSet<Box<str>> {
            let due = ledger.missing().into_iter().filter(|known| known.last_update.as_ref() < limit.as_str());
            due.map(|known| known.remote_id.clone()).collect()
        };
        if !args.no_archive {
            (self.datasets, self.dataservices) = (due(&gathering.datasets), due(&gathering.dataservices));
        }
        let would_go = self.datasets.len() as u64;
        if would_go * 2 > active && active >= LEAST_FOR_GUARD && !args.archive_anyway {
            self.is_refused = true;
            self.errors.push(too_many(would_go, active));
            self.datasets.clear();
            self.dataservices.clear();
            return Ok(());
        }
        let missing = gathering.datasets.missing().len() as u64 - would_go;
        if missing * 2 > active {
            gathering.tell(Finding::new("catalogue.shrunk").value(format!("{missing} / {active}")))?;
        }
        Ok(())
    }
}

/// What was last updated before that, has been gone long enough: 0 h UTC of so many days ago.
fn limit(now: Timestamp, days: u16) -> String {
    let then = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
    TimeZone::UTC.to_datetime(then).strftime("%Y-%m-%dT00:00:00Z").to_string()
}

/// A dataset that is new though one that is missing has its title and an address of a resource, or neither has any.
fn tell_changed_identifiers(gathering: &mut Gathering) -> Result<()> {
    let missing = gathering.datasets.missing();
    if missing.is_empty() {
        return Ok(());
    }
    // By each sign of its own: any number of datasets may have one title.
    let mut by_sign = HashMap::<u64, usize>::new();
    for (nth, known) in missing.iter().enumerate() {
        let Some(line) = gathering.datasets.line_before(&known.remote_id)? else { continue };
        for sign in signs(&line) {
            by_sign.entry(sign).or_insert(nth);
        }
    }
    let mut found = Vec::new();
    for newcomer in gathering.datasets.newcomers() {
        let Some(line) = gathering.datasets.line(newcomer.remote_id)? else { continue };
        let old = signs(&line).filter_map(|sign| by_sign.get(&sign)).min();
        if let Some(old) = old {
            found.push((newcomer.item, newcomer.remote_id.to_owned(), missing[*old].remote_id.to_string()));
        }
    }
    for (item, remote_id, old) in found {
        gathering.warn_later(item, &remote_id, Finding::new("identifier.changed").value(old))?;
    }
    Ok(())
}

/// By what a dataset is recognised: its title as a slug with each address of a resource, or with none.
fn signs(line: &Line) -> impl Iterator<Item = u64> {
    #[derive(serde::Deserialize)]
    struct Url {
        url: String,
    }
    let urls = line.field::<Vec<Url>>("resources").unwrap_or_default();
    let urls: Vec<_> = match urls.is_empty() {
        true => vec![String::new()],
        false => urls.into_iter().map(|resource| resource.url).collect(),
    };
    let title = tag::slug(&title_of(line));
    urls.into_iter().map(move |url| memory::number_of(&format!("{title} {url}")))
}

pub(super) fn title_of(line: &Line) -> String {
    line.field::<String>("title").unwrap_or_default()
}

/// Counts and names what is missing, and what is archived now.
fn note_missing(gathering: &mut Gathering, archived: &HashSet<Box<str>>) -> Result<()> {
    let Gathering { datasets, changes: counts, names, .. } = gathering;
    for known in datasets.missing() {
        let names = match archived.contains(&known.remote_id) {
            true => &mut names.archived,
            false => {
                counts.missing += 1;
                &mut names.missing
            }
        };
        if names.len() < changes::NAMED {
            let title = datasets.line_before(&known.remote_id)?.map(|line| title_of(&line)).unwrap_or_default();
            changes::add(names, &known.remote_id, || title, &[]);
        }
    }
    Ok(())
}

fn limited(args: &Args) -> Option<JobError> {
    let most = args.max_items?;
    Some(JobError::new(
        format!("Seuls {most} éléments étaient demandés (`--max-items`) : le reste du catalogue n'a pas été lu."),
        format!("only {most} items were wanted (`--max-items`): the rest of the catalogue was not read"),
    ))
}

fn nothing_came(active: u64) -> JobError {
    let error = JobError::new(
        format!(
            "Le catalogue ne contient plus aucun jeu de données, alors que {active} sont connus : rien n'est archivé."
        ),
        format!("no dataset came though {active} are known: nothing is archived"),
    );
    error.hint(
        "Vérifiez l'export du catalogue ; si le portail est vraiment vide, ajoutez `--archive-anyway`.",
        "check the export of the catalogue; if the portal is really empty, add `--archive-anyway`",
    )
}

fn too_many(would_go: u64, active: u64) -> JobError {
    let error = JobError::new(
        format!("{would_go} jeux de données sur {active} seraient archivés, plus de la moitié : rien n'est archivé."),
        format!("{would_go} of {active} datasets would be archived, more than half: nothing is archived"),
    );
    error.hint(
        "Vérifiez l'export du catalogue et ses identifiants ; si tout est voulu, ajoutez `--archive-anyway`.",
        "check the export of the catalogue and its identifiers; if that is meant, add `--archive-anyway`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_midnight() {
        let at = |now: &str, days| limit(now.parse().unwrap(), days);
        assert_eq!(at("2026-03-08T10:00:00Z", 7), "2026-03-01T00:00:00Z");
        assert_eq!(at("2026-03-09T00:00:00Z", 7), "2026-03-02T00:00:00Z");
        assert_eq!(at("2026-03-01T23:59:59Z", 0), "2026-03-01T00:00:00Z");
    }
}
