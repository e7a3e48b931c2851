//! What came of a download: the file that was there, or one that only lacks its name.

use std::path::{Path, PathBuf};

use anyhow::Result;
use files::Lock;

use super::local::Local;
use super::state::Done;

/// What came of it.
#[derive(Debug)]
pub enum Downloaded {
    /// The file was there, and the source has no other.
    Unchanged(LocalFile),
    /// All bytes are here and right; the file has not taken its name yet.
    Staged(StagedFile),
}

/// A file that is there under its name.
#[derive(Debug)]
pub struct LocalFile {
    pub path: PathBuf,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Where the redirects led.
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Bytes that an earlier run had fetched.
    pub resumed_bytes: u64,
    /// Held as long as this is: nobody else writes the file.
    _lock: Lock,
}

/// A file that only lacks its name.
#[derive(Debug)]
pub struct StagedFile {
    pub(super) local: Box<Local>,
    pub(super) resumed_bytes: u64,
    pub(super) lock: Lock,
}

impl LocalFile {
    pub(super) fn new(done: &Done, path: &Path, lock: Lock) -> Self {
        Self {
            path: path.to_owned(),
            bytes: done.bytes,
            sha256: done.sha256.clone(),
            url: done.version.url.clone(),
            etag: done.version.validators.etag.clone(),
            last_modified: done.version.validators.last_modified.clone(),
            resumed_bytes: 0,
            _lock: lock,
        }
    }
}

impl StagedFile {
    /// Where its bytes are.
    pub fn part(&self) -> &Path {
        self.local.part.path()
    }

    /// Gives it its name.
    pub fn publish(self) -> Result<LocalFile> {
        let Self { local, resumed_bytes, lock } = self;
        let (done, target) = local.publish()?;
        Ok(LocalFile { resumed_bytes, ..LocalFile::new(&done, &target, lock) })
    }

    /// Its content turned out to be bad: nothing of it stays.
    pub fn discard(mut self) -> Result<()> {
        self.local.discard()
    }
}
