//! The report of a run, and the files that appear with it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use files::{OutputSet, Written};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tables::Found;

use crate::counts::{Levels, Records};
use crate::findings::{Findings, RuleEntry};
use crate::input::Input;
use crate::layout::{Names, name_of};
use crate::page::Page;
use crate::rejects::Rejects;

/// Marks the form of a report.
const SCHEMA: &str = "collecte.report/1";

/// What a step has to say at its end, besides its findings.
#[derive(Debug)]
pub struct Report<Own> {
    pub step: &'static str,
    pub input: Input,
    pub records: Records,
    /// The step's own keys.
    pub own: Own,
    /// Whether the report lists the other files, so that a later run can tell that nothing changed.
    pub lists_files: bool,
    pub page: Page,
}

/// A report as it is written; the order of the keys is part of the interface.
#[derive(Serialize)]
struct Complete<'a, Own> {
    schema: &'static str,
    step: &'static str,
    input: &'a Input,
    records: Records,
    levels: Levels,
    rules: &'a [RuleEntry],
    #[serde(flatten)]
    own: &'a Own,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<Listed>>,
}

/// A file as the report lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    name: String,
    bytes: u64,
    sha256: String,
}

impl Listed {
    fn new(written: &Written) -> Self {
        let name = written.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, bytes: written.bytes, sha256: written.sha256.clone() }
    }
}

/// What was written beside the outputs of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub levels: Levels,
    pub report: PathBuf,
    pub page: PathBuf,
    pub rejects: Option<PathBuf>,
}

impl<Own: Serialize> Report<Own> {
    /// Writes findings, rejects, page and report beside the outputs, which are in the `set` already; all appear when it
    /// is committed. What there is no need for is made absent.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    ///
    /// # Panics
    /// When the set was not claimed by [`Names::claim`].
    pub fn write(
        self,
        names: &Names,
        mut findings: Findings,
        rejects: Option<Rejects>,
        set: &mut OutputSet,
    ) -> Result<Reported> {
        let levels = findings.levels();
        let rejects = rejects.map(Rejects::finish).transpose()?.flatten();
        let has_rejects = rejects.is_some();
        if let Some(output) = rejects {
            set.put(output)?;
        }
        let mut rules = vec![];
        if !findings.is_empty() {
            let mut output = match findings.begun() {
                Some(output) => output,
                None => set.create(name_of(&names.findings))?,
            };
            rules = findings.finish(&mut output).context("could not write the findings")?;
            set.put(output)?;
        }
        let page = self.page.render(self.step, Some((&self.input, self.records)), levels, &rules)?;
        set.write(name_of(&names.page), page.as_bytes())?;
        let files = self.lists_files.then(|| set.written().map(Listed::new).collect());
        let report = Complete {
            schema: SCHEMA,
            step: self.step,
            input: &self.input,
            records: self.records,
            levels,
            rules: &rules,
            own: &self.own,
            files,
        };
        let mut text = serde_json::to_vec_pretty(&report).context("could not write the report as JSON")?;
        text.push(b'\n');
        set.write(name_of(&names.report), &text)?;
        let rejects = has_rejects.then(|| names.rejects.clone());
        Ok(Reported { levels, report: names.report.clone(), page: names.page.clone(), rejects })
    }
}

/// Whether a file with these bytes is there.
fn is_there(file: &Written) -> bool {
    fs::symlink_metadata(&file.path).is_ok_and(|there| there.is_file() && there.len() == file.bytes)
        && files::sha256(&file.path).is_ok_and(|sha256| sha256 == file.sha256)
}

/// The report of an earlier run, if it still tells the truth: about this input, with these options, and every file that
/// it lists is there as it says.
pub fn earlier(names: &Names, step: &str, found: &Found, options: &Value) -> Option<Value> {
    let report: Value = serde_json::from_slice(&fs::read(&names.report).ok()?).ok()?;
    let input = &report["input"];
    let is_same = report["schema"] == SCHEMA
        && report["step"] == step
        && input["path"] == found.name.as_str()
        && input["bytes"] == found.bytes
        && input["sha256"] == found.sha256.as_str()
        && &report["options"] == options;
    let listed: Vec<Listed> = serde_json::from_value(report["files"].clone()).ok()?;
    let folder = names.report.parent()?;
    let are_there = listed.iter().all(|file| {
        is_there(&Written { path: folder.join(&file.name), bytes: file.bytes, sha256: file.sha256.clone() })
    });
    (is_same && are_there).then_some(report)
}
