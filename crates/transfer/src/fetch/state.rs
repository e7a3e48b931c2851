//! What is remembered of a file from one run to the next.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use files::Output;
use reqwest::Response;
use reqwest::header::{self, HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use url::Url;

use super::Wanted;

/// One version of a file, as its server tells it from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    /// The address asked.
    pub(super) url: String,
    /// Where redirects led.
    pub(super) final_url: String,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) bytes: Option<u64>,
    /// What `If-Range` may say, if anything can tell this version from every other.
    pub(super) if_range: Option<String>,
}

/// The file that has its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) md5: Option<String>,
    /// Of the file, in nanoseconds since 1970: while it stays, the content needs no second look.
    pub(super) modified: u64,
    pub(super) version: Version,
}

/// The state file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The version that `NAME.part` holds the beginning of.
    pub(super) part: Option<Version>,
    pub(super) done: Option<Done>,
}

impl State {
    /// What is remembered of `target`. A state that cannot be read is none: the file is fetched again.
    pub(super) fn read(target: &Path) -> Self {
        fs::read(path_of(target)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    pub(super) fn write(&self, target: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).context("could not write a state as JSON")?;
        Output::write(path_of(target), &text).map(drop)
    }

    /// Remembers which version the part is of.
    pub(super) fn write_part(&mut self, target: &Path, part: Version) -> Result<()> {
        self.part = Some(part);
        self.write(target)
    }

    /// The file that is there, if it is as remembered, or as wanted. Hashing one takes seconds a gigabyte: signals are
    /// heard meanwhile.
    pub(super) async fn look(&self, target: &Path, wanted: &Wanted) -> Result<Option<Done>> {
        let (state, target, wanted) = (self.clone(), target.to_owned(), wanted.clone());
        spawn_blocking(move || state.look_now(&target, &wanted)).await.context("could not look at what is there")?
    }

    fn look_now(&self, target: &Path, wanted: &Wanted) -> Result<Option<Done>> {
        let Ok(there) = fs::metadata(target) else { return Ok(None) };
        if !there.is_file() {
            return Ok(None);
        }
        let modified = there.modified().map_or(0, nanoseconds);
        let remembered = self.done.as_ref().filter(|done| done.bytes == there.len());
        if let Some(done) = remembered.filter(|done| done.modified == modified) {
            return Ok(Some(done.clone()));
        }
        if remembered.is_none() && wanted.md5.is_none() && wanted.sha256.is_none() {
            return Ok(None);
        }
        let hashes = super::part::hash_file(target, wanted.md5.is_some())?;
        if let Some(done) = remembered.filter(|done| done.sha256 == hashes.sha256) {
            return Ok(Some(Done { modified, md5: hashes.md5.or(done.md5.clone()), ..done.clone() }));
        }
        // Somebody else put it there; what it is wanted to be tells whether it is right.
        let version = Version {
            url: wanted.url.to_string(),
            final_url: wanted.url.to_string(),
            etag: None,
            last_modified: None,
            bytes: Some(there.len()),
            if_range: None,
        };
        Ok(Some(Done { bytes: there.len(), sha256: hashes.sha256, md5: hashes.md5, modified, version }))
    }
}

impl Done {
    /// Whether a checksum says that this is what is wanted: no need to ask.
    pub(super) fn is_proven(&self, wanted: &Wanted) -> bool {
        let md5 = wanted.md5.as_ref().map(|md5| self.md5.as_ref() == Some(md5));
        let sha256 = wanted.sha256.as_ref().map(|sha256| self.sha256 == *sha256);
        let checks = [md5, sha256];
        checks.contains(&Some(true)) && !checks.contains(&Some(false))
    }
}

impl Version {
    /// What an answer with status 200 says of the file it brings.
    pub(super) fn of(asked: &Url, response: &Response) -> Self {
        let headers = response.headers();
        let (etag, last_modified) = (text(headers, header::ETAG), text(headers, header::LAST_MODIFIED));
        let strong_etag = etag.clone().filter(|etag| etag.starts_with('"'));
        let settled = last_modified.clone().filter(|modified| is_settled(modified, text(headers, header::DATE)));
        Self {
            url: asked.to_string(),
            final_url: response.url().to_string(),
            if_range: strong_etag.or(settled),
            bytes: text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            etag,
            last_modified,
        }
    }

    /// Whether an answer that brings a part speaks of this version. A server that overlooks `If-Range` sends a part of
    /// whatever it has: the part must carry the mark that was asked for.
    pub(super) fn is_same(&self, headers: &HeaderMap, final_url: &Url) -> bool {
        let Ok(known) = Url::parse(&self.final_url) else { return false };
        let by_etag = self.if_range.is_some() && self.if_range == self.etag;
        if by_etag {
            return text(headers, header::ETAG) == self.etag && known.path() == final_url.path();
        }
        text(headers, header::LAST_MODIFIED) == self.last_modified
            && text(headers, header::ETAG) == self.etag
            && (known.host(), known.port(), known.path()) == (final_url.host(), final_url.port(), final_url.path())
    }

    /// Whether two answers cannot have spoken of the same version.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let unlike = |own: &Option<String>, other: &Option<String>| own.is_some() && other.is_some() && own != other;
        unlike(&self.etag, &other.etag)
            || unlike(&self.last_modified, &other.last_modified)
            || (self.bytes.is_some() && other.bytes.is_some() && self.bytes != other.bytes)
    }

    /// Whether two answers of the same address spoke of the same version: by ETag, else by date and length.
    pub(super) fn equals(&self, other: &Self) -> bool {
        let dates = || self.last_modified.is_some() && self.last_modified == other.last_modified;
        self.url == other.url
            && match (&self.etag, &other.etag) {
                (Some(own), Some(other)) => own.trim_start_matches("W/") == other.trim_start_matches("W/"),
                (None, None) => dates() && self.bytes.is_some() && self.bytes == other.bytes,
                _ => false,
            }
    }
}

/// A file that changed twice in a second has one date for two versions, unless the date was over a second old
/// (RFC 9110, 8.8.2.2).
fn is_settled(modified: &str, date: Option<String>) -> bool {
    let read = |date: &str| httpdate::parse_http_date(date).ok();
    let now = date.and_then(|date| read(&date)).unwrap_or_else(SystemTime::now);
    read(modified).is_some_and(|modified| now.duration_since(modified).is_ok_and(|age| age > Duration::from_secs(1)))
}

pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

pub(super) fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// `.NAME.transfer.json`: hidden, so that no reader's pattern takes it.
pub(super) fn path_of(target: &Path) -> PathBuf {
    target.with_file_name(format!(".{}.transfer.json", target.file_name().unwrap_or_default().to_string_lossy()))
}
