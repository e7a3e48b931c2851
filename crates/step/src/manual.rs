//! The manual page of a step, and what completes its command in a shell.

use clap::{Command, ValueEnum};
use clap_mangen::Man;

use crate::secrets::is_secret;

/// The shells whose completions can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// The manual page, as roff.
pub(crate) fn page(command: &Command) -> String {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).expect("memory takes every write");
    String::from_utf8_lossy(&page).into_owned()
}

/// The script that a shell sources.
pub(crate) fn completions(command: &Command, shell: Shell) -> String {
    let shell = match shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    // Of a hidden flag too the generators would say that it can be typed.
    let typed = command.get_arguments().filter(|arg| !is_secret(arg)).cloned();
    let mut command = Command::new(command.get_name().to_owned()).args(typed);
    let (name, mut script) = (command.get_name().to_owned(), Vec::new());
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
