//! What a step leaves on stdout: one line of JSON, on success only.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{ExitCode, Failure};

/// Marks the form of a receipt; changes only when a key changes its meaning.
pub(crate) const RECEIPT_SCHEMA: &str = "collecte.receipt/1";

/// A pipe takes this many bytes in one piece (POSIX `PIPE_BUF` on Linux), so no reader ever sees half a receipt.
const LONGEST_RECEIPT_BYTES: usize = 4_096;

/// The longest path that is taken, as a receipt writes it: a receipt holds up to three of them, and its own keys.
const LONGEST_PATH_BYTES: usize = 1_000;

/// How a step that did not fail ended.
#[derive(Debug)]
pub enum Outcome<R> {
    /// The output is there, whole.
    Done(Receipt<R>),
    /// Nothing new, and the user asked to skip then; says what was compared.
    NothingNew(String),
    /// Nothing was to be made: the one line of JSON that was asked for in place of a receipt.
    Told(serde_json::Value),
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
        let path = absolute(&self.path)?;
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
    /// The main output, a file or a folder: its absolute path.
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

/// A path as receipts hold it: absolute, since the next step may run in another folder.
///
/// # Errors
/// 2 when it is not UTF-8.
pub fn absolute(path: &Path) -> Result<String> {
    // Nothing is asked of the disk; only an empty path, or a vanished folder, has no absolute form.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.into_os_string().into_string().map_err(|path| {
        Failure::new(ExitCode::Usage, format!("could not put the path {path:?} into a receipt: it is not UTF-8")).into()
    })
}

/// Refuses a path, given as `name`, that no receipt could hold.
///
/// # Errors
/// 2, with why.
pub(crate) fn ensure_holds(path: &Path, name: &str) -> Result<()> {
    let refuse = |why: &str| {
        Failure::new(ExitCode::Usage, format!("could not take `{name}`: a receipt cannot hold its path, which {why}"))
            .hint("choose another folder")
    };
    let absolute = absolute(path).map_err(|_| refuse("is not UTF-8"))?;
    let bytes = to_line(&absolute)?.len();
    if bytes > LONGEST_PATH_BYTES {
        return Err(refuse(&format!("takes {bytes} bytes there, and {LONGEST_PATH_BYTES} are the most")).into());
    }
    Ok(())
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
    std::fs::write(&staged, line).and_then(|()| std::fs::rename(&staged, file)).map_err(|error| {
        let message = format!("could not write the receipt to `{}`", file.display());
        Failure::new(ExitCode::DiskRefused, message).because(error).into()
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

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
        let folder = std::env::current_dir().unwrap();
        assert_eq!(read["path"], folder.join("donnees/é.json").to_str().unwrap());
        assert_eq!(read["schema"], "collecte.receipt/1");
        assert!(read.get("sha256").is_none());
    }

    #[test]
    fn a_receipt_that_a_pipe_could_cut_is_refused() {
        let error = to_receipt_line(&receipt(&"x".repeat(4_096))).unwrap_err();
        assert!(error.to_string().contains("belong in a file"), "{error}");
    }

    #[test]
    fn a_path_that_no_receipt_can_hold_is_told_by_the_name_it_was_given_under() {
        ensure_holds(Path::new("donnees/é"), "--dir").unwrap();
        // An accented letter takes six bytes there.
        let long = ensure_holds(Path::new(&"é/".repeat(150)), "DONNEES_BRUTES").unwrap_err();
        assert!(long.to_string().starts_with("could not take `DONNEES_BRUTES`"), "{long}");
        let odd = ensure_holds(Path::new(std::ffi::OsStr::from_bytes(b"a\xff")), "--dir").unwrap_err();
        assert!(odd.to_string().ends_with("which is not UTF-8"), "{odd}");
        assert_eq!(odd.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage);
    }
}
