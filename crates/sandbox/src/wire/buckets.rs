//! Token buckets, which limit the calls that a client may make.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::options::RetryAfter;

/// So many calls at once, and so many more a second.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: f64,
    burst: f64,
    level: Mutex<(f64, Instant)>,
}

/// Whether a call may pass, and how full the bucket is then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) passes: bool,
    pub(crate) rate: f64,
    pub(crate) burst: f64,
    /// Calls that could still be made at once.
    pub(crate) left: f64,
}

impl Bucket {
    /// A rate of 0 lets everything pass.
    pub(crate) fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst: burst.max(1.0), level: Mutex::new((burst.max(1.0), Instant::now())) }
    }

    pub(crate) fn take(&self) -> Allowance {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let filled = level.0 + now.duration_since(level.1).as_secs_f64() * self.rate;
        let before = if self.rate > 0.0 { filled.min(self.burst) } else { self.burst };
        let passes = before >= 1.0;
        *level = (if passes { before - 1.0 } else { before }, now);
        Allowance { passes, rate: self.rate, burst: self.burst, left: level.0 }
    }
}

impl Allowance {
    /// The answer to a call that may not pass.
    pub(crate) fn error_response(self, retry_after: RetryAfter) -> Response {
        let wait_s = ((1.0 - self.left) / self.rate.max(f64::MIN_POSITIVE)).ceil().max(1.0) as u64;
        too_many(retry_after, wait_s)
    }
}

/// 429 in plain text, as gateways say it.
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
