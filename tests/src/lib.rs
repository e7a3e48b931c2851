//! Journeys across the executables.

use std::path::{Path, PathBuf};

/// Where cargo puts the executables: a test is in the folder `deps` below it.
///
/// # Panics
/// When it is called by something else than a test.
pub fn executables() -> PathBuf {
    let this = std::env::current_exe().expect("a test knows its own file");
    this.parent().and_then(Path::parent).expect("a test lies in deps/").to_owned()
}
