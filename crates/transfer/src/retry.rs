//! When to try again, how long to wait in between, and when to stop: one loop for all that is asked.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use clap::Args;
use rand::RngExt;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use step::{ExitCode, Failure};
use tokio::time::{Instant, sleep};

use crate::error::{Fault, RequestError, Trouble};
use crate::metrics::Metrics;

/// How often a request is tried, and what counts as a failed try: flags of each step that asks a remote.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Retries")]
pub struct RetryPolicy {
    // At one fault in five, all tries of one of 340 requests fail once in a thousand runs.
    /// Tries of one request, the first included; of a file, tries without a new byte
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub tries: u32,
    /// Seconds to wait after the first failed try, doubled after each further one, up to 10
    #[arg(id = "retry-wait-s", long, value_name = "S", default_value = "0.2", value_parser = parse_seconds)]
    pub first_wait: Duration,
    /// Silence this long, in seconds, before or within an answer, counts as a failed try
    #[arg(id = "stall-s", long, value_name = "S", default_value = "30", value_parser = parse_seconds)]
    pub stall: Duration,
    /// Kilobits per second that an answer must bring, as the mean of any minute; less counts as a failed try, 0 turns it
    /// off
    #[arg(long, value_name = "KBPS", default_value = "1", value_parser = kbps)]
    pub least_kbps: f64,
    /// The time that one answer may take, whatever it brings.
    #[arg(skip)]
    pub longest_answer: Option<Duration>,
}

/// No wait of our own choosing is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A `Retry-After` beyond this is not waited for: the scheduler does that better.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

impl Default for RetryPolicy {
    fn default() -> Self {
        let (first_wait, stall) = (Duration::from_millis(200), Duration::from_secs(30));
        Self { tries: 8, first_wait, stall, least_kbps: 1.0, longest_answer: None }
    }
}

impl RetryPolicy {
    /// Wait before the try after `failed_tries`, doubled each time, with jitter so that parallel requests spread out.
    fn backoff(&self, failed_tries: u32) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << failed_tries.saturating_sub(1).min(16));
        doubled.min(LONGEST_WAIT).mul_f64(rand::rng().random_range(0.75..1.25))
    }
}

/// One thing that is tried until it works, cannot work, or was tried often and long enough.
pub(crate) struct Retry<'a> {
    pub(crate) policy: &'a RetryPolicy,
    pub(crate) metrics: &'a Metrics,
    /// How messages call it.
    pub(crate) name: &'a str,
    /// What could not be done with it.
    pub(crate) verb: &'static str,
    /// Time without progress after which it is given up, where tries alone do not decide.
    pub(crate) give_up: Option<Duration>,
    /// What the reader can do when the service stays unavailable.
    pub(crate) hint: &'static str,
}

/// How the tries have gone since there was last any progress.
struct Course {
    since: Instant,
    failures: u32,
    /// Time spent in waits that the service asked for, which is no lack of progress.
    told: Duration,
}

impl Retry<'_> {
    /// # Errors
    /// The last fault's, with the tries and the time that they took.
    pub(crate) async fn run<T>(&self, mut attempt: impl AsyncFnMut() -> Result<T, Trouble>) -> Result<T> {
        let mut course = Course { since: Instant::now(), failures: 0, told: Duration::ZERO };
        loop {
            let fault = match attempt().await {
                Ok(value) => return Ok(value),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Fault(fault)) => fault,
            };
            if let Some(since) = fault.progressed_at {
                course = Course { since, failures: 0, told: Duration::ZERO };
            }
            course.failures += 1;
            let Some(wait) = self.wait(&fault, &course) else { return Err(self.fail(fault, &course)) };
            let (name, why, failures) = (self.name, &fault.why, course.failures);
            tracing::warn!(wait_ms = wait.as_millis() as u64, "trying {name} again: {why} (try {failures})");
            if fault.retry_after.is_some() {
                course.told += wait;
            }
            self.metrics.retry();
            sleep(wait).await;
        }
    }

    /// How long to wait before the next try; None if there is to be none.
    fn wait(&self, fault: &Fault, course: &Course) -> Option<Duration> {
        let is_worth_it = fault.may_try_again && course.failures < self.policy.tries;
        let is_short = fault.retry_after.is_none_or(|after| after <= LONGEST_RETRY_AFTER);
        if !is_worth_it || !is_short {
            return None;
        }
        if let Some(after) = fault.retry_after {
            return Some(after);
        }
        let wait = self.policy.backoff(course.failures);
        let stuck = course.since.elapsed().saturating_sub(course.told);
        self.give_up.is_none_or(|give_up| stuck + wait < give_up).then_some(wait)
    }

    fn fail(&self, fault: Fault, course: &Course) -> anyhow::Error {
        let hint = fault.hint.unwrap_or_else(|| match fault.code {
            ExitCode::Incomplete => "the service contradicts itself; run again later".to_owned(),
            _ => self.hint.to_owned(),
        });
        let elapsed = course.since.elapsed();
        let why = match self.give_up.filter(|_| fault.may_try_again) {
            Some(_) => format!("no progress in {} s, at last: {}", elapsed.as_secs(), fault.why),
            None => fault.why,
        };
        let retry_after = fault.retry_after.filter(|after| *after > LONGEST_RETRY_AFTER);
        let failure = Failure::new(fault.code, format!("could not {} {}", self.verb, self.name)).hint(hint);
        let failure = match retry_after {
            Some(after) => failure.retry_after_s(after.as_secs()),
            None => failure,
        };
        let was_tried_again = fault.may_try_again || course.failures > 1;
        let attempts = course.failures;
        failure
            .because(RequestError { cause: fault.cause, attempts, elapsed, retry_after, why, was_tried_again })
            .into()
    }
}

