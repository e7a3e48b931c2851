//! A small file that says again and again how far a run is.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use tempfile::NamedTempFile;

use crate::access::Access;
use crate::error::unwritable;
use crate::name::{STAGED_SUFFIX, create_folder, folder_of, staged_prefix, swap, sync_folder};

/// To wait for the disk takes longer than all else that a page costs, and only a power cut can tell.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// A file that is replaced whole, as often as one likes.
///
/// Whoever opens it finds one of its contents whole, and the last one survives the death of the process. The disk is waited
/// for now and then alone: a power cut may take back what was said since, or leave a file that nobody can read.
#[derive(Debug)]
pub struct ReplacedFile {
    path: PathBuf,
    access: Access,
    synced: Option<Instant>,
}

impl ReplacedFile {
    /// The file at `path`, which is there once it was first replaced. The caller holds the [`crate::Lock`] of what it
    /// belongs to.
    pub fn at(path: impl Into<PathBuf>, access: Access) -> Self {
        Self { path: path.into(), access, synced: None }
    }

    /// Puts `content` in place of what was there.
    ///
    /// # Errors
    /// 74 when the disk refuses; what was there stays.
    pub fn replace(&mut self, content: &[u8]) -> Result<()> {
        let folder = folder_of(&self.path);
        let is_first = self.synced.is_none();
        if is_first {
            create_folder(folder)?;
        }
        let is_due = self.synced.is_none_or(|at| at.elapsed() >= SYNC_EVERY);
        let staged = tempfile::Builder::new()
            .prefix(&staged_prefix(&self.path))
            .suffix(STAGED_SUFFIX)
            .permissions(self.access.permissions())
            .tempfile_in(folder);
        let write = || {
            let mut staged = staged?;
            staged.write_all(content)?;
            if is_due {
                staged.as_file().sync_all()?;
            }
            put(staged, &self.path, is_first)
        };
        write().map_err(|error| unwritable("write", &self.path, error))?;
        if is_due {
            sync_folder(folder)?;
            self.synced = Some(Instant::now());
        }
        Ok(())
    }
}

/// Puts a file in its place. What is ours there is swapped with it, and removed: a file system that is told to replace a file
/// by a new one begins to bring that to the disk, so that no power cut leaves it empty, and that takes longer than all else.
fn put(staged: NamedTempFile, path: &Path, is_first: bool) -> io::Result<()> {
    let is_swapped = match if is_first { Ok(false) } else { swap(staged.path(), path) } {
        // Somebody may have removed the file.
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        swapped => swapped?,
    };
    match is_swapped {
        true => staged.close(),
        false => staged.persist(path).map(drop).map_err(|error| error.error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use step::{ExitCode, Failure};

    use super::*;

    #[test]
    fn each_content_takes_the_place_of_the_one_before_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/a.checkpoint");
        let mut file = ReplacedFile::at(&path, Access::OwnerAndGroup);
        assert!(!path.exists());
        for content in ["first, and long", "second", ""] {
            file.replace(content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o007, 0);
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn whoever_has_opened_it_goes_on_with_the_content_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = ReplacedFile::at(&path, Access::Everyone);
        let mut opened = vec![];
        for number in 0..5 {
            file.replace(number.to_string().as_bytes()).unwrap();
            opened.push(fs::File::open(&path).unwrap());
        }
        let contents: Vec<String> = opened.into_iter().map(|file| io::read_to_string(file).unwrap()).collect();
        assert_eq!(contents, ["0", "1", "2", "3", "4"]);
    }

    #[test]
    fn one_that_somebody_removed_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = ReplacedFile::at(&path, Access::Everyone);
        for content in ["first", "second"] {
            file.replace(content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            fs::remove_file(&path).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_link_in_its_place_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, path) = (folder.path().join("victim"), folder.path().join("a"));
        fs::write(&victim, "theirs").unwrap();
        symlink(&victim, &path).unwrap();
        ReplacedFile::at(&path, Access::Everyone).replace(b"ours").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
    }

    #[test]
    fn what_cannot_be_written_is_the_disk_refusing_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        let error = ReplacedFile::at(&path, Access::Everyone).replace(b"x").unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
