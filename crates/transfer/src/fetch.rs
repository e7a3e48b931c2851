//! One file, fetched whole and of one version, however often the connection breaks or the process is killed.
//!
//! Bytes go to `NAME.part`; `.NAME.transfer.json` beside it says which version they belong to. A run that was ended goes
//! on where it stopped, and only if the source still has that version. The file takes its name once its length,
//! checksum and first bytes are right; until then what was there before stays.

mod answer;
mod growth;
mod part;
mod state;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use files::Lock;
use reqwest::header::{self, HeaderValue};
use reqwest::{RequestBuilder, Response};
use step::{ExitCode, Failure, Progress};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::client::{Client, USER_AGENT, root_cause};
use crate::pace::Pace;
use crate::patience::Patience;
use crate::tally::Tally;

use answer::{Answer, Verdict};
use part::Part;
use state::{Done, State, Version};
use watch::Watch;

pub use growth::{Follow, Growth};

/// What to fetch, and how to know it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// How messages call it.
    pub name: String,
    pub url: Url,
    /// Its size, if something besides its own server says so.
    pub bytes: Option<u64>,
    /// Its MD5, in lower-case hexadecimal.
    pub md5: Option<String>,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: Option<String>,
    pub start: Start,
}

/// How a file must begin.
#[derive(Debug, Clone, Copy)]
pub enum Start {
    /// With one of these.
    With(&'static [&'static [u8]]),
    /// Not like a web page.
    NotHtml,
    /// In any way.
    Any,
}

/// What came of it.
#[derive(Debug)]
pub enum Fetched {
    /// The file was there, and the source has no other.
    Unchanged(Copied),
    /// All bytes are here and right; the file has not taken its name yet.
    Arrived(Arrived),
}

/// A file that is there under its name.
#[derive(Debug)]
pub struct Copied {
    pub path: PathBuf,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Where the redirects led.
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Bytes that an earlier run had fetched.
    pub resumed_bytes: u64,
    /// Held as long as this is: nobody else writes the file.
    _lock: Lock,
}

/// A file that only lacks its name.
#[derive(Debug)]
pub struct Arrived {
    target: PathBuf,
    part: Box<Part>,
    resumed_bytes: u64,
    lock: Lock,
}

/// Fetches files from one service; it keeps the pace of the client that it was made beside.
#[derive(Debug, Clone)]
pub struct Fetcher {
    http: reqwest::Client,
    pace: Arc<Pace>,
    patience: Patience,
    give_up: Duration,
    tally: Tally,
}

/// How a try ended that did not fail for good.
enum Ended {
    Unchanged,
    /// All has come that was announced.
    Complete,
    /// The same may go better later.
    Again {
        why: String,
        after: Option<Duration>,
    },
    /// It is not what was wanted.
    Wrong(String),
}

impl Ended {
    fn again(why: impl Into<String>) -> Self {
        Self::Again { why: why.into(), after: None }
    }
}

