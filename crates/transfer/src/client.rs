//! One question, asked in turn and again when that can help, until its answer was read whole and understood.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use step::{ExitCode, Failure};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use crate::pace::Pace;
use crate::patience::{LONGEST_RETRY_AFTER, Patience, retry_after};
use crate::tally::Tally;
use crate::token::{Token, Tokens, quoted};

/// A page of 150 offers is half a megabyte, the longest referential a few; whatever is longer is not what was asked.
const LARGEST_BODY_BYTES: usize = 256 << 20;

/// Who asks, as services like to know.
pub(crate) const USER_AGENT: &str = concat!("collecte/", env!("CARGO_PKG_VERSION"));

/// What distinguishes one client from another.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Calls per second; finite and above zero.
    pub per_second: f64,
    /// Requests under way at once; bounds the memory that their bodies take.
    pub in_flight: usize,
    pub patience: Patience,
}

/// Asks one service on behalf of one key; clones share pace, token and counts.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    pub(crate) pace: Arc<Pace>,
    under_way: Arc<Semaphore>,
    tokens: Option<Arc<Tokens>>,
    pub(crate) patience: Patience,
    tally: Tally,
}

/// What to ask, and how messages call it: `page 3 of 2024-06-01`.
#[derive(Debug, Clone)]
pub struct Question {
    pub name: String,
    pub url: Url,
}

/// An answer whose body has arrived whole, as far as HTTP can tell. Its status is a success.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// From sending the request to the last byte of the body.
    pub took: Duration,
}

impl Answer {
    /// A header as text, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why a reader does not take an answer.
#[derive(Debug)]
pub enum Refusal {
    /// Not what a sound service sends (HTML, broken JSON): tried again, and 69 in the end.
    Garbled(String),
    /// The answer contradicts itself (fewer items than it announces): tried again, and 75 in the end.
    Contradiction(String),
    /// Trying again will not help.
    Final(anyhow::Error),
}

/// How one try went wrong.
enum Trouble {
    Again { code: ExitCode, why: String, after: Option<Duration> },
    Final(anyhow::Error),
}

impl Trouble {
    fn again(code: ExitCode, why: impl Into<String>) -> Self {
        Self::Again { code, why: why.into(), after: None }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Garbled(why) => Self::again(ExitCode::Unavailable, why),
            Refusal::Contradiction(why) => Self::again(ExitCode::Incomplete, why),
            Refusal::Final(error) => Self::Final(error),
        }
    }
}

impl Client {
    /// A client without a token.
    pub fn new(options: ClientOptions) -> Result<Self> {
        // Two clients in one process install it twice; the second time is no error, the same provider stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(options.patience.stall.min(Duration::from_secs(10)))
            .build()
            .context("could not set up HTTP")?;
        Ok(Self {
            http,
            pace: Arc::new(Pace::new(options.per_second)),
            under_way: Arc::new(Semaphore::new(options.in_flight)),
            tokens: None,
            patience: options.patience,
            tally: Tally::default(),
        })
    }

