//! `validate-contribution`: whether a contribution is valid, as the official package decides, and will be published.
//!
//! - **Input**: structures, services or both, in any format; read record by record, offline.
//! - **Output**: `STEM.json`, the verdict for machines; beside it `.html`, the same for people, `.findings.jsonl`, every
//!   finding, and `.scores.csv`, the quality score of each service. They are there when the contribution is invalid, too.
//! - **Receipt**, of a valid contribution: its path is the verdict; how many records, how many will be published, how the
//!   services score; `report` is the page.
//! - **Failures**: 65 a record has an error, or, with `--strict`, a warning; or the input breaks a rule of its format, and
//!   nothing is written. 2 a flag does not fit; 66 a file cannot be read; 74 the disk refuses; 75 another run is at it.

mod common;
mod contribution;
mod current;
mod json_row;
mod ledger;
mod own;
mod page;
mod quick;
mod reason;
mod row;
mod rules;
mod scan;
mod score;
mod scores;
mod sentence;
mod setup;
mod structures;
mod teller;
mod unknown;

use std::path::Path;

use anyhow::Result;
use clap::Parser;
use files::{Access, OutputSet};
use report::{Levels, Names, Report, name_of};
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, Task};
use tables::Source;

use crate::options::{CommonArgs, ensure_apart, refuse_folder, with_suffix};
use crate::schema::{Kind, Version};

use contribution::Contribution;
use own::Own;
use setup::Setup;

/// As receipts, reports and failures call it.
const STEP: &str = "validate-contribution";

/// Judge a contribution to data·inclusion: official schema, quality score, and whether it will be published
#[derive(Debug, Parser)]
#[command(name = "validate-contribution", version)]
pub struct Args {
    #[command(flatten)]
    common: CommonArgs,

    /// Version to judge by: `v1`, `v0`, or one in full such as `v1/1.0.8`
    #[arg(long, value_name = "VERSION", default_value = "v1", value_parser = Version::read)]
    schema: Version,

    /// Source of the records, where no column says it
    #[arg(long, value_name = "SLUG")]
    source: Option<String>,

    /// A warning is an error: the step ends 65
    #[arg(long)]
    strict: bool,
}

/// What the receipt of `validate-contribution` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Findings by level.
    findings: Levels,
    /// The page for people, absolute.
    report: String,
    /// Records of the list of structures, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    structures: Option<u64>,
    /// Records of the list of services, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<u64>,
    /// The version that was judged by, in full.
    schema_version: String,
    /// Records that will be published as they are; null for v0.
    published: Option<u64>,
    /// Mean score of the services; null where none has one.
    score: Option<f64>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Judges the contribution.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let input = args.common.input.read(&task).await?.path;
    task.blocking(move |task| judge_file(&args, &input, task)).await
}

/// Sees that the input is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    if let Input::Path(path) = &args.common.input {
        refuse_folder(path)?;
    }
    args.common.input.check()
}

fn judge_file(args: &Args, input: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    refuse_folder(input)?;
    let stem = args.common.stem(input, ".validation");
    let names = Names::of_verdict(&with_suffix(&stem, ".json"));
    let scores = with_suffix(&stem, ".scores.csv");
    refuse_own_files(args, input, &names, &scores)?;
    let known = known_names(args.schema);
    let structures = args.common.structures.as_deref();
    let folder = stem.parent().unwrap_or(Path::new(""));
    let structures = structures.map(|path| setup::read_structures(path, known.clone(), folder)).transpose()?;
    let source = Source::open(input, args.common.encoding.as_deref())?;
    let mut set = names.claim(&[name_of(&scores)], Access::Everyone)?;
    let setup = Setup {
        schema: args.schema.schema(),
        reading: args.common.reading(known),
        source: args.source.as_deref(),
        today: args.common.today()?,
        findings: &args.common.findings,
        folder,
        structures: structures.as_ref(),
        scores: set.destination(name_of(&scores)),
        task,
    };
    let progress = task.progress(format!("judging {}", input.display()), "records");
    let contribution = match quick::judge(&source, &setup, &progress)? {
        Some(contribution) => contribution,
        None => common::judge(&source, &setup, &progress)?,
    };
    let (own, levels) = write(contribution, &names, &mut set)?;
    let unchanged = set.commit()?.unchanged;
    end(args.strict, input, &names, (&own, levels), unchanged)
}

