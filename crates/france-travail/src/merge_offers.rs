//! `merge-offers`: the daily files of offers as one table, one row an offer.
//!
//! - **Input**: the folder of `offres-{date}.json` with their logs, and of the journals of `mirror-offers`; the references
//!   that other steps wrote.
//! - **Output**: a lake, `offres/annee=/mois=/offres-{day}.parquet` (or CSV, JSON Lines), or one file; beside it a report, a
//!   page, findings, rejects, and what is to be said of the licence.
//! - **Failures**: 2 flags that cannot be meant so; 65 days that are missing, not proven or altered, days of two services, a
//!   reference that breaks a rule, with `--strict` an element that was rejected; 66 no days, no reference; 74 the disk
//!   refuses; 75 another run is at it, or a file changed meanwhile.
//!
//! Each file is read once (`gather`), as a stream: who is in it goes into a sheet, sorted by identifier (`sheet`), which is
//! remembered. The sheets are merged (`resolve`) into the rows to be, small entries in memory; each file of the table whose
//! rows are others than before is then written from the elements themselves, read back in order (`write`). What there is to
//! tell of elements and rows waits on the disk meanwhile (`lines`).

mod account;
mod archive;
mod days;
mod form;
mod gather;
mod head;
mod lake;
mod lines;
mod more;
mod page;
mod part;
mod publish;
mod resolve;
mod row;
mod sheet;
mod target;
mod tell;
mod window;
mod write;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, ValueEnum};
use files::Lock;
use jiff::civil::Date;
use report::{FindingsArgs, Levels, Records};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task};

use crate::article7;
use crate::collect_history::options::Form;
use crate::days::Folder;
use crate::joins::{JoinArgs, References};
use crate::merge_offers::account::{Account, Origin};
use crate::merge_offers::days::{Before, Days, Earlier, Told};
use crate::merge_offers::gather::{Kind, Memory, Source};
use crate::merge_offers::lake::Lake;
use crate::merge_offers::part::{Part, recall, remember};
use crate::merge_offers::publish::{Around, Published};
use crate::merge_offers::resolve::Resolved;
use crate::merge_offers::row::Keep;
use crate::merge_offers::sheet::Stat;
use crate::merge_offers::target::Target;
use crate::merge_offers::tell::SourceTold;
use crate::merge_offers::write::Maker;

pub(crate) const STEP: &str = "merge-offers";

/// Where it is remembered what the report says of its days.
const TOLD: &str = "told";

/// Changes when the same input gives other bytes.
const VERSION: u32 = 1;

/// Merge the daily files of offers into one table, one row an offer, each day checked against its proof.
#[derive(Debug, Parser)]
#[command(name = "merge-offers", version)]
pub struct Args {
    /// Folder of the days, or one of its files; `-`: the receipt of the step before; by default `offre_emploi` below the root
    #[arg(value_name = "FOLDER|-")]
    folder: Option<Input>,
    /// First day; by default the first that there is
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Last day; by default the last that there is
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Form of the table; by default Parquet, or that of `--output`'s extension
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Folder of the table, one file a day; by default `offres` below the root
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    dir: Option<PathBuf>,
    /// One file in place of a folder: `.parquet`, `.csv` or `.jsonl`
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to do where a day of the period is missing
    #[arg(long, value_enum, default_value_t)]
    missing: Missing,
    /// What to do where a day is not proven; altered ones are left out at best
    #[arg(long, value_enum, default_value_t)]
    unproven: Unproven,
    /// A field that withdrawn offers keep: `intitule`, `origineOffre.urlOrigine`
    #[arg(long, value_name = "PATH")]
    keep: Vec<String>,
    #[command(flatten)]
    joins: JoinArgs,
    /// Read all days again, and the files of the table
    #[arg(long)]
    verify: bool,
    /// Fail, after writing, if an element was rejected
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    findings: FindingsArgs,
    #[command(flatten)]
    root: RootArgs,
}

