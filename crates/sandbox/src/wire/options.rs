//! What can be set about the wire, whatever goes over it.

use std::net::IpAddr;

use clap::{Args, ValueEnum};
use jiff::civil::DateTime;

use super::faults::Faults;

/// The knobs of all services.
#[derive(Args, Debug, Clone)]
pub struct WireOptions {
    /// Port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0, global = true)]
    pub port: u16,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1", global = true)]
    pub host: IpAddr,
    /// Everything drawn depends on it; the same seed gives the same offers, faults and changes
    #[arg(long, value_name = "S", default_value_t = 1, global = true)]
    pub seed: u64,
    /// What the clock says in Paris, in place of the real time: nothing is newer
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM:SS", global = true)]
    pub now: Option<DateTime>,
    /// What an answer to too many calls says about the wait
    #[arg(long, value_enum, default_value_t = RetryAfter::Seconds, global = true)]
    pub retry_after: RetryAfter,
    /// Time added to each answer, give or take a fifth, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, global = true)]
    pub latency_ms: u64,
    /// Compress answers for clients that accept it: on or off
    #[arg(long, value_name = "on|off", default_value = "off", value_parser = on_or_off, action = clap::ArgAction::Set, global = true)]
    pub gzip: bool,

    /// What goes wrong, and how often.
    #[command(flatten)]
    pub faults: Faults,
}

/// The `Retry-After` of an answer 429.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds,
    /// An HTTP date.
    Date,
    /// No such header.
    None,
}

/// A switch that takes its state as a value, so that a script can pass either.
pub(crate) fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("`on` or `off` expected".to_owned()),
    }
}
