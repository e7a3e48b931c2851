//! One request, sent in turn and again when that can help, until its response was read whole and understood.

use std::sync::Arc;

use anyhow::Result;
use reqwest::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use step::ExitCode;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use url::Url;

use crate::address_policy::{AddressPolicy, Gate};
use crate::connection::{self, Encoding};
use crate::credentials::{Credentials, SecretHeader};
use crate::error::{Cause, Fault, Trouble};
use crate::metrics::Metrics;
use crate::rate_limit::{RateLimit, RateLimitHeaders};
use crate::request::Request;
use crate::response::{Head, Response, ResponseError};
use crate::retry::{LONGEST_RETRY_AFTER, Retry, RetryPolicy};
use crate::status::{self, Expectation, shown};
use crate::token::{Token, TokenSource};

/// Redirects that a request follows, unless the caller says otherwise; a chain of more is a loop.
const MOST_REDIRECTS: usize = 10;

/// A token has some kilobytes at most.
const LARGEST_TOKEN_BYTES: usize = 1 << 20;

/// What distinguishes one client from another.
#[derive(Debug)]
pub struct ClientOptions {
    /// Calls per second; finite and above zero.
    pub per_second: f64,
    /// Requests under way at once; bounds the memory that their bodies take.
    pub in_flight: usize,
    pub retry: RetryPolicy,
    pub credentials: Credentials,
    /// The one origin that the credentials are sent to. None: wherever a request goes.
    pub credentials_for: Option<Url>,
    /// Redirects that a request without credentials follows.
    pub redirects: usize,
    pub addresses: AddressPolicy,
    /// What is asked in place of a source: a mirror, a tunnel. It is exempt from `addresses`.
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

/// Requests for the origin of `source` go to that of `origin`; `Host` and all that is told stay the source's.
#[derive(Debug, Clone)]
pub struct StandIn {
    pub source: Url,
    pub origin: Url,
}

/// Asks one service on behalf of one key; clones share limits, token and metrics.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    gate: Gate,
    rate_limit: RateLimit,
    under_way: Semaphore,
    access: Access,
    credentials_for: Option<Url>,
    retry: RetryPolicy,
    redirects: usize,
    addresses: AddressPolicy,
    stand_in: Option<StandIn>,
    service: Service,
    metrics: Metrics,
}

/// Credentials, ready to be sent.
#[derive(Debug)]
enum Access {
    Open,
    Fixed(SecretHeader),
    Renewed(Box<TokenSource>),
}

/// What a request carries to show on whose behalf it is.
#[derive(Debug, Clone)]
enum Pass {
    Fixed(SecretHeader),
    Token(Token),
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            per_second: 1.0,
            in_flight: 1,
            retry: RetryPolicy::default(),
            credentials: Credentials::None,
            credentials_for: None,
            redirects: MOST_REDIRECTS,
            addresses: AddressPolicy::Any,
            stand_in: None,
            service: Service::default(),
        }
    }
}

impl Client {
    /// # Errors
    /// 2 when the credentials cannot be sent.
    pub fn new(options: ClientOptions) -> Result<Self> {
        let access = match options.credentials {
            Credentials::None => Access::Open,
            Credentials::Bearer(token) => Access::Fixed(SecretHeader::of("Bearer ", &token)?),
            Credentials::ApiKey(key) => Access::Fixed(SecretHeader::of("", &key)?),
            Credentials::ClientCredentials(credentials) => {
                Access::Renewed(TokenSource::new(credentials, options.service.token_hints).into())
            }
        };
        let gate = Gate::new(options.addresses, options.stand_in.as_ref().map(|stand_in| &stand_in.origin));
        let http = connection::build(options.retry.stall, &gate, Encoding::Gzip)?;
        let rate_limit = RateLimit::new(options.per_second).told_by(options.service.rate_limit_headers);
        let shared = Shared {
            gate,
            rate_limit,
            under_way: Semaphore::new(options.in_flight),
            access,
            credentials_for: options.credentials_for,
            retry: options.retry,
            redirects: options.redirects,
            addresses: options.addresses,
            stand_in: options.stand_in,
            service: options.service,
            metrics: Metrics::default(),
        };
        Ok(Self { http, shared: Arc::new(shared) })
    }

    /// The same client, which asks for bodies as the server has them.
    pub(crate) fn uncompressed(&self) -> Result<Self> {
        let http = connection::build(self.shared.retry.stall, &self.shared.gate, Encoding::Identity)?;
        Ok(Self { http, shared: self.shared.clone() })
    }

