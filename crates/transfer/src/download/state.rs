//! What is remembered of a file from one run to the next.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use files::StateFile;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::file_request::FileRequest;
use super::hash::hash_file;
use super::part::since_1970_ns;
use super::representation::Representation;

/// The file that has its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) md5: Option<String>,
    /// Of the file, in nanoseconds since 1970: while it stays, the content needs no second look.
    pub(super) modified: u64,
    pub(super) version: Representation,
}

/// The state file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// What `NAME.part` holds the beginning of.
    pub(super) part: Option<Representation>,
    pub(super) done: Option<Done>,
}

impl State {
    /// What is remembered of `target`. A state that cannot be read is none: the file is fetched again.
    pub(super) fn read(target: &Path) -> Self {
        file_of(target).read().unwrap_or_default()
    }

    pub(super) fn write(&self, target: &Path) -> Result<()> {
        file_of(target).write(self)
    }

    /// The file that is there, if it is as remembered, or as wanted. Hashing one takes seconds a gigabyte: signals are
    /// heard meanwhile.
    pub(super) async fn look(&self, target: &Path, request: &FileRequest) -> Result<Option<Done>> {
        let (state, target, request) = (self.clone(), target.to_owned(), request.clone());
        spawn_blocking(move || state.look_now(&target, &request)).await.context("could not look at what is there")?
    }

    fn look_now(&self, target: &Path, request: &FileRequest) -> Result<Option<Done>> {
        let Ok(there) = fs::metadata(target) else { return Ok(None) };
        if !there.is_file() {
            return Ok(None);
        }
        let modified = there.modified().map_or(0, since_1970_ns);
        let remembered = self.done.as_ref().filter(|done| done.bytes == there.len());
        let lacks_md5 = |done: &Done| request.md5.is_some() && done.md5.is_none();
        if let Some(done) = remembered.filter(|done| done.modified == modified && !lacks_md5(done)) {
            return Ok(Some(done.clone()));
        }
        if remembered.is_none() && !request.has_checksum() {
            return Ok(None);
        }
        let hashes = hash_file(target, request.md5.is_some())?;
        if let Some(done) = remembered.filter(|done| done.sha256 == hashes.sha256) {
            return Ok(Some(Done { modified, md5: hashes.md5.or(done.md5.clone()), ..done.clone() }));
        }
        // Somebody else put it there; what it is wanted to be tells whether it is right.
        let version = Representation::unmarked(&request.url, there.len());
        Ok(Some(Done { bytes: there.len(), sha256: hashes.sha256, md5: hashes.md5, modified, version }))
    }
}

impl Done {
    /// Whether a checksum says that this is what is wanted: no need to ask.
    pub(super) fn is_proven(&self, request: &FileRequest) -> bool {
        let md5 = request.md5.as_ref().map(|md5| self.md5.as_ref() == Some(md5));
        let sha256 = request.sha256.as_ref().map(|sha256| self.sha256 == *sha256);
        let checks = [md5, sha256];
        checks.contains(&Some(true)) && !checks.contains(&Some(false))
    }
}

/// How the server named itself (`Server`) that a file was downloaded from, as far as that is remembered.
pub fn served_by(file: &Path) -> Option<String> {
    State::read(file).done.and_then(|done| done.version.server)
}

/// `.NAME.transfer.json`: hidden, so that no reader's pattern takes it.
pub(super) fn file_of(target: &Path) -> StateFile {
    StateFile::beside(target, "transfer")
}
