//! Turns: at most so many calls a second, evenly spaced, and none while the service asked for silence.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep_until};

/// A service counts arrivals, and two calls sent 100 ms apart can arrive 95 ms apart; this share of an interval keeps
/// eleven calls from arriving within the second that allows ten.
const SLACK: f64 = 1.01;

/// The rate headers of the gateway in front of France Travail's services (observed 2025-2026).
const REPLENISH_RATE: &str = "x-ratelimit-replenish-rate-clientidlimiter";
const REMAINING: &str = "x-ratelimit-remaining-clientidlimiter";

/// The pace of one key towards one service, shared by every task that uses it.
#[derive(Debug)]
pub struct Pace(Mutex<State>);

#[derive(Debug)]
struct State {
    interval: Duration,
    next_turn: Instant,
    silent_until: Instant,
}

impl Pace {
    /// At most `per_second` calls a second; must be finite and above zero.
    pub fn new(per_second: f64) -> Self {
        let now = Instant::now();
        Self(Mutex::new(State { interval: interval(per_second), next_turn: now, silent_until: now }))
    }

    /// Waits until the caller may send.
    pub async fn turn(&self) {
        loop {
            let turn = self.reserve();
            sleep_until(turn).await;
            // The service may have asked for silence while we slept; the turn is void then.
            if turn >= self.state().silent_until {
                return;
            }
        }
    }

    /// Nobody sends for `wait`: the limit that a 429 speaks of is the key's, not the request's.
    pub fn silence(&self, wait: Duration) {
        let mut state = self.state();
        state.silent_until = state.silent_until.max(Instant::now() + wait);
    }

    /// Obeys the rate headers: a lower rate than ours is taken over, and an empty bucket is given time to fill.
    pub fn obey(&self, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
        let mut state = self.state();
        if let Some(rate) = number(REPLENISH_RATE).filter(|rate| rate.is_finite() && *rate > 0.0) {
            state.interval = state.interval.max(interval(rate));
        }
        if number(REMAINING).is_some_and(|remaining| remaining < 1.0) {
            state.silent_until = state.silent_until.max(Instant::now() + state.interval);
        }
    }

    fn reserve(&self) -> Instant {
        let mut state = self.state();
        let turn = state.next_turn.max(state.silent_until).max(Instant::now());
        state.next_turn = turn + state.interval;
        turn
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no task panics while it holds the pace")
    }
}

fn interval(per_second: f64) -> Duration {
    Duration::from_secs_f64(SLACK / per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_a_second_are_never_eleven_in_any_second() {
        let pace = Pace::new(10.0);
        let mut sent = Vec::new();
        for _ in 0..50 {
            pace.turn().await;
            sent.push(Instant::now());
        }
        assert!(sent.windows(11).all(|eleven| eleven[10] - eleven[0] > Duration::from_secs(1)));
        assert!(sent[49] - sent[0] < Duration::from_millis(5_000), "fifty calls need hardly more than five seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_also_holds_back_those_who_already_wait() {
        let pace = Pace::new(10.0);
        let start = Instant::now();
        let _ = pace.reserve();
        let (second, ()) = tokio::join!(
            async {
                pace.turn().await;
                Instant::now()
            },
            async { pace.silence(Duration::from_secs(3)) }
        );
        assert!(second - start >= Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lower_rate_of_the_service_is_taken_over_and_a_higher_one_is_not() {
        let pace = Pace::new(10.0);
        pace.obey(&headers(&[(REPLENISH_RATE, "100")]));
        assert_eq!(pace.state().interval, interval(10.0));
        pace.obey(&headers(&[(REPLENISH_RATE, "4")]));
        assert_eq!(pace.state().interval, interval(4.0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_bucket_is_given_an_interval_to_fill() {
        let pace = Pace::new(10.0);
        pace.obey(&headers(&[(REMAINING, "0")]));
        let start = Instant::now();
        pace.turn().await;
        assert!(Instant::now() - start >= Duration::from_millis(100));
    }
}
