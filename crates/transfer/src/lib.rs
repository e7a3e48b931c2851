//! HTTP with manners: every request waits its turn, carries a living token, is tried again when that can help,
//! and its answer counts only once it was read whole and understood.
//!
//! - [`Client`] sends a [`Question`] and hands the [`Answer`] to a reader that may refuse it ([`Refusal`]).
//! - [`Fetcher`] brings one file, whole and of one version, and goes on where it was stopped.
//! - [`Pace`] keeps to the calls per second that the service allows, whoever asks.
//! - [`Tokens`] holds the OAuth2 access token (client credentials) and renews it, once, by one task.
//! - [`Patience`] says how often and how long to try; [`Tally`] counts what was asked and answered.
//!
//! Failures are [`step::Failure`]s: 65 a file is not what was wanted, 69 the remote is unavailable, 74 the disk refuses, 75 it contradicts itself, 77 it refuses access.

mod client;
mod fetch;
mod pace;
mod patience;
mod tally;
mod token;

pub use client::{Answer, Client, ClientOptions, Question, Refusal};
pub use fetch::{Arrived, Copied, Fetched, Fetcher, Follow, Growth, Start, Wanted};
pub use pace::{Pace, parse_rate};
pub use patience::Patience;
pub use reqwest::{StatusCode, header};
pub use tally::{Counts, Tally};
pub use token::{Credentials, Tokens};
pub use url::Url;
