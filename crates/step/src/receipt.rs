//! What a step leaves on stdout: one line of JSON, on success only.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{ExitCode, Failure};

/// Marks the form of a receipt; changes only when a key changes its meaning.
pub(crate) const RECEIPT_SCHEMA: &str = "collecte.receipt/1";

/// A pipe takes this many bytes in one piece (POSIX `PIPE_BUF` on Linux), so no reader ever sees half a receipt.
const LONGEST_RECEIPT_BYTES: usize = 4_096;

/// How a step that did not fail ended.
#[derive(Debug)]
pub enum Outcome<R> {
    /// The output is there, whole.
    Done(Receipt<R>),
    /// Nothing new, and the user asked to skip then; says what was compared.
    NothingNew(String),
}

/// The keys common to all receipts, and the step's own.
#[derive(Debug)]
pub struct Receipt<R> {
    path: PathBuf,
    bytes: Option<u64>,
    sha256: Option<String>,
    records: Option<u64>,
    unchanged: bool,
    own: R,
}

impl<R> Receipt<R> {
    /// `path` is the main output, a file or a folder; `own` holds the step's own keys.
    pub fn new(path: impl Into<PathBuf>, own: R) -> Self {
        Self { path: path.into(), bytes: None, sha256: None, records: None, unchanged: false, own }
    }

    /// Size of the output, in bytes.
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// SHA-256 of the output file, in lower-case hexadecimal.
    pub fn sha256(mut self, sha256: impl Into<String>) -> Self {
        self.sha256 = Some(sha256.into());
        self
    }

    /// Number of records in the output.
    pub fn records(mut self, records: u64) -> Self {
        self.records = Some(records);
        self
    }

    /// Whether the output was there already, and good.
    pub fn unchanged(mut self, unchanged: bool) -> Self {
        self.unchanged = unchanged;
        self
    }

    pub(crate) fn complete(self, step: &str, duration_s: f64) -> Result<Complete<R>> {
        let path = self.path.into_os_string().into_string();
        let path = path.map_err(|path| {
            Failure::new(ExitCode::Usage, format!("could not put the path {path:?} into a receipt: it is not UTF-8"))
        })?;
        Ok(Complete {
            schema: RECEIPT_SCHEMA,
            step: step.to_owned(),
            path,
            bytes: self.bytes,
            sha256: self.sha256,
            records: self.records,
            unchanged: self.unchanged,
            duration_s,
            own: self.own,
        })
    }
}

/// A receipt as it is written.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Complete<R> {
    /// Form of this receipt: `collecte.receipt/1`.
    schema: &'static str,
    /// Name of the step.
    step: String,
    /// The main output, a file or a folder.
    path: String,
    /// Size of the output, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// SHA-256 of the output file, in lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Number of records in the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u64>,
    /// Whether the output was there already, and good.
    unchanged: bool,
    /// How long the step took, in seconds.
    duration_s: f64,
    #[serde(flatten)]
    own: R,
}

/// One line of ASCII, line feed included: no reader's encoding can spoil it.
pub(crate) fn to_line(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string(value).context("could not write the receipt as JSON")?;
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c.is_ascii() {
            line.push(c);
        } else {
            let mut units = [0; 2];
            line.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    line.push('\n');
    Ok(line)
}

/// [`to_line`], refused when a pipe could cut it.
pub(crate) fn to_receipt_line(value: &impl Serialize) -> Result<String> {
    let line = to_line(value)?;
    ensure!(
        line.len() < LONGEST_RECEIPT_BYTES,
        "could not write the receipt: its {} bytes are not under {LONGEST_RECEIPT_BYTES}; its lists belong in a file",
        line.len()
    );
    Ok(line)
}

/// Writes `line` to `file`, whole or not at all.
pub(crate) fn write_file(file: &Path, line: &str) -> Result<()> {
    let mut staged = file.as_os_str().to_owned();
    staged.push(".tmp");
    std::fs::write(&staged, line)
        .and_then(|()| std::fs::rename(&staged, file))
        .map_err(|error| disk_refused(&format!("could not write the receipt to `{}`", file.display()), error))
}

/// Writes `line` to stdout in one write.
pub(crate) fn write_stdout(line: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(line.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| disk_refused("could not write the receipt to stdout", error))
}

fn disk_refused(message: &str, error: io::Error) -> anyhow::Error {
    Failure::new(ExitCode::DiskRefused, message).because(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Own {
        commune: String,
    }

    fn receipt(commune: &str) -> Complete<Own> {
        let own = Own { commune: commune.to_owned() };
        Receipt::new("donnees/é.json", own).bytes(3).records(1).complete("try", 0.5).unwrap()
    }

    #[test]
    fn a_receipt_is_one_line_of_ascii_that_means_the_same() {
        let line = to_receipt_line(&receipt("L'Haÿ 🎉\n")).unwrap();
        assert!(line.is_ascii());
        assert_eq!(line.matches('\n').count(), 1);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["commune"], "L'Haÿ 🎉\n");
        assert_eq!(read["path"], "donnees/é.json");
        assert_eq!(read["schema"], "collecte.receipt/1");
        assert!(read.get("sha256").is_none());
    }

    #[test]
    fn a_receipt_that_a_pipe_could_cut_is_refused() {
        let error = to_receipt_line(&receipt(&"x".repeat(4_096))).unwrap_err();
        assert!(error.to_string().contains("belong in a file"), "{error}");
    }
}
