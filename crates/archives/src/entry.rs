//! What an archive holds.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

const BUFFER_BYTES: usize = 128 << 10;

/// A file or a folder of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Below any folder: relative, `/` between its parts, none of them `..`.
    pub path: String,
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    Folder,
    File { bytes: u64, crc32: u32 },
}

impl Entry {
    /// The first part of its path: a file or folder that appears in the destination.
    pub fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// Size of its content.
    pub fn bytes(&self) -> u64 {
        match self.kind {
            EntryKind::Folder => 0,
            EntryKind::File { bytes, .. } => bytes,
        }
    }

    /// Whether it is below `folder` already, with this very content. `advance` is as in [`crate::Archive::unpack`].
    ///
    /// # Errors
    /// Only those of `advance`: what cannot be read is not there.
    pub fn is_at(&self, folder: &Path, advance: &mut dyn FnMut(u64) -> anyhow::Result<()>) -> anyhow::Result<bool> {
        let path = folder.join(&self.path);
        let Ok(there) = fs::symlink_metadata(&path) else { return Ok(false) };
        match self.kind {
            EntryKind::Folder => Ok(there.is_dir()),
            EntryKind::File { bytes, crc32 } if there.is_file() && there.len() == bytes => {
                Ok(crc32_of(&path, advance)? == Some(crc32))
            }
            EntryKind::File { .. } => Ok(false),
        }
    }
}

/// Whether a Unix mode says nothing, or that it is a file or a folder.
pub(crate) fn is_file_or_folder(mode: u32) -> bool {
    matches!(mode & 0o170_000, 0 | 0o100_000 | 0o040_000)
}

/// CRC-32 of a file; nothing if it cannot be read.
fn crc32_of(path: &Path, advance: &mut dyn FnMut(u64) -> anyhow::Result<()>) -> anyhow::Result<Option<u32>> {
    let Ok(mut file) = File::open(path) else { return Ok(None) };
    let mut crc = crc32fast::Hasher::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(crc.finalize())),
            Ok(count) => {
                crc.update(&buffer[..count]);
                advance(count as u64)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
}
