//! The input of a step that follows another one.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
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
    /// 75 when nothing came on stdin, for then the step before has failed; 65 when what came is no receipt.
    pub async fn read(&self, task: &Task) -> Result<Given> {
        match self {
            Self::Path(path) => Ok(Given { path: path.clone(), receipt: Map::new() }),
            Self::Stdin => task.blocking(|_| read_receipt(&read_stdin()?)).await,
        }
    }

    /// What `--check` of a step without a remote does: makes sure that the input is there and can be read.
    ///
    /// A receipt on stdin is left there.
    ///
    /// # Errors
    /// 66.
    pub fn check(&self) -> Result<Vec<String>> {
        match self {
            Self::Path(path) => open(path).map(|()| vec![path.display().to_string()]),
            Self::Stdin => Ok(vec!["stdin".to_owned()]),
        }
    }
}

fn open(path: &Path) -> Result<()> {
    let opened = match path.is_dir() {
        true => fs::read_dir(path).map(drop),
        false => File::open(path).map(drop),
    };
    opened.map_err(|error| {
        Failure::new(ExitCode::NoInput, format!("could not read `{}`", path.display()))
            .hint("check its path and permissions")
            .because(error)
            .into()
    })
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
    let refuse = |code, why: &str, hint: &str| {
        Failure::new(code, format!("could not read a receipt from stdin: {why}")).hint(hint)
    };
    let is_none = |why| refuse(ExitCode::BadInput, why, "give a path, or pipe the stdout of a step");
    let Some(line) = text.lines().rev().find(|line| !line.trim().is_empty()) else {
        let hint = "the step before has failed: see what it said, and run both again";
        return Err(refuse(ExitCode::Incomplete, "there is none", hint).into());
    };
    let Ok(receipt) = serde_json::from_str::<Map<String, Value>>(line) else {
        return Err(is_none("it is not a JSON object").into());
    };
    match receipt.get("path") {
        Some(Value::String(path)) => Ok(Given { path: path.into(), receipt }),
        _ => Err(is_none("it has no `path`").into()),
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
        for (text, why, code) in [
            (" \n", "there is none", ExitCode::Incomplete),
            ("<html>", "not a JSON object", ExitCode::BadInput),
            ("{\"path\":3}", "no `path`", ExitCode::BadInput),
        ] {
            let error = read_receipt(text).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), code);
        }
    }
}
