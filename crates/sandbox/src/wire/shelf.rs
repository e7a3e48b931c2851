//! A file as a web server hands it out: whole or in part, with what tells one version from the next.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use futures::{StreamExt, stream};
use md5::{Digest, Md5};
use serde::Serialize;

/// A throttled body goes out in pieces of this size at most.
const PIECE_BYTES: usize = 16 << 10;

/// What a server says by which a client can tell versions apart.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validators {
    /// A strong ETag, and Last-Modified.
    Etag,
    /// A weak ETag, and Last-Modified.
    WeakEtag,
    /// Last-Modified alone.
    LastModified,
    /// Last-Modified a moment ago, and no ETag.
    JustModified,
    /// Nothing.
    None,
}

/// How the server treats those who ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manners {
    pub(crate) validators: Validators,
    pub(crate) ranges: bool,
    pub(crate) if_range: bool,
    pub(crate) bytes_per_second: u64,
}

/// One version of a file.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) content: Bytes,
    pub(crate) md5: String,
    pub(crate) media_type: &'static str,
    pub(crate) modified: SystemTime,
}

/// A file that was asked for, and what of it was handed out.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Handout {
    /// Path of the address.
    pub path: String,
    /// The `Range` asked for.
    pub range: Option<String>,
    /// The `If-Range` that came with it.
    pub if_range: Option<String>,
    /// Status answered, before any fault.
    pub status: u16,
    /// Position of the first byte handed out.
    pub first: usize,
    /// Bytes handed out, if all went well.
    pub bytes: usize,
}

impl Published {
    pub(crate) fn new(content: Vec<u8>, media_type: &'static str, modified: SystemTime) -> Self {
        let md5 = Md5::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { content: content.into(), md5, media_type, modified }
    }

    /// The answer to a request with these headers, and what it hands out.
    pub(crate) fn answer(&self, path: &str, asked: &HeaderMap, manners: Manners) -> (Response, Handout) {
        let marks = self.marks(manners.validators);
        let text = |name| asked.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
        let (range, if_range) = (text(header::RANGE), text(header::IF_RANGE));
        let handout = |status: StatusCode, first, bytes| Handout {
            path: path.to_owned(),
            range: range.clone(),
            if_range: if_range.clone(),
            status: status.as_u16(),
            first,
            bytes,
        };
        if marks.is_known_to(&text(header::IF_NONE_MATCH), &text(header::IF_MODIFIED_SINCE)) {
            let response = marks.put_on(StatusCode::NOT_MODIFIED.into_response());
            return (response, handout(StatusCode::NOT_MODIFIED, 0, 0));
        }
        let total = self.content.len();
        let is_same = !manners.if_range || if_range.as_deref().is_none_or(|known| marks.is_same(known));
        let wanted = range.as_deref().filter(|_| manners.ranges && is_same).and_then(|range| positions(range, total));
        let (status, first, end) = match wanted {
            None => (StatusCode::OK, 0, total),
            Some((first, end)) if first < end => (StatusCode::PARTIAL_CONTENT, first, end),
            Some(_) => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
        };
        let mut response = (status, body(self.content.slice(first..end), manners.bytes_per_second)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(end - first));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if manners.ranges {
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        }
        let content_range = match status {
            StatusCode::PARTIAL_CONTENT => Some(format!("bytes {first}-{}/{total}", end - 1)),
            StatusCode::RANGE_NOT_SATISFIABLE => Some(format!("bytes */{total}")),
            _ => None,
        };
        if let Some(value) = content_range.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(header::CONTENT_RANGE, value);
        }
        (marks.put_on(response), handout(status, first, end - first))
    }

    fn marks(&self, validators: Validators) -> ValidatorFields {
        let etag = match validators {
            Validators::Etag => Some(format!("\"{}\"", self.md5)),
            Validators::WeakEtag => Some(format!("W/\"{}\"", self.md5)),
            _ => None,
        };
        let modified = match validators {
            Validators::None => None,
            Validators::JustModified => Some(SystemTime::now()),
            _ => Some(self.modified),
        };
        ValidatorFields { etag, modified: modified.map(httpdate::fmt_http_date) }
    }
}

/// What is said of a version.
struct ValidatorFields {
    etag: Option<String>,
    modified: Option<String>,
}

impl ValidatorFields {
    fn put_on(&self, mut response: Response) -> Response {
        let values = [(header::ETAG, &self.etag), (header::LAST_MODIFIED, &self.modified)];
        for (name, value) in values {
            if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_str(value).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// `If-None-Match` counts, else `If-Modified-Since` (RFC 9110, 13.2.2).
    fn is_known_to(&self, etag: &Option<String>, modified: &Option<String>) -> bool {
        match (etag, modified) {
            (Some(etag), _) => self.etag.as_ref().is_some_and(|own| own == etag),
            (None, Some(modified)) => self.modified.as_ref().is_some_and(|own| own == modified),
            (None, None) => false,
        }
    }

    /// Whether the rest of the version known by this mark may be had: a weak ETag never does (RFC 9110, 13.1.5).
    fn is_same(&self, known: &str) -> bool {
        let is = |mark: &Option<String>| mark.as_deref() == Some(known);
        !known.starts_with("W/") && (is(&self.etag) || is(&self.modified))
    }
}

/// First position and the one after the last; an empty span cannot be satisfied. None: not a single range of bytes.
fn positions(range: &str, total: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => Some((first, (last + 1).min(total).max(first))),
        (Ok(first), Err(_)) if last.is_empty() => Some((first, total.max(first))),
        (Err(_), Ok(count)) if first.is_empty() => Some((total.saturating_sub(count), total)),
        _ => None,
    }
    .map(|(first, end)| if first >= total { (0, 0) } else { (first, end) })
}

/// All at once, or so many bytes a second.
fn body(content: Bytes, bytes_per_second: u64) -> Body {
    if bytes_per_second == 0 {
        return Body::from(content);
    }
    let piece_bytes = piece_bytes(bytes_per_second);
    let pieces = (0..content.len()).step_by(piece_bytes);
    let piece = move |start: usize| {
        let piece = content.slice(start..content.len().min(start + piece_bytes));
        async move {
            tokio::time::sleep(Duration::from_secs_f64(piece.len() as f64 / bytes_per_second as f64)).await;
            Ok::<_, Infallible>(piece)
        }
    };
    Body::from_stream(stream::iter(pieces).then(piece))
}

/// Few bytes a second come one by one, not many of them after a long silence.
fn piece_bytes(bytes_per_second: u64) -> usize {
    usize::try_from(bytes_per_second / 10).unwrap_or(PIECE_BYTES).clamp(1, PIECE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_server_sends_few_bytes_at_a_time() {
        assert_eq!([1, 500, 1_200_000].map(piece_bytes), [1, 50, PIECE_BYTES]);
    }

    #[test]
    fn ranges_are_read_in_their_three_forms() {
        assert_eq!(positions("bytes=2-4", 10), Some((2, 5)));
        assert_eq!(positions("bytes=2-400", 10), Some((2, 10)));
        assert_eq!(positions("bytes=2-", 10), Some((2, 10)));
        assert_eq!(positions("bytes=-3", 10), Some((7, 10)));
        assert_eq!(positions("bytes=10-", 10), Some((0, 0)));
        assert_eq!(positions("bytes=1-2,4-5", 10), None);
        assert_eq!(positions("octets=1-2", 10), None);
    }
}
