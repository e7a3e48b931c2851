//! Waiting for the pieces of one body: not for ever, and not for next to nothing.

use std::time::Duration;

use bytes::Bytes;
use step::ExitCode;
use tokio::time::{Instant, timeout};

use crate::error::{Cause, Fault};
use crate::retry::RetryPolicy;
use crate::throughput::Throughput;

/// How long a body may take, as the retry policy says, and what it has brought.
#[derive(Debug)]
pub(crate) struct Reception {
    sent_at: Instant,
    stall: Duration,
    longest: Option<Duration>,
    throughput: Throughput,
}

impl Reception {
    /// Of the response to a request that was sent at `sent_at`.
    pub(crate) fn new(sent_at: Instant, policy: &RetryPolicy) -> Self {
        let throughput = Throughput::of_at_least(policy.least_kbps);
        Self { sent_at, stall: policy.stall, longest: policy.longest_answer, throughput }
    }

    /// From sending the request to now.
    pub(crate) fn elapsed(&self) -> Duration {
        self.sent_at.elapsed()
    }

    /// The next piece, which `piece` brings; None after the last. A service that falls silent is left, one that trickles
    /// too.
    pub(crate) async fn next<E>(
        &mut self,
        piece: impl Future<Output = Result<Option<Bytes>, E>>,
        why: impl FnOnce(E) -> String,
    ) -> Result<Option<Bytes>, Fault> {
        let slow = |why: String| Err(Fault::passing(Cause::Slow, why));
        let asked_at = Instant::now();
        let left = self.longest.map_or(Duration::MAX, |longest| longest.saturating_sub(self.elapsed()));
        // `timeout` takes what is ready without a look at the time: a server that never pauses would never be left.
        let came = if left.is_zero() { Ok(None) } else { timeout(left.min(self.stall), piece).await.map(Some) };
        match came {
            Ok(Some(Ok(Some(piece)))) => match self.throughput.note(asked_at.elapsed(), piece.len()) {
                Some(kbps) => slow(format!("the answer brought {kbps:.3} kbit/s in a minute")),
                None => Ok(Some(piece)),
            },
            Ok(Some(Ok(None))) => Ok(None),
            Ok(Some(Err(error))) => Err(Fault::passing(Cause::Broken, format!("the answer broke off: {}", why(error)))),
            Err(_) if left > self.stall => {
                slow(format!("the answer broke off: silent for {} s", self.stall.as_secs_f32()))
            }
            // Another try would take as long.
            Ok(None) | Err(_) => {
                let why = format!("the answer is not whole after {} s", self.elapsed().as_secs());
                Err(Fault::lasting(Cause::Slow, ExitCode::Unavailable, why, "the service is too slow: run again later"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// How a body ends that brings so many bytes each second for ten minutes, and after how many seconds.
    async fn trickle(bytes_a_second: usize, policy: &RetryPolicy) -> (u64, Result<usize, String>) {
        let begun = Instant::now();
        let mut reception = Reception::new(begun, policy);
        let mut bytes = 0;
        for _ in 0..600 {
            let piece = async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok::<_, Infallible>(Some(Bytes::from(vec![b'x'; bytes_a_second])))
            };
            match reception.next(piece, |never| match never {}).await {
                Ok(piece) => bytes += piece.unwrap().len(),
                Err(fault) => return (begun.elapsed().as_secs(), Err(fault.why)),
            }
        }
        (begun.elapsed().as_secs(), Ok(bytes))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_is_left_after_a_minute_and_one_that_is_slow_is_not() {
        let policy = RetryPolicy::default();
        assert_eq!(trickle(125, &policy).await, (600, Ok(600 * 125)));
        let (seconds, ended) = trickle(1, &policy).await;
        assert!((60..=61).contains(&seconds), "{seconds}");
        assert_eq!(ended, Err("the answer brought 0.008 kbit/s in a minute".to_owned()));
        assert_eq!(trickle(1, &RetryPolicy { least_kbps: 0.0, ..policy }).await, (600, Ok(600)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_so_long_and_no_longer() {
        let policy = RetryPolicy { longest_answer: Some(Duration::from_secs(300)), ..RetryPolicy::default() };
        let (seconds, ended) = trickle(1_000, &policy).await;
        assert!((300..=301).contains(&seconds), "{seconds}");
        assert!(ended.unwrap_err().starts_with("the answer is not whole after 30"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_took_too_long_is_not_asked_for_again() {
        let policy = RetryPolicy { longest_answer: Some(Duration::from_secs(2)), ..RetryPolicy::default() };
        let mut reception = Reception::new(Instant::now(), &policy);
        let never = std::future::pending::<Result<Option<Bytes>, Infallible>>();
        let fault = reception.next(never, |never| match never {}).await.unwrap_err();
        assert_eq!((fault.cause, fault.may_try_again), (Cause::Slow, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_pauses_is_left_too() {
        let policy = RetryPolicy { longest_answer: Some(Duration::from_secs(300)), ..RetryPolicy::default() };
        let mut reception = Reception::new(Instant::now(), &policy);
        tokio::time::advance(Duration::from_secs(300)).await;
        let ready = async { Ok::<_, Infallible>(Some(Bytes::from_static(b"x"))) };
        assert_eq!(reception.next(ready, |never| match never {}).await.unwrap_err().cause, Cause::Slow);
    }
}
