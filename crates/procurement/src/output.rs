//! Contracts as a file of the regulatory format, one a line.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use files::Output;

use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;

/// Concessions that are held in memory before they wait on the disk.
const HELD_BYTES: usize = 1 << 20;

/// A file under way.
pub(crate) struct Contracts {
    output: Output,
    version: Version,
    /// In 2.0 concessions stand behind all marchés, whatever order they come in.
    concessions: Later,
    counts: Counts,
    line: Vec<u8>,
}

/// How many contracts were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) marche: u64,
    pub(crate) concession: u64,
}

impl Counts {
    /// Contracts of both kinds.
    pub(crate) fn total(self) -> u64 {
        self.marche + self.concession
    }

    fn add(&mut self, kind: Kind) {
        if kind.is_concession() { self.concession += 1 } else { self.marche += 1 }
    }
}

impl Contracts {
    /// Begins a file in JSON; `folder` is where what memory does not hold may wait.
    pub(crate) fn begin(mut output: Output, version: Version, folder: &Path) -> Result<Self> {
        let head: &[u8] = if version.is_2_0() { b"{\"marches\":{" } else { b"{\"marches\":[" };
        output.write_all(head).context(COULD_NOT)?;
        let concessions = Later { held: Vec::new(), scratch: None, folder: folder.to_owned() };
        Ok(Self { output, version, concessions, counts: Counts::default(), line: Vec::new() })
    }

    /// Adds a contract.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn write(&mut self, kind: Kind, contract: &Value<'_>) -> Result<()> {
        self.line.clear();
        let is_later = self.version.is_2_0() && kind.is_concession();
        let is_first = match (self.version.is_2_0(), is_later) {
            (true, true) => self.counts.concession == 0,
            (true, false) => self.counts.marche == 0,
            (false, _) => self.counts.total() == 0,
        };
        if self.version.is_2_0() && is_first {
            self.line.extend_from_slice(format!("\"{}\":[", kind.name()).as_bytes());
        }
        self.line.extend_from_slice(if is_first { b"\n" } else { b",\n" });
        contract.write(&mut self.line);
        self.counts.add(kind);
        match is_later {
            true => self.concessions.write(&self.line),
            false => self.output.write_all(&self.line).context(COULD_NOT),
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(self) -> Result<(Output, Counts)> {
        let Self { mut output, version, concessions, counts, .. } = self;
        if !version.is_2_0() {
            let tail: &[u8] = if counts.total() == 0 { b"]}\n" } else { b"\n]}\n" };
            output.write_all(tail).context(COULD_NOT)?;
            return Ok((output, counts));
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
        Ok((output, counts))
    }
}

const COULD_NOT: &str = "could not write the contracts";

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

    fn written(version: Version, kinds: &[Kind]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut contracts = Contracts::begin(Output::create(&path).unwrap(), version, folder.path()).unwrap();
        for (nth, kind) in kinds.iter().enumerate() {
            contracts.write(*kind, &Value::number(nth.to_string())).unwrap();
        }
        let (output, counts) = contracts.finish().unwrap();
        assert_eq!(counts.total(), kinds.len() as u64);
        output.commit().unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_contract_is_a_line_and_each_kind_has_its_list() {
        use Kind::{Concession, Marche};
        assert_eq!(written(Version::V1_5_0, &[Concession, Marche]), "{\"marches\":[\n0,\n1\n]}\n");
        assert_eq!(written(Version::V1_5_0, &[]), "{\"marches\":[]}\n");
        assert_eq!(
            written(Version::V2_0_3, &[Concession, Marche, Concession]),
            "{\"marches\":{\"marche\":[\n1\n],\"contrat-concession\":[\n0,\n2\n]}}\n"
        );
        assert_eq!(written(Version::V2_0_3, &[Concession]), "{\"marches\":{\"contrat-concession\":[\n0\n]}}\n");
        assert_eq!(written(Version::V2_0_3, &[]), "{\"marches\":{}}\n");
    }

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
