//! The environment variables that arguments are read from.

use clap::Arg;

/// The variable that an argument is read from.
pub(crate) fn variable(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(|name| name.to_str())
}

/// The variable that names the file of a secret.
pub(crate) fn file_variable(name: &str) -> String {
    format!("{name}_FILE")
}