/// What to do where a day is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
pub(crate) enum Missing {
    /// Fail
    #[default]
    Refuse,
    /// Go over it
    Allow,
}

/// What to do where a day is not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
pub(crate) enum Unproven {
    /// Fail
    #[default]
    Refuse,
    /// Leave it out
    Skip,
    /// Take it as it is
    Keep,
}

/// What the receipt of `merge-offers` says besides the common keys.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// `parquet`, `csv` or `jsonl`.
    format: String,
    /// First day.
    since: String,
    /// Last day.
    until: String,
    /// Days merged.
    days: u64,
    /// Days that are missing.
    days_missing: u64,
    /// Days and journals that are not proven, or altered.
    days_unproven: u64,
    /// Files of the table that this run wrote.
    files_written: u64,
    /// Offers that were withdrawn.
    withdrawn: u64,
    /// Elements that can be no row.
    rejected: u64,
    /// Offers whose code is in no reference, by join.
    unmatched: BTreeMap<String, u64>,
    /// Findings by level.
    findings: BTreeMap<String, u64>,
    /// The report.
    report: String,
}

/// What is remembered of a whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    /// Of all that it depends on.
    inputs: String,
    files: Vec<(String, Option<Stat>)>,
    bytes: u64,
    sha256: Option<String>,
    records: u64,
    receipt: Receipt,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Merges the days.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let folder = folder(&args, &task).await?;
    task.blocking(move |task| merge(&args, &folder, task)).await
}

/// Looks whether the folder is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let default = || Input::Path(args.root.join("offre_emploi"));
    args.folder.clone().unwrap_or_else(default).check()
}

async fn folder(args: &Args, task: &Task) -> Result<PathBuf> {
    match &args.folder {
        Some(input) => Ok(input.read(task).await?.path),
        None => Ok(args.root.join("offre_emploi")),
    }
}

fn merge(args: &Args, folder: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    let (target, form) = Target::choose(args)?;
    let keep = keep(&args.keep)?;
    let folder = Folder::list(folder)?;
    let (_lock, set) = (lock(&target)?, publish::claim(&target)?);
    let table = Table { lake: list(&target, form)?, earlier: earlier(&target), form };
    let memory = Memory { folder: target.memory(), verifies: args.verify };
    let remembered = memory.folder.join("run");
    let inputs = inputs(args, &folder, form, &table.lake);
    if let Some(run) = recall::<Run>(&remembered).filter(|run| !args.verify && is_same(run, &inputs)) {
        tracing::info!("nothing is new: `{}` is as it should be", target.path().display());
        let Receipt { days_missing, days_unproven, .. } = &run.receipt;
        if days_missing + days_unproven > 0 {
            tracing::warn!("{days_missing} days are missing and {days_unproven} not proven, as was allowed");
        }
        return done(args, &target, run, true);
    }
    let references = References::open(&args.joins, &args.root)?;
    let is_new = !memory.folder.exists();
    let days = gather(args, &folder, &table, &memory, task).inspect_err(|_| {
        if is_new {
            // Nothing was there before, and nothing is.
            let _ = std::fs::remove_dir_all(&memory.folder);
        }
    })?;
    let resolved = resolve::resolve(&days.sources, (days.since, days.until))?;
    let around = around(args, &memory, &table, &references, keep, days.is_invented);
    let (published, records) = publish(&target, set, &folder, &days, &resolved, &references, &around, task)?;
    let receipt = receipt(&target, form, &days, &published, records)?;
    note_end(&target, &published, &receipt);
    remember_told(&target)?;
    forget(&memory, &days, &published);
    let files = published.files.iter().map(|path| (path.display().to_string(), Stat::of(path))).collect();
    let Published { bytes, sha256, part, unchanged, .. } = published;
    // What the lake holds now is part of what the next run finds.
    let inputs = crate::merge_offers::inputs(args, &folder, form, &list(&target, form)?);
    let run = Run { inputs, files, bytes, sha256, records: part.rows, receipt };
    remember(&remembered, &run)?;
    done(args, &target, run, unchanged)
}

