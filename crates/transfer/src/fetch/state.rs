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
    /// SHA-256 of the address asked, which may hold a secret.
    asked: String,
    /// Where redirects led, without what may be secret.
    pub(super) url: String,
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
        let lacks_md5 = |done: &Done| wanted.md5.is_some() && done.md5.is_none();
        if let Some(done) = remembered.filter(|done| done.modified == modified && !lacks_md5(done)) {
            return Ok(Some(done.clone()));
        }
        if remembered.is_none() && !wanted.has_checksum() {
            return Ok(None);
        }
        let hashes = super::part::hash_file(target, wanted.md5.is_some())?;
        if let Some(done) = remembered.filter(|done| done.sha256 == hashes.sha256) {
            return Ok(Some(Done { modified, md5: hashes.md5.or(done.md5.clone()), ..done.clone() }));
        }
        // Somebody else put it there; what it is wanted to be tells whether it is right.
        let version = Version {
            asked: files::sha256_of(wanted.url.as_str().as_bytes()),
            url: shown(&wanted.url),
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
    pub(super) fn of(response: &Response) -> Self {
        let headers = response.headers();
        let (etag, last_modified) = (text(headers, header::ETAG), text(headers, header::LAST_MODIFIED));
        let strong_etag = etag.clone().filter(|etag| etag.starts_with('"'));
        let settled = last_modified.clone().filter(|modified| is_settled(modified, text(headers, header::DATE)));
        Self {
            asked: String::new(),
            url: shown(response.url()),
            if_range: strong_etag.or(settled),
            bytes: text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            etag,
            last_modified,
        }
    }

    /// The same, as an answer to a question to `url`.
    pub(super) fn asked_of(self, url: &Url) -> Self {
        Self { asked: files::sha256_of(url.as_str().as_bytes()), ..self }
    }

    /// Whether it was an answer to a question to `url`.
    pub(super) fn is_of(&self, url: &Url) -> bool {
        self.asked == files::sha256_of(url.as_str().as_bytes())
    }

    /// Whether an answer that brings a part speaks of this version. A server that overlooks `If-Range` sends a part of
    /// whatever it has: the part must carry the mark that was asked for.
    pub(super) fn is_same(&self, headers: &HeaderMap, final_url: &Url) -> bool {
        let Ok(known) = Url::parse(&self.url) else { return false };
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
        self.asked == other.asked
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

/// An address without what may be secret in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn version(etag: Option<&str>, modified: Option<&str>) -> Version {
        let url = Url::parse("https://a.fr/b.zip").unwrap();
        let (etag, last_modified) = (etag.map(str::to_owned), modified.map(str::to_owned));
        let if_range = etag.clone().or(last_modified.clone());
        Version { asked: String::new(), url: url.to_string(), etag, last_modified, bytes: Some(3), if_range }
            .asked_of(&url)
    }

    #[test]
    fn a_part_must_carry_the_mark_that_was_asked_for() {
        let (here, elsewhere) = (Url::parse("https://a.fr/b.zip").unwrap(), Url::parse("https://c.fr/b.zip").unwrap());
        let by_etag = version(Some("\"1\""), Some("Mon, 25 Mar 2024 11:00:00 GMT"));
        assert!(by_etag.is_same(&headers(&[("etag", "\"1\"")]), &elsewhere), "a mirror may have the same");
        assert!(!by_etag.is_same(&headers(&[("etag", "\"2\"")]), &here));
        assert!(!by_etag.is_same(&headers(&[]), &here));
        let by_date = version(None, Some("Mon, 25 Mar 2024 11:00:00 GMT"));
        assert!(by_date.is_same(&headers(&[("last-modified", "Mon, 25 Mar 2024 11:00:00 GMT")]), &here));
        assert!(!by_date.is_same(&headers(&[("last-modified", "Mon, 25 Mar 2024 11:00:00 GMT")]), &elsewhere));
        assert!(!by_date.is_same(&headers(&[("last-modified", "Tue, 26 Mar 2024 11:00:00 GMT")]), &here));
    }

    #[test]
    fn versions_are_equal_by_etag_else_by_date_and_length() {
        let date = Some("Mon, 25 Mar 2024 11:00:00 GMT");
        assert!(version(Some("W/\"1\""), None).equals(&version(Some("\"1\""), date)));
        assert!(!version(Some("\"1\""), date).equals(&version(Some("\"2\""), date)));
        assert!(version(None, date).equals(&version(None, date)));
        assert!(!version(None, date).equals(&Version { bytes: Some(4), ..version(None, date) }));
        assert!(!version(None, None).equals(&version(None, None)), "nothing tells");
    }

    #[test]
    fn a_date_marks_a_version_once_it_is_over_a_second_old() {
        let modified = "Mon, 25 Mar 2024 11:00:00 GMT";
        assert!(is_settled(modified, None));
        assert!(is_settled(modified, Some("Mon, 25 Mar 2024 11:00:02 GMT".to_owned())));
        for date in ["Mon, 25 Mar 2024 11:00:01 GMT", modified, "Mon, 25 Mar 2024 10:00:00 GMT"] {
            assert!(!is_settled(modified, Some(date.to_owned())), "{date}");
        }
    }

    #[test]
    fn an_address_is_remembered_without_its_secrets() {
        let url = Url::parse("https://me:word@a.fr/b.zip?token=abc#c").unwrap();
        assert_eq!(shown(&url), "https://a.fr/b.zip");
    }
}
