//! What is wrong with a command line, in a step's own words.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use crate::variable::variable;
use crate::{ExitCode, Failure};

/// clap's message, as one of ours: `error: ` is cut off, what follows the first paragraph becomes the hint, and a value
/// that came from a variable is told by that variable's name.
pub(crate) fn misunderstood(error: &clap::Error, command: &Command, arguments: &[OsString]) -> anyhow::Error {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let tip = rest.split("\n\n").find_map(|paragraph| paragraph.trim().strip_prefix("tip: "));
    let hint = tip.map_or_else(|| "see `--help`".to_owned(), |tip| format!("{tip}; see `--help`"));
    let (subject, message) = match wrong_variable(error, command, arguments) {
        Some((arg, name)) => ("variables", message.replace(&format!("'{arg}'"), &format!("`{name}`"))),
        None => ("arguments", message.to_owned()),
    };
    let message = format!("could not understand the {subject}: {}", message.trim());
    Failure::new(ExitCode::Usage, message).hint(hint).into()
}

/// The variable whose value was refused, and its argument.
fn wrong_variable<'a>(error: &clap::Error, command: &'a Command, arguments: &[OsString]) -> Option<(&'a Arg, &'a str)> {
    let told = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    };
    let (called, value) = (told(ContextKind::InvalidArg)?, told(ContextKind::InvalidValue)?);
    let arg = command.get_arguments().find(|arg| arg.to_string() == *called)?;
    let name = variable(arg)?;
    let flag = format!("--{}", arg.get_long()?);
    let is_flag = |given: &OsString| given.to_str().is_some_and(|given| given.split('=').next() == Some(&flag));
    let is_its_value = std::env::var_os(name).is_some_and(|set| set == **value);
    (is_its_value && !arguments.iter().any(is_flag)).then_some((arg, name))
}
