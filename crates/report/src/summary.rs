//! The report of a run, and the files that appear with it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{Output, Written};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tables::Found;

use crate::counts::{Levels, Records};
use crate::findings::{Findings, RuleEntry};
use crate::input::Input;
use crate::layout::Names;
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

/// Files that wait to appear together.
#[derive(Debug)]
pub struct Staged {
    outputs: Vec<Output>,
    stale: Vec<PathBuf>,
    levels: Levels,
    names: Names,
    rejects: bool,
}

/// Files that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// All of them, in the order in which they were given; the report is last.
    pub files: Vec<Written>,
    pub levels: Levels,
    pub report: PathBuf,
    pub page: PathBuf,
    pub rejects: Option<PathBuf>,
    /// All of them were there already, with the same bytes, and were left alone.
    pub unchanged: bool,
}

impl<Own: Serialize> Report<Own> {
    /// Writes findings, rejects, page and report beside the `outputs`; nothing appears yet.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn stage(
        self,
        names: &Names,
        findings: Findings,
        rejects: Option<Rejects>,
        outputs: Vec<Output>,
    ) -> Result<Staged> {
        let levels = findings.levels();
        remove_abandoned(names, rejects.as_ref())?;
        let mut staged = Staged { outputs, stale: vec![], levels, names: names.clone(), rejects: false };
        match rejects.map(Rejects::finish).transpose()?.flatten() {
            Some(output) => {
                staged.rejects = true;
                staged.outputs.push(output);
            }
            None => staged.stale.push(names.rejects.clone()),
        }
        let rules = match findings.is_empty() {
            true => {
                staged.stale.push(names.findings.clone());
                vec![]
            }
            false => {
                let mut output = Output::create(&names.findings)?;
                let rules = findings.finish(&mut output).context("could not write the findings")?;
                staged.outputs.push(output);
                rules
            }
        };
        let page = self.page.render(self.step, &self.input, self.records, levels, &rules)?;
        staged.outputs.push(written(&names.page, page.as_bytes())?);
        let files =
            self.lists_files.then(|| staged.outputs.iter().map(|output| Listed::new(&output.so_far())).collect());
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
        staged.outputs.push(written(&names.report, &text)?);
        Ok(staged)
    }
}

/// Removes what a killed run had begun to write; the caller holds the lock of the output that these files are beside.
fn remove_abandoned(names: &Names, rejects: Option<&Rejects>) -> Result<()> {
    files::create_folder(names.report.parent().unwrap_or(Path::new("")))?;
    let has_rejects = rejects.is_some_and(|rejects| rejects.count() > 0);
    let rejects = (!has_rejects).then_some(&names.rejects);
    [&names.findings, &names.page, &names.report]
        .into_iter()
        .chain(rejects)
        .try_for_each(|path| files::remove_staged(path))
}

fn written(path: &Path, content: &[u8]) -> Result<Output> {
    let mut output = Output::create(path)?;
    output.write_all(content).with_context(|| format!("could not write `{}`", path.display()))?;
    Ok(output)
}

impl Staged {
    /// A file of an earlier run that does not apply any more.
    pub fn remove(mut self, path: impl Into<PathBuf>) -> Self {
        self.stale.push(path.into());
        self
    }

    /// Makes them appear, the report last, and removes what an earlier run left; leaves all alone where nothing differs.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn commit(self) -> Result<Reported> {
        let Self { outputs, stale, levels, names, rejects } = self;
        let files: Vec<_> = outputs.iter().map(Output::so_far).collect();
        let unchanged = stale.iter().all(|path| fs::symlink_metadata(path).is_err()) && files.iter().all(is_there);
        if !unchanged {
            // What is taken away goes first: as long as the report is the earlier one, it shows that a file is missing.
            stale.iter().try_for_each(|path| files::remove(path))?;
            Output::commit_all(outputs)?;
        }
        let rejects = rejects.then_some(names.rejects);
        Ok(Reported { files, levels, report: names.report, page: names.page, rejects, unchanged })
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
