//! What the links come to: by source, by pair of sources, for FILE.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use serde::Serialize;

use super::entries::Entries;
use crate::linkage::{Class, Link};

/// Records, and what share of all they are, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Inside {
    pub(super) records: u64,
    pub(super) percent: f64,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct SourceFigures {
    pub(super) source: String,
    pub(super) own: bool,
    pub(super) records: u64,
    /// Those with a match in the same source.
    pub(super) inside: Inside,
}

/// Two sources with a link.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct PairFigures {
    pub(super) source_1: String,
    pub(super) source_2: String,
    pub(super) nb_1: u64,
    pub(super) nb_2: u64,
    pub(super) percent_1: f64,
    pub(super) percent_2: f64,
    pub(super) lie_1: u64,
    pub(super) lie_2: u64,
}

/// FILE: what of it the others have too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct OwnFigures {
    pub(super) records: u64,
    /// With a match in another source.
    pub(super) common: u64,
    /// With no such, but a `lie`.
    pub(super) linked: u64,
    pub(super) alone: u64,
    /// With a match in the same source.
    pub(super) inside: u64,
}

/// Links by class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct LinkFigures {
    pub(super) r#match: u64,
    pub(super) lie: u64,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figures {
    pub(super) sources: Vec<SourceFigures>,
    pub(super) pairs: Vec<PairFigures>,
    pub(super) own: OwnFigures,
    pub(super) links: LinkFigures,
}

/// What a record has in its own source and in others.
#[derive(Debug, Clone, Copy, Default)]
struct Has {
    inside: bool,
    common: bool,
    linked: bool,
}

impl Figures {
    pub(super) fn count(entries: &Entries, links: &[Link]) -> Self {
        let mut has = vec![Has::default(); entries.len()];
        // Records with a link of a class to a source: each counts once.
        let mut towards: HashMap<(u32, usize), [bool; 2], FixedState> = HashMap::default();
        let mut classes = LinkFigures::default();
        for link in links {
            let is_match = link.class == Class::Match;
            *(if is_match { &mut classes.r#match } else { &mut classes.lie }) += 1;
            let is_inside = entries.source(link.left as usize) == entries.source(link.right as usize);
            for (one, two) in [(link.left, link.right), (link.right, link.left)] {
                let here = &mut has[one as usize];
                here.inside |= is_match && is_inside;
                here.common |= is_match && !is_inside;
                here.linked |= !is_match && !is_inside;
                if !is_inside {
                    let classes = towards.entry((one, entries.source(two as usize))).or_default();
                    classes[usize::from(!is_match)] = true;
                }
            }
        }
        let counts = count_sources(entries, &has);
        let pairs = count_pairs(entries, &towards, &counts);
        let sources = (0..entries.source_count()).filter(|source| counts[*source].records > 0);
        let mut sources: Vec<SourceFigures> = sources
            .map(|source| SourceFigures {
                source: entries.source_name(source).to_owned(),
                own: counts[source].is_own,
                records: counts[source].records,
                inside: Inside {
                    records: counts[source].inside,
                    percent: percent(counts[source].inside, counts[source].records),
                },
            })
            .collect();
        sources.sort_by(|one, two| one.source.cmp(&two.source));
        Self { sources, pairs, own: count_own(&has[..entries.own_len()]), links: classes }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct SourceCount {
    records: u64,
    inside: u64,
    is_own: bool,
}

fn count_sources(entries: &Entries, has: &[Has]) -> Vec<SourceCount> {
    let mut counts = vec![SourceCount::default(); entries.source_count()];
    for (nth, has) in has.iter().enumerate() {
        let count = &mut counts[entries.source(nth)];
        count.records += 1;
        count.inside += u64::from(has.inside);
        count.is_own |= entries.is_own(nth);
    }
    counts
}

/// Two sources, and records by side and class.
type Sums = ([usize; 2], [[u64; 2]; 2]);

fn count_pairs(
    entries: &Entries,
    towards: &HashMap<(u32, usize), [bool; 2], FixedState>,
    counts: &[SourceCount],
) -> Vec<PairFigures> {
    // By the names of two sources: matches and `lie` of the first in the second, then of the second in the first.
    let mut pairs: BTreeMap<[&str; 2], Sums> = BTreeMap::new();
    for ((record, other), classes) in towards {
        let source = entries.source(*record as usize);
        let (name, other_name) = (entries.source_name(source), entries.source_name(*other));
        let is_second = usize::from(name > other_name);
        let (names, sources) = match is_second {
            0 => ([name, other_name], [source, *other]),
            _ => ([other_name, name], [*other, source]),
        };
        let (_, sums) = pairs.entry(names).or_insert((sources, [[0; 2]; 2]));
        for class in 0..2 {
            sums[is_second][class] += u64::from(classes[class]);
        }
    }
    let figures = pairs.into_iter().map(|([one, two], (sources, sums))| PairFigures {
        source_1: one.to_owned(),
        source_2: two.to_owned(),
        nb_1: sums[0][0],
        nb_2: sums[1][0],
        percent_1: percent(sums[0][0], counts[sources[0]].records),
        percent_2: percent(sums[1][0], counts[sources[1]].records),
        lie_1: sums[0][1],
        lie_2: sums[1][1],
    });
    figures.collect()
}

fn count_own(has: &[Has]) -> OwnFigures {
    let count = |is: fn(&Has) -> bool| has.iter().filter(|has| is(has)).count() as u64;
    OwnFigures {
        records: has.len() as u64,
        common: count(|has| has.common),
        linked: count(|has| !has.common && has.linked),
        alone: count(|has| !has.common && !has.linked),
        inside: count(|has| has.inside),
    }
}

/// With two decimals, half up: of whole numbers, so that no rounding of ours comes in between.
fn percent(part: u64, of: u64) -> f64 {
    let (part, of) = (u128::from(part), u128::from(of.max(1)));
    ((part * 20_000 + of) / (2 * of)) as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_half_up() {
        for (part, of, expected) in
            [(1, 3, 33.33), (2, 3, 66.67), (1, 800, 0.13), (1, 16, 6.25), (0, 0, 0.0), (7, 7, 100.0)]
        {
            assert_eq!(percent(part, of), expected, "{part} of {of}");
        }
    }
}
