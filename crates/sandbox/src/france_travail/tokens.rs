//! The tokens that were given out, and what each allows.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};

/// The tokens that were given out.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    known: Mutex<HashMap<String, Token>>,
    asked: AtomicU64,
}

/// What a token allows, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    scopes: Vec<String>,
    end: Instant,
}

impl Token {
    pub(crate) fn allows(&self, scopes: &[&str]) -> bool {
        scopes.iter().all(|scope| self.scopes.iter().any(|own| own == scope))
    }
}

impl Tokens {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Token>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Two numbers that no two tokens of a run have both: how many are known, and how many were asked for before.
    pub(crate) fn next(&self) -> [u64; 2] {
        [self.known().len() as u64, self.asked.fetch_add(1, Ordering::Relaxed)]
    }

    pub(crate) fn give(&self, token: String, scopes: Vec<String>, life: Duration) {
        self.known().insert(token, Token { scopes, end: Instant::now() + life });
    }

    /// The token of an `Authorization` header, while it lives.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Option<Token> {
        self.known().get(bearer(headers)?).filter(|token| Instant::now() < token.end).cloned()
    }

    pub(crate) fn revoke(&self, headers: &HeaderMap) {
        if let Some(token) = bearer(headers) {
            self.known().remove(token);
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
