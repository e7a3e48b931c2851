//! What is asked, and on which condition.

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use url::Url;

/// A page of 150 offers is half a megabyte, the longest referential a few; whatever is longer is not what was asked.
const LARGEST_BODY_BYTES: usize = 256 << 20;

/// What to get, and how messages call it: `page 3 of 2024-06-01`.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) name: String,
    pub(crate) url: Url,
    accept: Option<&'static str>,
    pub(crate) known: Validators,
    pub(crate) max_body_bytes: usize,
    pub(crate) answers: Vec<StatusCode>,
}

/// By what a server tells one representation of a resource from the next (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Request {
    pub fn new(name: impl Into<String>, url: Url) -> Self {
        Self {
            name: name.into(),
            url,
            accept: None,
            known: Validators::default(),
            max_body_bytes: LARGEST_BODY_BYTES,
            answers: Vec::new(),
        }
    }

    /// The media types that are wanted, as `Accept` lists them.
    pub fn accept(self, media_types: &'static str) -> Self {
        Self { accept: Some(media_types), ..self }
    }

    /// Asks for it only if it is no longer what these validators tell; the answer may be 304 then.
    pub fn unless(self, known: Validators) -> Self {
        Self { known, ..self }
    }

    /// The most that a body may have, decompressed.
    pub fn max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }

    /// Statuses besides success whose responses are read as well.
    pub fn answers(self, answers: impl Into<Vec<StatusCode>>) -> Self {
        Self { answers: answers.into(), ..self }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = self.known.conditions();
        if let Some(accept) = self.accept {
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        }
        headers
    }

    /// Statuses whose responses go to the reader, besides success.
    pub(crate) fn all_answers(&self) -> Vec<StatusCode> {
        let unchanged = (!self.known.is_empty()).then_some(StatusCode::NOT_MODIFIED);
        self.answers.iter().copied().chain(unchanged).collect()
    }
}

impl Validators {
    /// What a response says of what it brings.
    pub fn of(headers: &HeaderMap) -> Self {
        Self { etag: text(headers, header::ETAG), last_modified: text(headers, header::LAST_MODIFIED) }
    }

    /// Whether nothing tells.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// The headers by which only another representation is asked for. Of the two a server looks at the first alone; one
    /// that knows no ETag needs the second.
    pub(crate) fn conditions(&self) -> HeaderMap {
        let etag = self.etag.as_ref().map(|etag| (header::IF_NONE_MATCH, etag));
        let modified = self.last_modified.as_ref().map(|modified| (header::IF_MODIFIED_SINCE, modified));
        let condition = etag.or(modified);
        condition.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?))).collect()
    }
}

pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
