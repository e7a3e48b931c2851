//! From the rows to the files of the table, its reports, and what is remembered of both.

mod beside;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Access, Output, OutputSet, Settled};
use jiff::ToSpan;
use jiff::civil::Date;
use report::{FindingsArgs, Levels, name_of};
use serde::{Deserialize, Serialize};

use crate::collect_history::options::Form;
use crate::content::of_bytes;
use crate::merge_offers::account::{Account, Origin};
use crate::merge_offers::lake;
use crate::merge_offers::lines::Lines;
use crate::merge_offers::part::{Part, recall, remember};
use crate::merge_offers::publish::beside::beside;
use crate::merge_offers::publish::order::{appear, order, unions};
use crate::merge_offers::resolve::{Resolved, Shown, day_of};
use crate::merge_offers::row::Keep;
use crate::merge_offers::sheet::Stat;
use crate::merge_offers::source::{Kind, Source};
use crate::merge_offers::target::Target;
use crate::merge_offers::write::Maker;

pub(crate) use beside::claim;

/// What is remembered of one file of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// Of all that its content depends on.
    fingerprint: String,
    /// The file that was written.
    stat: Option<Stat>,
    part: Part,
}

impl Remembered {
    /// Whether it is of that content, and of the file that is there.
    fn is_of(&self, fingerprint: &str, there: Option<Stat>) -> bool {
        self.fingerprint == fingerprint && self.stat == there && there.is_some()
    }
}

/// Where the remarks on the rows of a file stand.
fn remarks_of(memory: &Path) -> PathBuf {
    memory.with_extension("remarks")
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
    let rows: BTreeMap<Date, u64> = days.iter().copied().zip(made.iter().map(|made| made.part.rows)).collect();
    for told in account.days.iter_mut().filter(|told| merged.contains_key(&told.date)) {
        told.rows = rows.get(&told.date).copied();
    }
    let unwanted: Vec<PathBuf> =
        context.lake.files.iter().filter(|(day, _)| !days.contains(day)).map(|(_, path)| path.clone()).collect();
    let (set, levels) =
        beside(set, target, context, account, made.iter().map(|made| (&made.part, remarks_of(&made.memory))))?;
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
    let (there, remarks) = (Stat::of(path), remarks_of(&memory));
    if let Some(Remembered { part, .. }) =
        remembered.filter(|known| known.is_of(&fingerprint, there) && known.part.remarks.is_whole(&remarks))
    {
        maker.progress.add(rows.len() as u64);
        return Ok(Made { path: path.to_owned(), fingerprint, part, staged: None, memory });
    }
    let output = Output::create_with(path, Access::OwnerAndGroup)?;
    let (output, part) =
        maker.write(rows, output, part, Lines::new(remarks), |part| context.origin.told(part, sha256))?;
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
    let is_day = |source: &&Source| source.kind == Kind::Day;
    let merged: BTreeSet<Date> = maker.sources.iter().filter(is_day).map(|source| source.date).collect();
    for told in account.days.iter_mut().filter(|told| merged.contains(&told.date)) {
        told.rows = Some(rows.get(&told.date).map_or(0, |rows| rows.len() as u64));
    }
    let mut part = Part::default();
    if resolved.shown.is_empty() {
        maker.sources.iter().filter(|source| source.kind == Kind::Day).for_each(|source| part.know(source.known.vue));
    }
    let output = set.create(name_of(path))?;
    let remarks = remarks_of(&context.memory.join(name_of(path)));
    let (output, part) = maker
        .write(&resolved.shown, output, part, Lines::new(remarks.clone()), |part| context.origin.told(part, None))?;
    let written = set.put(output)?.clone();
    let before = Stat::of(path);
    let (set, levels) = beside(set, target, context, account, [(&part, remarks)])?;
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
