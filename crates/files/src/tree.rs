//! Files and folders that appear together, once all of them are right.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};
use tempfile::TempDir;

use crate::copy::link_or_copy;
use crate::error::unwritable;
use crate::lock::Lock;
use crate::name::{STAGED_SUFFIX, list, staged_prefix, swap, sync_folder};

/// A folder under way, whose entries appear in its destination. Dropped without [`OutputTree::commit`], it leaves
/// nothing behind.
#[derive(Debug)]
pub struct OutputTree {
    destination: PathBuf,
    /// The folders that were made for it, the deepest first.
    made: Vec<PathBuf>,
    staged: Option<TempDir>,
    lock: Option<Lock>,
}

impl OutputTree {
    /// Begins a tree in the folder `destination`, which is made if need be. Its staging folder is inside, since only
    /// there a rename is sure to be one; it and the lock go by `name`.
    ///
    /// # Errors
    /// 75 when another run writes the tree called `name` there, 74 when the disk refuses.
    pub fn create(destination: &Path, name: &str) -> Result<Self> {
        let destination = match destination.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => destination.to_owned(),
        };
        let made = destination.ancestors().take_while(|folder| is_missing(folder)).map(Path::to_owned).collect();
        let mut tree = Self { destination, made, staged: None, lock: None };
        let output = tree.destination.join(name);
        tree.lock = Some(Lock::claim(&output)?);
        let staged = tempfile::Builder::new()
            .prefix(&staged_prefix(&output))
            .suffix(STAGED_SUFFIX)
            .tempdir_in(&tree.destination)
            .map_err(|error| unwritable("write in", &tree.destination, error))?;
        tree.staged = Some(staged);
        Ok(tree)
    }

    /// Where to write, for now.
    pub fn folder(&self) -> &Path {
        self.staged.as_ref().expect("a tree is staged until it is dropped").path()
    }

    /// Bytes that can still be written.
    pub fn free_bytes(&self) -> Result<u64> {
        let free =
            rustix::fs::statvfs(self.folder()).map_err(|error| unwritable("ask", self.folder(), error.into()))?;
        Ok(free.f_bavail.saturating_mul(free.f_frsize))
    }

    /// Makes all of it appear: on the disk first, then renamed, one entry of the destination after the other.
    ///
    /// A file replaces a file. A folder replaces a folder at once, and what was in the old one under another name is
    /// then in the new one too. A run killed in between has put some entries in place: run again, it puts the rest.
    pub fn commit(self) -> Result<()> {
        sync(self.folder())?;
        for entry in list(self.folder())? {
            place(&entry, &self.destination.join(entry.file_name().unwrap_or_default()))?;
        }
        sync_folder(&self.destination)
    }
}

impl Drop for OutputTree {
    fn drop(&mut self) {
        self.staged = None;
        self.lock = None;
        for folder in &self.made {
            // Only if nothing is in it.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && fs::symlink_metadata(folder).is_err()
}

fn place(staged: &Path, destination: &Path) -> Result<()> {
    let rename = || Ok(fs::rename(staged, destination).map_err(|error| unwritable("write", destination, error))?);
    let Ok(there) = fs::symlink_metadata(destination) else { return rename() };
    match (staged.is_dir(), there.is_dir()) {
        (false, false) => rename(),
        (true, true) => {
            keep_others(destination, staged)?;
            Ok(exchange(staged, destination).map_err(|error| unwritable("write", destination, error))?)
        }
        _ => Err(in_the_way(destination)),
    }
}

/// Puts what only the old folder holds into the new one as well.
fn keep_others(old: &Path, new: &Path) -> Result<()> {
    for from in list(old)? {
        let to = new.join(from.file_name().unwrap_or_default());
        let is_folder = fs::symlink_metadata(&from).is_ok_and(|there| there.is_dir());
        match fs::symlink_metadata(&to) {
            Ok(there) if there.is_dir() != is_folder => return Err(in_the_way(&from)),
            Ok(_) if is_folder => keep_others(&from, &to)?,
            Ok(_) => {}
            Err(_) if is_folder => {
                fs::create_dir(&to).map_err(|error| unwritable("make the folder", &to, error))?;
                keep_others(&from, &to)?;
            }
            Err(_) => link_or_copy(&from, &to)?,
        }
    }
    Ok(())
}

/// Puts a folder in the place of another.
fn exchange(staged: &Path, destination: &Path) -> io::Result<()> {
    if swap(staged, destination)? {
        return Ok(());
    }
    let aside = staged.with_extension("old");
    fs::rename(destination, &aside)?;
    fs::rename(staged, destination)
}

fn in_the_way(path: &Path) -> anyhow::Error {
    let message = format!("could not write `{}`: a file is where a folder should be, or the reverse", path.display());
    Failure::new(ExitCode::DiskRefused, message).hint("move it away, or choose another folder").into()
}

fn sync(folder: &Path) -> Result<()> {
    for entry in list(folder)? {
        match entry.is_dir() {
            true => sync(&entry)?,
            false => sync_one(&entry)?,
        }
    }
    sync_folder(folder)
}

fn sync_one(path: &Path) -> Result<()> {
    Ok(File::open(path).and_then(|file| file.sync_all()).map_err(|error| unwritable("write", path, error))?)
}
