//! With what a client shows on whose behalf it asks.

use std::fmt;

use anyhow::Result;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use step::{ExitCode, Failure};
use url::Url;

/// With what a client shows on whose behalf it asks. A request that carries any of it follows no redirect.
#[derive(Debug, Default)]
pub enum Credentials {
    #[default]
    None,
    /// Sent as `Authorization: Bearer TOKEN` (RFC 6750).
    Bearer(SecretString),
    /// Sent as `Authorization: KEY`, as some portals have it.
    ApiKey(SecretString),
    /// A token that is got, and renewed, with a client's id and secret (RFC 6749, 4.4).
    ClientCredentials(ClientCredentials),
}

/// What a token is asked with.
#[derive(Debug)]
pub struct ClientCredentials {
    /// Address of the token endpoint.
    pub url: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Space-separated scopes.
    pub scope: String,
}

/// A header value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretHeader(HeaderValue);

impl SecretHeader {
    /// None if it cannot be a header's value.
    pub(crate) fn new(value: &str) -> Option<Self> {
        let mut header = HeaderValue::from_str(value).ok()?;
        header.set_sensitive(true);
        Some(Self(header))
    }

    /// The value of a secret that somebody set.
    ///
    /// # Errors
    /// 2 when it cannot be sent.
    pub(crate) fn of(scheme: &str, secret: &SecretString) -> Result<Self> {
        Self::new(&format!("{scheme}{}", secret.expose_secret())).ok_or_else(|| {
            Failure::new(ExitCode::Usage, "could not use the credentials: they hold a character that cannot be sent")
                .hint("see whether the whole of them was copied, and nothing else")
                .into()
        })
    }

    pub(crate) fn value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for SecretHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHeader(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_in_debug_output() {
        let header = SecretHeader::new("Bearer abcdef").unwrap();
        assert_eq!(format!("{header:?} {:?}", header.value()), "SecretHeader(hidden) Sensitive");
        let shown = format!("{:?}", Credentials::Bearer("abcdef".into()));
        assert!(!shown.contains("abcdef"), "{shown}");
    }

    #[test]
    fn a_secret_that_cannot_be_sent_is_wrong_usage_and_is_not_shown() {
        let error = SecretHeader::of("Bearer ", &"abc\ndef".into()).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage);
        assert!(!format!("{error:?}").contains("abc"), "{error:?}");
    }
}
