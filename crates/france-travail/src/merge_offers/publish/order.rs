//! The order in which files of the lake appear, so that no row is nowhere at any instant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Access, Output, Settled};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::merge_offers::lines::Lines;
use crate::merge_offers::part::Part;
use crate::merge_offers::publish::{Around, Made, by_day};
use crate::merge_offers::resolve::day_of;
use crate::merge_offers::write::Maker;

/// Files for a moment: where rows go both ways between two days, one that is renamed first also holds the rows that leave
/// it, until they are where they go.
pub(super) fn unions(
    order: &[Date],
    made: &BTreeMap<Date, Made>,
    maker: &mut Maker<'_>,
    context: &Around<'_>,
) -> Result<BTreeMap<Date, Settled>> {
    let place: BTreeMap<i64, usize> = order.iter().enumerate().map(|(nth, day)| (number_of(*day), nth)).collect();
    let is_late = |(to, from): &&(i64, i64)| place.get(from) < place.get(to) && place.contains_key(from);
    let late: BTreeSet<i64> = maker.resolved.moves.iter().filter(is_late).map(|(_, from)| *from).collect();
    let mut unions = BTreeMap::new();
    for day in order.iter().filter(|day| late.contains(&number_of(**day))) {
        let Some(Made { staged: Some(_), path, .. }) = made.get(day) else { continue };
        let by_day = by_day(&maker.resolved.shown);
        let mut rows = by_day.get(day).copied().unwrap_or_default().to_vec();
        rows.extend(maker.resolved.leaving(number_of(*day)));
        rows.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| maker.resolved.id(a).cmp(maker.resolved.id(b))));
        let output = Output::create_with(path, Access::OwnerAndGroup)?;
        maker.begin_again();
        let (output, _) =
            maker.write(&rows, output, Part::default(), Lines::nowhere(), |part| context.origin.told(part, None))?;
        unions.insert(*day, output.settle()?);
    }
    Ok(unions)
}

/// Renames all files that are new, in an order in which no row is nowhere. How many there are, and in which folders.
pub(super) fn appear(
    order: &[Date],
    made: &mut BTreeMap<Date, Made>,
    mut unions: BTreeMap<Date, Settled>,
) -> Result<(u64, BTreeSet<PathBuf>)> {
    let (mut files_written, mut folders, mut last) = (0, BTreeSet::new(), Vec::new());
    for day in order {
        let Some(staged) = made.get_mut(day).and_then(|made| made.staged.take()) else { continue };
        folders.extend(staged.written().path.parent().map(Path::to_owned));
        files_written += 1;
        match unions.remove(day) {
            Some(union) => {
                union.appear()?;
                last.push(staged);
            }
            None => drop(staged.appear()?),
        }
    }
    for staged in last {
        staged.appear()?;
    }
    Ok((files_written, folders))
}

/// A day, counted from 1970.
fn number_of(day: Date) -> i64 {
    day_of(crate::offre::time::of(day.at(0, 0, 0, 0)))
}

/// The order in which files appear: a row that moves is in its new place first, unless rows go both ways.
pub(super) fn order(days: &BTreeSet<Date>, moves: &BTreeSet<(i64, i64)>) -> Vec<Date> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let mut firsts: BTreeMap<Date, Vec<Date>> = BTreeMap::new();
    for (to, from) in moves {
        firsts.entry(epoch + from.days()).or_default().push(epoch + to.days());
    }
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    for day in days {
        visit(*day, &firsts, &mut seen, &mut order);
    }
    order
}

fn visit(day: Date, firsts: &BTreeMap<Date, Vec<Date>>, seen: &mut BTreeSet<Date>, order: &mut Vec<Date>) {
    // Not by calling itself: rows may move along a chain of any length.
    let mut stack = vec![(day, false)];
    while let Some((day, is_left)) = stack.pop() {
        if is_left {
            order.push(day);
        } else if seen.insert(day) {
            stack.push((day, true));
            stack.extend(
                firsts
                    .get(&day)
                    .into_iter()
                    .flatten()
                    .filter(|first| !seen.contains(first))
                    .map(|first| (*first, false)),
            );
        }
    }
}
