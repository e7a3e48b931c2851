//! What came back: a head, a body read whole, and why a reader may not take it.

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde::Deserialize;
use step::ExitCode;
use tokio::time::Instant;
use url::Url;

use crate::connection::root_cause;
use crate::error::{Cause, Fault, Trouble};
use crate::reception::Reception;
use crate::request::Validators;
use crate::retry::RetryPolicy;

/// A response whose body has arrived whole, as far as HTTP can tell. Its status is a success, or one that was asked for.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Where redirects led.
    pub url: Url,
    pub body: Bytes,
    /// From sending the request to the last byte of the body.
    pub took: Duration,
    /// When its head came, by our clock.
    pub received_at: SystemTime,
}

/// Why a reader does not take a response.
#[derive(Debug)]
pub enum ResponseError {
    /// Not what a sound service sends (HTML, broken JSON): tried again, and 69 in the end.
    Malformed(String),
    /// It contradicts itself (fewer items than it announces): tried again, and 75 in the end.
    Inconsistent(String),
    /// Trying again will not help.
    Final(anyhow::Error),
}

/// What has come of a response that is read piece by piece: of each try first its head, then its body, then its end.
#[derive(Debug)]
pub enum Piece<'a> {
    /// A try begins: what came of the one before counts no more.
    Head(&'a HeaderMap),
    /// What comes next of the body, decompressed.
    Body(&'a [u8]),
    /// The body has arrived whole, as far as HTTP can tell.
    End,
}

/// A response of which only the head has come.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    /// Whether the end of the connection is the end of the body, as far as anyone can tell.
    pub(crate) ends_with_connection: bool,
    pub(crate) received_at: SystemTime,
    reception: Reception,
    body: reqwest::Response,
}

impl Response {
    /// One that says so, for those who test how they read it.
    pub fn new(status: StatusCode, headers: HeaderMap, url: Url, body: impl Into<Bytes>) -> Self {
        Self { status, headers, url, body: body.into(), took: Duration::ZERO, received_at: SystemTime::now() }
    }

    /// A header as text, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it is 304: what the request's validators tell is what the server has.
    pub fn is_unchanged(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED
    }

    /// What to ask with next time.
    pub fn validators(&self) -> Validators {
        Validators::of(&self.headers)
    }

    /// When the service says that it answered (`Date`, to the second): beside `received_at`, it tells the two clocks
    /// apart. None where it does not say, or where the answer comes from a cache (`Age`).
    pub fn date(&self) -> Option<SystemTime> {
        if self.headers.contains_key(header::AGE) {
            return None;
        }
        httpdate::parse_http_date(self.header("date")?).ok()
    }
}

impl From<ResponseError> for Trouble {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Malformed(why) => Fault::passing(Cause::Malformed, why).into(),
            ResponseError::Inconsistent(why) => {
                Fault { code: ExitCode::Incomplete, ..Fault::passing(Cause::Inconsistent, why) }.into()
            }
            ResponseError::Final(error) => Self::Final(error),
        }
    }
}

impl Head {
    /// `policy` says when its body counts as too slow.
    pub(crate) fn new(response: reqwest::Response, url: Url, sent_at: Instant, policy: &RetryPolicy) -> Self {
        let headers = response.headers().clone();
        let is_http_1 = response.version() <= reqwest::Version::HTTP_11;
        let says_length =
            headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
        Self {
            status: response.status(),
            headers,
            url,
            ends_with_connection: is_http_1 && !says_length,
            received_at: SystemTime::now(),
            reception: Reception::new(sent_at, policy),
            body: response,
        }
    }

    /// Where it redirects to, if it does.
    pub(crate) fn location(&self) -> Option<Url> {
        let redirects = [
            StatusCode::MOVED_PERMANENTLY,
            StatusCode::FOUND,
            StatusCode::SEE_OTHER,
            StatusCode::TEMPORARY_REDIRECT,
            StatusCode::PERMANENT_REDIRECT,
        ];
        let location = redirects.contains(&self.status).then(|| self.headers.get(header::LOCATION))??;
        // Some write it in UTF-8, unencoded.
        self.url.join(std::str::from_utf8(location.as_bytes()).ok()?).ok()
    }

    /// Reads the body to its end.
    pub(crate) async fn read(mut self, max_bytes: usize) -> Result<Response, Fault> {
        let announced = self.body.content_length().unwrap_or_default();
        if announced > max_bytes as u64 {
            return Err(too_large(max_bytes));
        }
        let mut body = BytesMut::with_capacity(announced as usize);
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > max_bytes {
                return Err(too_large(max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        let Self { status, headers, url, received_at, reception, .. } = self;
        Ok(Response { status, headers, url, body: body.freeze(), took: reception.elapsed(), received_at })
    }

    /// The next piece of the body; None after the last.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Fault> {
        self.reception.next(self.body.chunk(), root_cause).await
    }

    /// What the service says of its refusal, fit for a message; empty if it says nothing that can be told.
    pub(crate) async fn quote(&mut self) -> String {
        const MOST_BYTES: usize = 64 << 10;
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BYTES {
                break;
            }
        }
        quoted(&body)
    }
}

pub(crate) fn too_large(max_bytes: usize) -> Fault {
    let why = match max_bytes >> 20 {
        0 => format!("its body has over {max_bytes} bytes"),
        mib => format!("its body has over {mib} MiB"),
    };
    Fault::lasting(Cause::TooLarge, ExitCode::BadInput, why, "see whether the address is right")
}

/// What a service said, fit for one line of a note: JSON's `message` where there is one, no line breaks, no page of HTML.
pub(crate) fn quoted(body: &[u8]) -> String {
    const LONGEST: usize = 200;
    #[derive(Deserialize)]
    struct Message {
        message: String,
    }
    let text = match serde_json::from_slice::<Message>(body) {
        Ok(message) => message.message,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    if line.starts_with('<') { "an HTML page".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_says_fits_one_line() {
        assert_eq!(quoted(br#"{"message":"trop long","codeHttp":400}"#), "trop long");
        assert_eq!(quoted(b"<html>\n<body>portail</body>"), "an HTML page");
        assert_eq!(quoted(b"a\nb\x1b[31m"), "a b [31m");
        assert_eq!(quoted(&[b'x'; 500]).len(), 200);
    }

    #[test]
    fn the_time_of_an_answer_is_told_unless_a_cache_kept_it() {
        let response = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            Response::new(StatusCode::OK, headers, Url::parse("https://a.fr/").unwrap(), "")
        };
        let date = ("date", "Thu, 01 Jan 1970 00:00:10 GMT");
        assert_eq!(response(&[date]).date(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(10)));
        assert_eq!(response(&[date, ("age", "3600")]).date(), None);
        assert_eq!(response(&[]).date(), None);
    }
}
