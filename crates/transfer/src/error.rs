//! How a request goes wrong: one try's fault, and what is told once no further try is worth it.
//!
//! A caller that has to tell one kind from another finds the [`RequestError`] in the error's chain; everybody else reads
//! the [`step::Failure`] around it.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use step::ExitCode;
use tokio::time::Instant;
use url::Url;

/// What went wrong, for those who decide by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// No address was found for the host.
    Dns,
    /// The proxy could not be reached, or did not let the request through.
    Proxy,
    /// The certificate of the other side is not one that we trust.
    Certificate,
    /// The encrypted connection could not be set up.
    Tls,
    /// No connection, or it ended before a status came.
    Unreachable,
    /// Nothing came for too long, or too little.
    Slow,
    /// The body broke off, or cannot be decompressed.
    Broken,
    /// The status is no answer.
    Status(StatusCode),
    /// A redirect that is not followed leads there.
    Redirect(Box<Url>),
    /// The address is one that may not be connected to.
    Forbidden,
    /// The body is longer than allowed.
    TooLarge,
    /// The head goes on and on, or none comes among what does.
    EndlessHead,
    /// The content is not what a sound service sends.
    Malformed,
    /// The content contradicts itself.
    Inconsistent,
}

/// Why a request was given up.
#[derive(Debug, Clone)]
pub struct RequestError {
    pub cause: Cause,
    /// Tries that were made since there was last any progress.
    pub attempts: u32,
    /// Time that they took, the waits between them included.
    pub elapsed: Duration,
    /// In how long the service wants to be asked again, where that is longer than we wait.
    pub retry_after: Option<Duration>,
    pub(crate) why: String,
    /// Whether the tries are worth telling.
    pub(crate) was_tried_again: bool,
}

impl RequestError {
    /// The one inside an error of this crate.
    pub fn of(error: &anyhow::Error) -> Option<&Self> {
        error.chain().find_map(|cause| cause.downcast_ref())
    }

    /// The status that it failed with, if it was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self.cause {
            Cause::Status(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        if let Some(after) = self.retry_after {
            write!(f, ", to be asked again in {} s,", after.as_secs())?;
        }
        if self.was_tried_again || self.retry_after.is_some() {
            let plural = if self.attempts == 1 { "try" } else { "tries" };
            write!(f, " after {} {plural} in {:.1} s", self.attempts, self.elapsed.as_secs_f64())?;
        }
        Ok(())
    }
}

impl std::error::Error for RequestError {}

/// How one try went wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    pub(crate) why: String,
    /// How the process ends because of it, if no other try goes better.
    pub(crate) code: ExitCode,
    /// What the reader can do, if that is something of its own.
    pub(crate) hint: Option<String>,
    /// Whether another try can help.
    pub(crate) may_try_again: bool,
    /// How long the service wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// When it last brought more than all tries before it, if it did.
    pub(crate) progressed_at: Option<Instant>,
}

/// A try that brought nothing to its end.
#[derive(Debug)]
pub(crate) enum Trouble {
    Fault(Fault),
    /// Not the remote's doing, or its reader's last word.
    Final(anyhow::Error),
}

impl Fault {
    /// Another try may go better.
    pub(crate) fn passing(cause: Cause, why: impl Into<String>) -> Self {
        Self {
            cause,
            why: why.into(),
            code: ExitCode::Unavailable,
            hint: None,
            may_try_again: true,
            retry_after: None,
            progressed_at: None,
        }
    }

    /// No other try goes better.
    pub(crate) fn lasting(cause: Cause, code: ExitCode, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, hint: Some(hint.into()), may_try_again: false, ..Self::passing(cause, why) }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Final(error)
    }
}