/// By these names a header below titles is found.
fn known_names(version: Version) -> Vec<String> {
    let fields = Kind::ALL.into_iter().flat_map(|kind| &version.schema().list(kind).fields);
    fields.map(|field| field.name.to_owned()).collect()
}

fn refuse_own_files(args: &Args, input: &Path, names: &Names, scores: &Path) -> Result<()> {
    let written: Vec<&Path> = vec![&names.report, &names.page, &names.findings, &names.rejects, scores];
    let mut read = vec![input];
    read.extend(args.common.structures.as_deref());
    ensure_apart(&written, &read)
}

/// Writes all files; what there is to say of them.
fn write(contribution: Contribution<'_>, names: &Names, set: &mut OutputSet) -> Result<(Summary, Levels)> {
    let lang = contribution.setup().lang();
    let (own, findings, records, found, scores) = contribution.finish()?;
    if let Some(scores) = scores {
        set.put(scores)?;
    }
    let levels = findings.levels();
    let page = page::page(lang, &found.name, &own, levels);
    let summary = Summary::of(&own);
    let report = Report { step: STEP, input: (&found).into(), records, own, lists_files: false, page };
    report.write(names, findings, None, set)?;
    Ok((summary, levels))
}

/// What the receipt or the failure says of a run.
struct Summary {
    version: &'static str,
    structures: Option<u64>,
    services: Option<u64>,
    invalid: u64,
    published: Option<u64>,
    score: Option<f64>,
}

impl Summary {
    fn of(own: &Own) -> Self {
        let records = |kind: Kind| own.lists.get(kind.name()).map(|tally| tally.records);
        let published = own.lists.values().filter_map(|tally| tally.publication).map(|publication| publication.yes);
        Self {
            version: own.schema_version,
            structures: records(Kind::Structures),
            services: records(Kind::Services),
            invalid: own.lists.values().map(|tally| tally.invalid).sum(),
            published: own.publication.is_some().then(|| published.sum()),
            score: own.score.as_ref().and_then(|score| score.services),
        }
    }

    fn records(&self) -> u64 {
        self.structures.unwrap_or(0) + self.services.unwrap_or(0)
    }
}

/// The receipt of a valid contribution; of any other the failure, whose last line names the page.
fn end(
    strict: bool,
    input: &Path,
    names: &Names,
    (own, findings): (&Summary, Levels),
    unchanged: bool,
) -> Result<Outcome<Receipt>> {
    if findings.error > 0 || (strict && findings.warning > 0) {
        let (input, all, invalid) = (input.display(), own.records(), own.invalid);
        let warnings = match findings.error {
            0 => format!(", {} warnings with --strict", findings.warning),
            _ => String::new(),
        };
        let message = format!("could not accept `{input}`: {invalid} of {all} records invalid{warnings}");
        let hint = format!("see `{}`, which names each fault with its remedy", names.page.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
    }
    let receipt = Receipt {
        findings,
        report: step::absolute(&names.page)?,
        structures: own.structures,
        services: own.services,
        schema_version: own.version.to_owned(),
        published: own.published,
        score: own.score,
    };
    let bytes = std::fs::metadata(&names.report).map_err(|error| files::unreadable(&names.report, error))?.len();
    let receipt = step::Receipt::new(&names.report, receipt)
        .bytes(bytes)
        .sha256(files::sha256(&names.report)?)
        .records(own.records())
        .unchanged(unchanged);
    Ok(Outcome::Done(receipt))
}
