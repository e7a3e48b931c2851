//! `validate-procurement`: what the official schema, and our own rules on top, say of a file in the regulatory format.
//!
//! **Input**: JSON or XML, 1.0 to 2.0.3 (XML from 1.4), in any encoding; read contract by contract, offline.
//!
//! **Output**: `marches/STEM.validation.json`, the verdict for machines; beside it `.html`, the same for people, and
//! `.findings.jsonl`, every finding. They are there when the file is invalid, too.
//!
//! **Receipt**, of a valid file: its path is the verdict; how many contracts of which kind, how many conform to the
//! schema, how many are valid by our rules as well; `report` is the page.
//!
//! **Failures**: 65 a contract or the file breaks a rule of level error, or, with `--strict`, one of level warning; or the
//! input cannot be read at all, and nothing is written. 2 a flag without meaning for the input, or the output is the
//! input; 66 the input or the nomenclature is missing; 74 the disk refuses; 75 another run is at it.

mod json;
mod kind_of;
mod options;
mod own;
mod page;
mod tally;
mod verdict;
mod xml_document;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::Parser;
use files::Lock;
use report::{Findings, FindingsArgs, Names, Report, earlier};
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task};
use tables::{Format, Source};

use crate::cpv::Cpv;
use crate::messages;
use crate::version::Version;

use options::Options;
use own::Own;
use tally::Contracts;
use verdict::Verdict;

/// As receipts, reports and failures call it.
const STEP: &str = "validate-procurement";

/// Judge a file of procurement data in the regulatory format (DECP): official schema and our own rules
#[derive(Debug, Parser)]
#[command(name = "validate-procurement", version)]
pub struct Args {
    /// JSON or XML in the regulatory format, or `-`: the receipt of `convert-procurement`
    #[arg(value_name = "FILE|-")]
    input: Input,
    /// Version to judge by: 1.0, 1.1, 1.4, 1.5, 2.0, or an exact one such as 2.0.3; found out where absent
    #[arg(long, value_name = "VERSION", value_parser = options::read_version)]
    format: Option<Version>,
    /// Where the verdict goes, in place of `marches/STEM.validation.json` below the root
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// CPV nomenclature in place of the built-in one: tab-separated, columns `code` and `key` first
    #[arg(long, value_name = "FILE")]
    cpv: Option<PathBuf>,
    /// A warning is an error: the step ends 65
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    findings: FindingsArgs,
    #[command(flatten)]
    root: RootArgs,
}

/// What the receipt of `validate-procurement` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Version that was judged by.
    version: String,
    /// How contracts are listed: `1.x`, `2.0` or `xml`.
    container: String,
    /// Number of marchés.
    marche: u64,
    /// Number of concessions.
    concession: u64,
    /// Contracts in which the official schema finds no fault.
    conform: u64,
    /// Contracts without any finding of level error.
    valid: u64,
    /// Contracts with one.
    invalid: u64,
    /// Findings by level.
    findings: report::Levels,
    /// The page for people, absolute.
    report: String,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Judges the file.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let input = args.input.read(&task).await?.path;
    task.blocking(move |task| judge_file(&args, &input, task)).await
}

/// Reads the tables, and sees that the input is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    read_cpv(&args)?;
    if let Input::Path(path) = &args.input {
        options::refuse_folder(path)?;
    }
    args.input.check()
}

fn judge_file(args: &Args, input: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    let cpv = Arc::new(read_cpv(args)?);
    let output = options::output(args.output.as_deref(), input, &args.root)?;
    options::refuse_folder(input)?;
    let source = Source::open(input, None)?;
    options::refuse_mismatch(source.format(), args.format, input)?;
    let _lock = Lock::claim(&output)?;
    let names = Names::of_verdict(&output);
    let options = Options::new(args.format, args.cpv.as_deref(), args.strict, &args.findings)?.into_value();
    if let Some(report) = earlier(&names, STEP, &source.found(), &options) {
        return end(args.strict, input, &names, &verdict::Summary::of_report(&report)?, true);
    }
    let mut findings =
        Findings::new(messages::rules(args.findings.lang), &args.findings, output.parent().unwrap_or(Path::new("")));
    let verdict = Verdict::new(args.format, cpv, args.findings.lang, output.parent().unwrap_or(Path::new("")));
    let progress = task.progress_bytes(format!("judging {}", input.display()));
    let judged = match source.format() {
        Format::Xml => xml_document::judge(&source, verdict, &mut findings, task, &progress)?,
        _ => json::judge(&source, verdict, &mut findings, task, &progress)?,
    };
    let levels = findings.levels();
    let own = Own {
        version: judged.version.name(),
        container: judged.container,
        contracts: judged.contracts,
        valid: levels.error == 0,
        options,
    };
    let page = page::page(args.findings.lang, &source.found().name, &own, levels);
    let records = judged.contracts.records();
    let input_told = (&source.found()).into();
    let report = Report { step: STEP, input: input_told, records, own, lists_files: true, page };
    let reported = report.stage(&names, findings, None, vec![])?.commit()?;
    let written = std::fs::read(&names.report).map_err(|error| files::unreadable(&names.report, error))?;
    let summary = verdict::Summary::of_report(&serde_json::from_slice(&written)?)?;
    end(args.strict, input, &names, &summary, reported.unchanged)
}

fn read_cpv(args: &Args) -> Result<Cpv> {
    args.cpv.as_deref().map_or_else(|| Ok(Cpv::built_in()), Cpv::open)
}

/// The receipt of a valid file; of any other the failure, which names the first rule and the file with the others.
fn end(
    strict: bool,
    input: &Path,
    names: &Names,
    summary: &verdict::Summary,
    unchanged: bool,
) -> Result<Outcome<Receipt>> {
    if summary.levels.error > 0 || (strict && summary.levels.warning > 0) {
        let Contracts { invalid, .. } = summary.contracts;
        let (input, all, first) = (input.display(), summary.contracts.all(), &summary.first_rule);
        let warnings = match summary.levels.error {
            0 => format!(", {} warnings with --strict", summary.levels.warning),
            _ => String::new(),
        };
        let message =
            format!("could not accept `{input}`: {invalid} of {all} contracts invalid{warnings}, first `{first}`");
        let hint = format!("see `{}`, which names each with its remedy", names.page.display());
        return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
    }
    let Contracts { marche, concession, conform, valid, invalid } = summary.contracts;
    let receipt = Receipt {
        version: summary.version.clone(),
        container: summary.container.clone(),
        marche,
        concession,
        conform,
        valid,
        invalid,
        findings: summary.levels,
        report: step::absolute(&names.page)?,
    };
    let bytes = std::fs::metadata(&names.report).map_err(|error| files::unreadable(&names.report, error))?.len();
    let receipt = step::Receipt::new(&names.report, receipt)
        .bytes(bytes)
        .sha256(files::sha256(&names.report)?)
        .records(summary.contracts.all())
        .unchanged(unchanged);
    Ok(Outcome::Done(receipt))
}
