//! How many requests may be sent in all.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use step::{ExitCode, Failure};

/// No request more may be sent; found in the chain of the error, by [`UsedUp::is_in`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp;

impl UsedUp {
    /// Whether that is why something failed.
    pub fn is_in(error: &anyhow::Error) -> bool {
        error.chain().any(|cause| cause.is::<Self>())
    }
}

impl fmt::Display for UsedUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the requests that were allowed are used up")
    }
}

impl std::error::Error for UsedUp {}

/// Requests that are left to be sent. One that is sent again counts again, one for a token does not.
#[derive(Debug)]
pub(crate) struct Allowance(AtomicU64);

impl Allowance {
    /// Without a number, any number may be sent.
    pub(crate) fn of(most: Option<u64>) -> Self {
        Self(AtomicU64::new(most.unwrap_or(u64::MAX)))
    }

    pub(crate) fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes one.
    pub(crate) fn take(&self) -> Result<(), Failure> {
        match self.0.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::new(ExitCode::Incomplete, "could not send another request").because(UsedUp)),
        }
    }
}
