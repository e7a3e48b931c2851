//! A built executable in a folder of its own.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use sandbox::Server;
use tempfile::TempDir;

use crate::{Finished, peak_memory_mib};

/// All that a run inherits: where commands are. Whatever else whoever runs the tests has set would change what it does.
const INHERITED: &str = "PATH";

/// What a run brings about, it brings about long before: under the load of all tests it takes a few seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// A run to be made: an executable, its arguments, its variables, its folder.
#[derive(Debug, Clone)]
pub struct Run {
    executable: PathBuf,
    arguments: Vec<OsString>,
    defaults: Vec<(&'static str, &'static str)>,
    variables: Vec<(OsString, OsString)>,
    stdin: String,
    keeps_stdin_open: bool,
    /// Removed when the last run in it is forgotten.
    folder: Arc<TempDir>,
}

impl Run {
    /// A run of `executable` in a new folder.
    pub fn new(executable: impl Into<PathBuf>) -> Self {
        let folder = TempDir::new().expect("the tests can write a temporary folder");
        Self::within(Arc::new(folder), executable.into())
    }

    /// A run of another executable in the same folder.
    pub fn beside(&self, executable: impl Into<PathBuf>) -> Self {
        Self::within(self.folder.clone(), executable.into())
    }

    fn within(folder: Arc<TempDir>, executable: PathBuf) -> Self {
        let (arguments, defaults, variables) = (Vec::new(), Vec::new(), Vec::new());
        Self { executable, arguments, defaults, variables, stdin: String::new(), keeps_stdin_open: false, folder }
    }

    /// Lets it reach the sandbox, with the credentials that it accepts, as long as `server` lives.
    pub fn sandbox(self, server: &Server) -> Self {
        server.variables().into_iter().fold(self, |run, (name, value)| run.env(name, value))
    }

    /// Gives it more arguments.
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Flags that it gets unless the test gives its own, before or after.
    pub fn by_default(mut self, flags: &[(&'static str, &'static str)]) -> Self {
        self.defaults.extend(flags);
        self
    }

    /// Sets a variable, or sets it anew.
    pub fn env(self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let mut run = self.env_remove(&name);
        run.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        run
    }

    /// Forgets a variable that was set.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.variables.retain(|(set, _)| set != name.as_ref());
        self
    }

    /// What it reads on stdin, where otherwise there is nothing.
    pub fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// Its stdin does not end, as that of a pipe whose writer goes on.
    pub fn stdin_that_stays_open(mut self) -> Self {
        self.keeps_stdin_open = true;
        self
    }

    /// The folder that it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the outputs go, unless the test says otherwise.
    pub fn donnees_brutes(&self) -> PathBuf {
        donnees_brutes(&self.folder)
    }

    /// Writes an input below `DONNEES_BRUTES`; returns its path.
    pub fn write(&self, name: impl AsRef<Path>, content: &[u8]) -> PathBuf {
        let path = self.donnees_brutes().join(name);
        let folder = path.parent().expect("an input is in a folder");
        fs::create_dir_all(folder).and_then(|()| fs::write(&path, content)).expect("the tests can write");
        path
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(&self) -> Finished {
        self.start().wait()
    }

    /// Begins it, and kills it so much later, if it has not ended by then.
    #[track_caller]
    pub fn kill_after(&self, delay: Duration) -> Finished {
        let running = self.start();
        sleep(delay);
        running.kill()
    }

    /// Begins it.
    #[track_caller]
    pub fn start(&self) -> Running {
        let mut command = Command::new(&self.executable);
        command.args(self.all_arguments()).current_dir(self.folder.path()).env_clear();
        command.envs(std::env::vars_os().filter(|(name, _)| name == INHERITED));
        command.env("DONNEES_BRUTES", self.donnees_brutes()).envs(self.variables.iter().cloned());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // A receipt fits the pipe, and a run that reads nothing may be gone already.
        let _ = stdin.write_all(self.stdin.as_bytes());
        let stdin = Some(stdin).filter(|_| self.keeps_stdin_open);
        Running { child: Some(child), stdin, command: self.to_string(), folder: self.folder.clone() }
    }

    fn all_arguments(&self) -> impl Iterator<Item = &OsStr> {
        let defaults = self.defaults.iter().filter(|(flag, _)| !self.arguments.iter().any(|given| given == flag));
        let defaults = defaults.flat_map(|(flag, value)| [OsStr::new(flag), OsStr::new(value)]);
        self.arguments.iter().map(OsString::as_os_str).chain(defaults)
    }
}

