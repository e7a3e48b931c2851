//! The access token of the OAuth2 client-credentials flow: got when first needed, renewed before it ends and after a
//! refusal, by one task while the others wait for it.

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use step::{ExitCode, Failure};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::client::{Answer, Client, Refusal, secret_header};

/// A token is renewed this long before its end, so that it does not end under way; answers take up to 2 s.
const LONGEST_MARGIN: Duration = Duration::from_secs(30);

/// What a token is asked with.
#[derive(Debug)]
pub struct Credentials {
    pub url: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Space-separated scopes.
    pub scope: String,
}

/// The living token of one set of credentials.
#[derive(Debug)]
pub struct Tokens {
    credentials: Credentials,
    held: Mutex<Option<Token>>,
}

/// One token, as it is sent.
#[derive(Clone)]
pub(crate) struct Token {
    header: HeaderValue,
    renew_at: Instant,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

impl Token {
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
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

impl Tokens {
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, held: Mutex::new(None) }
    }

    /// The token to use now; got or renewed if need be. Whoever comes while it is got waits for that same one.
    pub(crate) async fn current(&self, client: &Client) -> Result<Token> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if Instant::now() < token.renew_at => Ok(token.clone()),
            _ => Ok(held.insert(self.get(client).await?).clone()),
        }
    }

    /// The token that can be used without waiting for anything, if there is one.
    pub(crate) fn at_hand(&self) -> Option<Token> {
        let held = self.held.try_lock().ok()?;
        held.clone().filter(|token| Instant::now() < token.renew_at)
    }

    /// The service refused `token` (401): it is dropped, unless another task has renewed it meanwhile.
    pub(crate) async fn refuse(&self, token: &Token) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|current| current.header == token.header) {
            *held = None;
        }
    }

    async fn get(&self, client: &Client) -> Result<Token> {
        let Credentials { url, client_id, client_secret, scope } = &self.credentials;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret.expose_secret()),
            ("scope", scope),
        ];
        let asked_at = Instant::now();
        let token = client.post("an access token", url, &form, |answer| read_token(&answer, asked_at)).await?;
        tracing::debug!("got an access token");
        Ok(token)
    }
}

fn read_token(answer: &Answer, asked_at: Instant) -> Result<Token, Refusal> {
    if !answer.status.is_success() {
        return Err(match serde_json::from_slice::<Refused>(&answer.body) {
            Ok(refused) => Refusal::Final(explain(&refused)),
            Err(_) => Refusal::Garbled(format!("HTTP {} without a reason", answer.status.as_u16())),
        });
    }
    let garbled = |why: &str| Refusal::Garbled(format!("the token service answered {why}"));
    let granted: Granted =
        serde_json::from_slice(&answer.body).map_err(|_| garbled("with something that is no token"))?;
    let header =
        secret_header(&format!("Bearer {}", granted.access_token)).ok_or_else(|| garbled("an unprintable token"))?;
    let life = Duration::from_secs(granted.expires_in.unwrap_or(60));
    Ok(Token { header, renew_at: asked_at + life - LONGEST_MARGIN.min(life / 4) })
}

/// The token service's own reason, with what it means in practice.
fn explain(refused: &Refused) -> anyhow::Error {
    let message = format!(
        "could not get an access token: {}: {}",
        quoted(refused.error.as_bytes()),
        quoted(refused.error_description.as_bytes())
    );
    let failure = Failure::new(ExitCode::AccessRefused, message);
    match refused.error.as_str() {
        "invalid_client" => failure
            .hint("check the client id and secret, that the API is attached to the application, and that its licence is accepted"),
        "invalid_scope" => failure.hint("attach the API to your application in the provider's portal"),
        _ => failure,
    }
    .into()
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
    fn a_token_never_shows_in_debug_output() {
        let token = Token { header: secret_header("Bearer abcdef").unwrap(), renew_at: Instant::now() };
        assert_eq!(format!("{token:?} {:?}", token.header()), "Token(hidden) Sensitive");
    }
}
