//! How the reader says no.

use std::path::Path;

use step::{ExitCode, Failure};

/// A file that breaks a rule, with the place and what can be done.
pub(crate) fn refuse(path: &Path, why: impl AsRef<str>, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not read `{}`: {}", path.display(), why.as_ref())).hint(hint).into()
}

/// [`refuse`], of a text at a line.
pub(crate) fn refuse_line(path: &Path, line: u64, why: impl AsRef<str>, hint: &str) -> anyhow::Error {
    refuse(path, format!("line {line}: {}", why.as_ref()), hint)
}

/// An option that does not fit.
pub(crate) fn misuse(why: impl Into<String>, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::Usage, why).hint(hint).into()
}
