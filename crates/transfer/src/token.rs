//! The access token of the OAuth2 client-credentials flow: got when first needed, renewed before it ends and after a
//! refusal, by one task while the others wait for it.

use std::time::Duration;

use anyhow::Result;
use secrecy::ExposeSecret;
use serde::Deserialize;
use step::{ExitCode, Failure};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::credentials::{ClientCredentials, SecretHeader};
use crate::response::{Response, ResponseError, quoted};

/// A token is renewed this long before its end, so that it does not end under way; answers take up to 2 s.
const LONGEST_MARGIN: Duration = Duration::from_secs(30);

/// The living token of one set of credentials.
#[derive(Debug)]
pub(crate) struct TokenSource {
    credentials: ClientCredentials,
    /// What can be done about each `error` of the token endpoint, in the service's own terms.
    hints: &'static [(&'static str, &'static str)],
    held: Mutex<Option<Token>>,
}

/// One token, as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) header: SecretHeader,
    renew_at: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl TokenSource {
    pub(crate) fn new(credentials: ClientCredentials, hints: &'static [(&'static str, &'static str)]) -> Self {
        Self { credentials, hints, held: Mutex::new(None) }
    }

    /// The token to use now; got by `get` if need be. Whoever comes while it is got waits for that same one.
    pub(crate) async fn current(&self, get: impl AsyncFnOnce() -> Result<Token>) -> Result<Token> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if Instant::now() < token.renew_at => Ok(token.clone()),
            _ => Ok(held.insert(get().await?).clone()),
        }
    }

    /// The token that can be used without waiting for anything, if there is one.
    pub(crate) fn at_hand(&self) -> Option<Token> {
        let held = self.held.try_lock().ok()?;
        held.clone().filter(|token| Instant::now() < token.renew_at)
    }

    /// The service refused `token` (401): it is dropped, unless another task has renewed it meanwhile.
    pub(crate) async fn drop_refused(&self, token: &Token) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|current| current.header == token.header) {
            *held = None;
        }
    }

    /// Address of the token endpoint.
    pub(crate) fn url(&self) -> &Url {
        &self.credentials.url
    }

    /// What is sent to it.
    pub(crate) fn form(&self) -> [(&'static str, &str); 4] {
        let ClientCredentials { client_id, client_secret, scope, .. } = &self.credentials;
        [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret.expose_secret()),
            ("scope", scope),
        ]
    }

    /// Reads the token endpoint's answer to a request that was sent at `asked_at`.
    pub(crate) fn read(&self, response: &Response, asked_at: Instant) -> Result<Token, ResponseError> {
        if !response.status.is_success() {
            return Err(match serde_json::from_slice::<Refused>(&response.body) {
                Ok(refused) => ResponseError::Final(self.explain(&refused)),
                Err(_) => ResponseError::Malformed(format!("HTTP {} without a reason", response.status.as_u16())),
            });
        }
        let malformed = |why: &str| ResponseError::Malformed(format!("the token service answered {why}"));
        let granted: Granted =
            serde_json::from_slice(&response.body).map_err(|_| malformed("with something that is no token"))?;
        let header = SecretHeader::new(&format!("Bearer {}", granted.access_token))
            .ok_or_else(|| malformed("an unprintable token"))?;
        let life = Duration::from_secs(granted.expires_in.unwrap_or(60));
        Ok(Token { header, renew_at: asked_at + life - LONGEST_MARGIN.min(life / 4) })
    }

    /// The token service's own reason, with what it means in practice.
    fn explain(&self, refused: &Refused) -> anyhow::Error {
        let message = format!(
            "could not get an access token: {}: {}",
            quoted(refused.error.as_bytes()),
            quoted(refused.error_description.as_bytes())
        );
        let failure = Failure::new(ExitCode::AccessRefused, message);
        match self.hints.iter().find(|(error, _)| *error == refused.error) {
            Some((_, hint)) => failure.hint(*hint),
            None => failure.hint("check the client id and secret, and what they give access to"),
        }
        .into()
    }
}
