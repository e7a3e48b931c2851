//! Which version of a file an answer speaks of.

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{self, HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};
use url::Url;

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

    /// What can be said of a file that somebody else put where that of `url` is to be.
    pub(super) fn unmarked(url: &Url, bytes: u64) -> Self {
        let shown = shown(url);
        Self { asked: String::new(), url: shown, etag: None, last_modified: None, bytes: Some(bytes), if_range: None }
            .asked_of(url)
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
