//! Turns: at most so many calls a second, evenly spaced, and none while the service asked for silence.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep_until};

/// The headers in which a service tells its own limit: no standard names them.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitHeaders {
    /// Calls a second that it allows.
    pub rate: &'static str,
    /// Calls that it allows at this moment.
    pub remaining: &'static str,
}

/// The limit of one key towards one service, shared by every task that uses it.
#[derive(Debug)]
pub struct RateLimit {
    headers: Option<RateLimitHeaders>,
    /// Held by whoever is next; the others wait for it in the order in which they came.
    queue: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    interval: Duration,
    /// Nobody sends before.
    next: Instant,
}

impl RateLimit {
    /// At most `per_second` calls a second; must be finite and above zero.
    pub fn new(per_second: f64) -> Self {
        let state = State { interval: Duration::from_secs_f64(1.0 / per_second), next: Instant::now() };
        Self { headers: None, queue: tokio::sync::Mutex::default(), state: Mutex::new(state) }
    }

    /// The same, which listens to what the service tells of its limit.
    pub fn told_by(self, headers: Option<RateLimitHeaders>) -> Self {
        Self { headers, ..self }
    }

    /// Waits until the caller may send.
    ///
    /// An interval is counted from when the call before was really sent. A turn that comes late on a busy machine is not
    /// made up for: the calls that would be made up for would all come at once.
    pub async fn acquire(&self) {
        let _turn = self.queue.lock().await;
        loop {
            let next = self.state().next;
            sleep_until(next).await;
            let mut state = self.state();
            // The service may have asked for silence while we slept.
            if state.next <= Instant::now() {
                state.next = Instant::now() + state.interval;
                return;
            }
        }
    }

    /// Nobody sends for `wait`: the limit that a 429 speaks of is the key's, not the request's.
    pub fn pause(&self, wait: Duration) {
        let mut state = self.state();
        state.next = state.next.max(Instant::now() + wait);
    }

    /// Follows the service's own headers: a lower rate than ours is taken over, and an empty bucket is given time to fill.
    pub fn adapt(&self, headers: &HeaderMap) {
        let Some(RateLimitHeaders { rate, remaining }) = self.headers else { return };
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
        let mut state = self.state();
        if let Some(rate) = number(rate).filter(|rate| rate.is_finite() && *rate > 0.0) {
            state.interval = state.interval.max(Duration::from_secs_f64(1.0 / rate));
        }
        if number(remaining).is_some_and(|remaining| remaining < 1.0) {
            state.next = state.next.max(Instant::now() + state.interval);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no task panics while it holds the limit")
    }
}

/// Reads calls per second from an argument: positive, and no more than a service could mean.
pub fn parse_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 10_000.0 => Ok(rate),
        Ok(_) => Err("not between 0 and 10000".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: RateLimitHeaders = RateLimitHeaders { rate: "x-rate", remaining: "x-remaining" };

    fn listening() -> RateLimit {
        RateLimit::new(10.0).told_by(Some(HEADERS))
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_a_second_are_never_eleven_in_any_second() {
        let limit = RateLimit::new(10.0);
        let mut sent = Vec::new();
        for _ in 0..50 {
            limit.acquire().await;
            sent.push(Instant::now());
        }
        assert!(sent.windows(11).all(|eleven| eleven[10] - eleven[0] >= Duration::from_secs(1)));
        assert!(sent[49] - sent[0] < Duration::from_millis(5_000), "fifty calls need hardly more than five seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn turns_that_come_late_are_not_made_up_for() {
        let limit = RateLimit::new(10.0);
        limit.acquire().await;
        tokio::time::advance(Duration::from_secs(3)).await;
        let start = Instant::now();
        tokio::join!(limit.acquire(), limit.acquire(), limit.acquire());
        assert!(Instant::now() - start >= Duration::from_millis(200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_also_holds_back_those_who_already_wait() {
        let limit = RateLimit::new(10.0);
        let start = Instant::now();
        limit.acquire().await;
        let (second, ()) = tokio::join!(
            async {
                limit.acquire().await;
                Instant::now()
            },
            async { limit.pause(Duration::from_secs(3)) }
        );
        assert!(second - start >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lower_rate_of_the_service_is_taken_over_and_a_higher_one_is_not() {
        let limit = listening();
        limit.adapt(&headers(&[(HEADERS.rate, "100")]));
        assert_eq!(limit.state().interval, Duration::from_millis(100));
        limit.adapt(&headers(&[(HEADERS.rate, "4")]));
        assert_eq!(limit.state().interval, Duration::from_millis(250));
        let deaf = RateLimit::new(10.0);
        deaf.adapt(&headers(&[(HEADERS.rate, "4")]));
        assert_eq!(deaf.state().interval, Duration::from_millis(100), "of a header that nobody named");
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_bucket_is_given_an_interval_to_fill() {
        let limit = listening();
        limit.adapt(&headers(&[(HEADERS.remaining, "0")]));
        let start = Instant::now();
        limit.acquire().await;
        assert!(Instant::now() - start >= Duration::from_millis(100));
    }

    #[test]
    fn a_rate_is_a_number_that_a_service_could_mean() {
        assert_eq!(parse_rate("9.5"), Ok(9.5));
        for text in ["0", "-1", "NaN", "inf", "10001", "ten", ""] {
            assert!(parse_rate(text).is_err(), "{text}");
        }
    }
}
