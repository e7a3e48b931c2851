//! Where the content of an archive goes: files of exactly the size that the list says.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Hash, Writeback, unwritable};

use crate::entry::{Entry, EntryKind};
use crate::error::ArchiveError;
use crate::name::shown;

/// Few, large writes; what is decoded still is in the processor's cache when it is written.
pub(crate) const BUFFER_BYTES: usize = 128 << 10;

pub(crate) const SHORT: &str = "holds less than the list says";

/// From which archive to which folder: one of our own, in which no link can be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    archive: &'a Path,
    folder: &'a Path,
}

/// Writes the files of an archive.
pub(crate) struct Sink<'a> {
    site: Site<'a>,
    advance: &'a mut dyn FnMut(u64) -> Result<()>,
    buffer: Vec<u8>,
    /// Over all that is written, if it is wanted: hashing as we write costs less than reading again.
    hash: Option<Hash>,
    made: HashSet<PathBuf>,
    writeback: Writeback,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(
        archive: &'a Path,
        folder: &'a Path,
        hashes: bool,
        advance: &'a mut dyn FnMut(u64) -> Result<()>,
    ) -> Self {
        let hash = hashes.then(Hash::default);
        Self {
            site: Site { archive, folder },
            advance,
            buffer: vec![0; BUFFER_BYTES],
            hash,
            made: HashSet::new(),
            writeback: Writeback::default(),
        }
    }

    /// Returns the SHA-256 of all that was written, in lower-case hexadecimal.
    pub(crate) fn end(self) -> Result<Option<String>> {
        self.writeback.end()?;
        Ok(self.hash.map(|hash| hash.finish()))
    }

    pub(crate) fn site(&self) -> Site<'a> {
        self.site
    }

    /// Tells that so many bytes were written.
    pub(crate) fn advance(&mut self, count: u64) -> Result<()> {
        (self.advance)(count)
    }

    pub(crate) fn make_folder(&mut self, entry: &Entry) -> Result<()> {
        self.make(&self.site.path(entry))
    }

    /// Writes one file; `content` checks its CRC at its end.
    pub(crate) fn write(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        let path = self.site.path(entry);
        let mut file = self.create(entry)?;
        let mut written = 0_u64;
        loop {
            let count = self.site.read(entry, content, &mut self.buffer)?;
            written += count as u64;
            if written > entry.bytes() {
                return Err(self.site.damaged(entry, "holds more than the list says"));
            }
            if count == 0 {
                break;
            }
            file.write_all(&self.buffer[..count]).map_err(|error| unwritable("write", &path, error))?;
            if let Some(hash) = &mut self.hash {
                hash.update(&self.buffer[..count]);
            }
            self.writeback.wrote(&file, &path, count);
            self.advance(count as u64)?;
        }
        // Both formats let a stream end early.
        if written < entry.bytes() {
            return Err(self.site.damaged(entry, SHORT));
        }
        Ok(())
    }

    /// Reads past a file that is not wanted.
    pub(crate) fn skip(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<()> {
        while self.site.read(entry, content, &mut self.buffer)? > 0 {
            self.advance(0)?;
        }
        Ok(())
    }

    /// Begins a file, which whoever writes it lets [`Sink::check`].
    pub(crate) fn create(&mut self, entry: &Entry) -> Result<File> {
        let path = self.site.path(entry);
        if let Some(parent) = path.parent() {
            self.make(parent)?;
        }
        Ok(File::create_new(&path).map_err(|error| unwritable("write", &path, error))?)
    }

    /// Checks a file that others wrote, `crc32` being that of what they wrote.
    pub(crate) fn check(&mut self, entry: &Entry, crc32: u32) -> Result<()> {
        match entry.kind {
            EntryKind::File { crc32: listed, .. } if listed == crc32 => {}
            _ => return Err(self.site.damaged(entry, "is damaged: its checksum is wrong")),
        }
        let Some(hash) = &mut self.hash else { return Ok(()) };
        let mut file = files::open(&self.site.path(entry))?;
        loop {
            let count = self.site.read(entry, &mut file, &mut self.buffer)?;
            if count == 0 {
                return Ok(());
            }
            hash.update(&self.buffer[..count]);
            (self.advance)(0)?;
        }
    }

    fn make(&mut self, folder: &Path) -> Result<()> {
        if folder == self.site.folder || self.made.contains(folder) {
            return Ok(());
        }
        fs::create_dir_all(folder).map_err(|error| unwritable("make the folder", folder, error))?;
        self.made.insert(folder.to_owned());
        Ok(())
    }
}

impl Site<'_> {
    pub(crate) fn path(&self, entry: &Entry) -> PathBuf {
        self.folder.join(&entry.path)
    }

    /// Reads some bytes of an entry; none are left when it returns 0.
    pub(crate) fn read(&self, entry: &Entry, content: &mut dyn Read, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match content.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error().is_some() => return Err(self.refuse(error.into())),
                Err(error) => return Err(self.damaged(entry, &format!("is damaged: {error}"))),
                Ok(count) => return Ok(count),
            }
        }
    }

    /// The failure of an archive that is not as its list says.
    pub(crate) fn refuse(&self, error: ArchiveError) -> anyhow::Error {
        error.of(self.archive)
    }

    pub(crate) fn damaged(&self, entry: &Entry, what: &str) -> anyhow::Error {
        self.refuse(ArchiveError::new(format!("its file `{}` {what}", shown(&entry.path))))
    }
}