/// The command as one would type it; the credentials are invented.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            write!(f, "{}={:?} ", name.display(), value)?;
        }
        write!(f, "{}", self.executable.display())?;
        self.all_arguments().try_for_each(|argument| write!(f, " {}", argument.display()))
    }
}

pub(crate) fn donnees_brutes(folder: &TempDir) -> PathBuf {
    folder.path().join("donnees_brutes")
}

/// A run under way. It is killed when it is dropped: no test leaves a process behind.
#[derive(Debug)]
pub struct Running {
    /// `None` once it was waited for.
    child: Option<Child>,
    /// While it is held, the run's stdin has no end.
    stdin: Option<ChildStdin>,
    command: String,
    folder: Arc<TempDir>,
}

impl Running {
    /// Waits until it ends by itself.
    #[track_caller]
    pub fn wait(mut self) -> Finished {
        let child = self.child.take().expect("it was not waited for");
        let output = child.wait_with_output().expect("a child can be waited for");
        Finished::new(self.command.clone(), self.folder.clone(), output)
    }

    /// Waits until it ends by itself; the most memory that it had meanwhile, in MiB.
    #[track_caller]
    pub fn wait_and_watch(self) -> (Finished, f64) {
        let process = self.child.as_ref().expect("it was not waited for").id();
        let watcher = thread::spawn(move || {
            let mut most = 0.0_f64;
            while let Some(now) = peak_memory_mib(process) {
                most = most.max(now);
                sleep(Duration::from_millis(5));
            }
            most
        });
        let finished = self.wait();
        (finished, watcher.join().expect("watching does not fail"))
    }

    /// SIGKILL: no time for a last word.
    #[track_caller]
    pub fn kill(mut self) -> Finished {
        self.child().kill().expect("a child can be killed");
        // What it started may read it, and hold the other streams open meanwhile.
        drop(self.stdin.take());
        self.wait()
    }

