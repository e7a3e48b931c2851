//! The token bucket that limits each API's calls, one per client.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::options::RetryAfter;

/// So many calls at once, and so many more a second.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: f64,
    burst: f64,
    level: Mutex<(f64, Instant)>,
}

/// Whether a call may pass, and what the headers say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) passes: bool,
    rate: f64,
    burst: f64,
    left: f64,
}

impl Bucket {
    /// A rate of 0 lets everything pass.
    pub(crate) fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst: burst.max(1.0), level: Mutex::new((burst.max(1.0), Instant::now())) }
    }

    pub(crate) fn take(&self) -> Verdict {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let filled = level.0 + now.duration_since(level.1).as_secs_f64() * self.rate;
        let before = if self.rate > 0.0 { filled.min(self.burst) } else { self.burst };
        let passes = before >= 1.0;
        *level = (if passes { before - 1.0 } else { before }, now);
        Verdict { passes, rate: self.rate, burst: self.burst, left: level.0 }
    }
}

impl Verdict {
    /// The four headers that every answer carries (observed); none when there is no limit to announce.
    pub(crate) fn mark(self, headers: &mut HeaderMap) {
        if self.rate <= 0.0 {
            return;
        }
        let numbers = [
            ("x-ratelimit-remaining-clientidlimiter", self.left.floor()),
            ("x-ratelimit-requested-tokens-clientidlimiter", 1.0),
            ("x-ratelimit-burst-capacity-clientidlimiter", self.burst),
            ("x-ratelimit-replenish-rate-clientidlimiter", self.rate.max(1.0)),
        ];
        for (name, number) in numbers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(number as u64));
        }
    }

    pub(crate) fn refusal(self, retry_after: RetryAfter) -> Response {
        let wait_s = ((1.0 - self.left) / self.rate.max(f64::MIN_POSITIVE)).ceil().max(1.0) as u64;
        let mut response = too_many(retry_after, wait_s);
        self.mark(response.headers_mut());
        response
    }
}

/// 429 as documented: plain text.
pub(crate) fn too_many(retry_after: RetryAfter, wait_s: u64) -> Response {
    let mut response = (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::CONTENT_TYPE, "text/plain"), (header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")],
        "Too many requests",
    )
        .into_response();
    let after = match retry_after {
        RetryAfter::Seconds => Some(wait_s.to_string()),
        // The date has whole seconds: one more, lest it lie in the past already.
        RetryAfter::Date => {
            Some(httpdate::fmt_http_date(std::time::SystemTime::now() + std::time::Duration::from_secs(wait_s + 1)))
        }
        RetryAfter::None => None,
    };
    if let Some(value) = after.and_then(|after| HeaderValue::try_from(after).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
