//! A second file with the bytes of a first.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::Result;

use crate::error::{unreadable, unwritable};
use crate::read::open;

const BUFFER_BYTES: usize = 256 << 10;

/// Copies a file to `to`, which is not there yet: the two share their blocks where the file system can do that, and stay
/// apart whatever is done to one of them. `advance` is told the bytes copied; its error ends the work.
///
/// # Errors
/// 66 when `from` cannot be read, 74 when the disk refuses.
pub fn copy(from: &Path, to: &Path, advance: &mut dyn FnMut(u64) -> Result<()>) -> Result<()> {
    let mut source = open(from)?;
    let mut copy = File::create_new(to).map_err(|error| unwritable("write", to, error))?;
    // Not every file system can, nor from one to another.
    if rustix::fs::ioctl_ficlone(&copy, &source).is_ok() {
        return advance(copy.metadata().map_or(0, |copy| copy.len()));
    }
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                copy.write_all(&buffer[..count]).map_err(|error| unwritable("write", to, error))?;
                advance(count as u64)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(from, error).into()),
        }
    }
}

/// Moves what will be gone in its old place: gives it a second name, or, where that cannot be, copies it.
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    Ok(fs::copy(from, to).map(drop).map_err(|error| unwritable("write", to, error))?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use anyhow::bail;
    use step::{ExitCode, Failure};

    use super::*;

    fn code(error: &anyhow::Error) -> ExitCode {
        error.downcast_ref::<Failure>().unwrap().code()
    }

    #[test]
    fn a_copy_is_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        let content: Vec<u8> = (0..BUFFER_BYTES as u32).flat_map(u32::to_le_bytes).collect();
        fs::write(&from, &content).unwrap();
        let mut heard = 0;
        let mut count = |bytes| {
            heard += bytes;
            Ok(())
        };
        copy(&from, &to, &mut count).unwrap();
        assert_eq!(heard, content.len() as u64);
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        assert_ne!(inode(&from), inode(&to));
        fs::write(&to, b"edited").unwrap();
        assert!(fs::read(&from).unwrap() == content);
    }

    #[test]
    fn what_cannot_be_read_is_66_and_what_cannot_be_written_74() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        assert_eq!(code(&copy(&from, &to, &mut |_| Ok(())).unwrap_err()), ExitCode::NoInput);
        assert_eq!(code(&copy(folder.path(), &to, &mut |_| Ok(())).unwrap_err()), ExitCode::NoInput);
        fs::write(&from, b"abc").unwrap();
        let nowhere = folder.path().join("nowhere/b");
        assert_eq!(code(&copy(&from, &nowhere, &mut |_| Ok(())).unwrap_err()), ExitCode::DiskRefused);
        fs::remove_file(&to).unwrap();
        assert_eq!(copy(&from, &to, &mut |_| bail!("enough")).unwrap_err().to_string(), "enough");
    }
}
