//! Where the content of an archive goes: files of exactly the size that the list says.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::name::shown;
use super::{Entry, Refusal};
use crate::output::{hexadecimal, refused};

/// Few, large writes; what is decoded still is in the processor's cache when it is written.
pub(super) const BUFFER_BYTES: usize = 128 << 10;

/// Writes below a folder of our own, in which no link can be.
pub(super) struct Sink<'a> {
    archive: &'a Path,
    folder: &'a Path,
    advance: &'a mut dyn FnMut(u64) -> Result<()>,
    buffer: Vec<u8>,
    /// Over all that is written, if it is wanted: hashing as we write costs less than reading again.
    hash: Option<Sha256>,
    made: HashSet<PathBuf>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        archive: &'a Path,
        folder: &'a Path,
        hashes: bool,
        advance: &'a mut dyn FnMut(u64) -> Result<()>,
    ) -> Self {
        let hash = hashes.then(Sha256::new);
        Self { archive, folder, advance, buffer: vec![0; BUFFER_BYTES], hash, made: HashSet::new() }
    }

    /// SHA-256 of all that was written, in lower-case hexadecimal.
    pub(super) fn sha256(self) -> Option<String> {
        self.hash.map(|hash| hexadecimal(&hash.finalize()))
    }

    pub(super) fn make_folder(&mut self, entry: &Entry) -> Result<()> {
        self.make(&self.folder.join(&entry.path))
    }

    /// Writes one file; `content` checks its CRC at its end.
    pub(super) fn write(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        let path = self.folder.join(&entry.path);
        if let Some(parent) = path.parent() {
            self.make(parent)?;
        }
        let mut file = File::create_new(&path).map_err(|error| refused("write", &path, error))?;
        let mut written = 0_u64;
        loop {
            let count = self.read(entry, content)?;
            written += count as u64;
            if written > entry.bytes() {
                return Err(self.damaged(entry, "holds more than the list says"));
            }
            if count == 0 {
                break;
            }
            file.write_all(&self.buffer[..count]).map_err(|error| refused("write", &path, error))?;
            if let Some(hash) = &mut self.hash {
                hash.update(&self.buffer[..count]);
            }
            (self.advance)(count as u64)?;
        }
        // Both formats let a stream end early.
        if written < entry.bytes() {
            return Err(self.damaged(entry, "holds less than the list says"));
        }
        Ok(())
    }

    /// Reads past a file that is not wanted.
    pub(super) fn skip(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        while self.read(entry, content)? > 0 {
            (self.advance)(0)?;
        }
        Ok(())
    }

    /// The failure of an archive that is not as its list says.
    pub(super) fn refuse(&self, refusal: Refusal) -> anyhow::Error {
        refusal.told_of(self.archive)
    }

    fn read(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<usize> {
        loop {
            match content.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error().is_some() => return Err(self.refuse(error.into())),
                Err(error) => return Err(self.damaged(entry, &format!("is damaged: {error}"))),
                Ok(count) => return Ok(count),
            }
        }
    }

    fn damaged(&self, entry: &Entry, what: &str) -> anyhow::Error {
        self.refuse(Refusal::new(format!("its file `{}` {what}", shown(&entry.path))))
    }

    fn make(&mut self, folder: &Path) -> Result<()> {
        if folder == self.folder || self.made.contains(folder) {
            return Ok(());
        }
        fs::create_dir_all(folder).map_err(|error| refused("make the folder", folder, error))?;
        self.made.insert(folder.to_owned());
        Ok(())
    }
}
