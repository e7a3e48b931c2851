//! Which representation of a file a response speaks of: two that differ in one byte must never be spliced.

use std::time::{Duration, SystemTime};

use reqwest::header::{self, HeaderMap};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::request::{Validators, text};
use crate::response::Head;
use crate::status::shown;

/// One representation of a file, as its server tells it from others (RFC 9110, 3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Representation {
    /// SHA-256 of the address asked, which may hold a secret.
    asked: String,
    /// Where redirects led, without what may be secret.
    pub(super) url: String,
    #[serde(flatten)]
    pub(super) validators: Validators,
    pub(super) bytes: Option<u64>,
    /// What `If-Range` may say, if a validator is strong: if it tells this one from every other.
    pub(super) if_range: Option<String>,
    /// How the server names itself (`Server`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<String>,
}

impl Representation {
    /// What an answer with status 200 says of the file it brings.
    pub(super) fn of(head: &Head) -> Self {
        let validators = Validators::of(&head.headers);
        let strong_etag = validators.etag.clone().filter(|etag| etag.starts_with('"'));
        let date = text(&head.headers, header::DATE);
        let settled = validators.last_modified.clone().filter(|modified| is_settled(modified, date));
        Self {
            asked: String::new(),
            url: shown(&head.url),
            if_range: strong_etag.or(settled),
            bytes: text(&head.headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            server: text(&head.headers, header::SERVER),
            validators,
        }
    }

    /// What can be said of a file that somebody else put where that of `url` is to be.
    pub(super) fn unmarked(url: &Url, bytes: u64) -> Self {
        let (url_shown, validators) = (shown(url), Validators::default());
        Self { asked: String::new(), url: url_shown, validators, bytes: Some(bytes), if_range: None, server: None }
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

    /// Whether a response that brings a part speaks of this representation. A server that overlooks `If-Range` sends a part of
    /// whatever it has: the part must carry the validator that was asked for.
    pub(super) fn is_same(&self, headers: &HeaderMap, final_url: &Url) -> bool {
        let Ok(known) = Url::parse(&self.url) else { return false };
        let by_etag = self.if_range.is_some() && self.if_range == self.validators.etag;
        if by_etag {
            return text(headers, header::ETAG) == self.validators.etag && known.path() == final_url.path();
        }
        Validators::of(headers) == self.validators
            && (known.host(), known.port(), known.path()) == (final_url.host(), final_url.port(), final_url.path())
    }

    /// Whether two answers cannot have spoken of the same version.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let unlike = |own: &Option<String>, other: &Option<String>| own.is_some() && other.is_some() && own != other;
        let (own, others) = (&self.validators, &other.validators);
        unlike(&own.etag, &others.etag)
            || unlike(&own.last_modified, &others.last_modified)
            || (self.bytes.is_some() && other.bytes.is_some() && self.bytes != other.bytes)
    }

    /// Whether two answers of the same address spoke of the same version: by ETag, else by date and length.
    pub(super) fn equals(&self, other: &Self) -> bool {
        let (own, others) = (&self.validators, &other.validators);
        let dates = || own.last_modified.is_some() && own.last_modified == others.last_modified;
        self.asked == other.asked
            && match (&own.etag, &others.etag) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn representation(etag: Option<&str>, modified: Option<&str>) -> Representation {
        let url = Url::parse("https://a.fr/b.zip").unwrap();
        let (etag, last_modified) = (etag.map(str::to_owned), modified.map(str::to_owned));
        let if_range = etag.clone().or(last_modified.clone());
        let validators = Validators { etag, last_modified };
        Representation {
            asked: String::new(),
            url: url.to_string(),
            validators,
            bytes: Some(3),
            if_range,
            server: None,
        }
        .asked_of(&url)
    }

    #[test]
    fn a_part_must_carry_the_validator_that_was_asked_for() {
        let (here, elsewhere) = (Url::parse("https://a.fr/b.zip").unwrap(), Url::parse("https://c.fr/b.zip").unwrap());
        let by_etag = representation(Some("\"1\""), Some("Mon, 25 Mar 2024 11:00:00 GMT"));
        assert!(by_etag.is_same(&headers(&[("etag", "\"1\"")]), &elsewhere), "a mirror may have the same");
        assert!(!by_etag.is_same(&headers(&[("etag", "\"2\"")]), &here));
        assert!(!by_etag.is_same(&headers(&[]), &here));
        let by_date = representation(None, Some("Mon, 25 Mar 2024 11:00:00 GMT"));
        assert!(by_date.is_same(&headers(&[("last-modified", "Mon, 25 Mar 2024 11:00:00 GMT")]), &here));
        assert!(!by_date.is_same(&headers(&[("last-modified", "Mon, 25 Mar 2024 11:00:00 GMT")]), &elsewhere));
        assert!(!by_date.is_same(&headers(&[("last-modified", "Tue, 26 Mar 2024 11:00:00 GMT")]), &here));
    }

    #[test]
    fn representations_are_equal_by_etag_else_by_date_and_length() {
        let date = Some("Mon, 25 Mar 2024 11:00:00 GMT");
        assert!(representation(Some("W/\"1\""), None).equals(&representation(Some("\"1\""), date)));
        assert!(!representation(Some("\"1\""), date).equals(&representation(Some("\"2\""), date)));
        assert!(representation(None, date).equals(&representation(None, date)));
        assert!(!representation(None, date).equals(&Representation { bytes: Some(4), ..representation(None, date) }));
        assert!(!representation(None, None).equals(&representation(None, None)), "nothing tells");
    }

    #[test]
    fn a_date_is_a_strong_validator_once_it_is_over_a_second_old() {
        let modified = "Mon, 25 Mar 2024 11:00:00 GMT";
        assert!(is_settled(modified, None));
        assert!(is_settled(modified, Some("Mon, 25 Mar 2024 11:00:02 GMT".to_owned())));
        for date in ["Mon, 25 Mar 2024 11:00:01 GMT", modified, "Mon, 25 Mar 2024 10:00:00 GMT"] {
            assert!(!is_settled(modified, Some(date.to_owned())), "{date}");
        }
    }

    /// What an earlier version of the step remembered is read as before.
    #[test]
    fn it_is_remembered_key_by_key() {
        let text = r#"{"asked":"x","url":"https://a.fr/b.zip","etag":"\"1\"","last_modified":null,"bytes":3,"if_range":"\"1\""}"#;
        let read: Representation = serde_json::from_str(text).unwrap();
        assert_eq!(read, Representation { asked: "x".into(), ..representation(Some("\"1\""), None) });
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}
