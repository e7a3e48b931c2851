//! How politely and patiently a portal is asked, and through what.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use step::SecretString;
use transfer::{AddressPolicy, Client, ClientOptions, Credentials, RetryPolicy, StandIn, parse_rate, parse_seconds};
use url::Url;

use crate::model::Backend;
use crate::settings::Settings;

use super::source;

/// Redirects that are followed with `--follow`.
const MOST_REDIRECTS: usize = 5;

/// How a portal is asked.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Asking")]
pub(super) struct AskingArgs {
    /// Ask this origin (scheme, host, port) in place of the source's own: a mirror, a tunnel, the sandbox
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    pub(super) via: Option<Url>,

    /// Ask even where no public address is
    #[arg(long)]
    pub(super) allow_private: bool,

    /// Follow up to 5 redirects, each checked
    #[arg(long)]
    pub(super) follow: bool,

    /// Requests per second
    #[arg(long, value_name = "N", env = "HARVEST_RATE", default_value = "10", value_parser = parse_rate)]
    pub(super) rate: f64,

    /// Tries of one request, the first included
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) tries: u32,

    /// Seconds to wait after the first failed try, doubled after each further one, up to 10
    #[arg(long, value_name = "S", default_value = "1", value_parser = parse_seconds)]
    pub(super) retry_wait_s: Duration,

    /// Silence this long, in seconds, before or within an answer, counts as a failed try
    #[arg(long, value_name = "S", default_value = "30", value_parser = parse_seconds)]
    pub(super) stall_s: Duration,

    /// Seconds that one answer may take, whatever it brings
    #[arg(long, value_name = "S", default_value = "300", value_parser = parse_seconds)]
    pub(super) answer_s: Duration,

    /// Mebibytes that one answer may have, decompressed
    #[arg(long, value_name = "N", default_value = "128", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_page_mib: u16,

    /// Pages that a catalogue may have
    #[arg(long, value_name = "N", default_value = "10000", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_pages: u64,
}

/// Reads an origin: an address without path.
fn parse_origin(text: &str) -> Result<Url, String> {
    let url = source::parse_url(text)?;
    match url.path() == "/" && url.query().is_none() {
        true => Ok(url),
        false => Err("an origin has scheme, host and port, and nothing else".to_owned()),
    }
}

impl AskingArgs {
    pub(super) fn max_page_bytes(&self) -> usize {
        usize::from(self.max_page_mib) << 20
    }

    /// Who asks. A key goes to the source's own origin, and only in the dialect that has keys.
    ///
    /// # Errors
    /// 2 the key cannot be sent, or HTTP cannot be set up.
    pub(super) fn client(&self, settings: &Settings, key: Option<SecretString>) -> Result<Client> {
        let retry = RetryPolicy {
            tries: self.tries,
            first_wait: self.retry_wait_s,
            stall: self.stall_s,
            least_kbps: 0.0,
            longest_answer: Some(self.answer_s),
        };
        let key = key.filter(|_| settings.backend == Backend::Ckan);
        Client::new(ClientOptions {
            per_second: self.rate,
            retry,
            credentials: key.map_or(Credentials::None, Credentials::ApiKey),
            credentials_for: Some(settings.url.clone()),
            // One page after the other, and none is read while the next is awaited.
            waits_alone: true,
            redirects: if self.follow { MOST_REDIRECTS } else { 0 },
            addresses: if self.allow_private { AddressPolicy::Any } else { AddressPolicy::PublicOnly },
            stand_in: self.via.clone().map(|origin| StandIn { source: settings.url.clone(), origin }),
            ..ClientOptions::default()
        })
    }
}
