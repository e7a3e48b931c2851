//! HTTP with manners: every request waits its turn, carries living credentials, is tried again when that can help, and
//! its response counts only once it was read whole and understood.
//!
//! - [`Client`] sends a [`Request`] and hands the [`Response`] to a reader that may refuse it ([`ResponseError`]);
//!   of one that is too long for memory, piece by piece ([`Piece`]).
//! - [`Downloader`] brings one file, whole and of one version, and goes on where it was stopped.
//! - [`RetryPolicy`] says how often to try and what counts as a failed try; [`RequestError`] what the tries came to.
//! - [`RateLimit`] keeps to the calls per second that the service allows, whoever asks.
//! - [`Credentials`] are none, a bearer token, a key, or a client's that tokens are got with (OAuth2); what carries any
//!   follows no redirect.
//! - [`AddressPolicy`] says where an address may lead, [`Service`] what one service says in its own words.
//! - [`Metrics`] count what was asked and answered; [`UsedUp`] is why a request was not sent, where their number is limited.
//!
//! Proxies and own certificate authorities come from the environment, as with curl: `HTTPS_PROXY`, `HTTP_PROXY`,
//! `NO_PROXY`; `SSL_CERT_FILE`, `SSL_CERT_DIR`.
//!
//! Failures are [`step::Failure`]s: 65 a file is not what was wanted, 69 the remote is unavailable, 74 the disk refuses,
//! 75 it contradicts itself, 77 it refuses access.

mod address_policy;
mod allowance;
mod client;
mod client_options;
mod connection;
mod credentials;
mod download;
mod error;
mod metrics;
mod rate_limit;
mod reception;
mod request;
mod response;
mod retry;
mod status;
mod throughput;
mod token;
mod transport;
mod work;

pub use address_policy::AddressPolicy;
pub use allowance::UsedUp;
pub use client::Client;
pub use client_options::{ClientOptions, Service, StandIn};
pub use credentials::{ClientCredentials, Credentials};
pub use download::{Downloaded, Downloader, FileRequest, Follow, Growth, LocalFile, Signature, StagedFile, served_by};
pub use error::{Cause, RequestError};
pub use metrics::{Counts, Metrics};
pub use rate_limit::{RateLimit, RateLimitHeaders, parse_rate};
pub use request::{Request, Validators};
pub use reqwest::{StatusCode, header};
pub use response::{Piece, Response, ResponseError};
pub use retry::{RetryPolicy, parse_seconds};
pub use url::Url;
