//! Room on the disk for what memory does not hold, and files that go.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use anyhow::Result;

use crate::error::unwritable;
use crate::name::create_folder;

/// A file without a name, on the disk where `folder` is; the kernel takes it back with the process, however that ends.
pub fn scratch(folder: &Path) -> Result<File> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    create_folder(folder)?;
    Ok(tempfile::tempfile_in(folder).map_err(|error| unwritable("write in", folder, error))?)
}

/// Removes a file that an earlier run left and that does not apply any more, if it is there.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable("remove", path, error).into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, Write};

    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_leaves_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = scratch(&folder.path().join("sub")).unwrap();
        file.write_all(b"abc").unwrap();
        file.rewind().unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abc");
        assert_eq!(fs::read_dir(folder.path().join("sub")).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_removed_whether_it_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "").unwrap();
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert!(remove(folder.path()).is_err(), "a folder is no file");
    }
}
