//! `sandbox run -- COMMAND`: the command sees the simulated services, and whoever waits sees the command's exit code.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};

use anyhow::Context;
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use sandbox::{Options, Server};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// Where what the command makes goes, unless the user says otherwise: what is invented must not lie among what is real.
const FOLDER: &str = "donnees_sandbox";

/// Some programs read one, some the other.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Runs the command to its end. Nothing is written, unless the command could not be started.
pub(crate) fn run(options: Options, command: &[String]) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Server::start(options.with(|options| options.wire.port = 0))?;
    let status = runtime.block_on(async {
        // Before the command starts: a signal that came in between would end this process and orphan the command.
        let signals = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        match spawn(&server, command) {
            Ok(child) => wait(child, signals).await.map(code_of),
            Err(why) => refuse(&command[0], &why),
        }
    })?;
    Ok(ExitCode::from(status))
}

fn spawn(server: &Server, command: &[String]) -> io::Result<Child> {
    let mut child = Command::new(&command[0]);
    child.args(&command[1..]).envs(server.variables());
    if env::var_os("DONNEES_BRUTES").is_none_or(|set| set.is_empty()) {
        child.env("DONNEES_BRUTES", FOLDER);
    }
    let [set, set_too] = NO_PROXY.map(|name| env::var(name).unwrap_or_default());
    child.envs(NO_PROXY.map(|name| (name, without_proxy(&[&set, &set_too], &server.host()))));
    for name in server.removed_variables() {
        child.env_remove(name);
    }
    child.env("PATH", own_folder_first()?).spawn()
}

/// What is asked without a proxy already, and the sandbox, which no proxy could reach.
fn without_proxy(set: &[&str], host: &str) -> String {
    let set = set.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty());
    let mut names: Vec<&str> = Vec::new();
    for name in set.chain([host]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(",")
}

/// The steps are built beside this executable.
fn own_folder_first() -> io::Result<OsString> {
    let own = env::current_exe()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = own.parent().map(Into::into).into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).map_err(io::Error::other)
}

/// Waits, passing signals on: a supervisor signals this process alone, and means the command.
async fn wait(mut child: Child, (mut interrupt, mut terminate): (Stream, Stream)) -> anyhow::Result<ExitStatus> {
    let pid = child.id().and_then(|id| Pid::from_raw(id as i32));
    loop {
        let passed = tokio::select! {
            status = child.wait() => return status.context("could not wait for the command"),
            _ = interrupt.recv() => (!is_at_terminal()).then_some(Signal::INT),
            _ = terminate.recv() => Some(Signal::TERM),
        };
        if let (Some(pid), Some(passed)) = (pid, passed) {
            // It may have ended in between, which the next turn sees.
            kill_process(pid, passed).ok();
        }
    }
}

/// A terminal's ^C goes to the whole foreground group, the command included: it must not get it twice.
fn is_at_terminal() -> bool {
    // Not stdin, which may come from a file or a pipe all the same.
    File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp()))
}

fn code_of(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// The codes of shells: 127 not found, 126 found but not executable.
fn refuse(command: &str, why: &io::Error) -> anyhow::Result<u8> {
    let (code, what) = match why.kind() {
        ErrorKind::NotFound => (127, "no such command".to_owned()),
        ErrorKind::PermissionDenied => (126, "it is not executable".to_owned()),
        _ => (126, why.to_string()),
    };
    writeln!(io::stderr(), "sandbox: could not run `{command}`: {what}")?;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_is_asked_without_a_proxy_besides_what_was() {
        assert_eq!(without_proxy(&["", ""], "127.0.0.1"), "127.0.0.1");
        assert_eq!(without_proxy(&["a.fr, b.fr", "b.fr,127.0.0.1"], "127.0.0.1"), "a.fr,b.fr,127.0.0.1");
    }
}
