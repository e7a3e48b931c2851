//! How often one may call, how late answers are, and how they are packed.

use std::io::Read;
use std::time::{Duration, Instant};

use crate::client::{Client, ROME_SCOPE, SEARCH, day, get, start, token};
use sandbox::{Options, RetryAfter};

#[test]
fn a_burst_of_ten_passes_and_the_headers_count_it_down() {
    let client = Client::new(day("2025-08-21", 0).with(|options| {
        options.france_travail.rate = 0.01;
        options.france_travail.burst = 10.0;
    }));
    for left in (0..10).rev() {
        let answer = client.search("");
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("x-ratelimit-remaining-clientidlimiter"), Some(left.to_string().as_str()));
        assert_eq!(answer.header("x-ratelimit-burst-capacity-clientidlimiter"), Some("10"));
        assert_eq!(answer.header("x-ratelimit-requested-tokens-clientidlimiter"), Some("1"));
        assert_eq!(answer.header("accept-range"), Some("150"));
    }
    let refused = client.search("");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("content-type"), Some("text/plain"));
    assert!(seconds(refused.header("retry-after")) >= 90);
}

/// A hundred at most, less what has passed on a busy machine.
fn seconds(retry_after: Option<&str>) -> u64 {
    retry_after.and_then(|seconds| seconds.parse().ok()).expect("a number of seconds")
}

#[test]
fn the_default_is_ten_a_second() {
    let client = Client::new(day("2025-08-21", 0).with(|options| options.france_travail.rate = 10.0));
    assert_eq!(client.search("").header("x-ratelimit-replenish-rate-clientidlimiter"), Some("10"));
    assert_eq!(Options::default().france_travail.rate, 10.0);
}

#[test]
fn the_wait_is_said_in_seconds_as_a_date_or_not_at_all() {
    let wait = |retry_after| {
        let client = Client::new(day("2025-08-21", 0).with(|options| {
            options.france_travail.rate = 0.01;
            options.france_travail.burst = 1.0;
            options.wire.retry_after = retry_after;
        }));
        client.search("");
        client.search("").header("retry-after").map(str::to_owned)
    };
    assert!(seconds(wait(RetryAfter::Seconds).as_deref()) >= 90);
    assert!(wait(RetryAfter::Date).unwrap().ends_with(" GMT"));
    assert_eq!(wait(RetryAfter::None), None);
}

#[test]
fn rome_has_a_bucket_of_its_own() {
    let server = start(day("2025-08-21", 0).with(|options| options.france_travail.rome_rate = 1.0));
    let rome = Client { token: token(&server, ROME_SCOPE), server };
    let version = "/partenaire/rome-metiers/v1/metiers/version";
    assert_eq!([rome.get(version).status, rome.get(version).status], [200, 429]);
}

#[test]
fn latency_is_added_to_each_answer() {
    let client = Client::new(day("2025-08-21", 0).with(|options| options.wire.latency_ms = 200));
    let start = Instant::now();
    client.search("");
    assert!(start.elapsed() >= Duration::from_millis(160));
}

#[test]
fn answers_are_packed_only_if_that_is_on_and_asked_for() {
    let packed = |gzip, accept: &str| {
        let client = Client::new(day("2025-08-21", 20).with(|options| options.wire.gzip = gzip));
        let bearer = format!("Bearer {}", client.token);
        let headers = [("Authorization", bearer.as_str()), ("Accept-Encoding", accept)];
        let answer = get(&client.server, SEARCH, &headers).unwrap();
        let encoding = answer.header("content-encoding").map(str::to_owned);
        (encoding, answer.body)
    };
    let (_, plain) = packed(false, "gzip");
    let (encoding, bytes) = packed(true, "gzip");
    assert_eq!(encoding.as_deref(), Some("gzip"));
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
    assert!(text == plain);
    assert_eq!(packed(true, "identity").0, None);
}
