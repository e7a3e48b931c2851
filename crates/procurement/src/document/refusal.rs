//! How a document is refused.

use std::path::Path;

use step::{ExitCode, Failure};

/// A document that is refused whole.
pub(crate) fn refuse(path: &Path, why: impl AsRef<str>, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not read `{}`: {}", path.display(), why.as_ref())).hint(hint).into()
}
