//! `--spec`: a step's interface, as JSON.

use clap::{Arg, ArgAction, Command};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::receipt::Complete;
use crate::secrets::is_secret;
use crate::variable::{file_variable, variable};
use crate::{ExitCode, Retry};

/// Describes the step that `command` runs and whose receipt has the keys of `R`.
pub(crate) fn describe<R: Serialize + JsonSchema>(command: &Command) -> Value {
    let arguments =
        || command.get_arguments().filter(|arg| !matches!(arg.get_action(), ArgAction::Help | ArgAction::Version));
    json!({
        "schema": "collecte.spec/1",
        "step": command.get_name(),
        "version": command.get_version(),
        "about": command.get_about().map(ToString::to_string),
        "arguments": arguments().filter(|arg| !is_secret(arg)).map(argument).collect::<Vec<_>>(),
        "variables": arguments().flat_map(variables).collect::<Vec<_>>(),
        "receipt": keys::<R>(),
        "exit_codes": ExitCode::ALL.map(exit_code),
    })
}

fn argument(arg: &Arg) -> Value {
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let values: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    json!({
        "name": arg.get_id().as_str(),
        "flag": arg.get_long().map(|long| format!("--{long}")),
        "positional": arg.is_positional(),
        "takes_value": arg.get_action().takes_values(),
        "value_name": arg.get_value_names().and_then(|names| names.first()).map(|name| name.as_str()),
        "required": arg.is_required_set(),
        "multiple": matches!(arg.get_action(), ArgAction::Append),
        "default": if arg.get_action().takes_values() { default.first() } else { None },
        "values": if arg.get_action().takes_values() { values } else { Vec::new() },
        "variable": variable(arg),
        "help": help(arg),
    })
}

/// A secret has two variables: its own, and the one that names a file.
fn variables(arg: &Arg) -> Vec<Value> {
    let Some(name) = variable(arg) else { return Vec::new() };
    let secret = is_secret(arg);
    let entry = |name: &str, flag: Option<&str>, help: &str| json!({ "name": name, "secret": secret, "flag": flag, "help": help });
    let flag = arg.get_long().map(|long| format!("--{long}"));
    let mut entries = vec![entry(name, flag.as_deref().filter(|_| !secret), &help(arg))];
    if secret {
        entries.push(entry(&file_variable(name), None, &format!("Path of a file that holds `{name}`")));
    }
    entries
}

fn help(arg: &Arg) -> String {
    arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default()
}

/// The receipt's keys with their type and meaning, common ones first.
fn keys<R: Serialize + JsonSchema>() -> Value {
    let schema = schemars::schema_for!(Complete<R>).to_value();
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let key = |(name, property): (&String, &Value)| {
        json!({
            "key": name,
            "type": property["type"],
            "always": required.iter().any(|required| *required == name),
            "help": property["description"],
        })
    };
    properties.map(key).collect()
}

fn exit_code(code: ExitCode) -> Value {
    let retry = match code.retry() {
        Retry::Needless => Value::Null,
        Retry::Yes => "yes".into(),
        Retry::No => "no".into(),
        Retry::Skip => "skip".into(),
    };
    json!({ "code": code.number(), "meaning": code.meaning(), "retry": retry })
}
