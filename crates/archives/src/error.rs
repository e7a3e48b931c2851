//! Why an archive is not taken.

use std::io;
use std::path::Path;

use step::{ExitCode, Failure};

/// Why an archive is not taken; its path is added at the end.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    /// It holds what it should not.
    Invalid(String),
    /// The file itself could not be read.
    Unreadable(io::Error),
}

impl ArchiveError {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    #[cfg(test)]
    pub(crate) fn why(self) -> String {
        match self {
            Self::Invalid(why) => why,
            Self::Unreadable(error) => error.to_string(),
        }
    }

    /// 65 or 66, of the archive at `path`.
    pub(crate) fn of(self, path: &Path) -> anyhow::Error {
        match self {
            Self::Unreadable(error) => files::unreadable(path, error).into(),
            Self::Invalid(why) => {
                Failure::new(ExitCode::BadInput, format!("could not extract `{}`: {why}", path.display()))
                    .hint("fetch it again; if that changes nothing, its publisher must mend it")
                    .into()
            }
        }
    }
}

/// An error of the operating system means that the file could not be read; any other, that it holds what it should not.
impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(_) => Self::Unreadable(error),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::new("it ends too early: it was cut"),
            None => Self::new(error.to_string()),
        }
    }
}
