//! The names that go with an output's: of what is staged for it, and of its lock.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use crate::error::unwritable;

/// Ends the name of what is still being written.
pub(crate) const STAGED_SUFFIX: &str = ".tmp";

/// Begins the name of what is still being written; hidden, so that no reader's pattern takes it.
pub(crate) fn staged_prefix(destination: &Path) -> String {
    format!(".{}.", name_of(destination))
}

/// `.NAME.SUFFIX` beside `output`: hidden, so that no reader's pattern takes it.
pub(crate) fn hidden_beside(output: &Path, suffix: &str) -> PathBuf {
    folder_of(output).join(format!(".{}.{suffix}", name_of(output)))
}

/// The folder that a file is in; of a bare name, the current one.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes `folder` and its parents, if need be.
pub fn create_folder(folder: &Path) -> Result<()> {
    Ok(fs::create_dir_all(folder).map_err(|error| unwritable("make the folder", folder, error))?)
}

/// Brings to the disk what was renamed or removed in a folder.
///
/// # Errors
/// 74 when the disk refuses.
pub fn sync_folder(folder: &Path) -> Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(synced.map_err(|error| unwritable("write", folder, error))?)
}

/// Swaps what two names stand for, so that there is no instant without either; false where the file system cannot.
pub(crate) fn swap(one: &Path, other: &Path) -> io::Result<bool> {
    match rustix::fs::renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        swapped => Ok(swapped.map(|()| true)?),
    }
}

/// Removes what a killed run had begun to write for `output`; the caller holds the lock of what it belongs to.
pub fn remove_staged(output: &Path) -> Result<()> {
    let prefix = staged_prefix(output);
    for path in list(folder_of(output))? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // What is between them is random letters: `.a.json.x1y2.tmp` is staged for `a.json`, not for `a`.
        let random = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(STAGED_SUFFIX));
        if random.is_some_and(|random| random.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir());
            let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|error| unwritable("remove", &path, error))?;
        }
    }
    Ok(())
}

/// What is in a folder, in order.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<_> = entries.map_err(|error| unwritable("list", folder, error))?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
