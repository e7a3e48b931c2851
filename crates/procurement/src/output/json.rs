//! The form of JSON, with a list a version, or in 2.0 a list a kind.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use files::Output;

use super::{COULD_NOT, Counts};
use crate::kind::Kind;
use crate::version::Version;

/// Concessions that are held in memory before they wait on the disk.
const HELD_BYTES: usize = 1 << 20;

/// Contracts are handed on in pieces of at least this: whoever hashes and writes them likes long ones.
const AT_ONCE_BYTES: usize = 256 << 10;

/// A file under way.
pub(super) struct Json {
    output: Output,
    is_2_0: bool,
    /// In 2.0 concessions stand behind all marchés, whatever order they come in.
    concessions: Later,
    /// What was not written yet.
    lines: Vec<u8>,
}

impl Json {
    pub(super) fn begin(mut output: Output, version: Version, folder: &Path) -> Result<Self> {
        let is_2_0 = version.is_2_0();
        output.write_all(if is_2_0 { b"{\"marches\":{" } else { b"{\"marches\":[" }).context(COULD_NOT)?;
        let concessions = Later { held: Vec::new(), scratch: None, folder: folder.to_owned() };
        Ok(Self { output, is_2_0, concessions, lines: Vec::new() })
    }

    /// Adds a contract to those that were counted.
    pub(super) fn write(&mut self, kind: Kind, counts: Counts, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let start = self.lines.len();
        let is_first = match (self.is_2_0, kind.is_concession()) {
            (true, true) => counts.concession == 0,
            (true, false) => counts.marche == 0,
            (false, _) => counts.total() == 0,
        };
        if self.is_2_0 && is_first {
            self.lines.extend_from_slice(format!("\"{}\":[", kind.name()).as_bytes());
        }
        self.lines.extend_from_slice(if is_first { b"\n" } else { b",\n" });
        write(&mut self.lines);
        if self.is_2_0 && kind.is_concession() {
            self.concessions.write(&self.lines[start..])?;
            self.lines.truncate(start);
        }
        if self.lines.len() >= AT_ONCE_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.output.write_all(&self.lines).context(COULD_NOT)?;
        self.lines.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, counts: Counts) -> Result<Output> {
        self.flush()?;
        let Self { mut output, is_2_0, concessions, .. } = self;
        if !is_2_0 {
            output.write_all(if counts.total() == 0 { b"]}\n" } else { b"\n]}\n" }).context(COULD_NOT)?;
            return Ok(output);
        }
        if counts.marche > 0 {
            output.write_all(b"\n]").context(COULD_NOT)?;
        }
        if counts.concession > 0 {
            output.write_all(if counts.marche > 0 { b"," } else { b"" }).context(COULD_NOT)?;
            concessions.copy(&mut output)?;
            output.write_all(b"\n]").context(COULD_NOT)?;
        }
        output.write_all(b"}}\n").context(COULD_NOT)?;
        Ok(output)
    }
}

/// What is written behind something that still goes on.
struct Later {
    held: Vec<u8>,
    scratch: Option<BufWriter<File>>,
    folder: PathBuf,
}

impl Later {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.scratch.is_none() && self.held.len() + bytes.len() > HELD_BYTES {
            self.scratch = Some(BufWriter::new(files::scratch(&self.folder)?));
        }
        match &mut self.scratch {
            Some(scratch) => scratch.write_all(bytes).context(COULD_NOT),
            None => {
                self.held.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn copy(self, output: &mut Output) -> Result<()> {
        output.write_all(&self.held).context(COULD_NOT)?;
        let Some(scratch) = self.scratch else { return Ok(()) };
        let mut file = scratch.into_inner().map_err(std::io::IntoInnerError::into_error).context(COULD_NOT)?;
        file.rewind().context(COULD_NOT)?;
        let mut reader = BufReader::new(file);
        let mut block = vec![0; 64 << 10];
        loop {
            match reader.read(&mut block).context("could not read back the contracts")? {
                0 => return Ok(()),
                count => output.write_all(&block[..count]).context(COULD_NOT)?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_concessions_than_memory_holds_wait_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut later = Later { held: Vec::new(), scratch: None, folder: folder.path().to_owned() };
        let mut output = Output::create(folder.path().join("a")).unwrap();
        (0..3).for_each(|nth| later.write(&[b'0' + nth; HELD_BYTES / 2]).unwrap());
        assert!(later.scratch.is_some());
        later.copy(&mut output).unwrap();
        output.commit().unwrap();
        let copied = std::fs::read(folder.path().join("a")).unwrap();
        assert_eq!(copied.len(), 3 * (HELD_BYTES / 2));
        assert!(copied.is_sorted());
    }
}
