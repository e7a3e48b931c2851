//! `compare-contributions`: what of a contribution other producers have too, and what they know besides.
//!
//! - **Input**: FILE, a list of structures in any format; OTHER, files of other producers, dumps, what `fetch-inclusion` wrote.
//!   Records of OTHER whose source is one of FILE's are left out.
//! - **Output**: `NAME.comparison.json`, all counts; `NAME.links.csv`, each link with its evidence; `NAME.complements.csv`,
//!   details that others have; `NAME.unknown.csv`, structures that FILE lacks; `NAME.comparison.html`, a page for people;
//!   `NAME.rejects.csv`, records without identifier or name. NAME is FILE's name without its last extension.
//! - **Receipt**: records, links by class, what is common, linked, double, unknown; the files and the page.
//! - **Failures**: 2 a file is given twice; 65 a file is no table, has no `id` or `nom`, holds services, or FILE has no usable
//!   record; 66 a file is missing; 74 the disk refuses; 75 another run is at the same outputs.

mod column;
mod comparison;
mod complement;
mod entries;
mod figures;
mod link_rows;
mod names;
mod page;
mod read;
mod unknown;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use files::{Access, OutputSet};
use report::{Lang, Rejects};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use step::{ExitCode, Failure, Input, Outcome, Task};
use tables::{Found, Source};

use crate::linkage::{Link, link};
use crate::options::{ensure_apart, misuse, refuse_folder};

use comparison::{Chosen, Comparison, Identity, Listed, earlier};
use entries::Entries;
use figures::Figures;
use names::Names;
use read::{Counts, FileFigures, Opened, Whose};

/// As receipts and reports call it.
const STEP: &str = "compare-contributions";

/// Compare a contribution with other producers' structures: common rows, links, and what others know besides
#[derive(Debug, Parser)]
#[command(name = "compare-contributions", version)]
pub struct Args {
    /// The contribution, or `-` for the receipt of the step before on stdin
    #[arg(value_name = "FILE|-")]
    input: Input,

    /// Files of other producers: a producer's, a dump, what `fetch-inclusion` wrote
    #[arg(value_name = "OTHER")]
    others: Vec<PathBuf>,

    /// Source of the records of FILE that do not say theirs; by default the file's name up to its first dot
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,

    /// Folder to write to, in place of FILE's
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Compare again though nothing changed
    #[arg(long)]
    force: bool,

    /// Language of the page and of what is told of rejected records
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: Lang,
}

/// What the receipt of `compare-contributions` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Other files that FILE was compared with.
    others: u64,
    /// Records of theirs that are FILE's own, by their source.
    left_out: u64,
    /// Records without identifier or name.
    rejected: u64,
    /// Links by class: `match`, the same structure; `lie`, linked and distinct.
    links: Value,
    /// FILE's records with a match in another source.
    common: u64,
    /// FILE's records with no such, but a `lie`.
    linked: u64,
    /// FILE's records with a match in the same source.
    inside: u64,
    /// Structures of the others that FILE does not have, in its départements.
    unknown: u64,
    /// Names of the files beside the comparison.
    files: Vec<String>,
    /// The page for people, absolute.
    page: String,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Compares the files.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let input = args.input.read(&task).await?.path;
    task.blocking(move |task| compare(&args, &input, task)).await
}

/// Asks no remote: looks whether the files are there, and have the columns.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let input = match &args.input {
        Input::Path(path) => Some(path.as_path()),
        Input::Stdin => None,
    };
    let paths: Vec<&Path> = input.into_iter().chain(args.others.iter().map(PathBuf::as_path)).collect();
    refuse_twice(&paths)?;
    for path in &paths {
        Opened::open(&Source::open(path, None)?)?;
    }
    Ok(paths.iter().map(|path| path.display().to_string()).collect())
}

fn compare(args: &Args, input: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    let paths: Vec<&Path> = [input].into_iter().chain(args.others.iter().map(PathBuf::as_path)).collect();
    refuse_twice(&paths)?;
    let names = Names::of(input, args.dir.as_deref())?;
    ensure_apart(&names.paths().each_ref().map(PathBuf::as_path), &paths)?;
    let sources = paths.iter().map(|path| Source::open(path, None)).collect::<Result<Vec<_>>>()?;
    let options = Chosen { source: args.source.clone(), lang: args.lang, version: env!("CARGO_PKG_VERSION") };
    let mut set = OutputSet::claim(&names.folder, names.all(), Access::Everyone)?;
    let before = if args.force { None } else { earlier(&names.path(), STEP, &identities(&sources), &options) };
    if let Some(before) = before {
        return done(&names, &before, true);
    }
    let mut read = Read::default();
    read.files(&paths, &sources, &options, &names, &mut set, task)?;
    tracing::info!("{} structures of {} sources are compared", read.entries.len(), read.entries.source_count());
    read.entries.find_alike();
    let links = link(read.entries.len(), |nth| read.entries.given(nth), || task.go_on())?;
    let comparison = write(read, &links, &sources[0].found(), options, &names, &mut set)?;
    let unchanged = set.commit()?.unchanged;
    done(&names, &serde_json::to_value(comparison).context("could not read the comparison")?, unchanged)
}