/// What is there of the table.
struct Table {
    lake: Lake,
    earlier: Earlier,
    form: Form,
}

fn keep(paths: &[String]) -> Result<Keep> {
    article7::fields_but(paths)?;
    let keeps = |field: &str| paths.iter().any(|path| path == field);
    Ok(Keep { intitule: keeps("intitule"), url_origine: keeps("origineOffre.urlOrigine") })
}

/// One run at a time; what a killed one had begun is removed.
fn lock(target: &Target) -> Result<Option<Lock>> {
    let Target::Lake(dir) = target else { return Ok(None) };
    let lock = Lock::claim(dir)?;
    lake::remove_staged(dir)?;
    Ok(Some(lock))
}

fn list(target: &Target, form: Form) -> Result<Lake> {
    match target {
        Target::Lake(dir) => Lake::list(dir, form),
        Target::File(_) => Ok(Lake::default()),
    }
}

/// What the report of the earlier run says of its days, or said before it was lost; one file is made of what there is.
fn earlier(target: &Target) -> Earlier {
    match target {
        Target::Lake(_) => Told::read(&target.names().report).or_else(|| recall(&target.memory().join(TOLD))),
        Target::File(_) => None,
    }
}

/// Remembers what the report says of its days.
fn remember_told(target: &Target) -> Result<()> {
    match (target, Told::read(&target.names().report)) {
        (Target::Lake(_), Some(told)) => remember(&target.memory().join(TOLD), &told),
        _ => Ok(()),
    }
}

/// All that a run depends on, but what is in the files: who, how large, of when.
fn inputs(args: &Args, folder: &Folder, form: Form, lake: &Lake) -> String {
    let references = args.joins.paths(&args.root).into_iter().map(|path| (Stat::of(&path), path));
    let days = folder.days.values().map(|day| (day.date, Stat::of(&day.data), Stat::of(&day.log)));
    let journals =
        folder.journals.values().map(|journal| (journal.date, Stat::of(&journal.data), Stat::of(&journal.log)));
    let told = (
        (VERSION, form, &args.keep, args.findings.lang),
        references.collect::<Vec<_>>(),
        &folder.path,
        days.collect::<Vec<_>>(),
        journals.collect::<Vec<_>>(),
        lake.files.keys().collect::<Vec<_>>(),
        (args.since, args.until, args.missing, args.unproven, args.findings.max_findings),
    );
    serde_json::to_string(&told).unwrap_or_default()
}

/// What each row depends on, besides its offer.
fn settings(args: &Args, references: &References, form: Form) -> String {
    let told = (VERSION, form, &args.keep, references.files());
    serde_json::to_string(&told).unwrap_or_default()
}

fn is_same(run: &Run, inputs: &str) -> bool {
    run.inputs == inputs && run.files.iter().all(|(path, stat)| stat.is_some() && Stat::of(Path::new(path)) == *stat)
}

fn gather(args: &Args, folder: &Folder, table: &Table, memory: &Memory, task: &Task) -> Result<Days> {
    let before = Before::look(&table.lake, table.form, folder, &table.earlier);
    days::gather(args, folder, (&table.lake, table.form), (&before, &table.earlier), memory, task)
}

/// What all files of the run share.
fn around<'a>(
    args: &'a Args,
    memory: &'a Memory,
    table: &'a Table,
    references: &References,
    keep: Keep,
    is_invented: bool,
) -> Around<'a> {
    Around {
        memory: &memory.folder,
        lake: &table.lake,
        findings: &args.findings,
        origin: Origin::of(is_invented),
        keep,
        form: table.form,
        settings: format!("{} {is_invented}", settings(args, references, table.form)),
        verifies: args.verify,
    }
}