impl Fetcher {
    /// Bytes come as the server has them: whoever resumes cannot use a compression that was put on for the way.
    /// Without progress for `give_up` it fails.
    pub fn beside(client: &Client, give_up: Duration) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .no_gzip()
            .connect_timeout(client.patience.stall.min(Duration::from_secs(10)))
            .build()
            .context("could not set up HTTP")?;
        let (pace, patience, tally) = (client.pace.clone(), client.patience.clone(), client.tally().clone());
        Ok(Self { http, pace, patience, give_up, tally })
    }

    /// Fetches the file that is to be at `target`. `growth` lets somebody read it while it comes.
    ///
    /// # Errors
    /// 65 what came is not what was wanted, 69 the service is unavailable or gives no more, 74 the disk refuses,
    /// 75 another run fetches it, 77 access is refused.
    pub async fn fetch(&self, wanted: &Wanted, target: &Path, growth: &Growth, progress: &Progress) -> Result<Fetched> {
        let lock = Lock::claim(target)?;
        let growing = growth.begin();
        let mut state = State::read(target);
        let known = state.look(target, wanted).await?;
        if let Some(done) = known.as_ref().filter(|done| done.is_proven(wanted)) {
            part::remove(target)?;
            return Ok(Fetched::Unchanged(done.copied(target, lock)));
        }
        let mut part = Part::open(target, state.part.take(), wanted.md5.is_some(), growth.clone()).await?;
        let resumed_bytes = part.bytes();
        if resumed_bytes > 0 {
            tracing::info!("going on with {}: {resumed_bytes} bytes are there", wanted.name);
        }
        let mut watch = Watch::new(self.give_up, self.patience.tries);
        loop {
            let before = part.mark();
            let mut ended = self.attempt(wanted, target, &mut part, &mut state, known.as_ref(), progress).await?;
            watch.note(before, part.mark());
            if matches!(ended, Ended::Complete) {
                match part.judge(wanted) {
                    Ok(()) => break,
                    Err(why) => ended = Ended::Wrong(why),
                }
            }
            let (why, after) = match ended {
                Ended::Again { why, after } => (why, after),
                Ended::Wrong(why) => {
                    part.discard()?;
                    // It may have gone wrong on the way, or in what an earlier run left: once more, from the start.
                    if !watch.may_begin_again() {
                        return Err(refuse(wanted, &why));
                    }
                    (why, None)
                }
                Ended::Unchanged | Ended::Complete => {
                    part.discard()?;
                    let done = known.expect("only what is known can be unchanged");
                    return Ok(Fetched::Unchanged(done.copied(target, lock)));
                }
            };
            let wait = watch.wait(&wanted.name, &why, after, &self.patience)?;
            tracing::warn!(wait_ms = wait.as_millis() as u64, "trying {} again: {why}", wanted.name);
            self.tally.retry();
            sleep(wait).await;
        }
        part.settle()?;
        growing.complete();
        // Of a part that was thrown away nothing was used.
        let resumed_bytes = if part.began_again() { 0 } else { resumed_bytes };
        Ok(Fetched::Arrived(Arrived { target: target.to_owned(), part: part.into(), resumed_bytes, lock }))
    }

    /// Asks whether the file can be had, and takes none of it; for `--check`.
    pub async fn reach(&self, wanted: &Wanted) -> Result<String> {
        self.pace.turn().await;
        let response = self.send(self.request(wanted)).await.map_err(|why| {
            Failure::new(ExitCode::Unavailable, format!("could not reach {}: {why}", wanted.name))
                .hint("check the address, or try again later")
        })?;
        match Answer::read(&response).judge_status(&wanted.name)? {
            None => Ok(response.url().to_string()),
            Some(why) => Err(Failure::new(ExitCode::Unavailable, format!("could not reach {}: {why}", wanted.name))
                .hint("try again later")
                .into()),
        }
    }

    async fn attempt(
        &self,
        wanted: &Wanted,
        target: &Path,
        part: &mut Part,
        state: &mut State,
        known: Option<&Done>,
        progress: &Progress,
    ) -> Result<Ended> {
        self.pace.turn().await;
        let response = match self.send(conditions(self.request(wanted), part, known, wanted)).await {
            Ok(response) => response,
            Err(why) => {
                self.tally.request("unreachable", 0);
                return Ok(Ended::again(why));
            }
        };
        self.tally.request(response.status().as_str(), 0);
        self.pace.obey(response.headers());
        let answer = Answer::read(&response);
        if let Some(why) = answer.judge_status(&wanted.name)? {
            return Ok(Ended::Again { why, after: answer.retry_after });
        }
        let begin = match answer.judge(wanted, part.version().map(|version| (version, part.bytes())), known) {
            Verdict::Unchanged => return Ok(Ended::Unchanged),
            Verdict::Complete => return Ok(Ended::Complete),
            Verdict::Garbled(why) => return Ok(Ended::again(why)),
            Verdict::OtherLength(why) => return Ok(Ended::Wrong(why)),
            Verdict::OtherVersion(why) => {
                part.outdate()?;
                return Ok(Ended::again(why));
            }
            Verdict::GoOn => None,
            Verdict::FromStart(version) => Some(version),
        };
        let (total, there) = match &begin {
            None => (part.version().and_then(|version| version.bytes), part.bytes()),
            Some(version) => (version.bytes, 0),
        };
        if let Some(total) = total {
            progress.set_total(total);
            part.ensure_room(target, total - there.min(total))?;
        }
        let begin = begin.map(|version| Begin { version, state, target });
        self.receive(response, wanted, part, begin, progress).await
    }

    fn request(&self, wanted: &Wanted) -> RequestBuilder {
        self.http.get(wanted.url.clone()).header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, String> {
        match timeout(self.patience.stall, request.send()).await {
            Err(_) => Err(format!("no answer within {} s", self.patience.stall.as_secs_f32())),
            Ok(Err(error)) => Err(root_cause(error)),
            Ok(Ok(response)) => Ok(response),
        }
    }

    /// Takes the body into the part. A new version (`begin`) replaces what is there only once its first bytes are
    /// those of such a file.
    async fn receive(
        &self,
        mut response: Response,
        wanted: &Wanted,
        part: &mut Part,
        mut begin: Option<Begin<'_>>,
        progress: &Progress,
    ) -> Result<Ended> {
        let mut first = Vec::new();
        loop {
            let chunk = match timeout(self.patience.stall, response.chunk()).await {
                Err(_) => return Ok(Ended::again(format!("silent for {} s", self.patience.stall.as_secs_f32()))),
                Ok(Err(error)) => return Ok(Ended::again(format!("it broke off: {}", root_cause(error)))),
                Ok(Ok(chunk)) => chunk,
            };
            let ends = chunk.is_none();
            let bytes = chunk.unwrap_or_default();
            self.tally.received(bytes.len() as u64);
            match begin.take() {
                None => part.append(&bytes)?,
                Some(waiting) => {
                    first.extend_from_slice(&bytes);
                    match wanted.start.judge(&first, ends) {
                        Beginning::TooShort => begin = Some(waiting),
                        Beginning::Right => {
                            part.restart(waiting.version.clone())?;
                            waiting.state.write_part(waiting.target, waiting.version)?;
                            part.append(&first)?;
                        }
                        Beginning::Empty => return Ok(Ended::again("the answer was empty")),
                        Beginning::Wrong(why) => return Err(refuse(wanted, &why)),
                    }
                }
            }
            progress.set(part.bytes());
            match ends {
                true if part.is_short() => return Ok(Ended::again(format!("it ended after {} bytes", part.bytes()))),
                true => return Ok(Ended::Complete),
                false => {}
            }
        }
    }
}

