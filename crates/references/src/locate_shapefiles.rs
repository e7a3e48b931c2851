//! `locate-shapefiles`: the layers of a delivery of IGN, each whole.

use anyhow::Result;
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{Outcome, Task};

/// Find the layers of a delivery of IGN.
#[derive(Debug, Parser)]
#[command(name = "locate-shapefiles", version, about)]
pub struct Args {}

/// What the receipt of `locate-shapefiles` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {}

/// Locates the layers.
pub async fn run(_args: Args, _task: Task) -> Result<Outcome<Receipt>> {
    Ok(Outcome::NothingNew("not there yet".to_owned()))
}

/// Needs no remote.
pub use step::nothing_remote as check;