/// That no file is given twice, however it is named.
///
/// # Errors
/// 2 when one is; 66 when one is missing or a folder.
fn refuse_twice(paths: &[&Path]) -> Result<()> {
    let mut seen = HashSet::new();
    for path in paths {
        let real = std::fs::canonicalize(path).map_err(|error| files::unreadable(path, error))?;
        refuse_folder(path)?;
        if !seen.insert(real) {
            return Err(misuse(
                format!("could not compare `{}`: it is given twice", path.display()),
                "name each file once; duplicates inside FILE are found without another",
            ));
        }
    }
    Ok(())
}

fn identities(sources: &[Source]) -> Vec<Identity> {
    sources.iter().map(Source::found).map(|found| (found.name, found.bytes, found.sha256)).collect()
}

/// All files, read.
#[derive(Debug, Default)]
struct Read {
    entries: Entries,
    counts: Counts,
    files: Vec<FileFigures>,
}

impl Read {
    fn files(
        &mut self,
        paths: &[&Path],
        sources: &[Source],
        options: &Chosen,
        names: &Names,
        set: &mut OutputSet,
        task: &Task,
    ) -> Result<()> {
        let progress = task.progress("reading structures", "records");
        for (nth, (path, source)) in paths.iter().zip(sources).enumerate() {
            let opened = Opened::open(source)?;
            let own_name = path.file_name().unwrap_or_default().to_string_lossy();
            let by_default = own_name.split('.').next().unwrap_or_default();
            let Self { entries, counts, files } = self;
            if nth > 0 {
                let whose = Whose::Other { sources: entries.own_source_count() };
                files.push(opened.read(by_default, whose, entries, counts, &progress, || task.go_on())?);
                continue;
            }
            let by_default = options.source.as_deref().unwrap_or(by_default);
            let mut rejects = Rejects::of_table(set.destination(&names.rejects), opened.header(), opened.found());
            let whose = Whose::Own(&mut rejects, options.lang);
            files.push(opened.read(by_default, whose, entries, counts, &progress, || task.go_on())?);
            entries.end_own();
            if let Some(output) = rejects.finish()? {
                set.put(output)?;
            }
            refuse_unusable(path, entries)?;
        }
        Ok(())
    }
}

fn refuse_unusable(path: &Path, entries: &Entries) -> Result<()> {
    if entries.own_len() > 0 {
        return Ok(());
    }
    let why = format!("could not compare `{}`: no record has both `id` and `nom`", path.display());
    Err(Failure::new(ExitCode::BadInput, why).hint("see whether it is the right file, and fill these columns").into())
}

/// Writes all files of the comparison, the comparison itself last.
fn write(
    read: Read,
    links: &[Link],
    input: &Found,
    options: Chosen,
    names: &Names,
    set: &mut OutputSet,
) -> Result<Comparison> {
    let Read { entries, counts, files } = read;
    let figures = Figures::count(&entries, links);
    let mut comparison = Comparison::new(STEP, options, files, counts, figures);
    let output = link_rows::write(&entries, links, set.create(&names.links)?)?;
    set.put(output)?;
    let (output, complements) = complement::write(&entries, links, set.create(&names.complements)?)?;
    set.put(output)?;
    let (output, unknown) = unknown::write(&entries, links, set.create(&names.unknown)?)?;
    set.put(output)?;
    (comparison.complements, comparison.unknown) = (complements, unknown);
    let page = page::page(&comparison).render_figures(STEP, &input.into())?;
    set.write(&names.page, page.as_bytes())?;
    comparison.files = set.written().map(Listed::of).collect();
    comparison.files.sort_by(|one, two| one.name.cmp(&two.name));
    let mut text = serde_json::to_vec_pretty(&comparison).context("could not write the comparison as JSON")?;
    text.push(b'\n');
    set.write(&names.comparison, &text)?;
    Ok(comparison)
}

/// The receipt of a comparison, be it of this run or of an earlier one.
fn done(names: &Names, comparison: &Value, unchanged: bool) -> Result<Outcome<Receipt>> {
    let count = |value: &Value| value.as_u64().unwrap_or_default();
    let own = &comparison["own"];
    let listed = comparison["files"].as_array().into_iter().flatten();
    let receipt = Receipt {
        others: comparison["others"].as_array().map_or(0, Vec::len) as u64,
        left_out: count(&comparison["records"]["left_out"]),
        rejected: count(&comparison["records"]["rejected"]),
        links: comparison["links"].clone(),
        common: count(&own["common"]),
        linked: count(&own["linked"]),
        inside: count(&own["inside"]),
        unknown: count(&comparison["unknown"]["records"]),
        files: listed.filter_map(|file| file["name"].as_str().map(str::to_owned)).collect(),
        page: step::absolute(&names.folder.join(&names.page))?,
    };
    let path = names.path();
    let bytes = std::fs::metadata(&path).map_err(|error| files::unreadable(&path, error))?.len();
    let receipt = step::Receipt::new(&path, receipt).bytes(bytes).sha256(files::sha256(&path)?);
    Ok(Outcome::Done(receipt.records(count(&own["records"])).unchanged(unchanged)))
}
