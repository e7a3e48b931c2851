//! Checksums of a file, as it comes or as it is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;
use md5::{Digest, Md5};

const BUFFER_BYTES: usize = 256 << 10;

/// The checksums of what has come so far.
#[derive(Debug, Clone)]
pub(super) struct Hash {
    sha256: files::Hash,
    md5: Option<Md5>,
}

/// The checksums of a file, in lower-case hexadecimal.
pub(super) struct Hashes {
    pub(super) sha256: String,
    pub(super) md5: Option<String>,
}

impl Hash {
    pub(super) fn new(with_md5: bool) -> Self {
        Self { sha256: files::Hash::default(), md5: with_md5.then(Md5::new) }
    }

    /// One of the same kinds, of nothing yet.
    pub(super) fn anew(&self) -> Self {
        Self::new(self.md5.is_some())
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
    }

    /// Takes all of a file, and says how much that was.
    pub(super) fn take(&mut self, file: &mut File) -> io::Result<u64> {
        let (mut buffer, mut bytes) = (vec![0; BUFFER_BYTES], 0);
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(bytes),
                Ok(count) => {
                    self.update(&buffer[..count]);
                    bytes += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn hashes(self) -> Hashes {
        let md5 = self.md5.map(|md5| md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        Hashes { sha256: self.sha256.finish(), md5 }
    }
}

/// The checksums of a file that is there.
pub(super) fn hash_file(path: &Path, with_md5: bool) -> Result<Hashes> {
    let mut hash = Hash::new(with_md5);
    let taken = File::open(path).and_then(|mut file| hash.take(&mut file));
    taken.map_err(|error| files::unreadable(path, error))?;
    Ok(hash.hashes())
}
