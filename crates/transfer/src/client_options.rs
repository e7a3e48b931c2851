//! What distinguishes one client from another.

use reqwest::header::{HOST, HeaderName, HeaderValue};
use url::Url;

use crate::address_policy::AddressPolicy;
use crate::credentials::Credentials;
use crate::rate_limit::RateLimitHeaders;
use crate::retry::RetryPolicy;

/// Redirects that a request follows, unless the caller says otherwise; a chain of more is a loop.
const MOST_REDIRECTS: usize = 10;

/// What distinguishes one client from another; by default one request a second, and nothing that a family knows.
#[derive(Debug)]
pub struct ClientOptions {
    /// Calls per second; finite and above zero.
    pub per_second: f64,
    /// Requests under way at once; bounds the memory that their bodies take.
    pub in_flight: usize,
    /// Requests that are sent at most, tries included; those for a token do not count. None: any number.
    pub most_requests: Option<u64>,
    pub retry: RetryPolicy,
    pub credentials: Credentials,
    /// The one origin that the credentials are sent to. None: wherever a request goes.
    pub credentials_for: Option<Url>,
    /// Whether the thread does nothing else while a request waits for its answer. Then what the wait costs is the answer's
    /// doing, and one whose head never comes for all that is sent before it is left.
    pub waits_alone: bool,
    /// Redirects that a request without credentials follows.
    pub redirects: usize,
    pub addresses: AddressPolicy,
    /// What is asked in place of a source. It is exempt from `addresses`.
    pub stand_in: Option<StandIn>,
    pub service: Service,
}

/// What a service says in its own words, and what its messages mean; the family knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Service {
    pub rate_limit_headers: Option<RateLimitHeaders>,
    /// What the reader can do where access is refused: `check that ..`.
    pub access_hint: Option<&'static str>,
    /// What the reader can do about each `error` of the token endpoint (RFC 6749, 5.2).
    pub token_hints: &'static [(&'static str, &'static str)],
}

/// A mirror, a tunnel: requests for the origin of `source` go to that of `origin`; `Host` and all that is told stay the
/// source's.
#[derive(Debug, Clone)]
pub struct StandIn {
    pub source: Url,
    pub origin: Url,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            per_second: 1.0,
            in_flight: 1,
            most_requests: None,
            retry: RetryPolicy::default(),
            credentials: Credentials::None,
            credentials_for: None,
            waits_alone: false,
            redirects: MOST_REDIRECTS,
            addresses: AddressPolicy::Any,
            stand_in: None,
            service: Service::default(),
        }
    }
}

impl StandIn {
    /// Whether a request to `url` goes to it.
    pub(crate) fn stands_for(&self, url: &Url) -> bool {
        self.source.origin() == url.origin()
    }

    /// The address that is really asked.
    pub(crate) fn of(&self, url: &Url) -> Url {
        let mut asked = self.origin.clone();
        asked.set_path(url.path());
        asked.set_query(url.query());
        asked
    }

    /// The source's name, which it is asked by.
    pub(crate) fn host(url: &Url) -> Option<(HeaderName, HeaderValue)> {
        let host = match (url.host_str()?, url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        Some((HOST, HeaderValue::from_str(&host).ok()?))
    }
}