/// Reads a positive number of seconds from an argument.
pub fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if duration > Duration::ZERO && seconds <= 86_400.0 => Ok(duration),
        _ => Err("not between 0 and 86400".to_owned()),
    }
}

/// A number of kilobits per second, 0 included.
fn kbps(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(kbps) if (0.0..=1_000_000.0).contains(&kbps) => Ok(kbps),
        Ok(_) => Err("not between 0 and 1000000".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// The wait that a `Retry-After` asks for, in either of its forms: seconds, or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    // A date has whole seconds: one more, so as not to come within the second in which the door is still shut.
    Some(date.duration_since(SystemTime::now()).unwrap_or_default() + Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Cause;

    const MINUTE: Option<Duration> = Some(Duration::from_secs(60));

    fn header(value: &str) -> HeaderMap {
        [(RETRY_AFTER, value.parse().unwrap())].into_iter().collect()
    }

    /// Tries until `fault` says that nothing more is to come, or patience ends; with the number of tries made.
    async fn run(tries: u32, give_up: Option<Duration>, fault: impl Fn(u32) -> Option<Fault>) -> (u32, Result<()>) {
        let policy = RetryPolicy { tries, ..RetryPolicy::default() };
        let (metrics, mut made) = (Metrics::default(), 0);
        let retry =
            Retry { policy: &policy, metrics: &metrics, name: "it", verb: "get", give_up, hint: "run again later" };
        let ended = retry
            .run(async || {
                made += 1;
                fault(made).map_or(Ok(()), |fault| Err(fault.into()))
            })
            .await;
        assert_eq!(metrics.counts().retries, u64::from(made) - 1);
        (made, ended)
    }

    fn broken() -> Fault {
        Fault::passing(Cause::Broken, "it broke off")
    }

    #[tokio::test(start_paused = true)]
    async fn tries_are_counted_and_told_with_their_time() {
        let (made, ended) = run(8, None, |_| Some(broken())).await;
        let error = ended.unwrap_err();
        let told = RequestError::of(&error).unwrap();
        assert_eq!((made, told.attempts, &told.cause), (8, 8, &Cause::Broken));
        assert!(told.elapsed > Duration::from_secs(15), "{told}");
        let said = format!("{error:#}");
        assert!(said.starts_with("could not get it: it broke off after 8 tries in "), "{said}");
        assert_eq!(run(8, None, |made| (made < 8).then(broken)).await.0, 8);
    }

    #[tokio::test(start_paused = true)]
    async fn one_try_is_one_try_whatever_the_time() {
        for give_up in [None, MINUTE] {
            let (made, ended) = run(1, give_up, |_| Some(broken())).await;
            let said = format!("{:#}", ended.unwrap_err());
            assert!(made == 1 && said.ends_with("it broke off after 1 try in 0.0 s"), "{made}: {said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_help_is_not_tried() {
        let lasting = || Fault::lasting(Cause::Dns, ExitCode::AccessRefused, "HTTP 403", "check the address");
        let (made, ended) = run(8, None, |_| Some(lasting())).await;
        assert_eq!((made, format!("{:#}", ended.unwrap_err())), (1, "could not get it: HTTP 403".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_without_progress_is_enough_and_progress_begins_another() {
        let slow = |progressed_at| Fault { progressed_at, ..broken() };
        let (made, ended) = run(100, MINUTE, |_| Some(slow(None))).await;
        let said = format!("{:#}", ended.unwrap_err());
        assert!((10..20).contains(&made) && said.contains(" s, at last: it broke off after"), "{made}: {said}");
        let (made, ended) = run(3, MINUTE, |made| (made < 50).then(|| slow(Some(Instant::now())))).await;
        ended.unwrap();
        assert_eq!(made, 50);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_as_told_is_no_lack_of_progress_up_to_the_number_of_tries() {
        let busy = |seconds| Fault { retry_after: Some(Duration::from_secs(seconds)), ..broken() };
        let begun = Instant::now();
        assert_eq!(run(5, MINUTE, |_| Some(busy(50))).await.0, 5);
        assert_eq!(begun.elapsed(), Duration::from_secs(200));
        let (made, ended) = run(5, None, |_| Some(busy(61))).await;
        let error = ended.unwrap_err();
        assert_eq!((made, RequestError::of(&error).unwrap().retry_after), (1, Some(Duration::from_secs(61))));
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        assert_eq!(retry_after(&header("7")), Some(Duration::from_secs(7)));
        let in_a_minute = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
        let wait = retry_after(&header(&in_a_minute)).unwrap();
        assert!((59..=61).contains(&wait.as_secs()), "{wait:?}");
    }

    #[test]
    fn a_retry_after_in_the_past_means_at_once_and_nonsense_means_nothing() {
        assert_eq!(retry_after(&header("Wed, 21 Oct 2015 07:28:00 GMT")), Some(Duration::from_secs(1)));
        assert_eq!(retry_after(&header("soon")), None);
        assert_eq!(retry_after(&header("-1")), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let near = |wait: Duration, seconds: f64| (seconds * 0.74..seconds * 1.26).contains(&wait.as_secs_f64());
        assert!(near(policy.backoff(1), 0.2));
        assert!(near(policy.backoff(3), 0.8));
        assert!(near(policy.backoff(40), 10.0));
    }
}
