//! The API: one list after the other, page by page, until it is proven complete.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use step::{ExitCode, Failure, Progress, SecretString};
use transfer::{
    Client, ClientOptions, Counts, Credentials, Piece, Request, ResponseError, RetryPolicy, Service, StatusCode, Url,
};

use crate::schema::Kind;

use super::answer::{Frame, Splitter};
use super::ask::Ask;
use super::chain::{Answer, Chain, Verdict};
use super::record::Told;
use super::shelf::{Page, Shelf};

/// A page of 10,000 services is some 30 MB; it is never in memory at once.
const LARGEST_ANSWER_BYTES: usize = 1 << 30;

/// The service tells no limit; a run of a page size for people has some twenty requests.
const PER_SECOND: f64 = 100.0;

/// No wait before an answer that contradicted itself is asked for again is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

const ACCESS_HINT: &str =
    "check `DATA_INCLUSION_TOKEN`: tokens end when the service renews its key, and need the scope `api`";

/// The API of one token.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    url: Url,
    first_wait: Duration,
}

/// A list that is complete.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) requests: BTreeMap<String, u64>,
    pub(super) retries: u64,
}

impl Api {
    /// # Errors
    /// 2 when the token is missing or cannot be sent.
    pub(super) fn new(url: &Url, token: Option<&SecretString>, retry: &RetryPolicy) -> Result<Self> {
        use step::ExposeSecret;
        let Some(token) = token.filter(|token| !token.expose_secret().trim().is_empty()) else {
            return Err(Failure::new(ExitCode::Usage, "could not ask the API: `DATA_INCLUSION_TOKEN` is not set")
                .hint("set it, or `DATA_INCLUSION_TOKEN_FILE`; `--from dump` needs none")
                .into());
        };
        let client = Client::new(ClientOptions {
            per_second: PER_SECOND,
            retry: retry.clone(),
            credentials: Credentials::Bearer(token.clone()),
            credentials_for: Some(url.clone()),
            service: Service { access_hint: Some(ACCESS_HINT), ..Service::default() },
            ..ClientOptions::default()
        })?;
        Ok(Self { client, url: url.clone(), first_wait: retry.first_wait })
    }

    /// Where a list is.
    pub(super) fn address(&self, name: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/api/v1/{name}", self.url.path().trim_end_matches('/')));
        url.set_query(None);
        url
    }

    /// Asks for what is smallest.
    ///
    /// # Errors
    /// 69 when it is not available, 77 when it refuses the token.
    pub(super) async fn reach(&self) -> Result<String> {
        let url = self.address("sources");
        let request = Request::new("the sources of the API", url.clone());
        let read = |response: transfer::Response| {
            let is_list = serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(&response.body).is_ok();
            let is_object = serde_json::from_slice::<BTreeMap<String, serde::de::IgnoredAny>>(&response.body).is_ok();
            match is_list || is_object {
                true => Ok(()),
                false => Err(ResponseError::Malformed("it is no list of sources".to_owned())),
            }
        };
        self.client.get(&request, read).await?;
        Ok(url.into())
    }

    /// Brings what the shelf lacks of a list.
    ///
    /// # Errors
    /// 69 when the service is not available, 74 when the disk refuses, 75 when nothing proves that the list is complete,
    /// 77 when the token is refused. What the shelf holds then is kept.
    pub(super) async fn gather(&self, kind: Kind, shelf: &mut Shelf, progress: &Progress) -> Result<Gathered> {
        let before = Earlier::of(shelf, self.client.metrics().counts());
        let mut chain = Chain::resume(shelf.begun.page_size, &shelf.pages);
        while !shelf.pages.last().is_some_and(|page| page.is_last) {
            let ask = chain.next();
            let (answer, is_invented) = self.ask(kind, ask, shelf).await.map_err(|error| keeping(error, shelf))?;
            progress.set_total(answer.total);
            let verdict = chain.judge(&answer);
            match &verdict {
                Verdict::Linked | Verdict::Last => {
                    let (requests, retries) = before.to(&self.client.metrics().counts(), &chain);
                    let page = Page {
                        page: ask.page,
                        size: ask.size,
                        records: answer.brought.records,
                        known: answer.brought.known,
                        requests,
                        retries,
                        reloads: chain.reloads(),
                        totals: chain.take_totals(),
                        is_last: verdict == Verdict::Last,
                        is_invented,
                    };
                    shelf.keep(page)?;
                    progress.set(shelf.len() as u64);
                }
                Verdict::Broken => {
                    shelf.drop_draft()?;
                    let (name, place) = (kind.name(), chain.place());
                    tracing::info!("the {name} were reloaded: reading again from before record {place}");
                }
                Verdict::Faulty(why) => {
                    shelf.drop_draft()?;
                    let (name, tries) = (kind.name(), chain.tries());
                    let wait = self.wait(tries);
                    let wait_ms = wait.as_millis() as u64;
                    tracing::warn!(wait_ms, "trying page {} of the {name} again: {why} (try {tries})", ask.page);
                    tokio::time::sleep(wait).await;
                }
                Verdict::Given(why) => {
                    shelf.drop_draft()?;
                    return Err(unproven(kind, &chain, shelf, why));
                }
            }
        }
        let (requests, retries) = before.to(&self.client.metrics().counts(), &chain);
        Ok(Gathered { requests, retries })
    }

