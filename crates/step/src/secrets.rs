//! Secrets: arguments that come from a variable, or from the file that another one names, never from the command line.

use std::path::PathBuf;

use anyhow::Result;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use crate::variable::{file_variable, variable};
use crate::{ExitCode, Failure};

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether an argument holds a secret; see the crate's documentation.
pub(crate) fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

/// The command, whose help names its secrets by their variables; the flags stay hidden, since they are never taken.
pub(crate) fn described(command: Command) -> Command {
    let lines: Vec<_> = secrets(&command).map(|(arg, name)| describe(arg, name)).collect();
    match lines.is_empty() {
        true => command,
        false => command.after_help(format!("Secrets, from variables alone:\n{}", lines.join("\n"))),
    }
}

/// Reads the secrets whose files are named.
///
/// # Errors
/// 66 when a file cannot be read; 2 when a secret is given both ways, for nobody could say which one counts.
pub(crate) fn with_files(mut command: Command) -> Result<Command> {
    let secrets: Vec<_> = secrets(&command).map(|(arg, name)| (arg.get_id().clone(), name.to_owned())).collect();
    for (id, name) in secrets {
        let file_variable = file_variable(&name);
        let Some(file) = std::env::var_os(&file_variable).filter(|file| !file.is_empty()) else { continue };
        if std::env::var_os(&name).is_some_and(|value| !value.is_empty()) {
            let message = format!("could not choose a secret: `{name}` and `{file_variable}` are both set");
            return Err(Failure::new(ExitCode::Usage, message).hint("unset one of them").into());
        }
        let secret = read_file(file.into(), &file_variable)?;
        command = command.mut_arg(id, |arg| arg.env(None::<&'static str>).default_value(secret));
    }
    Ok(command)
}

/// # Errors
/// 2: every user of the machine can read a command line.
pub(crate) fn ensure_none_on_command_line(command: &Command, matches: &ArgMatches) -> Result<()> {
    let is_given = |arg: &Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let Some((arg, name)) = secrets(command).find(|(arg, _)| is_given(arg)) else { return Ok(()) };
    let flag = arg.get_long().unwrap_or_default();
    let message = format!("could not take `--{flag}`: every user of the machine can read a command line");
    let hint = format!("set the variable `{name}`, or `{}` to the path of a file that holds it", file_variable(name));
    Err(Failure::new(ExitCode::Usage, message).hint(hint).into())
}

fn secrets(command: &Command) -> impl Iterator<Item = (&Arg, &str)> {
    command.get_arguments().filter(|arg| is_secret(arg)).filter_map(|arg| Some((arg, variable(arg)?)))
}

fn describe(arg: &Arg, name: &str) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    format!("  {name}, or {} (path of a file that holds it)\n          {help}", file_variable(name))
}

fn read_file(file: PathBuf, variable: &str) -> Result<String> {
    let secret = std::fs::read_to_string(&file).map_err(|error| {
        let message = format!("could not read the file of `{variable}`, `{}`", file.display());
        Failure::new(ExitCode::NoInput, message).hint("check its path and permissions").because(error)
    })?;
    Ok(secret.trim_start_matches(BYTE_ORDER_MARK).trim().to_owned())
}
