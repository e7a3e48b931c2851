//! An error that knows its exit code and what the reader can do.

use std::error::Error;
use std::fmt;
use std::io;

use crate::ExitCode;

/// Why a step could not do what it was asked.
///
/// It travels inside `anyhow::Error`; context added on the way stays in the message, the code is found again at the end.
#[derive(Debug)]
pub struct Failure {
    code: ExitCode,
    message: String,
    hint: Option<String>,
    retry_after_s: Option<u64>,
    source: Option<anyhow::Error>,
}

impl Failure {
    /// `message` reads `could not <verb> <thing>: <why>`.
    pub fn new(code: ExitCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, retry_after_s: None, source: None }
    }

    /// What the reader can do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// How long the remote asked us to stay away, when that is longer than a step waits.
    pub fn retry_after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The cause, told after the message.
    pub fn because(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// How the process ends because of it.
    pub fn code(&self) -> ExitCode {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|cause| cause.as_ref() as _)
    }
}

/// What is told of an error at the very end.
pub(crate) struct Diagnostic {
    pub(crate) code: ExitCode,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) retry_after_s: Option<u64>,
}

impl From<anyhow::Error> for Diagnostic {
    fn from(error: anyhow::Error) -> Self {
        let message = one_line(&format!("{error:#}"));
        match find::<Failure>(&error) {
            Some(failure) => Self {
                code: failure.code,
                message,
                hint: failure.hint.as_deref().map(one_line),
                retry_after_s: failure.retry_after_s,
            },
            None if find::<io::Error>(&error).is_some_and(disk_refused) => Self {
                code: ExitCode::DiskRefused,
                message,
                hint: Some("free some space, or check that the folder can be written".to_owned()),
                retry_after_s: None,
            },
            None => Self { code: ExitCode::Unexpected, message, hint: None, retry_after_s: None },
        }
    }
}

fn find<E: Error + Send + Sync + 'static>(error: &anyhow::Error) -> Option<&E> {
    error.downcast_ref::<E>().or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<E>()))
}

fn disk_refused(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    // What is denied may be a reading as well: only its own error can tell.
    matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn the_code_is_found_again_under_any_context() {
        let failure = Failure::new(ExitCode::AccessRefused, "could not get a token").hint("check the key");
        let error = Err::<(), _>(failure).context("could not collect `2024-06-01`").unwrap_err();
        let diagnostic = Diagnostic::from(error);
        assert_eq!(diagnostic.code, ExitCode::AccessRefused);
        assert_eq!(diagnostic.message, "could not collect `2024-06-01`: could not get a token");
        assert_eq!(diagnostic.hint.as_deref(), Some("check the key"));
    }

    #[test]
    fn a_cause_is_told_after_the_message() {
        let cause = io::Error::other("line 1\nline 2");
        let diagnostic =
            Diagnostic::from(anyhow::Error::from(Failure::new(ExitCode::NoInput, "could not read `a`").because(cause)));
        assert_eq!(diagnostic.message, "could not read `a`: line 1 line 2");
    }

    #[test]
    fn a_full_disk_is_recognised_without_help() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(Diagnostic::from(anyhow::Error::from(full)).code, ExitCode::DiskRefused);
        assert_eq!(Diagnostic::from(anyhow::anyhow!("odd")).code, ExitCode::Unexpected);
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(
            Diagnostic::from(anyhow::Error::from(denied)).code,
            ExitCode::Unexpected,
            "of reading or of writing?"
        );
    }
}
