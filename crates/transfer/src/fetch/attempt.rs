//! One try to fetch a file: a question, and as much of its answer as comes.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use reqwest::header::{self, HeaderValue};
use reqwest::{RequestBuilder, Response};
use step::Progress;
use tokio::time::timeout;

use super::answer::{Answer, Verdict};
use super::part::Part;
use super::state::{Done, State};
use super::version::Version;
use super::wanted::Beginning;
use super::{Fetcher, Wanted, refuse};
use crate::client::root_cause;

/// How a try ended that did not fail for good.
pub(super) enum Ended {
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
    /// Asks for the file, or its rest, and takes what comes into the part.
    pub(super) async fn attempt(
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

    pub(super) fn request(&self, wanted: &Wanted) -> RequestBuilder {
        self.http.get(wanted.url.clone()).header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Response, String> {
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
