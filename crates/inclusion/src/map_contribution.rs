//! `map-contribution`: a producer's file brought into the schema of data·inclusion, by a mapping that people can read.
//!
//! - **Input**: a table of structures or services (CSV, XLSX, XLS, ODS, JSON, NDJSON, XML), by path or by the receipt of the
//!   step before; and a mapping file, or `v0` for files of the schema's former version.
//! - **Output**: the records in the schema as JSON, JSON Lines or CSV; beside it the findings (each repair, each value left
//!   out), the records set aside, the report for machines and the page for people. What is written is valid.
//! - **Receipt**: how many records were written and set aside, how many repairs there were, how many values without a row.
//! - **Failures**: 2 a flag or the mapping is wrong; 65 the input breaks a rule, or no record could be used; 66 a file is
//!   missing; 74 the disk refuses; 75 another run is at the same output.

mod conversion;
mod entry;
mod field;
mod intake;
mod lane;
mod messages;
mod options;
mod output;
mod own;
mod page;
mod reader;
mod report_of;
mod seen;
mod tally;
mod telling;
mod validity;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{Input, Outcome, Task};

use crate::options::CommonArgs;
use crate::schema::Version;
use crate::suggest::{Suggested, suggest};

use options::Options;

/// Map structures or services to the schema of data·inclusion, repaired and valid, with a report of every change
#[derive(Debug, Parser)]
#[command(name = "map-contribution", version)]
pub struct Args {
    #[command(flatten)]
    common: CommonArgs,

    /// Which column fills which field: a mapping file, or `v0` for files of the former schema
    #[arg(long, value_name = "FILE|v0", required_unless_present = "suggest", conflicts_with = "suggest")]
    mapping: Option<PathBuf>,

    /// Write a mapping for this file, and map nothing
    #[arg(long)]
    suggest: bool,

    /// Of a suggestion: the slug that identifiers begin with; by default from the name of the file
    #[arg(long, value_name = "SLUG", requires = "suggest")]
    source: Option<String>,

    /// Version of the schema to write: `v1`, or exactly `v1/1.0.2` to `v1/1.0.10`
    #[arg(long, value_name = "V", default_value = "v1", value_parser = read_version)]
    schema: Version,

    /// End with 65 when a record was rejected
    #[arg(long, conflicts_with = "suggest")]
    strict: bool,
}

/// What the receipt says besides the common keys.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Receipt {
    /// Findings by level: error, warning, info.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<report::Levels>,
    /// Path of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<String>,
    /// Structures that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    structures: Option<u64>,
    /// Services that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<u64>,
    /// Records that could not be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<u64>,
    /// Records that were not used on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<u64>,
    /// Repairs of values.
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<u64>,
    /// Values without a row in their table.
    #[serde(skip_serializing_if = "Option::is_none")]
    unmapped: Option<u64>,
    /// Version of the schema that was written, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_version: Option<String>,
    /// Of a suggestion: its target.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// Of a suggestion: fields that it proposes a column for.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed: Option<u64>,
    /// Of a suggestion: columns that it could not place.
    #[serde(skip_serializing_if = "Option::is_none")]
    unplaced: Option<u64>,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Maps a file.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let path = args.common.input.read(&task).await?.path;
    if args.suggest {
        return task.blocking(move |task| propose(&args, &path, task)).await;
    }
    let options = Options::read(args, path)?;
    task.blocking(move |task| conversion::convert(&options, task)).await
}

/// Asks no remote: reads flags and the mapping, and looks whether the input is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let reached = args.common.input.check()?;
    let path = match &args.common.input {
        Input::Path(path) => path.clone(),
        Input::Stdin => PathBuf::from("-"),
    };
    if !args.suggest {
        Options::read(args, path)?;
    }
    Ok(reached)
}

/// Writes a mapping for a file in place of records.
fn propose(args: &Args, input: &Path, task: &Task) -> Result<Outcome<Receipt>> {
    let written = suggest(input, &args.common, args.source.as_deref(), args.schema, task)?;
    let Suggested { path, bytes, sha256, records, target, proposed, unplaced } = written;
    let own =
        Receipt { target: Some(target), proposed: Some(proposed), unplaced: Some(unplaced), ..Receipt::default() };
    Ok(Outcome::Done(step::Receipt::new(path, own).bytes(bytes).sha256(sha256).records(records)))
}

fn read_version(text: &str) -> Result<Version, String> {
    let version = Version::read(text)?;
    match version.name().starts_with("v1/") {
        true => Ok(version),
        false => Err("only v1 can be written: give `v1`, or a version of it in full".to_owned()),
    }
}
