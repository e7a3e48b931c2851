//! Runs a built step in a folder of its own, against a sandbox of its own, and tells all when it ends otherwise than it
//! should.
//!
//! ```ignore
//! let server = start_sandbox(Options::default());
//! let run = Run::new(env!("CARGO_BIN_EXE_convert-naf")).sandbox(&server).args(["in"]).run().expect_code(0);
//! assert_eq!(run.receipt()["records"], 732);
//! ```

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use sandbox::{BlockingServer, Options, ReferenceOptions};
use serde_json::Value;
use tempfile::TempDir;

/// Variables of whoever runs the tests that would change what a step does.
const FOREIGN: [&str; 16] = [
    "RECEIPT_FILE",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "DONNEES_BRUTES",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_COLOR",
    "COG_CARTO_URL",
    "SIRENE_URL",
    "NAF_URL",
    "NAF_2025_URL",
    "VERSION_COG_CARTO",
];

/// A sandbox that answers as fast as it is asked; `options` are the test's own.
pub(crate) fn start_sandbox(options: Options) -> BlockingServer {
    let references = ReferenceOptions { ign_rate: 0.0, ..options.references };
    // Nobody asks for offers here, and the first request would wait until they are made.
    BlockingServer::start(Options { offers: 0, references, ..options }).expect("the sandbox finds a free port")
}

/// What is real and may not be published; `None`, and the test says so, where it is not at hand.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/references").join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// A run to be made: a step, its arguments, its environment, its folder.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    executable: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    stdin: String,
    /// Removed when the last run in it is forgotten.
    folder: Arc<TempDir>,
}

/// A run under way.
pub(crate) struct Running {
    child: Child,
    command: String,
    folder: Arc<TempDir>,
}

/// A run that ended.
pub(crate) struct Finished {
    /// The exit code; of a run ended by a signal, 128 and the signal, as a shell says it.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    command: String,
    folder: Arc<TempDir>,
}

impl Run {
    /// A run of `executable` in a new folder.
    pub(crate) fn new(executable: impl Into<PathBuf>) -> Self {
        let folder = Arc::new(TempDir::new().expect("the tests can write a temporary folder"));
        Self {
            executable: executable.into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            stdin: String::new(),
            folder,
        }
    }

    /// A run of another executable in the folder of `run`.
    pub(crate) fn in_folder_of(run: &Self, executable: impl Into<PathBuf>) -> Self {
        Self { folder: run.folder.clone(), ..Self::new(executable) }
    }

    /// A run of another executable in the folder of a run that ended.
    pub(crate) fn in_folder_of_finished(finished: &Finished, executable: impl Into<PathBuf>) -> Self {
        Self { folder: finished.folder.clone(), ..Self::new(executable) }
    }

    /// What it reads on stdin, where otherwise there is nothing.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// Lets it reach the sandbox, with the credentials that it accepts, as long as `server` lives.
    pub(crate) fn sandbox(self, server: &BlockingServer) -> Self {
        server.variables().iter().fold(self, |run, (name, value)| run.env(name, value))
    }

    pub(crate) fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable; of two values the later counts.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The folder that it runs in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the outputs go.
    pub(crate) fn donnees_brutes(&self) -> PathBuf {
        donnees_brutes(&self.folder)
    }

    /// Writes an input below `DONNEES_BRUTES`; returns its path.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: &[u8]) -> PathBuf {
        let path = self.donnees_brutes().join(name);
        let folder = path.parent().expect("an input is in a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, content)).expect("the tests can write");
        path
    }

    /// Runs it to its end.
    pub(crate) fn run(&self) -> Finished {
        self.start().wait()
    }

