//! What came of a fetch: the file that was there, or one that only lacks its name.

use std::path::{Path, PathBuf};

use anyhow::Result;
use files::Lock;

use super::part::Part;
use super::state::{Done, State};

/// What came of it.
#[derive(Debug)]
pub enum Fetched {
    /// The file was there, and the source has no other.
    Unchanged(Copied),
    /// All bytes are here and right; the file has not taken its name yet.
    Arrived(Arrived),
}

/// A file that is there under its name.
#[derive(Debug)]
pub struct Copied {
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
pub struct Arrived {
    pub(super) target: PathBuf,
    pub(super) part: Box<Part>,
    pub(super) resumed_bytes: u64,
    pub(super) lock: Lock,
}

impl Done {
    pub(super) fn copied(&self, target: &Path, lock: Lock) -> Copied {
        Copied {
            path: target.to_owned(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            url: self.version.url.clone(),
            etag: self.version.etag.clone(),
            last_modified: self.version.last_modified.clone(),
            resumed_bytes: 0,
            _lock: lock,
        }
    }
}

impl Arrived {
    /// Where its bytes are.
    pub fn part(&self) -> &Path {
        self.part.path()
    }

    /// Gives it its name.
    pub fn publish(self) -> Result<Copied> {
        let Self { target, part, resumed_bytes, lock } = self;
        let version = part.version().cloned().expect("a part that is complete is of some version");
        let hashes = part.hashes();
        let done = Done {
            bytes: part.bytes(),
            sha256: hashes.sha256,
            md5: hashes.md5,
            modified: part.modified()?,
            version: version.clone(),
        };
        // The state speaks of the new file first: a run killed in between finds the part again, and has only to name it.
        State { part: Some(version), done: Some(done.clone()) }.write(&target)?;
        part.rename(&target)?;
        State { part: None, done: Some(done.clone()) }.write(&target)?;
        Ok(Copied { resumed_bytes, ..done.copied(&target, lock) })
    }

    /// Its content turned out to be bad: nothing of it stays.
    pub fn discard(mut self) -> Result<()> {
        self.part.discard()
    }
}
