//! What becomes of the stock from one run of a client to the next: what is withdrawn, changes, comes back, appears late.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::world::dice::Dice;

/// Shares of the offers that a day had at its start; of those that come back, of the offers that are gone.
#[derive(Args, Serialize, Deserialize, Debug, Clone, Copy, Default, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Turnover {
    /// Share of a day's offers that are withdrawn, each day after it
    #[arg(long = "daily-withdrawn", value_name = "P", default_value_t = 0.0, global = true)]
    pub withdrawn: f64,
    /// Share of a day's offers that change, each day after it
    #[arg(long = "daily-changed", value_name = "P", default_value_t = 0.0, global = true)]
    pub changed: f64,
    /// Share of a day's withdrawn offers that come back, each day after it
    #[arg(long = "daily-back", value_name = "P", default_value_t = 0.0, global = true)]
    pub back: f64,
    /// Share of a day's offers that appear late, each day after it
    #[arg(long = "daily-late", value_name = "P", default_value_t = 0.0, global = true)]
    pub late: f64,
}

impl Turnover {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether no search finds an offer that is online all the same; `share` of all offers are such.
pub(crate) fn is_hidden(seed: u64, share: f64, rank: u32) -> bool {
    share > 0.0 && Dice::of(&[seed, 0x41de, u64::from(rank)]).chance(share)
}
