//! `extract`: the files of an archive, all of them right, or none.

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{Outcome, Task};

/// Extract an archive, 7z or zip.
#[derive(Debug, Parser)]
#[command(name = "extract", version, about)]
pub struct Args {}

/// What the receipt of `extract` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {}

/// Extracts the archive.
pub async fn run(_args: Args, _task: Task) -> Result<Outcome<Receipt>> {
    Ok(Outcome::NothingNew("not there yet".to_owned()))
}

/// Needs no remote.
pub use step::nothing_remote as check;
