//! The tries to bring a file: each a request, and as much of its response as comes.

use std::time::Duration;

use anyhow::Result;
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderValue};
use step::{ExitCode, Failure, Progress};
use tokio::time::Instant;

use super::file_request::{FileRequest, Opening};
use super::local::Local;
use super::part::Extent;
use super::representation::Representation;
use super::state::Done;
use super::verdict::{Judge, Verdict};
use crate::client::Client;
use crate::error::{Cause, Fault, Trouble};
use crate::response::Head;
use crate::status::shown;

/// A source that has another version each time it is asked cannot be read.
const MOST_CHANGES: u32 = 5;

const CHECK_ADDRESS: &str = "check the address in a browser; what was there before is untouched";

/// The tries to bring one file.
pub(super) struct Attempts<'a> {
    pub(super) client: &'a Client,
    pub(super) request: &'a FileRequest,
    pub(super) local: &'a mut Local,
    /// The good file under its name.
    pub(super) known: Option<&'a Done>,
    pub(super) progress: &'a Progress,
    pub(super) course: Course,
}

/// How far all tries together have come.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// The most bytes of a version there have been.
    furthest: u64,
    changes: u32,
    /// Whether what came whole and wrong was thrown away once.
    begun_again: bool,
}

/// How a try ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The file that is there is the one.
    Unchanged,
    /// All has come, and is what was wanted.
    Complete,
}

impl Attempts<'_> {
    /// One try.
    pub(super) async fn next(&mut self) -> Result<Ended, Trouble> {
        let (before, begun) = (self.local.part.extent(), Instant::now());
        let ended = match self.transfer().await {
            Ok(Ended::Complete) => match self.local.part.judge(self.request) {
                Ok(()) => Ok(Ended::Complete),
                Err(why) => Err(self.wrong(before, why)?),
            },
            Ok(ended) => Ok(ended),
            Err(Trouble::Fault(fault)) => Err(fault),
            Err(trouble) => return Err(trouble),
        };
        let after = self.local.part.extent();
        let has_progressed = self.course.note(before, after) && self.is_enough(before, after, begun.elapsed());
        ended.map_err(|fault| {
            let fault = match has_progressed {
                true => Fault { progressed_at: Some(after.grown_at), ..fault },
                false => fault,
            };
            self.course.judge(fault).into()
        })
    }

    /// Whether a try brought as much as an answer must. Else a server that sends a byte before each silence would be asked
    /// for ever.
    fn is_enough(&self, before: Extent, after: Extent, took: Duration) -> bool {
        let there = if after.changes > before.changes { 0 } else { before.bytes };
        let kbits = after.bytes.saturating_sub(there) as f64 * 8.0 / 1_000.0;
        kbits >= self.client.retry_policy().least_kbps * took.as_secs_f64()
    }

    /// It came whole and is not what was wanted: it may have gone wrong on the way, or in what an earlier try left.
    /// Once, it is brought anew from the start.
    fn wrong(&mut self, before: Extent, why: String) -> Result<Fault, Trouble> {
        self.local.discard()?;
        if std::mem::replace(&mut self.course.begun_again, true) {
            return Err(refuse(self.request, &why).into());
        }
        // Of what this one try brought alone, another run brings no better.
        let code = if before.bytes > 0 { ExitCode::Unavailable } else { ExitCode::BadInput };
        Ok(Fault { code, hint: Some(CHECK_ADDRESS.to_owned()), ..Fault::passing(Cause::Inconsistent, why) })
    }

    /// Asks for the file, or its rest, and takes what comes into the part.
    async fn transfer(&mut self) -> Result<Ended, Trouble> {
        // What these two mean is seen beside what was asked.
        const ANSWERS: [StatusCode; 2] = [StatusCode::NOT_MODIFIED, StatusCode::RANGE_NOT_SATISFIABLE];
        let head = self.client.open(&self.request.url, &self.headers(), &ANSWERS).await?;
        self.client.metrics().request(head.status.as_str(), 0);
        let part = &self.local.part;
        let judge = Judge { head: &head, request: self.request, known: self.known };
        let begin = match judge.judge(part.version().map(|version| (version, part.bytes()))) {
            Verdict::Unchanged => return Ok(Ended::Unchanged),
            Verdict::Complete => return Ok(Ended::Complete),
            Verdict::Garbled(why) => return Err(Fault::passing(Cause::Malformed, why).into()),
            Verdict::OtherLength(why) => return Err(self.wrong(part.extent(), why)?.into()),
            Verdict::Outdated(why) => {
                self.local.outdate()?;
                return Err(Fault::passing(Cause::Inconsistent, why).into());
            }
            Verdict::GoOn => None,
            Verdict::FromStart(fresh) => {
                self.progress.set_before(0);
                Some(fresh)
            }
        };
        let (total, there) = match &begin {
            None => (part.version().and_then(|version| version.bytes), part.bytes()),
            Some(fresh) => (fresh.bytes, 0),
        };
        if let Some(total) = total {
            self.progress.set_total(total);
            part.ensure_room(&self.local.target, total - there.min(total))?;
        }
        self.receive(head, begin).await?;
        Ok(Ended::Complete)
    }

    /// Takes the body into the part. A new representation (`begin`) replaces what is there only once its first bytes are
    /// those of such a file.
    async fn receive(&mut self, mut head: Head, mut begin: Option<Representation>) -> Result<(), Trouble> {
        let mut first = Vec::new();
        loop {
            let chunk = head.chunk().await?;
            let ends = chunk.is_none();
            let bytes = chunk.unwrap_or_default();
            self.client.metrics().received(bytes.len() as u64);
            match begin.take() {
                None => self.local.part.append(&bytes)?,
                Some(fresh) => {
                    first.extend_from_slice(&bytes);
                    match self.request.signature.judge(&first, ends) {
                        Opening::TooShort => begin = Some(fresh),
                        Opening::Right => {
                            self.local.begin(fresh)?;
                            self.local.part.append(&first)?;
                        }
                        Opening::Empty => {
                            return Err(Fault::passing(Cause::Malformed, "the answer was empty").into());
                        }
                        Opening::Wrong(why) => return Err(refuse(self.request, &why).into()),
                    }
                }
            }
            let bytes = self.local.part.bytes();
            self.progress.set(bytes);
            if ends && self.local.part.is_short() {
                return Err(Fault::passing(Cause::Broken, format!("it ended after {bytes} bytes")).into());
            }
            if ends {
                return Ok(());
            }
        }
    }

    /// What is asked besides the file: its rest, if it is still the same; or only another than the known one.
    fn headers(&self) -> HeaderMap {
        let part = &self.local.part;
        let strong = part.version().filter(|_| part.bytes() > 0).and_then(|version| version.if_range.as_deref());
        let mut headers = match (strong.and_then(|strong| HeaderValue::from_str(strong).ok()), self.known) {
            (Some(strong), _) => {
                let range = HeaderValue::from_str(&format!("bytes={}-", part.bytes()));
                let range = range.expect("digits are a header's value");
                HeaderMap::from_iter([(header::RANGE, range), (header::IF_RANGE, strong)])
            }
            (None, Some(known)) if known.version.is_of(&self.request.url) => known.version.validators.conditions(),
            _ => HeaderMap::new(),
        };
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers
    }
}

