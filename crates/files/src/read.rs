//! Reading what is there.

use std::fs::File;
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
    fn the_hash_of_a_file_is_the_one_it_was_written_with() {
        let folder = tempfile::tempdir().unwrap();
        let content = vec![b'x'; BUFFER_BYTES + 7];
        let written = crate::Output::write(folder.path().join("x"), &content).unwrap();
        assert_eq!(sha256(&written.path).unwrap(), written.sha256);
    }
}
