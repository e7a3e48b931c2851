//! The command line of a step: its own arguments, those of the contract, and secrets.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Args, Command, FromArgMatches, Parser};

use crate::notes::{Format, Verbosity};
use crate::{ExitCode, Failure};

/// The arguments that every step has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every step")]
pub(crate) struct Contract {
    /// Write the receipt to this file as well
    #[arg(long, value_name = "FILE", env = "RECEIPT_FILE")]
    pub(crate) receipt_file: Option<PathBuf>,
    /// Form of the notes on stderr; by default text on a terminal, JSON elsewhere
    #[arg(long, value_name = "FORMAT", env = "LOG_FORMAT")]
    pub(crate) log_format: Option<Format>,
    /// The least important note that is still written
    #[arg(long, value_name = "LEVEL", env = "LOG_LEVEL", default_value = "info")]
    pub(crate) log_level: Verbosity,
    /// Print the arguments, variables, receipt keys and exit codes as JSON, and do nothing else
    #[arg(long)]
    pub(crate) spec: bool,
    /// Try credentials and reachability, and move no data
    #[arg(long)]
    pub(crate) check: bool,
}

/// What the command line asks for.
pub(crate) enum Request<A> {
    Run(Box<(A, Contract)>),
    Spec,
    /// Help or version: the text to show.
    Print(String),
}

/// The whole command line of a step, described as the step describes itself.
pub(crate) fn command<A: Parser>() -> Command {
    let own = A::command();
    let about = own.get_about().cloned().unwrap_or_default();
    let long_about = own.get_long_about().cloned();
    let whole = Contract::augment_args(own).about(about);
    match long_about {
        Some(text) => whole.long_about(text),
        None => whole.long_about(None::<&'static str>),
    }
}

/// Reads the command line.
///
/// # Errors
/// 2, with what is wrong and where to read on; 66 when a secret's file cannot be read.
pub(crate) fn read<A: Parser>(command: Command, arguments: Vec<OsString>) -> Result<Request<A>> {
    // `--spec` alone must do, even where an argument is required.
    if arguments.iter().skip(1).take_while(|argument| *argument != "--").any(|argument| argument == "--spec") {
        return Ok(Request::Spec);
    }
    let command = with_secrets_from_files(command)?;
    let secrets: Vec<_> = command.get_arguments().filter(|arg| is_secret(arg)).cloned().collect();
    let mut matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return Ok(Request::Print(error.render().to_string()));
        }
        Err(error) => return Err(usage(&error)),
    };
    for secret in &secrets {
        if matches.value_source(secret.get_id().as_str()) == Some(ValueSource::CommandLine) {
            return Err(secret_on_command_line(secret));
        }
    }
    let contract = Contract::from_arg_matches_mut(&mut matches).map_err(|error| usage(&error))?;
    let own = A::from_arg_matches_mut(&mut matches).map_err(|error| usage(&error))?;
    Ok(Request::Run(Box::new((own, contract))))
}

/// Whether an argument holds a secret; see the crate's documentation.
pub(crate) fn is_secret(arg: &Arg) -> bool {
    arg.is_hide_env_values_set()
}

/// The variable that an argument is read from.
pub(crate) fn variable(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(|name| name.to_str())
}

/// A secret whose variable is not set is read from the file that `<NAME>_FILE` names.
fn with_secrets_from_files(mut command: Command) -> Result<Command> {
    let secrets: Vec<_> = command
        .get_arguments()
        .filter(|arg| is_secret(arg))
        .filter_map(|arg| Some((arg.get_id().clone(), variable(arg)?.to_owned())))
        .collect();
    for (id, name) in secrets {
        // An empty variable is how compose files say "not set".
        let unset = std::env::var_os(&name).is_none_or(|value| value.is_empty());
        let Some(file) = std::env::var_os(format!("{name}_FILE")).filter(|file| unset && !file.is_empty()) else {
            continue;
        };
        let secret = std::fs::read_to_string(&file).map_err(|error| {
            let file = PathBuf::from(&file);
            let message = format!("could not read the file of `{name}_FILE`, `{}`", file.display());
            Failure::new(ExitCode::NoInput, message).hint("check its path and permissions").because(error)
        })?;
        let secret = secret.trim_end_matches(['\n', '\r']).to_owned();
        command = command.mut_arg(id, |arg| arg.env(None::<&'static str>).default_value(secret));
    }
    Ok(command)
}

fn secret_on_command_line(secret: &Arg) -> anyhow::Error {
    let name = variable(secret).unwrap_or_default();
    let flag = secret.get_long().unwrap_or_default();
    Failure::new(
        ExitCode::Usage,
        format!("could not take `--{flag}`: every user of the machine can read a command line"),
    )
    .hint(format!("set the variable `{name}`, or `{name}_FILE` to the path of a file that holds it"))
    .into()
}

/// clap's message, as one of ours: `error: ` is cut off, what follows the first paragraph becomes the hint.
fn usage(error: &clap::Error) -> anyhow::Error {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let tip = rest.split("\n\n").find_map(|paragraph| paragraph.trim().strip_prefix("tip: "));
    let hint = tip.map_or_else(|| "see `--help`".to_owned(), |tip| format!("{tip}; see `--help`"));
    Failure::new(ExitCode::Usage, format!("could not understand the arguments: {}", message.trim())).hint(hint).into()
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "try")]
    struct Own {
        #[arg(long, default_value_t = 3)]
        months: u8,
        #[arg(long, env = "STEP_TEST_KEY_NOT_SET", hide = true, hide_env_values = true)]
        key: Option<SecretString>,
    }

    fn read_own(arguments: &[&str]) -> Result<Request<Own>> {
        read(command::<Own>(), [&["try"], arguments].concat().iter().map(OsString::from).collect())
    }

    fn refused(arguments: &[&str]) -> String {
        let Err(error) = read_own(arguments) else { panic!("{arguments:?} was taken") };
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage);
        error.to_string()
    }

    #[test]
    fn own_arguments_and_those_of_the_contract_are_read_together() {
        let Ok(Request::Run(read)) = read_own(&["--months", "7", "--receipt-file", "r.json"]) else { panic!() };
        assert_eq!((read.0.months, read.1.receipt_file), (7, Some("r.json".into())));
        assert!(read.0.key.is_none());
    }

    #[test]
    fn a_wrong_argument_says_what_and_where_to_read_on() {
        let message = refused(&["--month", "7"]);
        assert!(message.contains("could not understand the arguments: unexpected argument '--month'"), "{message}");
        assert!(refused(&["--months", "x"]).contains("invalid value 'x'"));
    }

    #[test]
    fn a_secret_is_never_taken_from_the_command_line() {
        let message = refused(&["--key", "abcdef"]);
        assert!(!message.contains("abcdef"), "{message}");
    }

    #[test]
    fn a_secret_that_is_a_default_is_as_good_as_one_in_a_variable() {
        let command =
            command::<Own>().mut_arg("key", |arg| arg.env(None::<&'static str>).default_value("s3cret".to_owned()));
        let Ok(Request::Run(read)) = read::<Own>(command, vec!["try".into()]) else { panic!() };
        assert_eq!(read.0.key.unwrap().expose_secret(), "s3cret");
    }
}
