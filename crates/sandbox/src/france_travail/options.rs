//! What can be set about the offers, the token service and ROME.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::civil::{Date, DateTime, Time};

use super::turnover::Turnover;
use crate::wire::options::on_or_off;

/// The knobs of France Travail's services.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "France Travail")]
pub struct FranceTravailOptions {
    /// Client identifier that the token service accepts (invented)
    #[arg(long, value_name = "ID", default_value = "PAR_sandbox_b7d1f0c4", global = true)]
    pub client_id: String,
    /// Client secret that the token service accepts (invented)
    #[arg(long, value_name = "KEY", default_value = "cle-inventee-2f9a61", global = true)]
    pub client_key: String,

    /// Offers of a day
    #[arg(long, value_name = "N", default_value_t = 50_000, global = true)]
    pub offers: usize,
    /// The one day that has offers (its neighbours have a fiftieth); without it every past day has them
    #[arg(long, value_name = "YYYY-MM-DD", global = true)]
    pub date: Option<Date>,
    /// The offers of the last N days are online, --offers in all, as many of each age as the service has
    #[arg(long, value_name = "N", conflicts_with = "date", global = true)]
    pub history_days: Option<u32>,
    /// ROME codes that the service no longer has
    #[arg(long, value_name = "CODE,..", value_delimiter = ',', global = true)]
    pub retired_rome: Vec<String>,
    /// Put N of a day's offers into one second
    #[arg(long, value_name = "N[@HH:MM:SS]", global = true)]
    pub ties: Option<Ties>,
    /// Also serve the offers of a file, as they are written there less the white space between values: {"resultats":[..]}, an array, or one JSON object a line
    #[arg(long, value_name = "FILE", global = true)]
    pub load: Option<PathBuf>,
    /// Share of offers that lack a contract type, a ROME code or an origin, so that no value of that filter finds them
    #[arg(long, value_name = "RATE", default_value_t = 0.0, global = true)]
    pub missing_attributes: f64,

    /// After the N-th search, one offer of the small hours gets a dateCreation of 23:50 the same day: a sweep that has
    /// begun never meets it, and every total counts it
    #[arg(long, value_name = "N", global = true)]
    pub redate_at: Option<u64>,
    /// Leave one offer of the day out of every page, though every total counts it
    #[arg(long, global = true)]
    pub omit_one: bool,

    /// Calls a second that the offers service allows one client; 0 allows any number
    #[arg(long, value_name = "N", default_value_t = 10.0, global = true)]
    pub rate: f64,
    /// Calls that the offers service allows at once
    #[arg(long, value_name = "N", default_value_t = 10.0, global = true)]
    pub burst: f64,
    /// Calls a second that ROME allows one client; 0 allows any number
    #[arg(long, value_name = "N", default_value_t = 1.0, global = true)]
    pub rome_rate: f64,
    /// Answer for a token with 307 and this address
    #[arg(long, value_name = "URL", global = true)]
    pub token_redirect: Option<String>,
    /// Life of a token, in seconds
    #[arg(long, value_name = "S", default_value_t = 1499, global = true)]
    pub token_life_s: u64,

    /// Unmeasured: does a search find an offer stamped exactly minCreationDate?
    #[arg(long, value_enum, default_value_t = Bound::Inclusive, global = true)]
    pub min_bound: Bound,
    /// Unmeasured: does a search find an offer stamped exactly maxCreationDate?
    #[arg(long, value_enum, default_value_t = Bound::Inclusive, global = true)]
    pub max_bound: Bound,
    /// Unmeasured: do milliseconds count when a stamp is compared with a bound?
    #[arg(long, value_enum, default_value_t = Milliseconds::Compared, global = true)]
    pub milliseconds: Milliseconds,
    /// Unmeasured: does the newest-first order look at milliseconds, or only at seconds?
    #[arg(long, value_enum, default_value_t = SortWithin::Milliseconds, global = true)]
    pub sort_within: SortWithin,
    /// Unmeasured: do offers that sort alike keep their order from one request to the next?
    #[arg(long, value_enum, default_value_t = TieOrder::Stable, global = true)]
    pub tie_order: TieOrder,
    /// Unmeasured: does a search without origineOffre find origin 1 only? on or off
    #[arg(long, value_name = "on|off", default_value = "off", value_parser = on_or_off, action = clap::ArgAction::Set, global = true)]
    pub origin_trap: bool,

    /// Share of a day's offers that appear during a sweep of it (one search request per 150 offers)
    #[arg(long, value_name = "P", default_value_t = 0.0, global = true)]
    pub appear: f64,
    /// Share of a day's offers that vanish during a sweep of it
    #[arg(long, value_name = "P", default_value_t = 0.0, global = true)]
    pub vanish: f64,
    /// Share of a day's offers that change during a sweep of it
    #[arg(long, value_name = "P", default_value_t = 0.0, global = true)]
    pub change: f64,

    /// What becomes of the offers of a day on each of the days after it, by the clock.
    #[command(flatten)]
    pub turnover: Turnover,
    /// Share of the offers that no search finds, though they are online
    #[arg(long, value_name = "P", default_value_t = 0.0, global = true)]
    pub hide: f64,
}

/// What the offers depend on.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    /// What the clock says in Paris; by default the real time.
    pub(crate) now: Option<DateTime>,
    pub(crate) options: FranceTravailOptions,
}

/// Whether a bound takes in what lies exactly on it.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The bound itself is found.
    Inclusive,
    /// The bound itself is not found.
    Exclusive,
}

/// How a stamp in milliseconds compares with a bound in seconds.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milliseconds {
    /// 10:00:00.500 is after 10:00:00.
    Compared,
    /// 10:00:00.500 is 10:00:00.
    Truncated,
}

/// How far the newest-first order looks.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortWithin {
    /// To the millisecond.
    Milliseconds,
    /// To the second: the offers of a second come in any order.
    Second,
}

/// The order of offers that sort alike.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieOrder {
    /// Any order, but always the same.
    Stable,
    /// Shuffled anew for each request.
    Unstable,
}

/// Offers that share one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// How many.
    pub count: usize,
    /// The second they share.
    pub at: Time,
}

impl Ties {
    /// A second of the busiest hour.
    pub const BUSY_SECOND: Time = Time::constant(11, 48, 23, 0);
}

impl FromStr for Ties {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (count, at) = match text.split_once('@') {
            Some((count, at)) => (count, at.parse().map_err(|why| format!("not a time of day: {why}"))?),
            None => (text, Self::BUSY_SECOND),
        };
        Ok(Self { count: count.parse().map_err(|why| format!("not a number: {why}"))?, at })
    }
}
