//! The command line of a step: its own arguments, those of the contract, and secrets.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::Result;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Id, Parser, ValueEnum};

use crate::notes::{Format, Verbosity};
use crate::usage::misunderstood;
use crate::variable::variable;
use crate::{Input, manual, receipt, secrets, version};

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
    /// Print what completes this command in a shell, and do nothing else
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<manual::Shell>,
    /// Print the manual page (for `man -l -`), and do nothing else
    #[arg(long)]
    pub(crate) man: bool,
}

/// What the command line asks for.
pub(crate) enum Request<A> {
    Run(Box<(A, Contract)>),
    Spec,
    /// Help, version, manual page or completions: the text to show.
    Print(String),
}

/// The whole command line of a step, described as the step describes itself.
pub(crate) fn command<A: Parser>() -> Command {
    let own = A::command();
    let about = own.get_about().cloned().unwrap_or_default();
    let long_about = own.get_long_about().cloned();
    let whole = secrets::described(version::described(Contract::augment_args(own).about(about)));
    match long_about {
        Some(text) => whole.long_about(text),
        None => whole.long_about(None::<&'static str>),
    }
}

/// Reads the command line.
///
/// # Errors
/// 2, with what is wrong and where to read on; 66 when a secret's file cannot be read.
pub(crate) fn read<A: Parser>(described: &Command, arguments: Vec<OsString>) -> Result<Request<A>> {
    if let Some(request) = read_alone(described, &arguments) {
        return Ok(request);
    }
    let mut command = without_empty_variables(secrets::with_files(described.clone())?);
    let mut matches = match command.try_get_matches_from_mut(&arguments) {
        Ok(matches) => matches,
        Err(error) if error.kind() == ErrorKind::DisplayVersion => return Ok(Request::Print(error.to_string())),
        // Asked again of the command that still names all of its variables.
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            let help = described.clone().try_get_matches_from(&arguments).err().unwrap_or(error);
            return Ok(Request::Print(help.render().to_string()));
        }
        Err(error) => return Err(misunderstood(&error, &command, &arguments)),
    };
    secrets::ensure_none_on_command_line(described, &matches)?;
    ensure_receipts_can_hold_paths(&command, &matches)?;
    let wrong = |error: clap::Error| misunderstood(&error, &command, &arguments);
    let contract = Contract::from_arg_matches_mut(&mut matches).map_err(wrong)?;
    let own = A::from_arg_matches_mut(&mut matches).map_err(wrong)?;
    Ok(Request::Run(Box::new((own, contract))))
}

/// The form of the notes that a command line asks for, even one that is wrong elsewhere.
pub(crate) fn asked_format(arguments: &[OsString]) -> Option<Format> {
    let on_command_line = value_of("--log-format", arguments).map(ToOwned::to_owned);
    let asked = on_command_line.or_else(|| std::env::var_os("LOG_FORMAT"))?;
    Format::from_str(asked.to_str()?, true).ok()
}

/// What must do alone, even where an argument is required.
fn read_alone<A>(command: &Command, arguments: &[OsString]) -> Option<Request<A>> {
    let is_given = |flag: &str| options(arguments).any(|argument| argument == flag);
    if is_given("--spec") {
        return Some(Request::Spec);
    }
    if is_given("--man") {
        return Some(Request::Print(manual::page(command)));
    }
    let shell = value_of("--completions", arguments)?.to_str()?;
    Some(Request::Print(manual::completions(command, manual::Shell::from_str(shell, true).ok()?)))
}

/// The arguments up to `--`, after which nothing is an option.
fn options(arguments: &[OsString]) -> impl Iterator<Item = &OsString> {
    arguments.iter().skip(1).take_while(|argument| *argument != "--")
}

/// What follows a flag, after a blank or `=`.
fn value_of<'a>(flag: &str, arguments: &'a [OsString]) -> Option<&'a OsStr> {
    let mut options = options(arguments);
    loop {
        let option = options.next()?;
        if option == flag {
            return options.next().map(OsString::as_os_str);
        }
        if let Some(value) = option.to_str().and_then(|text| text.strip_prefix(flag)?.strip_prefix('=')) {
            return Some(OsStr::new(value));
        }
    }
}

/// An empty variable is how compose files say "not set".
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |arg: &&Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let empty: Vec<Id> = command.get_arguments().filter(is_empty).map(|arg| arg.get_id().clone()).collect();
    empty.into_iter().fold(command, |command, id| command.mut_arg(id, |arg| arg.env(None::<&'static str>)))
}

/// A path that no receipt can hold is refused here, before a day's work is lost for its sake.
fn ensure_receipts_can_hold_paths(command: &Command, matches: &ArgMatches) -> Result<()> {
    let is_path = |arg: &&Arg| {
        let kind = arg.get_value_parser().type_id();
        kind == TypeId::of::<PathBuf>() || kind == TypeId::of::<Input>()
    };
    for arg in command.get_arguments().filter(is_path) {
        let id = arg.get_id().as_str();
        for path in matches.get_raw(id).into_iter().flatten().filter(|path| *path != "-") {
            let from_variable = matches.value_source(id) == Some(ValueSource::EnvVariable);
            let name = variable(arg).filter(|_| from_variable).map_or_else(|| arg.to_string(), str::to_owned);
            receipt::ensure_holds(path.as_ref(), &name)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::*;
    use crate::{ExitCode, Failure};

    #[derive(Debug, Parser)]
    #[command(name = "try")]
    struct Own {
        #[arg(long, default_value_t = 3)]
        months: u8,
        #[arg(long, env = "STEP_TEST_KEY_NOT_SET", hide = true, hide_env_values = true)]
        key: Option<SecretString>,
    }

    fn given(arguments: &[&str]) -> Vec<OsString> {
        [&["try"], arguments].concat().iter().map(OsString::from).collect()
    }

    fn read_own(arguments: &[&str]) -> Result<Request<Own>> {
        read(&command::<Own>(), given(arguments))
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
        let Ok(Request::Run(read)) = read::<Own>(&command, vec!["try".into()]) else { panic!() };
        assert_eq!(read.0.key.unwrap().expose_secret(), "s3cret");
    }

    #[test]
    fn the_form_of_the_notes_is_heard_whatever_else_is_wrong() {
        let asked = |arguments: &[&str]| asked_format(&given(arguments));
        assert_eq!(asked(&["--wrong", "--log-format", "text"]), Some(Format::Text));
        assert_eq!(asked(&["--log-format=json", "--wrong"]), Some(Format::Json));
        assert_eq!(asked(&["--", "--log-format", "text"]), None, "what follows is no option");
        assert_eq!(asked(&["--log-format", "xml"]), None);
        assert_eq!(asked(&["--log-format"]), None);
    }
}
