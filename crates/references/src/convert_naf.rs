//! `convert-naf`: the NAF workbooks of INSEE as CSV files.

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{Outcome, Task};

/// Convert
#[derive(Debug, Parser)]
#[command(name = "convert-naf", version, about)]
pub struct Args {}

/// What the receipt says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {}

/// Converts
pub async fn run(_args: Args, _task: Task) -> Result<Outcome<Receipt>> {
    Ok(Outcome::NothingNew("not there yet".to_owned()))
}

/// Needs no remote.
pub use step::nothing_remote as check;