    /// What was asked up to now.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    pub(crate) fn retry_policy(&self) -> &RetryPolicy {
        &self.shared.retry
    }

    /// Gets a token, if this client uses one, and asks nothing: for `--check`.
    pub async fn authenticate(&self) -> Result<()> {
        if let Access::Renewed(tokens) = &self.shared.access {
            self.token(tokens).await?;
        }
        Ok(())
    }

    /// Asks until `read` takes the response, or until no further try is worth it.
    ///
    /// # Errors
    /// 65 when the body is too large or the address may not be asked, 69 when the service stays unavailable or malformed,
    /// 75 when it contradicts itself, 77 when it refuses access; a [`crate::RequestError`] inside says more.
    pub async fn get<T>(&self, request: &Request, read: impl Fn(Response) -> Result<T, ResponseError>) -> Result<T> {
        let attempt = async || {
            let _permit = self.shared.under_way.acquire().await.expect("the semaphore is never closed");
            let head = self.open(&request.url, &request.headers(), &request.all_answers()).await?;
            let response = self.receive(head, request.max_body_bytes).await?;
            read(response).map_err(Trouble::from)
        };
        self.retry(&request.name).run(attempt).await
    }

    /// How a request is tried.
    pub(crate) fn retry<'a>(&'a self, name: &'a str) -> Retry<'a> {
        Retry {
            policy: &self.shared.retry,
            metrics: &self.shared.metrics,
            name,
            verb: "get",
            give_up: None,
            hint: "the service may be down or overloaded: run again later",
        }
    }

    /// Sends one request in its turn, follows where it may lead, and judges the head of what comes.
    pub(crate) async fn open(&self, url: &Url, headers: &HeaderMap, answers: &[StatusCode]) -> Result<Head, Trouble> {
        let pass = self.acquire(url).await?;
        let mut headers = headers.clone();
        if let Some(pass) = &pass {
            headers.insert(AUTHORIZATION, pass.header());
        }
        let head = self.follow(url, &headers).await?;
        self.shared.rate_limit.adapt(&head.headers);
        if let (StatusCode::UNAUTHORIZED, Access::Renewed(tokens), Some(Pass::Token(token))) =
            (head.status, &self.shared.access, &pass)
        {
            tokens.drop_refused(token).await;
        }
        let renews_credentials = matches!(pass, Some(Pass::Token(_)));
        let access_hint = self.shared.service.access_hint;
        Ok(self.judge(head, Expectation { answers, renews_credentials, access_hint }).await?)
    }

    /// Reads the body, and counts it.
    async fn receive(&self, head: Head, max_bytes: usize) -> Result<Response, Trouble> {
        let status = head.status;
        let read = head.read(max_bytes, self.shared.retry.stall).await;
        match &read {
            Ok(response) => self.shared.metrics.request(status.as_str(), response.body.len()),
            Err(_) => self.shared.metrics.request("cut", 0),
        }
        Ok(read?)
    }

    /// Waits for a turn at which what the request has to carry is at hand. Whoever had to wait for a token takes a new
    /// turn, lest all who waited send at once.
    async fn acquire(&self, url: &Url) -> Result<Option<Pass>> {
        let is_for_us = self.shared.credentials_for.as_ref().is_none_or(|only| only.origin() == url.origin());
        let rate_limit = &self.shared.rate_limit;
        match &self.shared.access {
            Access::Fixed(header) if is_for_us => {
                rate_limit.acquire().await;
                Ok(Some(Pass::Fixed(header.clone())))
            }
            Access::Renewed(tokens) if is_for_us => {
                self.token(tokens).await?;
                loop {
                    rate_limit.acquire().await;
                    match tokens.at_hand() {
                        Some(token) => return Ok(Some(Pass::Token(token))),
                        None => self.token(tokens).await?,
                    };
                }
            }
            _ => {
                rate_limit.acquire().await;
                Ok(None)
            }
        }
    }

    /// The token service has its own limit.
    async fn token(&self, tokens: &TokenSource) -> Result<Token> {
        const NAME: &str = "an access token";
        // Of these two the body says more than the status: the reader decides.
        const ANSWERS: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED];
        let attempt = async || {
            let asked_at = Instant::now();
            let request = self.http.post(tokens.url().clone()).form(&tokens.form());
            let head = self.send(tokens.url(), request).await?;
            let access_hint = self.shared.service.access_hint;
            let expected = Expectation { answers: &ANSWERS, renews_credentials: false, access_hint };
            let head = self.judge(head, expected).await?;
            let response = self.receive(head, LARGEST_TOKEN_BYTES).await?;
            tokens.read(&response, asked_at).map_err(Trouble::from)
        };
        tokens
            .current(async || {
                let token = self.retry(NAME).run(attempt).await?;
                tracing::debug!("got an access token");
                Ok(token)
            })
            .await
    }

    /// Gets what is at `url`, or where it leads.
    async fn follow(&self, url: &Url, headers: &HeaderMap) -> Result<Head, Fault> {
        let carries_credentials = headers.contains_key(AUTHORIZATION) || has_user(url);
        let most = if carries_credentials { 0 } else { self.shared.redirects };
        let (mut url, mut followed) = (url.clone(), 0);
        loop {
            let head = self.get_once(&url, headers.clone()).await?;
            let Some(next) = head.location().filter(|_| most > 0) else { return Ok(head) };
            if followed == most {
                let why = format!("it redirects over {most} times, at last to `{}`", shown(&next));
                let hint = "see in a browser where the address leads";
                return Err(Fault::lasting(Cause::Redirect(next.into()), ExitCode::Unavailable, why, hint));
            }
            self.ensure_may_lead_to(&next)?;
            (url, followed) = (next, followed + 1);
        }
    }

    /// A remote does not choose how, or as whom, we ask.
    fn ensure_may_lead_to(&self, url: &Url) -> Result<(), Fault> {
        let is_odd = self.shared.addresses == AddressPolicy::PublicOnly && has_user(url);
        if matches!(url.scheme(), "http" | "https") && !is_odd {
            return Ok(());
        }
        let why = format!("it redirects to `{}`, which is no plain web address", shown(url));
        Err(Fault::lasting(Cause::Forbidden, ExitCode::BadInput, why, "see in a browser where the address leads"))
    }

    async fn get_once(&self, url: &Url, mut headers: HeaderMap) -> Result<Head, Fault> {
        let request = match self.shared.stand_in.as_ref().filter(|stand_in| stand_in.source.origin() == url.origin()) {
            Some(stand_in) => {
                headers.extend(host_header(url));
                self.http.get(stand_in.of(url))
            }
            None => {
                self.shared.gate.judge(url).await.map_err(|refused| connection::forbidden(&refused))?;
                self.http.get(url.clone())
            }
        };
        self.send(url, request.headers(headers)).await
    }

    /// Sends what is ready, and waits for the head of what comes.
    async fn send(&self, url: &Url, request: RequestBuilder) -> Result<Head, Fault> {
        let stall = self.shared.retry.stall;
        let sent_at = Instant::now();
        match timeout(stall, request.send()).await {
            Ok(Ok(response)) => Ok(Head::new(response, url.clone(), sent_at)),
            Ok(Err(error)) => {
                self.shared.metrics.request("unreachable", 0);
                Err(connection::diagnose(error, url, &self.shared.gate))
            }
            Err(_) => {
                self.shared.metrics.request("silent", 0);
                Err(Fault::passing(Cause::Slow, format!("no answer within {} s", stall.as_secs_f32())))
            }
        }
    }

    /// Lets an answer pass. Of what is none, it says why, in the service's words where they help.
    async fn judge(&self, mut head: Head, expected: Expectation<'_>) -> Result<Head, Fault> {
        let Err(mut fault) = status::judge(&head, expected) else { return Ok(head) };
        self.shared.metrics.request(head.status.as_str(), 0);
        // Without Retry-After the back-off of the one request must do; with it the whole key waits.
        let told = fault.retry_after.filter(|after| *after <= LONGEST_RETRY_AFTER);
        if let Some(after) = told.filter(|_| head.status == StatusCode::TOO_MANY_REQUESTS) {
            self.shared.rate_limit.pause(after);
        }
        if matches!(fault.cause, Cause::Status(_)) {
            let said = head.quote(self.shared.retry.stall).await;
            if !said.is_empty() && !fault.may_try_again {
                fault.why = format!("{}: {said}", fault.why);
            }
        }
        Err(fault)
    }
}

impl StandIn {
    /// The address that is really asked.
    fn of(&self, url: &Url) -> Url {
        let mut asked = self.origin.clone();
        asked.set_path(url.path());
        asked.set_query(url.query());
        asked
    }
}

impl Pass {
    fn header(&self) -> HeaderValue {
        match self {
            Self::Fixed(header) => header.value(),
            Self::Token(token) => token.header.value(),
        }
    }
}

fn host_header(url: &Url) -> Option<(HeaderName, HeaderValue)> {
    let host = match (url.host_str()?, url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    Some((HOST, HeaderValue::from_str(&host).ok()?))
}

/// Whether an address holds a user's name or password, which is sent as credentials.
fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
