//! A file that appears whole, with its size and hash, or not at all.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;
use tempfile::{NamedTempFile, TempPath};

use crate::access::Access;
use crate::error::unwritable;
use crate::hash::{Hash, sha256_of};
use crate::name::{STAGED_SUFFIX, create_folder, folder_of, staged_prefix, sync_folder};
use crate::writeback::Writeback;

/// Few, large writes; a page of offers is half a megabyte.
const BUFFER_BYTES: usize = 256 << 10;

/// A file under way. Dropped without [`Output::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Output {
    destination: PathBuf,
    staged: BufWriter<NamedTempFile>,
    hash: Hash,
    bytes: u64,
    writeback: Writeback,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

impl Written {
    /// What a file with that content is.
    pub(crate) fn of(path: PathBuf, content: &[u8]) -> Self {
        Self { path, bytes: content.len() as u64, sha256: sha256_of(content) }
    }
}

impl Output {
    /// Begins a file beside `destination`, whose folder is made if need be. Everyone may read it.
    pub fn create(destination: impl Into<PathBuf>) -> Result<Self> {
        Self::create_with(destination, Access::Everyone)
    }

    /// The same, for those alone whom `access` names.
    pub fn create_with(destination: impl Into<PathBuf>, access: Access) -> Result<Self> {
        let destination = destination.into();
        let folder = folder_of(&destination);
        create_folder(folder)?;
        let staged = tempfile::Builder::new()
            .prefix(&staged_prefix(&destination))
            .suffix(STAGED_SUFFIX)
            .permissions(access.permissions())
            .tempfile_in(folder)
            .map_err(|error| unwritable("write", &destination, error))?;
        let staged = BufWriter::with_capacity(BUFFER_BYTES, staged);
        Ok(Self { destination, staged, hash: Hash::default(), bytes: 0, writeback: Writeback::default() })
    }

    /// Makes the file appear: flushed to the disk, then renamed over what was there. Of files that belong together,
    /// [`crate::OutputSet`] takes care.
    pub fn commit(self) -> Result<Written> {
        let written = self.settle()?.appear()?;
        // The rename itself is on the disk only once the folder is.
        sync_folder(folder_of(&written.path))?;
        Ok(written)
    }

    /// Writes a small file in one go. Everyone may read it.
    pub fn write(destination: impl Into<PathBuf>, content: &[u8]) -> Result<Written> {
        Self::write_with(destination, Access::Everyone, content)
    }

    /// The same, for those alone whom `access` names.
    pub fn write_with(destination: impl Into<PathBuf>, access: Access, content: &[u8]) -> Result<Written> {
        let mut output = Self::create_with(destination, access)?;
        output.write_all(content).map_err(|error| unwritable("write", &output.destination, error))?;
        output.commit()
    }

    /// Brings it to the disk, under its staged name yet: of several files, none appears before all are there.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn settle(mut self) -> Result<Settled> {
        self.writeback.end()?;
        // Closed: a run may have more files under way than a process may have open.
        let flush = || -> io::Result<TempPath> {
            self.staged.flush()?;
            let staged = self.staged.into_inner().map_err(io::IntoInnerError::into_error)?;
            staged.as_file().sync_all()?;
            Ok(staged.into_temp_path())
        };
        let staged = flush().map_err(|error| unwritable("write", &self.destination, error))?;
        let sha256 = self.hash.finish();
        Ok(Settled { staged, written: Written { path: self.destination, bytes: self.bytes, sha256 } })
    }
}

/// A file that is on the disk, under another name yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Settled {
    staged: TempPath,
    written: Written,
}

impl Settled {
    /// What it is.
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// Leaves the file that was there.
    pub fn into_written(self) -> Written {
        self.written
    }

    /// Makes it appear; [`crate::sync_folder`] brings that to the disk.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn appear(self) -> Result<Written> {
        match self.staged.persist(&self.written.path) {
            Ok(()) => Ok(self.written),
            Err(error) => Err(unwritable("write", &self.written.path, error.error).into()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.staged.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        self.writeback.wrote(self.staged.get_ref().as_file(), &self.destination, written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.staged.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use step::{ExitCode, Failure};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_committed_file_has_the_size_and_hash_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let written = Output::write(folder.path().join("a/b.json"), b"abc").unwrap();
        assert_eq!(fs::read(&written.path).unwrap(), b"abc");
        assert_eq!(written.bytes, 3);
        assert_eq!(written.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(names(&folder.path().join("a")), ["b.json"]);
    }

    #[test]
    fn an_abandoned_file_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.json");
        Output::write(&file, b"old").unwrap();
        let mut output = Output::create(&file).unwrap();
        output.write_all(b"half").unwrap();
        output.flush().unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"old");
        drop(output);
        assert_eq!(names(folder.path()), ["b.json"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_the_disk_refusing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        let error = Output::create(folder.path().join("file/b.json")).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
    }
}
