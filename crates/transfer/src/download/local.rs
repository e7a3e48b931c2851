//! What there is of a file on our side: the part, and what is remembered of it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::file_request::FileRequest;
use super::growth::Growth;
use super::part::Part;
use super::representation::Representation;
use super::state::{Done, State};

/// The part of a file and the memory of it, which must never disagree.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) target: PathBuf,
    pub(super) part: Part,
    state: State,
}

impl Local {
    /// Opens what an earlier run left of `target`, as far as it can be gone on with.
    pub(super) async fn open(target: &Path, mut state: State, request: &FileRequest, growth: &Growth) -> Result<Self> {
        let part = Part::open(target, state.part.take(), request, growth.clone()).await?;
        Ok(Self { target: target.to_owned(), part, state })
    }

    /// Begins a representation, in place of what has come.
    pub(super) fn begin(&mut self, representation: Representation) -> Result<()> {
        self.part.restart(representation.clone())?;
        self.state.part = Some(representation);
        self.state.write(&self.target)
    }

    /// What has come is of a representation that is no longer to be had.
    pub(super) fn outdate(&mut self) -> Result<()> {
        self.part.outdate()?;
        self.forget()
    }

    /// Forgets what has come.
    pub(super) fn discard(&mut self) -> Result<()> {
        self.part.discard()?;
        self.forget()
    }

    fn forget(&mut self) -> Result<()> {
        self.state.part = None;
        self.state.write(&self.target)
    }

    /// Gives the part, which is complete, its name.
    pub(super) fn publish(self) -> Result<(Done, PathBuf)> {
        let Self { target, part, .. } = self;
        let version = part.version().cloned().expect("a part that is complete is of some representation");
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
        Ok((done, target))
    }
}