impl Course {
    /// Notes what a try brought, and tells whether that was more than all before it. What comes again is no progress: a
    /// server without ranges, whose connection always breaks in one place, would be asked for ever.
    fn note(&mut self, before: Extent, after: Extent) -> bool {
        match after.changes > self.changes {
            true => (self.changes, self.furthest) = (after.changes, 0),
            false => self.furthest = self.furthest.max(before.bytes),
        }
        let has_progressed = after.bytes > self.furthest;
        self.furthest = self.furthest.max(after.bytes);
        has_progressed
    }

    fn judge(&self, fault: Fault) -> Fault {
        if self.changes < MOST_CHANGES {
            return fault;
        }
        let why = format!("its source had another version {} times", self.changes);
        Fault::lasting(Cause::Inconsistent, ExitCode::Unavailable, why, "run again when it has settled")
    }
}

fn refuse(request: &FileRequest, why: &str) -> anyhow::Error {
    let message = format!("could not take {} from `{}`: {why}", request.name, shown(&request.url));
    Failure::new(ExitCode::BadInput, message).hint(CHECK_ADDRESS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(bytes: u64, changes: u32) -> Extent {
        Extent { bytes, changes, grown_at: Instant::now() }
    }

    #[test]
    fn the_same_bytes_again_are_no_progress() {
        let mut course = Course::default();
        assert!(course.note(extent(0, 0), extent(900, 0)));
        for _ in 0..5 {
            assert!(!course.note(extent(900, 0), extent(800, 0)));
        }
        assert!(course.note(extent(800, 0), extent(901, 0)));
        assert!(course.note(extent(901, 0), extent(100, 1)), "of another version any byte is new");
    }

    #[test]
    fn a_source_that_changes_each_time_is_given_up() {
        let mut course = Course::default();
        let fault = || Fault::passing(Cause::Inconsistent, "another");
        for changes in 1..MOST_CHANGES {
            course.note(extent(9, changes - 1), extent(9, changes));
            assert!(course.judge(fault()).may_try_again);
        }
        course.note(extent(9, MOST_CHANGES - 1), extent(9, MOST_CHANGES));
        let fault = course.judge(fault());
        assert!(!fault.may_try_again && fault.why.contains("another version 5 times"), "{fault:?}");
    }
}
