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
//! remembered, and its rows into a draft (`draft`). The sheets are merged (`resolve`) into the rows to be, small entries in
//! memory; each file of the table whose rows are others than before is then written: from the draft of a day if its rows are
//! just these, else from the elements themselves, read back in order (`write`). What there is to tell of elements and rows
//! waits on the disk meanwhile (`lines`).

mod account;
mod allowed;
mod archive;
mod before;
mod days;
mod draft;
mod form;
mod gather;
mod head;
mod lake;
mod lines;
mod make;
mod making;
mod more;
mod page;
mod part;
mod publish;
mod resolve;
mod row;
mod run;
mod sheet;
mod source;
mod target;
mod tell;
mod window;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
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
use crate::merge_offers::allowed::{Missing, Unproven};
use crate::merge_offers::before::{Before, earlier, remember_told};
use crate::merge_offers::days::Days;
use crate::merge_offers::draft::Drafts;
use crate::merge_offers::gather::Memory;
use crate::merge_offers::lake::Lake;
use crate::merge_offers::make::{Table, around, publish};
use crate::merge_offers::making::Making;
use crate::merge_offers::part::{recall, remember};
use crate::merge_offers::publish::Published;
use crate::merge_offers::row::Keep;
use crate::merge_offers::run::{RUN, Run, forget};
use crate::merge_offers::sheet::Stat;
use crate::merge_offers::source::Kind;
use crate::merge_offers::target::Target;

pub(crate) const STEP: &str = "merge-offers";

/// Changes when the same input gives other bytes.
const VERSION: u32 = 4;

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
    let remembered = memory.folder.join(RUN);
    let inputs = run::inputs(args, &folder, form, &table.lake);
    if let Some(run) = recall::<Run>(&remembered).filter(|run| !args.verify && run.is_of(&inputs)) {
        tracing::info!("nothing is new: `{}` is as it should be", target.path().display());
        let Receipt { days_missing, days_unproven, .. } = &run.receipt;
        if days_missing + days_unproven > 0 {
            tracing::warn!("{days_missing} days are missing and {days_unproven} not proven, as was allowed");
        }
        return done(args, &target, run, true);
    }
    let references = References::open(&args.joins, &args.root)?;
    let is_new = !memory.folder.exists();
    let journal = folder.journals.keys().next_back().copied();
    let making = Making { references: &references, keep };
    let mut drafts = Drafts::new(making, (&target, form), memory.folder.clone(), journal);
    let days = gather(args, &folder, &table, &target, (&memory, &mut drafts), task).inspect_err(|_| {
        if is_new {
            // Nothing was there before, and nothing is.
            let _ = std::fs::remove_dir_all(&memory.folder);
        }
    })?;
    let resolved = resolve::resolve(&days.sources, (days.since, days.until))?;
    let around = around(args, &memory, &table, &references, keep, &days);
    let (published, records) = publish(&target, set, &folder.path, &days, &resolved, drafts, &around, task)?;
    let receipt = receipt(&target, form, &days, &published, records)?;
    note_end(&target, &published, &receipt);
    remember_told(&target)?;
    forget(&memory, &days, &published);
    let files = published.files.iter().map(|path| (path.display().to_string(), Stat::of(path))).collect();
    let Published { bytes, sha256, part, unchanged, .. } = published;
    // What the lake holds now is part of what the next run finds.
    let inputs = run::inputs(args, &folder, form, &list(&target, form)?);
    let run = Run { inputs, files, bytes, sha256, records: part.rows, receipt };
    remember(&remembered, &run)?;
    done(args, &target, run, unchanged)
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

fn gather(
    args: &Args,
    folder: &Folder,
    table: &Table,
    target: &Target,
    (memory, drafts): (&Memory, &mut Drafts<'_>),
    task: &Task,
) -> Result<Days> {
    let before = Before::look(&table.lake, table.form, folder, &table.earlier, &target.licence());
    days::gather(args, folder, (&table.lake, table.form), (&before, &table.earlier), memory, drafts, task)
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
