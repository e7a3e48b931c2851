//! The input of a step that follows another one.

use std::convert::Infallible;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Result;
use serde_json::{Map, Value};

use crate::{ExitCode, Failure, Task};

/// More than a receipt can have; what is longer is not one.
const LONGEST_STDIN_BYTES: u64 = 1 << 20;

/// A path, or `-` for the receipt of the step before, on stdin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Path(PathBuf),
    Stdin,
}

impl FromStr for Input {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdin } else { Self::Path(text.into()) })
    }
}

/// What the step before handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub path: PathBuf,
    /// The other keys of its receipt; empty when a path was given.
    pub receipt: Map<String, Value>,
}

impl Input {
    /// Reads the receipt, if that is what was promised.
    ///
    /// # Errors
    /// 65 when there is no receipt on stdin, or none that has a `path`.
    pub async fn read(&self, task: &Task) -> Result<Given> {
        match self {
            Self::Path(path) => Ok(Given { path: path.clone(), receipt: Map::new() }),
            Self::Stdin => task.blocking(|_| read_receipt(&read_stdin()?)).await,
        }
    }
}

/// Waits until the step before has ended.
fn read_stdin() -> Result<String> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST_STDIN_BYTES).read_to_string(&mut text);
    read.map_err(|error| Failure::new(ExitCode::BadInput, "could not read a receipt from stdin").because(error))?;
    Ok(text)
}

/// The last line counts: a scheduler may have put notes before it.
fn read_receipt(text: &str) -> Result<Given> {
    let refuse = |why: &str, hint: &str| {
        Failure::new(ExitCode::BadInput, format!("could not read a receipt from stdin: {why}")).hint(hint)
    };
    let Some(line) = text.lines().rev().find(|line| !line.trim().is_empty()) else {
        return Err(refuse("there is none", "the step before has failed: see what it said").into());
    };
    let Ok(receipt) = serde_json::from_str::<Map<String, Value>>(line) else {
        return Err(refuse("it is not a JSON object", "give a path, or pipe the stdout of a step").into());
    };
    match receipt.get("path") {
        Some(Value::String(path)) => Ok(Given { path: path.into(), receipt }),
        _ => Err(refuse("it has no `path`", "give a path, or pipe the stdout of a step").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_receipt() {
        let given = read_receipt("a note\n{\"path\":\"a/b.7z\",\"edition\":\"2024-02-22\"}\n\n").unwrap();
        assert_eq!(given.path, PathBuf::from("a/b.7z"));
        assert_eq!(given.receipt["edition"], "2024-02-22");
    }

    #[test]
    fn what_is_no_receipt_says_so() {
        for (text, why) in [("", "there is none"), ("<html>", "not a JSON object"), ("{\"path\":3}", "no `path`")] {
            let error = read_receipt(text).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput);
        }
    }
}
