//! One file, fetched whole and of one version, however often the connection breaks or the process is killed.
//!
//! Bytes go to `NAME.part`; `.NAME.transfer.json` beside it says which version they belong to. A run that was ended goes
//! on where it stopped, and only if the source still has that version. The file takes its name once its length,
//! checksum and first bytes are right; until then what was there before stays.

mod answer;
mod fetched;
mod growth;
mod part;
mod state;
mod wanted;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use files::Lock;
use reqwest::header::{self, HeaderValue};
use reqwest::{RequestBuilder, Response};
use step::{ExitCode, Failure, Progress};
use tokio::time::{sleep, timeout};

use crate::client::{Client, USER_AGENT, root_cause};
use crate::pace::Pace;
use crate::patience::Patience;
use crate::tally::Tally;

use answer::{Answer, Verdict};
use part::Part;
use state::{Done, State, Version, shown};
use wanted::Beginning;
use watch::Watch;

pub use fetched::{Arrived, Copied, Fetched};
pub use growth::{Follow, Growth};
pub use wanted::{Start, Wanted};

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
        files::remove_staged(&state::path_of(target))?;
        let growing = growth.begin();
        let mut state = State::read(target);
        let known = state.look(target, wanted).await?;
        if let Some(done) = known.as_ref().filter(|done| done.is_proven(wanted)) {
            part::remove(target)?;
            return Ok(Fetched::Unchanged(done.copied(target, lock)));
        }
        // Where a checksum says that the file that is there is another, its server's word for it is of no use.
        let known = known.filter(|_| !wanted.has_checksum());
        let mut part = Part::open(target, state.part.take(), wanted.md5.is_some(), growth.clone()).await?;
        let resumed_bytes = part.bytes();
        progress.set_before(resumed_bytes);
        if resumed_bytes > 0 {
            tracing::info!("going on with {}: {resumed_bytes} bytes are there", wanted.name);
        }
        if let Some(done) = self.persist(wanted, target, &mut part, &mut state, known, progress).await? {
            part.discard()?;
            return Ok(Fetched::Unchanged(done.copied(target, lock)));
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

    /// Tries until all of it is there and right, or what is known turns out to be it.
    async fn persist(
        &self,
        wanted: &Wanted,
        target: &Path,
        part: &mut Part,
        state: &mut State,
        known: Option<Done>,
        progress: &Progress,
    ) -> Result<Option<Done>> {
        let mut watch = Watch::new(self.give_up, self.patience.tries);
        loop {
            let before = part.mark();
            let ended = self.attempt(wanted, target, part, state, known.as_ref(), progress).await?;
            watch.note(before, part.mark());
            let ended = match ended {
                Ended::Complete => part.judge(wanted).map_or_else(Ended::Wrong, |()| Ended::Complete),
                ended => ended,
            };
            let (why, after) = match ended {
                Ended::Complete => return Ok(None),
                Ended::Unchanged => return Ok(known),
                Ended::Again { why, after } => (why, after),
                Ended::Wrong(why) => {
                    part.discard()?;
                    // It may have gone wrong on the way, or in what an earlier run left: once more, from the start.
                    if !watch.may_begin_again() {
                        return Err(refuse(wanted, &why));
                    }
                    (why, None)
                }
            };
            let wait = watch.wait(&wanted.name, &why, after, &self.patience)?;
            tracing::warn!(wait_ms = wait.as_millis() as u64, "trying {} again: {why}", wanted.name);
            self.tally.retry();
            sleep(wait).await;
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
            Verdict::FromStart(version) => {
                progress.set_before(0);
                Some(version)
            }
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

/// What is asked besides the file: its rest, if the version is the same; or only another version than the known one.
fn conditions(mut request: RequestBuilder, part: &Part, known: Option<&Done>, wanted: &Wanted) -> RequestBuilder {
    if let Some(same) = part.version().filter(|_| part.bytes() > 0).and_then(|version| version.if_range.as_deref()) {
        return request.header(header::RANGE, format!("bytes={}-", part.bytes())).header(header::IF_RANGE, same);
    }
    if let Some(version) = known.map(|done| &done.version).filter(|version| version.is_of(&wanted.url)) {
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
