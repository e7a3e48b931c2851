//! What a run left.

use std::fmt;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::donnees_brutes;

/// A run that ended.
pub struct Finished {
    /// The exit code; of a run ended by a signal, 128 and the signal, as a shell says it.
    pub code: i32,
    /// All that it wrote there.
    pub stdout: String,
    /// All that it wrote there.
    pub stderr: String,
    /// The signal that ended it, if it did not end by itself.
    signal: Option<i32>,
    command: String,
    folder: Arc<TempDir>,
}

impl Finished {
    pub(crate) fn new(command: String, folder: Arc<TempDir>, Output { status, stdout, stderr }: Output) -> Self {
        let signal = status.signal();
        Self {
            code: status.code().or(signal.map(|signal| 128 + signal)).expect("it exited or was killed"),
            stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(stderr).expect("stderr is UTF-8"),
            signal,
            command,
            folder,
        }
    }

    /// The same, if it ended by itself with this code.
    ///
    /// # Panics
    /// With all there is to know, if it ended otherwise.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n{self}");
        assert_eq!(self.signal, None, "a signal ended it\n{self}");
        self
    }

    /// The receipt, which is all of stdout: one line of ASCII.
    #[track_caller]
    pub fn receipt(&self) -> Value {
        let is_one_line = self.stdout.ends_with('\n') && self.stdout.lines().count() == 1;
        assert!(is_one_line && self.stdout.is_ascii(), "a receipt is one line of ASCII\n{self}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("the receipt is no JSON: {error}\n{self}"))
    }

    /// The notes, one object a line.
    #[track_caller]
    pub fn notes(&self) -> Vec<Value> {
        let read = |line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("the note `{line}` is no JSON: {error}\n{self}"))
        };
        self.stderr.lines().map(read).collect()
    }

    /// The last note: of a failure, what could not be done and why. Nothing may be on stdout then.
    #[track_caller]
    pub fn failure(&self) -> String {
        assert_eq!(self.stdout, "", "a failure leaves nothing on stdout\n{self}");
        let notes = self.notes();
        let last = notes.last().unwrap_or_else(|| panic!("a failure says why\n{self}"));
        assert_eq!(last["exit_code"], self.code, "the last note tells the exit code\n{self}");
        last["message"].as_str().unwrap_or_default().to_owned()
    }

    /// What the reader of a failure can do.
    #[track_caller]
    pub fn hint(&self) -> String {
        self.notes().last().and_then(|note| note["hint"].as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether any note has `text` in its message.
    #[track_caller]
    pub fn noted(&self, text: &str) -> bool {
        self.notes().iter().any(|note| note["message"].as_str().is_some_and(|message| message.contains(text)))
    }

    /// An output, by its path below `DONNEES_BRUTES`.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        donnees_brutes(&self.folder).join(name)
    }

    /// The text of an output.
    #[track_caller]
    pub fn read(&self, name: impl AsRef<Path>) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read {}: {error}\n{self}", path.display()))
    }

    /// The names in a folder below `DONNEES_BRUTES`, hidden ones too, in order; none if there is no such folder.
    pub fn list(&self, folder: impl AsRef<Path>) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  command: {}", self.command)?;
        writeln!(f, "  directory: {}", self.folder.path().display())?;
        writeln!(f, "  status: {}", self.code)?;
        writeln!(f, "  stdout:\n{}", self.stdout)?;
        writeln!(f, "  stderr:\n{}", self.stderr)
    }
}

impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use crate::Run;

    fn shell(script: &str) -> super::Finished {
        Run::new("/bin/sh").args(["-c", script]).run()
    }

    #[test]
    fn a_failure_is_all_that_the_contract_says() {
        let finished = shell(r#"echo '{"message":"could not","hint":"wait","exit_code":65}' >&2; exit 65"#);
        let finished = finished.expect_code(65);
        assert_eq!((finished.failure(), finished.hint()), ("could not".to_owned(), "wait".to_owned()));
    }

    #[test]
    #[should_panic(expected = "leaves nothing on stdout")]
    fn a_failure_with_a_receipt_is_none() {
        shell(r#"echo '{}'; echo '{"exit_code":65}' >&2; exit 65"#).failure();
    }

    #[test]
    #[should_panic(expected = "tells the exit code")]
    fn a_failure_that_tells_another_code_is_none() {
        shell(r#"echo '{"exit_code":65}' >&2; exit 66"#).failure();
    }

    #[test]
    #[should_panic(expected = "one line of ASCII")]
    fn a_receipt_of_two_lines_is_none() {
        shell("echo '{}'; echo '{}'").receipt();
    }

    #[test]
    #[should_panic(expected = "a signal ended it")]
    fn an_end_by_a_signal_is_no_exit_code() {
        shell("kill -TERM $$").expect_code(143);
    }

    #[test]
    #[should_panic(expected = "loud and clear")]
    fn another_code_tells_what_was_said() {
        shell("echo loud and clear >&2").expect_code(1);
    }
}