    fn wait(&self, tries: u32) -> Duration {
        self.first_wait.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST_WAIT)
    }

    /// One page, its records in the shelf's draft; whether the sandbox gave it.
    async fn ask(&self, kind: Kind, ask: Ask, shelf: &mut Shelf) -> Result<(Answer, bool)> {
        let mut url = self.address(kind.name());
        url.set_query(Some(&format!("page={}&size={}", ask.page, ask.size)));
        let name = format!("page {} of the {}", ask.page, kind.name());
        let request = Request::new(name, url).max_body_bytes(LARGEST_ANSWER_BYTES);
        let (mut splitter, mut is_invented) = (Splitter::default(), false);
        let read = |piece: Piece<'_>| -> Result<Option<Frame>, ResponseError> {
            match piece {
                Piece::Head(headers) => {
                    let server = headers.get("server").and_then(|server| server.to_str().ok());
                    (splitter, is_invented) = (Splitter::default(), step::is_sandbox(server));
                    shelf.drop_draft().map_err(ResponseError::Final)?;
                    Ok(None)
                }
                Piece::Body(bytes) => take(&mut splitter, bytes, shelf).map(|()| None),
                Piece::End => std::mem::take(&mut splitter).end().map(Some).map_err(ResponseError::Malformed),
            }
        };
        let frame = self.client.get_in_pieces(&request, read).await?.context("an answer came without an end")?;
        let Frame { page, size, total } = frame;
        Ok((Answer { ask, page, size, total, brought: shelf.brought().clone() }, is_invented))
    }
}

/// Puts the records of a piece on the shelf.
fn take(splitter: &mut Splitter, bytes: &[u8], shelf: &mut Shelf) -> Result<(), ResponseError> {
    let mut refused = None;
    let taken = splitter.take(bytes, &mut |text| {
        let told = Told::read(text)?;
        shelf.add(&told, text).map_err(|error| {
            refused = Some(error);
            String::new()
        })
    });
    match (taken, refused) {
        (_, Some(error)) => Err(ResponseError::Final(error)),
        (taken, None) => taken.map_err(ResponseError::Malformed),
    }
}

/// What was asked by runs before, and by this one before it came to this list.
struct Earlier {
    requests: BTreeMap<String, u64>,
    retries: u64,
    counts: Counts,
}

impl Earlier {
    fn of(shelf: &Shelf, counts: Counts) -> Self {
        let last = shelf.pages.last();
        let requests = last.map(|page| page.requests.clone()).unwrap_or_default();
        Self { requests, retries: last.map_or(0, |page| page.retries), counts }
    }

    /// Requests by status, and retries, up to now: after failures, and after answers that were of no use.
    fn to(&self, now: &Counts, chain: &Chain) -> (BTreeMap<String, u64>, u64) {
        let (mut requests, retries) = since(&self.counts, now);
        for (status, count) in &self.requests {
            *requests.entry(status.clone()).or_default() += count;
        }
        (requests, self.retries + retries + chain.useless())
    }
}

/// Requests by status, and retries, between two moments.
pub(super) fn since(before: &Counts, now: &Counts) -> (BTreeMap<String, u64>, u64) {
    let more = now
        .requests
        .iter()
        .map(|(status, count)| (status.clone(), count - before.requests.get(status).copied().unwrap_or_default()));
    (more.filter(|(_, count)| *count > 0).collect(), now.retries - before.retries)
}

/// A failure of the service leaves what was gathered: the hint says so.
fn keeping(error: anyhow::Error, shelf: &mut Shelf) -> anyhow::Error {
    if let Err(refused) = shelf.drop_draft() {
        return refused;
    }
    let is_refused = transfer::RequestError::of(&error)
        .and_then(transfer::RequestError::status)
        .is_some_and(|status| matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN));
    if shelf.len() > 0 && !is_refused {
        tracing::info!("{} records are kept: run again within 6 hours to go on", shelf.len());
    }
    error
}

fn unproven(kind: Kind, chain: &Chain, shelf: &Shelf, why: &str) -> anyhow::Error {
    let behind = match shelf.len() {
        0 => String::new(),
        records => format!(", behind `{}`", shelf.id(records - 1)),
    };
    let (name, place, tries) = (kind.name(), chain.place(), chain.tries());
    let message =
        format!("could not prove that the {name} are complete: at record {place}{behind}: {why} (try {tries})");
    Failure::new(ExitCode::Incomplete, message)
        .hint("what was gathered is kept: run again later to go on from there")
        .into()
}
