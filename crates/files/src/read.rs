//! Reading what is there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;

use crate::error::unreadable;
use crate::hash::Hash;

const BUFFER_BYTES: usize = 256 << 10;

/// Opens an input file.
///
/// # Errors
/// 66 when it is missing or unreadable.
pub fn open(path: &Path) -> Result<File> {
    Ok(File::open(path).map_err(|error| unreadable(path, error))?)
}

/// What an earlier run left in a file, whose name anybody knows beforehand: nothing where it is longer than `most_bytes`, or
/// none, such as a pipe, which would keep us waiting.
pub fn read_left(path: &Path, most_bytes: u64) -> Option<Vec<u8>> {
    fs::metadata(path).ok().filter(|there| there.is_file() && there.len() <= most_bytes)?;
    let mut content = Vec::new();
    File::open(path).ok()?.take(most_bytes).read_to_end(&mut content).ok()?;
    Some(content)
}

/// SHA-256 of a file, in lower-case hexadecimal.
///
/// # Errors
/// 66 when it is missing or unreadable.
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = open(path)?;
    let mut hash = Hash::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hash.finish()),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, error).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use step::{ExitCode, Failure};

    use super::*;

    #[test]
    fn a_missing_input_is_66() {
        let error = sha256(Path::new("/nowhere/a.json")).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::NoInput);
    }

    #[test]
    fn what_is_left_is_read_if_it_is_a_file_of_a_size() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "abc").unwrap();
        assert_eq!(read_left(&file, 3).as_deref(), Some(&b"abc"[..]));
        assert_eq!(read_left(&file, 2), None);
        for none in [folder.path(), Path::new("/dev/zero"), Path::new("/nowhere/a")] {
            assert_eq!(read_left(none, 100), None, "{}", none.display());
        }
    }

    #[test]
    fn the_hash_of_a_file_is_the_one_it_was_written_with() {
        let folder = tempfile::tempdir().unwrap();
        let content = vec![b'x'; BUFFER_BYTES + 7];
        let written = crate::Output::write(folder.path().join("x"), &content).unwrap();
        assert_eq!(sha256(&written.path).unwrap(), written.sha256);
    }
}