    /// The same client, whose questions carry a token.
    pub fn with_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(Arc::new(tokens));
        self
    }

    /// What was asked up to now.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Gets a token, if this client uses one, and asks nothing: for `--check`.
    pub async fn authenticate(&self) -> Result<()> {
        if let Some(tokens) = &self.tokens {
            tokens.current(self).await?;
        }
        Ok(())
    }

    /// Asks until `read` takes the answer, or until patience ends.
    ///
    /// # Errors
    /// 69 when the service stays unavailable or garbled, 75 when it contradicts itself, 77 when it refuses access.
    pub async fn ask<T>(&self, question: &Question, read: impl Fn(Answer) -> Result<T, Refusal>) -> Result<T> {
        let send = || async {
            let _permit = self.under_way.acquire().await.expect("the semaphore is never closed");
            let token = self.turn_with_token().await.map_err(Trouble::Final)?;
            let mut request = self.http.get(question.url.clone());
            if let Some(token) = &token {
                request = request.header(reqwest::header::AUTHORIZATION, token.header());
            }
            let answer = self.receive(request).await?;
            self.pace.obey(&answer.headers);
            if let (StatusCode::UNAUTHORIZED, Some(tokens), Some(token)) = (answer.status, &self.tokens, &token) {
                tokens.refuse(token).await;
            }
            self.judge(&question.name, answer).and_then(|answer| read(answer).map_err(Trouble::from))
        };
        self.persist(&question.name, send).await
    }

    /// Posts a form until `read` takes the answer; for the token service, which has its own pace and counts.
    pub(crate) async fn post<T>(
        &self,
        name: &str,
        url: &Url,
        form: &[(&str, &str)],
        read: impl Fn(Answer) -> Result<T, Refusal>,
    ) -> Result<T> {
        let send = || async {
            let answer = self.receive(self.http.post(url.clone()).form(form)).await?;
            match answer.status {
                // Of these two the body says more than the status: the reader decides.
                StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => read(answer).map_err(Trouble::from),
                _ => self.judge(name, answer).and_then(|answer| read(answer).map_err(Trouble::from)),
            }
        };
        self.persist(name, send).await
    }

    /// Waits for a turn at which a living token is at hand. Whoever had to wait for a token takes a new turn, lest
    /// all who waited send at once.
    async fn turn_with_token(&self) -> Result<Option<Token>> {
        let Some(tokens) = &self.tokens else {
            self.pace.turn().await;
            return Ok(None);
        };
        tokens.current(self).await?;
        loop {
            self.pace.turn().await;
            match tokens.at_hand() {
                Some(token) => return Ok(Some(token)),
                None => tokens.current(self).await?,
            };
        }
    }

    /// Tries until it works, cannot work, or patience ends.
    async fn persist<T, F>(&self, name: &str, send: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let mut tries = 0;
        loop {
            let (code, why, after) = match send().await {
                Ok(value) => return Ok(value),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Again { code, why, after }) => (code, why, after),
            };
            tries += 1;
            let too_long = after.filter(|after| *after > LONGEST_RETRY_AFTER);
            if tries >= self.patience.tries || too_long.is_some() {
                return Err(give_up(name, code, &why, tries, too_long));
            }
            let wait = after.unwrap_or_else(|| self.patience.wait(tries));
            tracing::warn!(wait_ms = wait.as_millis() as u64, "trying {name} again: {why} (try {tries})");
            self.tally.retry();
            sleep(wait).await;
        }
    }

    /// Sends one request and receives its whole body, or says at which point that failed.
    async fn receive(&self, request: RequestBuilder) -> Result<Answer, Trouble> {
        let lost = |what: &str, why: String| {
            self.tally.request(what, 0);
            Trouble::again(ExitCode::Unavailable, why)
        };
        let stall = self.patience.stall;
        let sent_at = Instant::now();
        let response = match timeout(stall, request.send()).await {
            Err(_) => return Err(lost("silent", format!("no answer within {} s", stall.as_secs_f32()))),
            Ok(Err(error)) => return Err(lost("unreachable", root_cause(error))),
            Ok(Ok(response)) => response,
        };
        let (status, headers) = (response.status(), response.headers().clone());
        match read_body(response, stall).await {
            Ok(body) => {
                self.tally.request(status.as_str(), body.len());
                Ok(Answer { status, headers, body, took: sent_at.elapsed() })
            }
            Err(why) => Err(lost("cut", format!("the answer broke off: {why}"))),
        }
    }

    /// Sorts statuses: a success goes on to the reader, the others are what the service says of itself.
    fn judge(&self, name: &str, answer: Answer) -> Result<Answer, Trouble> {
        let status = answer.status;
        let why = format!("HTTP {}", status.as_u16());
        let after = retry_after(&answer.headers);
        match status {
            _ if status.is_success() => Ok(answer),
            StatusCode::TOO_MANY_REQUESTS => {
                // Without Retry-After the back-off of the one request must do; with it the whole key waits.
                if let Some(after) = after.filter(|after| *after <= LONGEST_RETRY_AFTER) {
                    self.pace.silence(after);
                }
                Err(Trouble::Again { code: ExitCode::Unavailable, why, after })
            }
            StatusCode::REQUEST_TIMEOUT => Err(Trouble::again(ExitCode::Unavailable, why)),
            _ if status.is_server_error() => Err(Trouble::Again { code: ExitCode::Unavailable, why, after }),
            StatusCode::UNAUTHORIZED if self.tokens.is_some() => Err(Trouble::again(ExitCode::AccessRefused, why)),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(Trouble::Final(refused(name, ExitCode::AccessRefused, &why, &answer.body)))
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(Trouble::Final(refused(name, ExitCode::Unavailable, &why, &answer.body)))
            }
            _ => Err(Trouble::Final(refused(name, ExitCode::Unexpected, &why, &answer.body))),
        }
    }
}

/// Reads the body chunk by chunk: a service that falls silent is left, one that is merely slow is not.
async fn read_body(mut response: reqwest::Response, stall: Duration) -> Result<Bytes, String> {
    let expected = response.content_length().unwrap_or_default().min(LARGEST_BODY_BYTES as u64);
    let mut body = BytesMut::with_capacity(expected as usize);
    loop {
        match timeout(stall, response.chunk()).await {
            Err(_) => return Err(format!("silent for {} s", stall.as_secs_f32())),
            Ok(Err(error)) => return Err(root_cause(error)),
            Ok(Ok(None)) => return Ok(body.freeze()),
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() > LARGEST_BODY_BYTES => {
                return Err(format!("over {} MiB", LARGEST_BODY_BYTES >> 20));
            }
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
        }
    }
}

fn give_up(name: &str, code: ExitCode, why: &str, tries: u32, after: Option<Duration>) -> anyhow::Error {
    let plural = if tries == 1 { "try" } else { "tries" };
    let failure = Failure::new(code, format!("could not get {name}: {why} after {tries} {plural}"));
    let failure = match code {
        ExitCode::AccessRefused => failure.hint(
            "the service refuses each new token: check that the API is attached to your application \
             and that its licence is accepted",
        ),
        ExitCode::Incomplete => failure.hint("the service contradicts itself; run again later"),
        _ => failure.hint("the service may be down or overloaded: run again later"),
    };
    match after {
        Some(after) => failure.retry_after_s(after.as_secs()).into(),
        None => failure.into(),
    }
}

fn refused(name: &str, code: ExitCode, why: &str, body: &[u8]) -> anyhow::Error {
    let said = quoted(body);
    let message = format!("could not get {name}: {why}{}{said}", if said.is_empty() { "" } else { ": " });
    let failure = Failure::new(code, message);
    match code {
        ExitCode::AccessRefused => {
            failure.hint("check that the API is attached to your application and that its licence is accepted").into()
        }
        ExitCode::Unavailable => failure.hint("check the address, or run again later").into(),
        _ => failure.into(),
    }
}

/// The innermost cause, without the address: the caller names what was asked, and an address may hold a secret.
pub(crate) fn root_cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// A header value that is never printed.
pub(crate) fn secret_header(value: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(value).ok()?;
    header.set_sensitive(true);
    Some(header)
}