/// A version that is about to replace what is there.
struct Begin<'a> {
    version: Version,
    state: &'a mut State,
    target: &'a Path,
}

/// What the first bytes say.
enum Beginning {
    TooShort,
    Right,
    Empty,
    Wrong(String),
}

impl Start {
    /// As many bytes as tell a web page, or any kind of file that we know.
    const BYTES: usize = 16;

    fn judge(self, first: &[u8], is_all: bool) -> Beginning {
        if first.len() < Self::BYTES && !is_all {
            return Beginning::TooShort;
        }
        let text = first.trim_ascii_start().to_ascii_lowercase();
        let is_html = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| text.starts_with(tag.as_bytes()));
        match self {
            Self::Any => Beginning::Right,
            _ if first.is_empty() => Beginning::Empty,
            Self::With(starts) if starts.iter().any(|start| first.starts_with(start)) => Beginning::Right,
            _ if is_html => Beginning::Wrong("a web page came in its place".to_owned()),
            Self::NotHtml => Beginning::Right,
            Self::With(_) => Beginning::Wrong("it does not begin as such a file does".to_owned()),
        }
    }
}

/// What is asked besides the file: its rest, if the version is the same; or only another version than the known one.
fn conditions(mut request: RequestBuilder, part: &Part, known: Option<&Done>, wanted: &Wanted) -> RequestBuilder {
    if let Some(same) = part.version().filter(|_| part.bytes() > 0).and_then(|version| version.if_range.as_deref()) {
        return request.header(header::RANGE, format!("bytes={}-", part.bytes())).header(header::IF_RANGE, same);
    }
    if let Some(version) = known.map(|done| &done.version).filter(|version| version.url == wanted.url.as_str()) {
        // Of the two, a server looks at the first alone; one that knows no ETag needs the second.
        if let Some(etag) = &version.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        } else if let Some(modified) = &version.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified);
        }
    }
    request
}

fn refuse(wanted: &Wanted, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not take {} from `{}`: {why}", wanted.name, shown(&wanted.url)))
        .hint("check the address in a browser; what was there before is untouched")
        .into()
}

/// An address without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.to_string()
}

impl Done {
    fn copied(&self, target: &Path, lock: Lock) -> Copied {
        Copied {
            path: target.to_owned(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            url: self.version.final_url.clone(),
            etag: self.version.etag.clone(),
            last_modified: self.version.last_modified.clone(),
            resumed_bytes: 0,
            _lock: lock,
        }
    }
}

impl Arrived {
    /// Where its bytes are.
    pub fn part(&self) -> &Path {
        self.part.path()
    }

    /// Gives it its name.
    pub fn publish(self) -> Result<Copied> {
        let Self { target, part, resumed_bytes, lock } = self;
        let version = part.version().cloned().expect("a part that is complete is of some version");
        let hashes = part.hashes();
        let done = Done {
            bytes: part.bytes(),
            sha256: hashes.sha256,
            md5: hashes.md5,
            modified: part.modified()?,
            version: version.clone(),
        };
        // The state speaks of the new file first: a run killed in between finds the part again, and has only to name it.
        State { part: Some(version), done: Some(done.clone()) }.write(&target)?;
        part.rename(&target)?;
        State { part: None, done: Some(done.clone()) }.write(&target)?;
        Ok(Copied { resumed_bytes, ..done.copied(&target, lock) })
    }

    /// Its content turned out to be bad: nothing of it stays.
    pub fn discard(mut self) -> Result<()> {
        self.part.discard()
    }
}
