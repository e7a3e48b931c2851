//! From the rows to the files of the table, its reports, and what is remembered of both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{Access, Output, OutputSet, Settled};
use jiff::ToSpan;
use jiff::civil::Date;
use report::{Findings, FindingsArgs, Levels, Names, RuleEntry, name_of};
use serde::{Deserialize, Serialize};
use tables::CsvWriter;

use crate::collect_history::options::Form;
use crate::merge_offers::account::{Account, Origin};
use crate::merge_offers::content::of_bytes;
use crate::merge_offers::gather::{Kind, Source};
use crate::merge_offers::page::page;
use crate::merge_offers::part::{Part, recall, remember};
use crate::merge_offers::resolve::{Resolved, Shown, day_of};
use crate::merge_offers::row::Keep;
use crate::merge_offers::sheet::Stat;
use crate::merge_offers::target::Target;
use crate::merge_offers::tell::{join_findings, remarks, rules};
use crate::merge_offers::write::Maker;
use crate::merge_offers::{STEP, lake};

/// What is remembered of one file of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// Of all that its content depends on.
    fingerprint: String,
    /// The file that was written.
    stat: Option<Stat>,
    part: Part,
}

/// A file of the table after the run.
#[derive(Debug)]
struct Made {
    path: PathBuf,
    fingerprint: String,
    part: Part,
    /// None: what is there is as it should be.
    staged: Option<Settled>,
    /// Where it is remembered.
    memory: PathBuf,
}

/// What was published.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) part: Part,
    pub(crate) levels: Levels,
    pub(crate) bytes: u64,
    pub(crate) sha256: Option<String>,
    pub(crate) files_written: u64,
    /// Whether nothing at all was written.
    pub(crate) unchanged: bool,
    /// All files of the table and beside it.
    pub(crate) files: Vec<PathBuf>,
}

/// Writes the lake and what stands beside it.
pub(crate) fn lake(
    dir: &Path,
    set: OutputSet,
    target: &Target,
    context: &Around<'_>,
    maker: &mut Maker<'_>,
    account: &mut Account,
) -> Result<Published> {
    let by_day = by_day(&maker.resolved.shown);
    let merged: BTreeMap<Date, &Source> = maker
        .sources
        .iter()
        .filter(|source| source.kind != Kind::Journal)
        .map(|source| (source.date, source))
        .collect();
    let days: BTreeSet<Date> = merged.keys().copied().chain(by_day.keys().copied()).collect();
    let mut made = Vec::with_capacity(days.len());
    for day in &days {
        let rows = by_day.get(day).copied().unwrap_or_default();
        let sha256 = merged.get(day).map(|source| source.known.sha256.as_str()).filter(|sha256| !sha256.is_empty());
        let path = lake::path(dir, *day, maker.form);
        let memory = context.memory.join(format!("jour-{day}.part"));
        let mut part = Part::default();
        if rows.is_empty()
            && let Some(source) = merged.get(day)
        {
            part.know(source.known.vue);
        }
        made.push(make(maker, rows, &path, memory, part, sha256, context)?);
    }
    for told in &mut account.days {
        let rows = made.iter().find(|made| made.path == lake::path(dir, told.date, maker.form));
        told.rows = rows.filter(|_| merged.contains_key(&told.date)).map(|made| made.part.rows);
    }
    let unwanted: Vec<PathBuf> =
        context.lake.files.iter().filter(|(day, _)| !days.contains(day)).map(|(_, path)| path.clone()).collect();
    let (set, levels) = beside(set, target, context, account, made.iter().map(|made| &made.part))?;
    let order = order(&days, &maker.resolved.moves);
    let mut made: BTreeMap<Date, Made> = days.iter().copied().zip(made).collect();
    let unions = unions(&order, &made, maker, context)?;
    let (files_written, folders) = appear(&order, &mut made, unions)?;
    for path in &unwanted {
        files::remove(path)?;
        lake::remove_empty(path);
    }
    folders.iter().try_for_each(|folder| files::sync_folder(folder))?;
    let committed = set.commit()?;
    let mut bytes = 0;
    let mut files: Vec<PathBuf> = committed.files.iter().map(|file| file.path.clone()).collect();
    for made in made.into_values() {
        let stat = Stat::of(&made.path);
        bytes += fs::metadata(&made.path).map_or(0, |there| there.len());
        files.push(made.path.clone());
        let remembered = Remembered { fingerprint: made.fingerprint, stat, part: made.part };
        remember(&made.memory, &remembered)?;
    }
    let unchanged = committed.unchanged && files_written == 0 && unwanted.is_empty();
    Ok(Published { part: account.part.clone(), levels, bytes, sha256: None, files_written, unchanged, files })
}