#[expect(clippy::too_many_arguments, reason = "all that a table is made of")]
fn publish(
    target: &Target,
    set: files::OutputSet,
    folder: &Folder,
    days: &Days,
    resolved: &Resolved,
    references: &References,
    around: &Around<'_>,
    task: &Task,
) -> Result<(Published, Records)> {
    let read = days.sources.iter().map(|source| source.known.elements).sum();
    let rejected = days.sources.iter().map(|source| source.known.rejects.lines).sum();
    let records = Records { read, kept: read - rejected, rejected, ..Records::default() };
    let mut account = Account {
        input: folder.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        records,
        since: days.since,
        until: days.until,
        service: days.service.clone(),
        days: days.told.clone(),
        versions: resolved.versions,
        part: Part::default(),
        references: references.files().to_vec(),
        origin: around.origin.clone(),
        keep: around.keep,
        sources: days.sources.iter().map(SourceTold::of).collect(),
    };
    let progress = task.progress("writing rows", "offers");
    progress.set_total(resolved.shown.len() as u64);
    let mut maker = Maker::new(&days.sources, resolved, references, around.keep, around.form, &progress, task);
    let published = match target {
        Target::Lake(dir) => publish::lake(dir, set, target, around, &mut maker, &mut account)?,
        Target::File(file) => publish::file(file, set, target, around, &mut maker, &mut account)?,
    };
    Ok((published, account.records))
}

fn receipt(target: &Target, form: Form, days: &Days, published: &Published, records: Records) -> Result<Receipt> {
    let Levels { error, warning, info } = published.levels;
    let named = published.part.joins.named();
    Ok(Receipt {
        format: form.name().to_owned(),
        since: days.since.to_string(),
        until: days.until.to_string(),
        days: days.sources.iter().filter(|source| source.kind != Kind::Journal).count() as u64,
        days_missing: days.missing,
        days_unproven: days.unproven,
        files_written: published.files_written,
        withdrawn: published.part.withdrawn,
        rejected: records.rejected,
        unmatched: named.map(|(name, join)| (name.to_owned(), join.offers_unmatched())).into(),
        findings: [("error", error), ("warning", warning), ("info", info)].map(|(name, n)| (name.to_owned(), n)).into(),
        report: step::absolute(&target.names().report)?,
    })
}

fn note_end(target: &Target, published: &Published, receipt: &Receipt) {
    tracing::info!(
        "`{}` has {} offers of {} days; {} files were written",
        target.path().display(),
        published.part.rows,
        receipt.days,
        receipt.files_written
    );
}

/// Removes what is remembered of days and files that are no more.
fn forget(memory: &Memory, days: &Days, published: &Published) {
    let of_source = |source: &Source| [&source.sheet, &source.rejects()].map(|path| report::name_of(path).to_owned());
    let sheets = days.sources.iter().flat_map(of_source);
    let stems = published.files.iter().filter_map(|file| file.file_stem()?.to_str()?.strip_prefix("offres-"));
    let parts = stems.flat_map(|day| ["part", "remarks"].map(|extension| format!("jour-{day}.{extension}")));
    let known: HashSet<String> = sheets.chain(parts).chain(["run", TOLD].map(str::to_owned)).collect();
    for entry in std::fs::read_dir(&memory.folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| !known.contains(name)) {
            let _ = files::remove(&entry.path());
        }
    }
}

/// The receipt of a table that is as it should be.
fn done(args: &Args, target: &Target, run: Run, unchanged: bool) -> Result<Outcome<Receipt>> {
    let rejected = run.receipt.rejected;
    if rejected > 0 {
        tracing::warn!("{rejected} elements can be no row: see `{}`", target.names().rejects.display());
    }
    if args.strict && rejected > 0 {
        let message = format!("could not take all elements of the days: {rejected} can be no row");
        let hint = format!("the table is written; see `{}`", target.names().rejects.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
    }
    let files_written = if unchanged { 0 } else { run.receipt.files_written };
    let own = Receipt { files_written, ..run.receipt };
    let receipt = step::Receipt::new(target.path(), own).bytes(run.bytes).records(run.records).unchanged(unchanged);
    Ok(Outcome::Done(match run.sha256 {
        Some(sha256) => receipt.sha256(sha256),
        None => receipt,
    }))
}
