//! What an answer's head says about the file and the part that is there.

use std::time::Duration;

use anyhow::Result;
use reqwest::header::{self, HeaderMap};
use reqwest::{Response, StatusCode};
use step::{ExitCode, Failure};
use url::Url;

use super::Wanted;
use super::state::Done;
use super::version::{Version, text};
use crate::patience::retry_after;

/// The head of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    url: Url,
    /// Whether the end of the connection is the end of the body, as far as anyone can tell.
    ends_with_connection: bool,
    pub(super) retry_after: Option<Duration>,
    fresh: Version,
}

/// What to do with it.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The file that is there is the one.
    Unchanged,
    /// The part is all there is.
    Complete,
    /// The body is the rest of the part.
    GoOn,
    /// The body is the whole of this version.
    FromStart(Version),
    /// The part is of a version that the source no longer has.
    OtherVersion(String),
    /// The file would not be as long as it should.
    OtherLength(String),
    /// No sound server says that.
    Garbled(String),
}

impl Answer {
    pub(super) fn read(response: &Response) -> Self {
        let headers = response.headers().clone();
        let is_http_1 = response.version() <= reqwest::Version::HTTP_11;
        let says_length =
            headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
        Self {
            status: response.status(),
            url: response.url().clone(),
            ends_with_connection: is_http_1 && !says_length,
            retry_after: retry_after(&headers),
            fresh: Version::of(response),
            headers,
        }
    }

    /// Why the service gave nothing, if trying again can help.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) fn judge_status(&self, name: &str) -> Result<Option<String>> {
        let why = format!("HTTP {}", self.status.as_u16());
        let fail = |code, hint: &str| Err(Failure::new(code, format!("could not get {name}: {why}")).hint(hint).into());
        match self.status {
            StatusCode::NOT_MODIFIED | StatusCode::RANGE_NOT_SATISFIABLE => Ok(None),
            status if status.is_success() => Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Ok(Some(why)),
            status if status.is_server_error() => Ok(Some(why)),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                fail(ExitCode::AccessRefused, "the service lets only some in: check the address")
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                fail(ExitCode::Unavailable, "the file is not there, or no longer: check the address")
            }
            _ => fail(ExitCode::Unexpected, "check the address"),
        }
    }

    /// `part` is the version and size of what is there, if anything; `known` the good file under its name.
    pub(super) fn judge(&self, wanted: &Wanted, part: Option<(&Version, u64)>, known: Option<&Done>) -> Verdict {
        let part = part.filter(|(_, bytes)| *bytes > 0);
        match (self.status, part) {
            (StatusCode::NOT_MODIFIED, None) if known.is_some() => Verdict::Unchanged,
            (StatusCode::OK, _) => self.judge_whole(wanted, known),
            (StatusCode::PARTIAL_CONTENT, Some((version, bytes))) => self.judge_rest(version, bytes),
            (StatusCode::RANGE_NOT_SATISFIABLE, Some((version, bytes))) => self.judge_nothing_left(version, bytes),
            (status, _) => Verdict::Garbled(format!("HTTP {} to a question that was not asked", status.as_u16())),
        }
    }

    fn judge_whole(&self, wanted: &Wanted, known: Option<&Done>) -> Verdict {
        if let Some(encoding) = self.encoding() {
            return Verdict::Garbled(format!("it came compressed ({encoding}), which was not asked"));
        }
        let version = self.fresh.clone().asked_of(&wanted.url);
        if known.is_some_and(|done| done.version.equals(&version)) {
            return Verdict::Unchanged;
        }
        if let (Some(bytes), Some(announced)) = (wanted.bytes, version.bytes)
            && bytes != announced
        {
            return Verdict::OtherLength(format!("it has {announced} bytes, not {bytes}"));
        }
        if self.ends_with_connection && wanted.bytes.is_none() && !wanted.has_checksum() {
            return Verdict::Garbled(
                "its server does not say how long it is: nobody could tell a part from the whole".into(),
            );
        }
        Verdict::FromStart(version)
    }

    fn judge_rest(&self, version: &Version, bytes: u64) -> Verdict {
        if let Some(encoding) = self.encoding() {
            return Verdict::Garbled(format!("its rest came compressed ({encoding}), which was not asked"));
        }
        let Some(range) = text(&self.headers, header::CONTENT_RANGE) else {
            return Verdict::Garbled("a part came that does not say which".to_owned());
        };
        let Some((first, last, total)) = read_range(&range) else {
            return Verdict::Garbled(format!("a part came that does not say which: `{range}`"));
        };
        if version.bytes.is_some_and(|known| known != total) || !version.is_same(&self.headers, &self.url) {
            return Verdict::OtherVersion("its source has another version now: from the start".to_owned());
        }
        let brings = text(&self.headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let is_asked = first == bytes && last + 1 == total;
        if !is_asked || brings.is_some_and(|brings| brings != total - first) {
            return Verdict::Garbled(format!("another part came than was asked for: `{range}`"));
        }
        Verdict::GoOn
    }

    fn judge_nothing_left(&self, version: &Version, bytes: u64) -> Verdict {
        let total = text(&self.headers, header::CONTENT_RANGE)
            .and_then(|range| range.strip_prefix("bytes */")?.trim().parse::<u64>().ok());
        let is_all = total == Some(bytes) && version.bytes.is_none_or(|known| known == bytes);
        // The answer need not say which version it speaks of; if it does, it must be ours.
        let is_other = text(&self.headers, header::ETAG).is_some_and(|etag| Some(etag) != version.etag);
        match is_all && !is_other {
            true => Verdict::Complete,
            false => Verdict::OtherVersion("its source has no more of this version: from the start".to_owned()),
        }
    }

    fn encoding(&self) -> Option<String> {
        text(&self.headers, header::CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    }
}

/// First and last position and total of `bytes 0-9/10`.
fn read_range(range: &str) -> Option<(u64, u64, u64)> {
    let (positions, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = positions.split_once('-')?;
    let read = (first.trim().parse().ok()?, last.trim().parse().ok()?, total.trim().parse().ok()?);
    (read.0 <= read.1 && read.1 < read.2).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_contradicts_itself_is_none() {
        assert_eq!(read_range("bytes 5-9/10"), Some((5, 9, 10)));
        for wrong in ["bytes 9-5/10", "bytes 5-10/10", "bytes 5-9/*", "octets 5-9/10", "bytes */10", ""] {
            assert_eq!(read_range(wrong), None, "{wrong}");
        }
    }
}
