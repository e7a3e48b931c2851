//! A folder of small files that belong together: all new, or all as they were.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{Lock, Output};

/// A folder whose files this run alone writes.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _locks: Vec<Lock>,
}

/// A file to be, by its name in the folder.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What is in the folder now.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    /// Whether every file was there already, byte for byte.
    pub(crate) unchanged: bool,
}

impl Folder {
    /// Claims the files of these names, and removes what a killed run had begun to write for them.
    ///
    /// # Errors
    /// 75 when another run holds one of them, 74 when the disk refuses.
    pub(crate) fn claim(path: PathBuf, names: &[String]) -> Result<Self> {
        let locks = names.iter().map(|name| Lock::claim(&path.join(name))).collect::<Result<_>>()?;
        Ok(Self { path, _locks: locks })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the files in their place, in the order given; those that are there already are left alone.
    pub(crate) fn publish(self, contents: &[Content]) -> Result<Published> {
        let differs =
            |content: &&Content| fs::read(self.path.join(&content.name)).ok().as_ref() != Some(&content.bytes);
        let outputs = contents.iter().filter(differs).map(|content| self.stage(content)).collect::<Result<Vec<_>>>()?;
        let unchanged = outputs.is_empty();
        Output::commit_all(outputs)?;
        let bytes = contents.iter().map(|content| content.bytes.len() as u64).sum();
        Ok(Published { path: self.path, bytes, unchanged })
    }

    fn stage(&self, content: &Content) -> Result<Output> {
        let path = self.path.join(&content.name);
        let mut output = Output::create(&path)?;
        output.write_all(&content.bytes).with_context(|| format!("could not write `{}`", path.display()))?;
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn contents(pairs: &[(&str, &str)]) -> Vec<Content> {
        pairs.iter().map(|(name, text)| Content { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() }).collect()
    }

    fn publish(path: &Path, contents: &[Content]) -> Published {
        let names: Vec<_> = contents.iter().map(|content| content.name.clone()).collect();
        Folder::claim(path.to_owned(), &names).unwrap().publish(contents).unwrap()
    }

    #[test]
    fn only_what_differs_is_written() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("rome");
        let modified = |name: &str| -> SystemTime { fs::metadata(path.join(name)).unwrap().modified().unwrap() };
        let first = publish(&path, &contents(&[("a", "1"), ("b", "22")]));
        assert_eq!((first.bytes, first.unchanged), (3, false));
        let of_a = modified("a");
        assert!(publish(&path, &contents(&[("a", "1"), ("b", "22")])).unchanged);
        assert!(!publish(&path, &contents(&[("a", "1"), ("b", "33")])).unchanged);
        assert_eq!((modified("a"), fs::read(path.join("b")).unwrap()), (of_a, b"33".to_vec()));
    }

    #[test]
    fn two_runs_that_share_a_file_do_not_mix() {
        let root = tempfile::tempdir().unwrap();
        let claim = |names: &[&str]| {
            Folder::claim(root.path().join("r"), &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        let _first = claim(&["a", "b"]).unwrap();
        assert!(claim(&["b", "c"]).is_err());
        assert!(claim(&["c"]).is_ok(), "what a refused run had claimed is free again");
    }
}
