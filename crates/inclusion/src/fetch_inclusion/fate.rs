//! What becomes of each record: kept, or excluded, set aside, not wanted; nothing else.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;

use crate::schema::Kind;

use super::record::Facts;
use super::shelf::Shelf;
use super::wanted::{Chosen, Only};

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// Its source is left out.
    Excluded,
    /// Another is kept in its place, which is the caller's own or not.
    Aside {
        kept: Box<str>,
        own: bool,
    },
    /// It is none of those that are wanted.
    Filtered,
}

/// The fates of a list, by the order of the shelf.
#[derive(Debug, Default)]
pub(super) struct Fates {
    pub(super) fates: Vec<Fate>,
    /// Records of each excluded source.
    pub(super) excluded: BTreeMap<String, u64>,
    /// Services whose structure was not served; none of structures, or where these were not asked for.
    pub(super) orphans: Option<u64>,
}

/// By what the best of several is told.
#[derive(Debug, Clone, Copy)]
struct Rank {
    score: f64,
    date: u64,
    is_excluded: bool,
}

impl Fates {
    pub(super) fn count(&self, is: impl Fn(&Fate) -> bool) -> u64 {
        self.fates.iter().filter(|fate| is(fate)).count() as u64
    }
}

/// Decides about all lists: structures, services, or both in this order.
///
/// # Errors
/// When what is on the disk cannot be read back, or what `go_on` says.
pub(super) fn decide(lists: &[(Kind, Shelf)], chosen: &Chosen, go_on: &dyn Fn() -> Result<()>) -> Result<Vec<Fates>> {
    let find = |kind| lists.iter().find(|(list, _)| *list == kind).map(|(_, shelf)| shelf);
    let mut structures = find(Kind::Structures).map(|shelf| of_structures(shelf, chosen, go_on)).transpose()?;
    let mut services = None;
    if let Some(shelf) = find(Kind::Services) {
        let hosts = find(Kind::Structures).zip(structures.as_ref());
        services = Some(of_services(shelf, hosts, chosen, go_on)?);
    }
    if let Some(only) = &chosen.only {
        if let (Some(shelf), Some(fates)) = (find(Kind::Services), &mut services) {
            filter(shelf, fates, only, |facts, _| {
                only.fits_thematiques(facts.thematiques().iter().map(|value| value.as_ref()))
            })?;
        }
        if let (Some(shelf), Some(fates)) = (find(Kind::Structures), &mut structures) {
            let hosts = find(Kind::Services).zip(services.as_ref()).filter(|_| !only.thematique.is_empty());
            let hosts = hosts.map(|(services, fates)| hosts_of(services, fates, shelf)).transpose()?;
            filter(shelf, fates, only, |_, nth| hosts.as_ref().is_none_or(|hosts| hosts.contains(&nth)))?;
        }
    }
    Ok(structures.into_iter().chain(services).collect())
}

fn of_structures(shelf: &Shelf, chosen: &Chosen, go_on: &dyn Fn() -> Result<()>) -> Result<Fates> {
    let mut fates = Fates::new(shelf.len(), chosen);
    let (mut ranks, mut doubtful) = (Vec::with_capacity(shelf.len()), vec![]);
    each(shelf, go_on, |nth, facts| {
        let is_excluded = fates.exclude(nth, &facts.source(), chosen);
        ranks.push(Rank { score: facts.score(), date: facts.date(), is_excluded });
        if chosen.sets_aside() && !is_excluded && facts.has_doublons() {
            doubtful.push(nth);
        }
        Ok(())
    })?;
    let mut text = vec![];
    for nth in doubtful {
        shelf.read(nth, &mut text)?;
        if let Some(fate) = aside(shelf, nth, &Facts::read(&text)?, &ranks, chosen) {
            fates.fates[nth] = fate;
        }
    }
    Ok(fates)
}

