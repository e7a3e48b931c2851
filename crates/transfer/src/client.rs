//! One request, sent in turn and again when that can help, until its response was read whole and understood.

use std::sync::Arc;

use anyhow::Result;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use crate::allowance::Allowance;
use crate::client_options::{ClientOptions, Service};
use crate::credentials::{Credentials, SecretHeader};
use crate::error::{Cause, Fault, Trouble};
use crate::metrics::Metrics;
use crate::rate_limit::RateLimit;
use crate::request::Request;
use crate::response::{Head, Response, ResponseError};
use crate::retry::{LONGEST_RETRY_AFTER, Retry, RetryPolicy};
use crate::status::{self, Expectation};
use crate::token::{Token, TokenSource};
use crate::transport::Transport;

/// A token has some kilobytes at most.
const LARGEST_TOKEN_BYTES: usize = 1 << 20;

/// Asks one service on behalf of one key; clones share limits, token and metrics.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    rate_limit: RateLimit,
    under_way: Semaphore,
    allowance: Allowance,
    access: Access,
    credentials_for: Option<Url>,
    retry: RetryPolicy,
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
#[derive(Debug)]
struct Pass {
    header: SecretHeader,
    /// What it can be had anew from.
    source: Option<Token>,
}

impl Client {
    /// # Errors
    /// 2 when the credentials cannot be sent, or HTTP cannot be set up as the environment says.
    pub fn new(options: ClientOptions) -> Result<Self> {
        let metrics = Metrics::default();
        let transport = Transport::new(&options, metrics.clone())?;
        let service = options.service;
        let access = match options.credentials {
            Credentials::None => Access::Open,
            Credentials::Bearer(token) => Access::Fixed(SecretHeader::of("Bearer ", &token)?),
            Credentials::ApiKey(key) => Access::Fixed(SecretHeader::of("", &key)?),
            Credentials::ClientCredentials(credentials) => {
                Access::Renewed(TokenSource::new(credentials, service.token_hints).into())
            }
        };
        let shared = Shared {
            rate_limit: RateLimit::new(options.per_second).told_by(service.rate_limit_headers),
            under_way: Semaphore::new(options.in_flight),
            allowance: Allowance::of(options.most_requests),
            access,
            credentials_for: options.credentials_for,
            retry: options.retry,
            service,
            metrics,
        };
        Ok(Self { transport, shared: Arc::new(shared) })
    }

    /// The same client, which asks for bodies as the server has them.
    pub(crate) fn uncompressed(&self) -> Result<Self> {
        Ok(Self { transport: self.transport.uncompressed()?, shared: self.shared.clone() })
    }

    /// What was asked up to now.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// How many requests may be sent yet; of a client without a limit, more than anybody sends.
    pub fn left(&self) -> u64 {
        self.shared.allowance.left()
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
        self.shared.allowance.take().map_err(anyhow::Error::from)?;
        let mut headers = headers.clone();
        headers.extend(pass.as_ref().map(|pass| (AUTHORIZATION, pass.header.value())));
        let head = self.transport.get(url, &headers).await?;
        self.shared.rate_limit.adapt(&head.headers);
        let token = pass.and_then(|pass| pass.source);
        if let (StatusCode::UNAUTHORIZED, Access::Renewed(tokens), Some(token)) =
            (head.status, &self.shared.access, &token)
        {
            tokens.drop_refused(token).await;
        }
        Ok(self.judge(head, answers, token.is_some()).await?)
    }

    /// Reads the body, and counts it.
    async fn receive(&self, head: Head, max_bytes: usize) -> Result<Response, Trouble> {
        let status = head.status;
        let read = head.read(max_bytes).await;
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
            Access::Renewed(tokens) if is_for_us => {
                self.token(tokens).await?;
                loop {
                    rate_limit.acquire().await;
                    match tokens.at_hand() {
                        Some(token) => return Ok(Some(Pass { header: token.header.clone(), source: Some(token) })),
                        None => self.token(tokens).await?,
                    };
                }
            }
            access => {
                rate_limit.acquire().await;
                match access {
                    Access::Fixed(header) if is_for_us => Ok(Some(Pass { header: header.clone(), source: None })),
                    _ => Ok(None),
                }
            }
        }
    }

    /// The token that is good now. The token service has its own limit.
    async fn token(&self, tokens: &TokenSource) -> Result<Token> {
        const NAME: &str = "an access token";
        // Of these two the body says more than the status: the reader decides.
        const ANSWERS: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED];
        let attempt = async || {
            let asked_at = Instant::now();
            let head = self.transport.post(tokens.url(), &tokens.form()).await?;
            let head = self.judge(head, &ANSWERS, false).await?;
            let response = self.receive(head, LARGEST_TOKEN_BYTES).await?;
            tokens.read(&response, asked_at).map_err(Trouble::from)
        };
        let get = async || {
            let token = self.retry(NAME).run(attempt).await?;
            tracing::debug!("got an access token");
            Ok(token)
        };
        tokens.current(get).await
    }

    /// Lets an answer pass. Of what is none, it says why, in the service's words where they help.
    async fn judge(&self, mut head: Head, answers: &[StatusCode], renews_credentials: bool) -> Result<Head, Fault> {
        let expected = Expectation { answers, renews_credentials, access_hint: self.shared.service.access_hint };
        let Err(mut fault) = status::judge(&head, expected) else { return Ok(head) };
        self.shared.metrics.request(head.status.as_str(), 0);
        // Without Retry-After the back-off of the one request must do; with it the whole key waits.
        let told = fault.retry_after.filter(|after| *after <= LONGEST_RETRY_AFTER);
        if let Some(after) = told.filter(|_| head.status == StatusCode::TOO_MANY_REQUESTS) {
            self.shared.rate_limit.pause(after);
        }
        if matches!(fault.cause, Cause::Status(_)) {
            // Read even where it is not told: the connection can be used again.
            let said = head.quote().await;
            if !said.is_empty() && !fault.may_try_again {
                fault.why = format!("{}: {said}", fault.why);
            }
        }
        Err(fault)
    }
}
