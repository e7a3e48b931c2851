//! `convert-procurement`: public contracts brought into the regulatory format, from tables or from the format itself.
//!
//! - **Input**: a table (CSV, XLSX, XLS, ODS, JSON, NDJSON; XML by a mapping), or a file of the regulatory format; by path
//!   or by the receipt of the step before.
//! - **Output**: `marches/STEM.json` or `.xml`; beside it the findings, the records set aside, the report for machines and
//!   the page for people. What is written is judged like anybody's file, and the report says what is missing.
//! - **Receipt**: how many records were read and what became of them, how many contracts there are, and how many conform.
//! - **Failures**: 2 a flag, mapping or table of names is wrong; 65 the input breaks a rule, or no record could be used;
//!   66 a file is missing; 74 the disk refuses; 75 another run is at the same output.

mod options;
mod regulatory;
mod report_of;
mod suggest;
mod tables_to;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use report::FindingsArgs;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task};
use tables::Source;

use crate::origin::Origin;
use crate::procedures;
use crate::table::Mode;

use options::Options;

/// Convert public contracts to the regulatory format, judged, with a report of what is missing
#[derive(Debug, Parser)]
#[command(name = "convert-procurement", version)]
pub struct Args {
    /// The file, or `-` for the receipt of the step before on stdin
    #[arg(value_name = "INPUT|-", required_unless_present = "export_procedures", conflicts_with = "export_procedures")]
    input: Option<Input>,

    /// Version to write: 1.4, 1.5, 2.0, or exactly 1.4.0, 1.5.0, 2.0.3; by default the mapping's, or the input's own
    #[arg(long, value_name = "V")]
    format: Option<String>,

    /// Form to write; by default by the extension of `--output`, else JSON
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<To>,

    /// File to write, in place of `marches/STEM.json` or `.xml` below the root
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Read the input as a table by this mapping
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,

    /// Write a mapping for this table, and convert nothing
    #[arg(long)]
    suggest: bool,

    /// Of tables: join the records of one contract, or make each used record a contract
    #[arg(long, value_enum, value_name = "MODE")]
    mode: Option<Mode>,

    /// Of tables: date of publication of contracts that have none
    #[arg(long, value_name = "YYYY-MM-DD")]
    publication_date: Option<String>,

    /// Table of names of procedures, in place of the one that is built in
    #[arg(long, value_name = "FILE")]
    procedures: Option<PathBuf>,

    /// Write the table of names of procedures that is built in to this file, and convert nothing
    #[arg(long, value_name = "FILE")]
    export_procedures: Option<PathBuf>,

    /// Nomenclature of CPV codes, in place of the one that is built in
    #[arg(long, value_name = "FILE")]
    cpv: Option<PathBuf>,

    /// Of regulatory files: repair what can be repaired, and tell each repair
    #[arg(long)]
    pub(crate) repair: bool,

    /// Of regulatory files: drop duplicates, and tell why
    #[arg(long)]
    pub(crate) dedupe: bool,

    /// Of regulatory files: write what each contract was after each modification, `NAME.states.csv`
    #[arg(long)]
    pub(crate) states: bool,

    /// End with 65 when a record was rejected
    #[arg(long)]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) findings: FindingsArgs,

    #[command(flatten)]
    root: RootArgs,
}

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum To {
    /// JSON
    Json,
    /// XML
    Xml,
}

impl To {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }
}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// Records, or contracts of a regulatory file, that were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<u64>,
    /// Those not used on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<u64>,
    /// Those that could not be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<u64>,
    /// Version of the format that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Form that was written: `json` or `xml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Marchés that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    marche: Option<u64>,
    /// Concessions that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    concession: Option<u64>,
    /// Contracts of which the official schema finds nothing wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    conform: Option<u64>,
    /// Contracts of which nothing of level error is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<u64>,
    /// Findings by level: error, warning, info.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<serde_json::Value>,
    /// Path of the report for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<String>,
    /// Path of the file of the records that were set aside, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects: Option<String>,
    /// Path of the file of the states, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<String>,
}

impl Receipt {
    /// Of a run that converted nothing.
    fn of_nothing() -> Self {
        Self {
            read: None,
            dropped: None,
            rejected: None,
            version: None,
            to: None,
            marche: None,
            concession: None,
            conform: None,
            valid: None,
            findings: None,
            report: None,
            rejects: None,
            states: None,
        }
    }
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Converts a file, or writes what is asked for in place of that.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    if let Some(file) = args.export_procedures.clone() {
        args.refuse_besides_export()?;
        return task.blocking(move |_| export_procedures(file)).await;
    }
    let input = args.input.clone().ok_or_else(|| misuse("could not begin: no input is named", "see `--help`"))?;
    let path = input.read(&task).await?.path;
    let options = Options::read(args, path)?;
    task.blocking(move |task| convert(&options, task)).await
}

/// Asks no remote: reads flags and tables, and looks whether the input is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let Some(input) = args.input.clone() else {
        return Ok(vec!["the table of procedures that is built in".to_owned()]);
    };
    let reached = input.check()?;
    let path = match input {
        Input::Path(path) => {
            files::open(&path)?;
            path
        }
        Input::Stdin => PathBuf::from("-"),
    };
    Options::read(args, path)?;
    Ok(reached)
}

fn convert(options: &Options, task: &Task) -> Result<Outcome<Receipt>> {
    let encoding = options.heading.as_ref().and_then(|heading| heading.mapping.input().encoding.as_deref());
    let source = Source::open(&options.input, encoding)?;
    let origin = Origin::find(&source, options.heading.is_some())?;
    options.ensure_fits(origin)?;
    if options.args.suggest {
        return suggest::suggest(options, &source);
    }
    match origin {
        Origin::RegulatoryJson | Origin::RegulatoryXml => regulatory::convert(options, &source, origin, task),
        Origin::Table => tables_to::convert(options, &source, task),
        Origin::OtherXml => {
            let message = format!(
                "could not tell what `{}` is: its root is none of marches, marche, contrat-concession",
                options.input.display()
            );
            let hint = "name its elements by a mapping, with `--mapping`";
            Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
        }
    }
}

fn export_procedures(file: PathBuf) -> Result<Outcome<Receipt>> {
    let bytes = procedures::BUILT_IN.as_bytes();
    let unchanged = std::fs::read(&file).is_ok_and(|there| there == bytes);
    let rows = procedures::BUILT_IN.lines().count() as u64 - 1;
    let receipt = |bytes, sha256: String| {
        step::Receipt::new(file.clone(), Receipt::of_nothing()).bytes(bytes).sha256(sha256).records(rows)
    };
    if unchanged {
        return Ok(Outcome::Done(receipt(bytes.len() as u64, files::sha256_of(bytes)).unchanged(true)));
    }
    let _lock = files::Lock::claim(&file)?;
    let written = files::Output::write(&file, bytes)?;
    Ok(Outcome::Done(receipt(written.bytes, written.sha256)))
}

/// A flag or value that does not fit.
fn misuse(message: impl Into<String>, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::Usage, message).hint(hint).into()
}
