//! The rate limit as the service's gateway tells it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::wire::buckets::Allowance;

/// The four headers that every answer carries (observed); none when there is no limit to announce.
pub(crate) fn tell(allowance: Allowance, headers: &mut HeaderMap) {
    if allowance.rate <= 0.0 {
        return;
    }
    let numbers = [
        ("x-ratelimit-remaining-clientidlimiter", allowance.left.floor()),
        ("x-ratelimit-requested-tokens-clientidlimiter", 1.0),
        ("x-ratelimit-burst-capacity-clientidlimiter", allowance.burst),
        ("x-ratelimit-replenish-rate-clientidlimiter", allowance.rate.max(1.0)),
    ];
    for (name, number) in numbers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(number as u64));
    }
}
