//! How often to try, how long to wait in between, and when to stop believing.

use std::time::{Duration, SystemTime};

use clap::Args;
use rand::RngExt;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The limits of a client's patience, which are flags of each step that asks a remote.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Patience with the remote")]
pub struct Patience {
    // At one fault in five, all tries of one of 340 requests fail once in a thousand runs.
    /// Tries of one request, the first included
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub tries: u32,
    /// Seconds to wait after the first failed try, doubled after each further one, up to 10
    #[arg(id = "retry-wait-s", long, value_name = "S", default_value = "0.2", value_parser = seconds)]
    pub first_wait: Duration,
    /// Silence this long, in seconds, before or within an answer, counts as a failed try
    #[arg(id = "stall-s", long, value_name = "S", default_value = "30", value_parser = seconds)]
    pub stall: Duration,
}

/// No wait of our own choosing is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A `Retry-After` beyond this is not waited for: the scheduler does that better.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

impl Patience {
    /// Wait before the try after `failed_tries`, doubled each time, with jitter so that parallel requests spread out.
    pub(crate) fn wait(&self, failed_tries: u32) -> Duration {
        let doubled = self.first_wait.saturating_mul(1 << failed_tries.saturating_sub(1).min(16));
        doubled.min(LONGEST_WAIT).mul_f64(rand::rng().random_range(0.75..1.25))
    }
}

/// A positive number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if duration > Duration::ZERO && seconds <= 86_400.0 => Ok(duration),
        _ => Err("not between 0 and 86400".to_owned()),
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

    fn header(value: &str) -> HeaderMap {
        [(RETRY_AFTER, value.parse().unwrap())].into_iter().collect()
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
        let patience = Patience { tries: 8, first_wait: Duration::from_millis(200), stall: Duration::from_secs(30) };
        let near = |wait: Duration, seconds: f64| (seconds * 0.74..seconds * 1.26).contains(&wait.as_secs_f64());
        assert!(near(patience.wait(1), 0.2));
        assert!(near(patience.wait(3), 0.8));
        assert!(near(patience.wait(40), 10.0));
    }
}