/// What all files of a run share.
pub(crate) struct Around<'c> {
    pub(crate) memory: &'c Path,
    pub(crate) lake: &'c lake::Lake,
    pub(crate) findings: &'c FindingsArgs,
    pub(crate) origin: Origin,
    pub(crate) keep: Keep,
    pub(crate) form: Form,
    /// Of flags and references: what each file depends on besides its rows.
    pub(crate) settings: String,
    pub(crate) verifies: bool,
}

/// One file of the lake: as it is there, or anew.
fn make(
    maker: &mut Maker<'_>,
    rows: &[Shown],
    path: &Path,
    memory: PathBuf,
    part: Part,
    sha256: Option<&str>,
    context: &Around<'_>,
) -> Result<Made> {
    let fingerprint = fingerprint(maker, rows, &context.settings, sha256);
    let remembered: Option<Remembered> = recall(&memory).filter(|_| !context.verifies);
    let there = Stat::of(path);
    if let Some(Remembered { part, .. }) =
        remembered.filter(|known| known.fingerprint == fingerprint && known.stat == there && there.is_some())
    {
        maker.progress.add(rows.len() as u64);
        return Ok(Made { path: path.to_owned(), fingerprint, part, staged: None, memory });
    }
    let output = Output::create_with(path, Access::OwnerAndGroup)?;
    let (output, part) = maker.write(rows, output, part, |part| context.origin.told(part, sha256))?;
    let settled = output.settle()?;
    let is_there = files::is_there(settled.written(), Access::OwnerAndGroup)?;
    let staged = if is_there { None } else { Some(settled) };
    Ok(Made { path: path.to_owned(), fingerprint, part, staged, memory })
}

/// Of all that rows depend on.
fn fingerprint(maker: &Maker<'_>, rows: &[Shown], settings: &str, sha256: Option<&str>) -> String {
    let mut bytes = Vec::with_capacity(64 << 10);
    let mut hash = of_bytes(format!("{settings}\n{}", sha256.unwrap_or_default()).as_bytes());
    for shown in rows {
        let source = &maker.sources[shown.source as usize];
        if source.kind != Kind::Archive {
            bytes.extend_from_slice(source.name().as_bytes());
            bytes.extend_from_slice(&shown.place.record.to_le_bytes());
        }
        bytes.push(0);
        bytes.extend_from_slice(maker.resolved.id(shown).as_bytes());
        for number in [shown.created, shown.vue, shown.first, shown.last, i64::from(shown.versions)] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&shown.content.to_le_bytes());
        bytes.push(u8::from(shown.is_proven));
        if let Some(gone) = maker.resolved.gone(shown) {
            bytes.extend_from_slice(&gone.retiree_le.to_le_bytes());
            bytes.extend_from_slice(gone.preuve.as_bytes());
        }
        if bytes.len() > 32 << 10 {
            bytes.extend_from_slice(&hash.to_le_bytes());
            hash = of_bytes(&bytes);
            bytes.clear();
        }
    }
    bytes.extend_from_slice(&hash.to_le_bytes());
    format!("{:016x}-{}", of_bytes(&bytes), rows.len())
}

fn by_day(shown: &[Shown]) -> BTreeMap<Date, &[Shown]> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = shown.chunk_by(|a, b| day_of(a.created) == day_of(b.created));
    days.map(|rows| (epoch + day_of(rows[0].created).days(), rows)).collect()
}

/// Files for a moment: where rows go both ways between two days, one that is renamed first also holds the rows that leave
/// it, until they are where they go.
fn unions(
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
        let (output, _) = maker.write(&rows, output, Part::default(), |part| context.origin.told(part, None))?;
        unions.insert(*day, output.settle()?);
    }
    Ok(unions)
}

