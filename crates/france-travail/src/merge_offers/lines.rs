//! What is told of elements and rows, a line each, on the disk: nothing bounds how much is wrong with an input.
//!
//! Whoever had them written remembers how many there are, and their hash: lines that were lost or spoilt are none.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{Access, Output};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What tells that lines are those that were written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) lines: u64,
    sha256: String,
}

/// Lines under way; there is a file if there is a line.
#[derive(Debug)]
pub(crate) struct Lines {
    /// None: nobody wants them.
    path: Option<PathBuf>,
    output: Option<Output>,
    lines: u64,
    line: Vec<u8>,
}

impl Lines {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path: Some(path), ..Self::nowhere() }
    }

    /// Takes them in, and forgets them.
    pub(crate) fn nowhere() -> Self {
        Self { path: None, output: None, lines: 0, line: Vec::new() }
    }

    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add(&mut self, value: &impl Serialize) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        self.line.clear();
        serde_json::to_writer(&mut self.line, value).context("could not write what is told as JSON")?;
        self.line.push(b'\n');
        let output = match &mut self.output {
            Some(output) => output,
            None => self.output.insert(Output::create_with(path, Access::OwnerAndGroup)?),
        };
        output.write_all(&self.line).with_context(|| format!("could not write `{}`", path.display()))?;
        self.lines += 1;
        Ok(())
    }

    /// Lets the file appear; without a line, one that was there goes.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn end(self) -> Result<Noted> {
        match (self.output, self.path) {
            (Some(output), _) => Ok(Noted { lines: self.lines, sha256: output.commit()?.sha256 }),
            (None, Some(path)) => files::remove(&path).map(|()| Noted::default()),
            (None, None) => Ok(Noted::default()),
        }
    }
}

impl Noted {
    /// Whether the lines are there, and whole.
    pub(crate) fn is_whole(&self, path: &Path) -> bool {
        self.lines == 0 || (path.is_file() && files::sha256(path).is_ok_and(|sha256| sha256 == self.sha256))
    }

    /// Reads the lines that were written, or found whole.
    ///
    /// # Errors
    /// When they are no more, or `take` fails.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &Path, mut take: impl FnMut(T) -> Result<()>) -> Result<()> {
        if self.lines == 0 {
            return Ok(());
        }
        let (mut file, mut line, mut left) = (BufReader::new(files::open(path)?), Vec::new(), self.lines);
        let again = || format!("could not read `{}` again", path.display());
        while left > 0 {
            line.clear();
            file.read_until(b'\n', &mut line).with_context(again)?;
            take(serde_json::from_slice(&line).with_context(again)?)?;
            left -= 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_unless_they_are_not_those_that_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let write = |texts: &[&str]| {
            let mut lines = Lines::new(path.clone());
            texts.iter().for_each(|text| lines.add(text).unwrap());
            lines.end().unwrap()
        };
        let noted = write(&["a\nb", "é"]);
        assert!(noted.is_whole(&path));
        let mut read = Vec::<String>::new();
        noted
            .read(&path, |text| {
                read.push(text);
                Ok(())
            })
            .unwrap();
        assert_eq!(read, ["a\nb", "é"]);
        std::fs::write(&path, "\"a\"\n\"b\"\n").unwrap();
        assert!(!noted.is_whole(&path));
        let none = write(&[]);
        assert!(none.is_whole(&path) && !noted.is_whole(&path) && !path.exists());
        none.read(&path, |_: String| panic!("there is none")).unwrap();
        let mut nowhere = Lines::nowhere();
        nowhere.add(&"a").unwrap();
        assert_eq!(nowhere.end().unwrap(), Noted::default());
    }
}
