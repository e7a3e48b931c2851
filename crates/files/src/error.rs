//! How the file system's errors are told: one function for reading, one for writing.
//!
//! Their hints suit every caller. One who knows more, such as the flag that chooses another folder, gives its own hint
//! with [`Failure::hint`], which replaces it.

use std::io;
use std::path::Path;

use step::{ExitCode, Failure};

/// An input is missing, or may not be read: 66.
pub fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::new(ExitCode::NoInput, format!("could not read `{}`", path.display()))
        .hint("check the path, and that it can be read")
        .because(error)
}

/// An output cannot be made: 74. `verb` says what was tried, such as `write` or `make the folder`.
pub fn unwritable(verb: &str, path: &Path, error: io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then run again",
        _ => "check that its folder can be written, or choose another",
    };
    Failure::new(ExitCode::DiskRefused, format!("could not {verb} `{}`", path.display())).hint(hint).because(error)
}
