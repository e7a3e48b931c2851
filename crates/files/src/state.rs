//! What a step remembers of an output from one run to the next.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Access;
use crate::error::unwritable;
use crate::name::hidden_beside;
use crate::output::Output;

/// No step remembers more; a longer file is not ours.
const LONGEST_BYTES: u64 = 256 << 20;

/// The file `.NAME.SUBJECT.json` beside the output `NAME`: a value as JSON, replaced whole, for steps alone to read.
///
/// Remembering saves work and is no proof: whoever reads it must be right without it too. So a state that was lost, cut
/// or overwritten by rubbish is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// That of `output`; `subject` tells what is remembered, such as `transfer`.
    pub fn beside(output: &Path, subject: &str) -> Self {
        Self { path: hidden_beside(output, &format!("{subject}.json")) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was remembered, if it is there and can be read.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        // Anything else than a file is not ours, and could keep us waiting.
        fs::symlink_metadata(&self.path).ok().filter(|there| there.is_file() && there.len() <= LONGEST_BYTES)?;
        let mut text = Vec::new();
        File::open(&self.path).ok()?.take(LONGEST_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Remembers `value` in place of what was remembered before. The caller holds the output's [`crate::Lock`].
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn write(&self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec_pretty(value).context("could not write a state as JSON")?;
        Output::write_with(&self.path, Access::OwnerAndGroup, &text).map(drop)
    }

    /// Forgets it, if there is anything.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(unwritable("remove", &self.path, error).into())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Page {
        offset: u64,
        validator: Option<String>,
    }

    #[test]
    fn what_was_remembered_comes_back_and_is_not_for_everyone() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFile::beside(&folder.path().join("a.zip"), "transfer");
        assert_eq!(state.path(), folder.path().join(".a.zip.transfer.json"));
        assert_eq!(state.read::<Page>(), None);
        state.write(&Page { offset: 7, validator: None }).unwrap();
        state.write(&Page { offset: 8, validator: Some("\"1\"".to_owned()) }).unwrap();
        assert_eq!(state.read(), Some(Page { offset: 8, validator: Some("\"1\"".to_owned()) }));
        assert_eq!(fs::metadata(state.path()).unwrap().permissions().mode() & 0o007, 0);
        state.remove().unwrap();
        state.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_state_that_was_cut_or_is_rubbish_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateFile::beside(&folder.path().join("a.zip"), "transfer");
        state.write(&Page { offset: 7, validator: Some("é".to_owned()) }).unwrap();
        let whole = fs::read(state.path()).unwrap();
        for end in 0..whole.len() {
            fs::write(state.path(), &whole[..end]).unwrap();
            assert_eq!(state.read::<Page>(), None, "cut at {end}");
        }
        for rubbish in [&b"\xff\xfe"[..], b"[]", b"null", b"{\"offset\":-1}", &[0; 4_096]] {
            fs::write(state.path(), rubbish).unwrap();
            assert_eq!(state.read::<Page>(), None, "{rubbish:?}");
        }
    }

    #[test]
    fn a_link_in_its_place_is_neither_read_nor_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, br#"{"offset":1,"validator":null}"#).unwrap();
        let state = StateFile::beside(&folder.path().join("a.zip"), "transfer");
        symlink(&victim, state.path()).unwrap();
        assert_eq!(state.read::<Page>(), None);
        state.write(&Page { offset: 2, validator: None }).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), br#"{"offset":1,"validator":null}"#);
        assert_eq!(state.read(), Some(Page { offset: 2, validator: None }));
    }
}
