//! What can be set about data·inclusion.

use clap::{Args, ValueEnum};

use super::reload::{Reload, ReloadAt, Spot};

/// The knobs of data·inclusion.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "data·inclusion")]
pub struct InclusionOptions {
    /// Structures that are listed
    #[arg(long, value_name = "N", default_value_t = 5_000, global = true)]
    pub structures: usize,
    /// The token without which the API answers 401
    #[arg(long, value_name = "TOKEN", default_value = "jeton-invente-0123456789", global = true)]
    pub inclusion_token: String,
    /// What an answer calls `size`: the number of its records, or the one asked for
    #[arg(long, value_enum, default_value_t = SizeSaid::Records, global = true)]
    pub inclusion_size: SizeSaid,
    /// Records with line ends between their parts
    #[arg(long, global = true)]
    pub inclusion_indented: bool,
    /// Answer the N-th list request, and all that follow, with 403: the token has lost its right
    #[arg(long, value_name = "N", global = true)]
    pub forbid_at: Option<u64>,
    /// Answer the N-th list request with another page than the one asked for (repeatable)
    #[arg(long, value_name = "N", global = true)]
    pub stale_at: Vec<u64>,
    /// Share of list requests that are answered with another page than the one asked for
    #[arg(long, value_name = "RATE", default_value_t = 0.0, global = true)]
    pub stale: f64,

    /// Load the tables anew after every K list requests; 0 never
    #[arg(long, value_name = "K", default_value_t = 0, global = true)]
    pub reload_every: u64,
    /// What such a reload does (repeatable: one of them by the seed); by default one of the first six
    #[arg(long = "reload", value_name = "KIND", value_enum, global = true)]
    pub reloads: Vec<Reload>,
    /// Where in the tables it does so (repeatable: one of them by the seed); by default anywhere
    #[arg(long = "reload-spot", value_name = "SPOT", value_enum, global = true)]
    pub reload_spots: Vec<Spot>,
    /// Rows that a reload touches, at most
    #[arg(long, value_name = "N", default_value_t = 3, global = true)]
    pub reload_rows: usize,
    /// A reload after the N-th list request (repeatable)
    #[arg(long, value_name = "KIND[:SPOT]@N", global = true)]
    pub reload_at: Vec<ReloadAt>,
    /// Share of the reloads that come between the records and the total of one answer
    #[arg(long, value_name = "RATE", default_value_t = 0.0, global = true)]
    pub reload_within: f64,
}

/// What an answer calls its size.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeSaid {
    /// The number of its records.
    Records,
    /// The size that was asked for.
    Asked,
}