    /// Sends a signal and goes on; a run that has just ended hears nothing.
    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it was not waited for");
        let _ = rustix::process::kill_process(Pid::from_child(child), signal);
    }

    /// Waits until what the run is to bring about has happened.
    ///
    /// # Panics
    /// With all there is to know, if the run ends before, or nothing happens.
    #[track_caller]
    pub fn until(mut self, mut has_happened: impl FnMut() -> bool) -> Self {
        let deadline = Instant::now() + LONGEST_WAIT;
        loop {
            // Asked first: what it did last has happened too.
            let is_over = self.child().try_wait().expect("a child can be asked").is_some();
            if has_happened() {
                return self;
            }
            if is_over || Instant::now() > deadline {
                panic!("what was waited for did not happen\n{}", self.kill());
            }
            sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it has a handler for that signal, which before would end it at once.
    ///
    /// # Panics
    /// As [`Running::until`].
    #[track_caller]
    pub fn until_it_hears(self, signal: Signal) -> Self {
        let child = self.child.as_ref().expect("it was not waited for");
        let status = format!("/proc/{}/status", child.id());
        self.until(|| fs::read_to_string(&status).is_ok_and(|status| has_handler(&status, signal)))
    }

    fn child(&mut self) -> &mut Child {
        self.child.as_mut().expect("it was not waited for")
    }
}

/// Whether the kernel's account of a process has a handler for that signal among those that it catches.
fn has_handler(status: &str, signal: Signal) -> bool {
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    caught.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run::new("/bin/sh").args(["-c", script])
    }

    #[test]
    fn a_run_knows_nothing_of_whoever_runs_the_tests() {
        let finished = shell("env").env("LOG_LEVEL", "info").env("LOG_LEVEL", "trace").run().expect_code(0);
        let mut names: Vec<_> = finished.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        // The shell's own.
        names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
        names.sort_unstable();
        assert_eq!(names, ["DONNEES_BRUTES", "LOG_LEVEL", "PATH"], "{finished}");
        assert!(finished.stdout.contains("LOG_LEVEL=trace"), "{finished}");
    }

    #[test]
    fn a_default_gives_way_to_what_the_test_gives() {
        let say = shell("echo \"$@\"").args(["sh"]).by_default(&[("--tries", "8"), ("--rate", "5")]);
        assert_eq!(say.clone().args(["--rate", "1"]).run().stdout, "--rate 1 --tries 8\n");
        assert_eq!(say.run().stdout, "--tries 8 --rate 5\n");
    }

    #[test]
    fn what_it_reads_and_where_it_runs_are_the_tests() {
        let run = shell("cat; pwd; cat donnees_brutes/in/a").stdin("receipt\n");
        run.write("in/a", b"b");
        let expected = format!("receipt\n{}\nb", run.folder().canonicalize().unwrap().display());
        assert_eq!(run.run().expect_code(0).stdout, expected);
        assert_eq!(run.beside("/bin/ls").run().stdout, "donnees_brutes\n");
    }

    #[test]
    fn what_it_brings_about_is_waited_for() {
        let run = shell("touch there; exec sleep 600");
        let there = run.folder().join("there");
        assert_eq!(run.start().until(|| there.exists()).kill().code, 137);
        assert_eq!(run.kill_after(Duration::ZERO).code, 137);
    }

    #[test]
    fn what_memory_it_had_is_told() {
        let (small, most_mib) = shell("exec sleep 0.2").start().wait_and_watch();
        assert!(small.code == 0 && most_mib > 0.1, "{most_mib}\n{small}");
        let twice = "s=0123456789abcdef; i=0; while [ $i -lt 21 ]; do s=$s$s; i=$((i+1)); done; sleep 0.2";
        let (large, more_mib) = shell(twice).start().wait_and_watch();
        assert!(large.code == 0 && more_mib > most_mib + 32.0, "{more_mib}\n{large}");
    }

    #[test]
    fn a_signal_is_heard_once_there_is_a_handler() {
        let run = shell("trap 'exit 7' TERM; while :; do sleep 0.01; done");
        let running = run.start().until_it_hears(Signal::TERM);
        running.signal(Signal::TERM);
        running.wait().expect_code(7);
        assert!(!has_handler("SigIgn:\tffffffffffffffff\nSigCgt:\t0000000000000002\n", Signal::TERM));
        assert!(has_handler("SigCgt:\t0000000000004000\n", Signal::TERM));
    }

    #[test]
    fn a_stdin_that_stays_open_has_no_end() {
        let run = shell("read -r line; echo \"$line\" > there; cat; touch ended").stdin("a\n");
        let [there, ended] = ["there", "ended"].map(|name| run.folder().join(name));
        run.run().expect_code(0);
        assert!(ended.exists(), "otherwise it ends");
        fs::remove_file(&there).and_then(|()| fs::remove_file(&ended)).unwrap();
        let killed = run.stdin_that_stays_open().start().until(|| there.exists()).kill();
        assert!(killed.code == 137 && !ended.exists(), "{killed}");
    }

    #[test]
    #[should_panic(expected = "what was waited for did not happen")]
    fn what_an_ended_run_did_not_bring_about_is_not_waited_for() {
        shell("exit 3").start().until(|| false);
    }

    #[test]
    fn a_run_that_is_forgotten_is_killed() {
        let mut running = shell("exec sleep 600").start();
        let id = Pid::from_child(running.child());
        drop(running);
        assert!(rustix::process::test_kill_process(id).is_err(), "it is gone");
    }

    #[test]
    fn it_shows_the_command_as_one_would_type_it() {
        let run = Run::new("fetch-rome").by_default(&[("--rate", "5")]).args(["--check"]).env("FRANCE_TRAVAIL_ID", "a");
        assert_eq!(run.to_string(), "FRANCE_TRAVAIL_ID=\"a\" fetch-rome --check --rate 5");
    }
}
