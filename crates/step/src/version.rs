//! What `--version` says: the version, the commit it was built from, and for which machine.

use clap::Command;

/// Of release builds, or as `COLLECTE_COMMIT` said when it was built; see `build.rs`.
const COMMIT: Option<&str> = option_env!("STEP_COMMIT");

const TARGET: &str = env!("STEP_TARGET");

/// The command, whose `--version` says it all; `-V` stays short.
pub(crate) fn described(command: Command) -> Command {
    match command.get_version().map(str::to_owned) {
        Some(version) => command.long_version(format!("{version} (commit {}, {TARGET})", COMMIT.unwrap_or("unknown"))),
        None => command,
    }
}
