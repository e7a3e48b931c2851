//! One run at a time for one output.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

use crate::access::{Access, open_in_place};
use crate::error::unwritable;
use crate::name::{create_folder, folder_of, hidden_beside, remove_staged};

/// Held while an output is made. The kernel lets go of it with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Holds the lock as long as it is open.
    _file: File,
}

impl Lock {
    /// Claims `output`, and removes what a killed run had begun to write for it.
    ///
    /// # Errors
    /// 75 when another run holds it, 74 when the disk refuses.
    pub fn claim(output: &Path) -> Result<Self> {
        create_folder(folder_of(output))?;
        let path = hidden_beside(output, "lock");
        let lock = loop {
            let file = open_in_place(&path, Access::Everyone)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(held(output)),
                Err(TryLockError::Error(error)) => return Err(unwritable("lock", &path, error).into()),
            }
            // Whoever held it before may have removed the file between our two calls: then nobody sees ours.
            if is_at(&file, &path).map_err(|error| unwritable("lock", &path, error))? {
                break Self { path, _file: file };
            }
        };
        remove_staged(output)?;
        Ok(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody who opens it later believes that this run goes on.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(there) => {
            let here = file.metadata()?;
            Ok((there.dev(), there.ino()) == (here.dev(), here.ino()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn held(output: &Path) -> anyhow::Error {
    Failure::new(ExitCode::Incomplete, format!("could not begin `{}`: another run is writing it", output.display()))
        .hint("wait until it ends, then run again: what it finished is not done twice")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_claim_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("sub/a.json");
        let first = Lock::claim(&output).unwrap();
        let error = Lock::claim(&output).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Incomplete);
        let _other = Lock::claim(&folder.path().join("sub/b.json")).unwrap();
        drop(first);
        drop(Lock::claim(&output).unwrap());
        assert!(!folder.path().join("sub/.a.json.lock").exists());
    }

    #[test]
    fn what_a_killed_run_had_begun_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".a.json.x1y2.tmp", ".b.json.x1y2.tmp", "a.json"] {
            fs::write(folder.path().join(name), b"half").unwrap();
        }
        let _lock = Lock::claim(&folder.path().join("a.json")).unwrap();
        assert!(!folder.path().join(".a.json.x1y2.tmp").exists());
        assert!(folder.path().join(".b.json.x1y2.tmp").exists());
        assert!(folder.path().join("a.json").exists());
        drop(Lock::claim(&folder.path().join(".b")));
        drop(Lock::claim(&folder.path().join("b")));
        assert!(folder.path().join(".b.json.x1y2.tmp").exists(), "staged for `b.json`, not for `b`");
    }

    #[test]
    fn many_claims_in_a_row_never_overlap() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("a.json");
        let inside = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Ok(lock) = Lock::claim(&output) {
                            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                            drop(lock);
                        }
                    }
                });
            }
        });
    }
}
