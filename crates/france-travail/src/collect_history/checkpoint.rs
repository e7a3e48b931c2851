//! `NAME.checkpoint`: what an unfinished collection was asked for and how far it is, for people too.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::ReplacedFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use step::{ExitCode, Failure, list_some};

use crate::collect_history::STEP;
use crate::collect_history::options::Parameters;
use crate::collect_history::period::Period;

const SCHEMA: &str = "collecte.checkpoint/1";

/// It has some hundred bytes, and up to a list of all codes.
const LARGEST_BYTES: u64 = 4 << 20;

/// What the reader can do about a collection that is in the way.
pub(crate) const HINT: &str = "begin anew with `--force`, or choose another `--output`";

/// The file; keys and their order are part of the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    schema: String,
    step: String,
    pub(crate) service: String,
    pub(crate) parameters: Parameters,
    pub(crate) period: Period,
    /// Paris time of the first start.
    pub(crate) started: String,
    pub(crate) runs: u32,
    pub(crate) position: Position,
    /// Offers of the period that are in the journal.
    pub(crate) records: u64,
    /// Searches of all runs, as far as noted.
    pub(crate) requests: u64,
    pub(crate) updated: String,
}

/// How far a collection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// From 1.
    pub(crate) walk: usize,
    pub(crate) walks: usize,
    /// Newer offers of this walk are in the journal; null at its start.
    pub(crate) created: Option<String>,
}

impl Checkpoint {
    pub(crate) fn begin(service: &str, parameters: Parameters, period: Period, started: String) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            step: STEP.to_owned(),
            service: service.to_owned(),
            parameters,
            period,
            updated: started.clone(),
            started,
            runs: 0,
            position: Position { walk: 1, walks: 1, created: None },
            records: 0,
            requests: 0,
        }
    }

    /// What an unfinished run left.
    ///
    /// # Errors
    /// 65 when it cannot be read, or is not ours.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        if std::fs::symlink_metadata(path).is_err() {
            return Ok(None);
        }
        let text = files::read_left(path, LARGEST_BYTES).unwrap_or_default();
        let read = serde_json::from_slice::<Self>(&text).ok();
        let ours = read.filter(|read| read.schema == SCHEMA && read.step == STEP && read.runs > 0);
        match ours {
            Some(ours) => Ok(Some(ours)),
            None => Err(spoilt(path, "it is no checkpoint of this step, or spoilt")),
        }
    }

    /// # Errors
    /// 2 when something else is asked for than was begun with; each key that differs is named with both values.
    pub(crate) fn ensure_same(&self, path: &Path, service: &str, parameters: &Parameters) -> Result<()> {
        let mut differing = Vec::new();
        if self.service != service {
            differing.push(format!("service `{}`, not `{service}`", self.service));
        }
        differing.extend(differences(&self.parameters, parameters)?);
        if differing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "could not go on with `{}`: it was begun with {}",
            path.display(),
            list_some(differing, usize::MAX)
        );
        Err(Failure::new(ExitCode::Usage, message).hint(HINT).into())
    }

    /// Replaces the file whole.
    pub(crate) fn write(&self, file: &mut ReplacedFile) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self).context("could not write the checkpoint as JSON")?;
        text.push(b'\n');
        file.replace(&text)
    }
}

/// Each key whose values differ: `rome ["M1811"], not "all"`.
pub(crate) fn differences(was: &Parameters, is: &Parameters) -> Result<Vec<String>> {
    let [was, is] = [serde_json::to_value(was)?, serde_json::to_value(is)?];
    let keys = was.as_object().into_iter().flatten();
    let differing = keys.filter(|(key, value)| is.get(key.as_str()) != Some(*value));
    let told =
        |(key, value): (&String, &Value)| format!("{key} `{value}`, not `{}`", is.get(key).unwrap_or(&Value::Null));
    Ok(differing.map(told).collect())
}

/// 65: an unfinished collection cannot be gone on with.
pub(crate) fn spoilt(path: &Path, why: &str) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not go on with `{}`: {why}", path.display())).hint(HINT).into()
}

/// Where an unfinished collection is kept.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) checkpoint: PathBuf,
    pub(crate) journal: PathBuf,
}

impl Places {
    /// Beside `NAME.ext`: `NAME.checkpoint` and `.NAME.journal`.
    pub(crate) fn beside(output: &Path) -> Self {
        let name = output.with_extension("");
        let stem = name.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let beside = |file: String| name.with_file_name(file);
        Self { checkpoint: beside(format!("{stem}.checkpoint")), journal: beside(format!(".{stem}.journal")) }
    }

    /// Both go, the checkpoint first: a journal without one is a leftover.
    pub(crate) fn remove(&self) -> Result<()> {
        files::remove(&self.checkpoint)?;
        files::remove(&self.journal)
    }
}