/// Renames all files that are new, in an order in which no row is nowhere. How many there are, and in which folders.
fn appear(
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
fn order(days: &BTreeSet<Date>, moves: &BTreeSet<(i64, i64)>) -> Vec<Date> {
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

/// Writes one file, and what stands beside it.
pub(crate) fn file(
    path: &Path,
    mut set: OutputSet,
    target: &Target,
    context: &Around<'_>,
    maker: &mut Maker<'_>,
    account: &mut Account,
) -> Result<Published> {
    let resolved: &Resolved = maker.resolved;
    let rows = by_day(&resolved.shown);
    for told in &mut account.days {
        let is_merged = maker.sources.iter().any(|source| source.kind == Kind::Day && source.date == told.date);
        told.rows = is_merged.then(|| rows.get(&told.date).map_or(0, |rows| rows.len() as u64));
    }
    let mut part = Part::default();
    if resolved.shown.is_empty() {
        maker.sources.iter().filter(|source| source.kind == Kind::Day).for_each(|source| part.know(source.known.vue));
    }
    let output = set.create(name_of(path))?;
    let (output, part) = maker.write(&resolved.shown, output, part, |part| context.origin.told(part, None))?;
    let written = set.put(output)?.clone();
    let before = Stat::of(path);
    let (set, levels) = beside(set, target, context, account, [&part])?;
    let committed = set.commit()?;
    Ok(Published {
        part: account.part.clone(),
        levels,
        bytes: written.bytes,
        sha256: Some(written.sha256),
        files_written: u64::from(before != Stat::of(path)),
        unchanged: committed.unchanged,
        files: committed.files.into_iter().map(|file| file.path).collect(),
    })
}

/// Names of what may stand beside the table, in the order in which they appear.
pub(crate) fn claim(target: &Target) -> Result<OutputSet> {
    let Names { rejects, findings, page, report } = target.names();
    let licence = target.licence();
    let beside = [&licence, &rejects, &findings, &page, &report].map(|path| name_of(path).to_owned());
    let table = match target {
        Target::Lake(_) => None,
        Target::File(file) => Some(name_of(file).to_owned()),
    };
    OutputSet::claim(target.folder(), beside.into_iter().chain(table), Access::OwnerAndGroup)
}

/// Writes licence, rejects, findings, page and report into their set.
fn beside<'p>(
    mut set: OutputSet,
    target: &Target,
    context: &Around<'_>,
    account: &mut Account,
    parts: impl IntoIterator<Item = &'p Part>,
) -> Result<(OutputSet, Levels)> {
    let names = target.names();
    let mut findings = Findings::new(rules(context.findings.lang), context.findings, set.folder());
    let rejected = remarks(&mut findings, &account.sources, parts, &mut account.part)?;
    join_findings(&mut findings, &account.part.joins)?;
    account.records.written = account.part.rows;
    set.write(name_of(&target.licence()), context.origin.page(&account.part, account.keep).as_bytes())?;
    if !rejected.is_empty() {
        let output = set.create(name_of(&names.rejects))?;
        let mut csv = CsvWriter::with_mark(output, ',').context("could not write the rejected elements")?;
        let mut write = |cells: [&str; 5]| csv.write(cells).context("could not write the rejected elements");
        write(["file", "record", "rule", "message", "id"])?;
        for (file, record, rule, message, id) in &rejected {
            write([file, &record.to_string(), rule, message, id])?;
        }
        set.put(csv.finish().context("could not write the rejected elements")?)?;
    }
    let levels = findings.levels();
    let entries = write_findings(&mut set, &names, findings)?;
    let html = page(account, context.findings.lang).write(STEP, levels, &entries)?;
    set.write(name_of(&names.page), html.as_bytes())?;
    let mut text =
        serde_json::to_vec_pretty(&account.report(levels, &entries)).context("could not write the report as JSON")?;
    text.push(b'\n');
    set.write(name_of(&names.report), &text)?;
    Ok((set, levels))
}

fn write_findings(set: &mut OutputSet, names: &Names, findings: Findings) -> Result<Vec<RuleEntry>> {
    if findings.is_empty() {
        return Ok(vec![]);
    }
    let mut output = set.create(name_of(&names.findings))?;
    let entries = findings.finish(&mut output).context("could not write the findings")?;
    output.flush().context("could not write the findings")?;
    set.put(output)?;
    Ok(entries)
}