/// Whether another one is kept in the place of a structure, and which.
fn aside(shelf: &Shelf, nth: usize, facts: &Facts<'_>, ranks: &[Rank], chosen: &Chosen) -> Option<Fate> {
    let doublons = facts.doublons();
    let own = doublons.iter().filter(|other| chosen.excludes(&other.source)).map(|other| other.id.as_str()).min();
    if let Some(own) = own {
        return Some(Fate::Aside { kept: own.into(), own: true });
    }
    let better = |one: usize, other: usize| {
        let [a, b] = [ranks[one], ranks[other]];
        let by_rank = b.score.total_cmp(&a.score).then(b.date.cmp(&a.date));
        by_rank.then_with(|| shelf.id(one).cmp(shelf.id(other))).is_lt()
    };
    let served = doublons.iter().filter_map(|other| shelf.find(&other.id));
    let ahead = served.filter(|other| !ranks[*other].is_excluded && better(*other, nth));
    let best = ahead.reduce(|best, other| if better(other, best) { other } else { best })?;
    Some(Fate::Aside { kept: shelf.id(best).into(), own: false })
}

fn of_services(
    shelf: &Shelf,
    structures: Option<(&Shelf, &Fates)>,
    chosen: &Chosen,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<Fates> {
    let mut fates = Fates::new(shelf.len(), chosen);
    fates.orphans = structures.map(|_| 0);
    each(shelf, go_on, |nth, facts| {
        if fates.exclude(nth, &facts.source(), chosen) {
            return Ok(());
        }
        let Some((structures, of_structures)) = structures else { return Ok(()) };
        match structures.find(&facts.structure_id()).map(|structure| &of_structures.fates[structure]) {
            Some(Fate::Aside { kept, own }) => {
                fates.fates[nth] = Fate::Aside { kept: kept.clone(), own: *own };
            }
            Some(_) => {}
            None => *fates.orphans.get_or_insert_default() += 1,
        }
        Ok(())
    })?;
    Ok(fates)
}

/// Lets go of kept records that are not wanted.
fn filter(shelf: &Shelf, fates: &mut Fates, only: &Only, fits: impl Fn(&Facts<'_>, usize) -> bool) -> Result<()> {
    let mut text = vec![];
    for nth in 0..shelf.len() {
        if fates.fates[nth] != Fate::Kept {
            continue;
        }
        shelf.read(nth, &mut text)?;
        let facts = Facts::read(&text)?;
        if !only.fits(&facts.source(), || facts.departement()) || !fits(&facts, nth) {
            fates.fates[nth] = Fate::Filtered;
        }
    }
    Ok(())
}

/// The structures of services that are kept.
fn hosts_of(services: &Shelf, fates: &Fates, structures: &Shelf) -> Result<HashSet<usize>> {
    let (mut hosts, mut text) = (HashSet::new(), vec![]);
    for nth in (0..services.len()).filter(|nth| fates.fates[*nth] == Fate::Kept) {
        services.read(nth, &mut text)?;
        hosts.extend(structures.find(&Facts::read(&text)?.structure_id()));
    }
    Ok(hosts)
}

fn each(
    shelf: &Shelf,
    go_on: &dyn Fn() -> Result<()>,
    mut see: impl FnMut(usize, &Facts<'_>) -> Result<()>,
) -> Result<()> {
    let mut text = vec![];
    for nth in 0..shelf.len() {
        if nth % 4_096 == 0 {
            go_on()?;
        }
        shelf.read(nth, &mut text)?;
        see(nth, &Facts::read(&text)?)?;
    }
    Ok(())
}

impl Fates {
    fn new(records: usize, chosen: &Chosen) -> Self {
        let excluded = chosen.exclude_source.iter().map(|source| (source.clone(), 0)).collect();
        Self { fates: vec![Fate::Kept; records], excluded, orphans: None }
    }

    fn exclude(&mut self, nth: usize, source: &str, chosen: &Chosen) -> bool {
        let is_excluded = chosen.excludes(source);
        if is_excluded {
            self.fates[nth] = Fate::Excluded;
            *self.excluded.entry(source.to_owned()).or_default() += 1;
        }
        is_excluded
    }
}

/// Says which excluded sources no record has.
pub(super) fn warn_of_strangers(all: &[Fates]) {
    let mut found: HashMap<&str, u64> = HashMap::new();
    for (source, records) in all.iter().flat_map(|fates| &fates.excluded) {
        *found.entry(source).or_default() += records;
    }
    let mut strangers: Vec<_> =
        found.into_iter().filter(|(_, records)| *records == 0).map(|(source, _)| source).collect();
    strangers.sort_unstable();
    if !strangers.is_empty() {
        let names = step::name_some(strangers);
        tracing::warn!("no record is of the source {names}, which is to be left out: see whether its name is right");
    }
}

#[cfg(test)]
mod tests;