    /// Begins it.
    pub(crate) fn start(&self) -> Running {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments).current_dir(self.folder.path());
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_foreign(name)) {
            command.env_remove(name);
        }
        command.env("DONNEES_BRUTES", self.donnees_brutes()).envs(self.variables.iter().cloned());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
        // A receipt fits the pipe, and a run that reads nothing may be gone already.
        let _ = child.stdin.take().expect("stdin is piped").write_all(self.stdin.as_bytes());
        Running { child, command: self.to_string(), folder: self.folder.clone() }
    }
}

/// The command as one would type it; the credentials are invented.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            write!(f, "{}={:?} ", name.display(), value)?;
        }
        write!(f, "{}", self.executable.display())?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

fn is_foreign(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| FOREIGN.contains(&name))
}

fn donnees_brutes(folder: &TempDir) -> PathBuf {
    folder.path().join("donnees_brutes")
}

impl Running {
    /// Waits until it ends by itself.
    pub(crate) fn wait(self) -> Finished {
        let output = self.child.wait_with_output().expect("a child can be waited for");
        let status = output.status;
        Finished {
            code: status.code().or(status.signal().map(|signal| 128 + signal)).expect("it exited or was killed"),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            command: self.command,
            folder: self.folder,
        }
    }

    /// SIGKILL: no time for a last word.
    pub(crate) fn kill(mut self) -> Finished {
        self.child.kill().expect("a child can be killed");
        self.wait()
    }

    /// Sends a signal and goes on; a run that has just ended hears nothing.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal);
    }
}

impl Finished {
    /// # Panics
    /// With all there is to know, if it ended with another code.
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n{self}");
        self
    }

    /// The receipt, which is all of stdout: one line of ASCII.
    pub(crate) fn receipt(&self) -> Value {
        let is_one_line = self.stdout.ends_with('\n') && self.stdout.lines().count() == 1;
        assert!(is_one_line && self.stdout.is_ascii(), "a receipt is one line of ASCII\n{self}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("the receipt is no JSON: {error}\n{self}"))
    }

    /// The notes, one object a line.
    pub(crate) fn notes(&self) -> Vec<Value> {
        let read = |line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("the note `{line}` is no JSON: {error}\n{self}"))
        };
        self.stderr.lines().map(read).collect()
    }

    /// The last note: of a failure, what could not be done and why. Nothing may be on stdout then.
    pub(crate) fn failure(&self) -> String {
        assert_eq!(self.stdout, "", "a failure leaves nothing on stdout\n{self}");
        let notes = self.notes();
        let last = notes.last().unwrap_or_else(|| panic!("a failure says why\n{self}"));
        assert_eq!(last["exit_code"], self.code, "the last note tells the exit code\n{self}");
        last["message"].as_str().unwrap_or_default().to_owned()
    }

    /// What the reader of a failure can do.
    pub(crate) fn hint(&self) -> String {
        self.notes().last().and_then(|note| note["hint"].as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether any note has `text` in its message.
    pub(crate) fn noted(&self, text: &str) -> bool {
        self.notes().iter().any(|note| note["message"].as_str().is_some_and(|message| message.contains(text)))
    }

    /// An output, by its path below `DONNEES_BRUTES`.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        donnees_brutes(&self.folder).join(name)
    }

    /// See [`tree`], of a folder below `DONNEES_BRUTES`.
    pub(crate) fn tree(&self, folder: impl AsRef<Path>) -> BTreeMap<String, String> {
        tree(&self.path(folder))
    }

    /// The text of an output.
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read {}: {error}\n{self}", path.display()))
    }

    /// The names in a folder below `DONNEES_BRUTES`, hidden ones too, in order; none if there is no such folder.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// The SHA-256 of every file below a folder, hidden ones too, by path; of a folder, `/`; of what is neither, what it is.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(next) = rest.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
            let what = match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    rest.push(path);
                    "/".to_owned()
                }
                // A run under way may remove it meanwhile.
                Ok(kind) if kind.is_file() => files::sha256(&path).unwrap_or_default(),
                kind => format!("{kind:?}"),
            };
            found.insert(name, what);
        }
    }
    found
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
