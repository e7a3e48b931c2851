//! What is in the place of a table: it may be somebody's, or all that is left of a period.

use std::path::{Path, PathBuf};

use anyhow::Result;
use report::Names;
use serde_json::Value;
use step::{ExitCode, Failure};

use crate::collect_history::STEP;
use crate::collect_history::checkpoint::{HINT, differences};
use crate::collect_history::options::{Options, Parameters};

/// A report with a window a page of months has a tenth of that.
const LARGEST_REPORT_BYTES: u64 = 256 << 20;

/// A table that is there, as its report says.
#[derive(Debug)]
pub(crate) struct Kept {
    report: Value,
    pub(crate) report_path: PathBuf,
    pub(crate) output: PathBuf,
}

impl Kept {
    /// Looks at what is there; nothing, or a table with the same parameters.
    ///
    /// # Errors
    /// 2 when it is anything else.
    pub(crate) fn read(output: &Path, service: &str, parameters: &Parameters) -> Result<Option<Self>> {
        if std::fs::symlink_metadata(output).is_err() {
            return Ok(None);
        }
        let refuse = |why: String| {
            let message = format!("could not replace `{}`: {why}", output.display());
            Err(Failure::new(ExitCode::Usage, message).hint(HINT).into())
        };
        let report_path = Names::beside(output).report;
        let text = files::read_left(&report_path, LARGEST_REPORT_BYTES).filter(|_| output.is_file());
        let report: Option<Value> = text.and_then(|text| serde_json::from_slice(&text).ok());
        let Some(report) = report.filter(|report| report["step"] == STEP && report["complete"] == true) else {
            return refuse("there is no report of this step beside it".to_owned());
        };
        if files::sha256(output)? != report["output"]["sha256"] {
            return refuse("it is not as its report says".to_owned());
        }
        if report["service"] != service {
            return refuse(format!("it was collected from `{}`, not `{service}`", text_of(&report["service"])));
        }
        let Ok(was) = serde_json::from_value::<Parameters>(report["parameters"].clone()) else {
            return refuse("its report has parameters of another version".to_owned());
        };
        let differing = differences(&was, parameters)?;
        if !differing.is_empty() {
            return refuse(format!("it was collected with {}", differing.join(", ")));
        }
        Ok(Some(Self { report, report_path, output: output.to_owned() }))
    }

    /// Whether nothing can have come since: its last day was named, and over when it was collected.
    pub(crate) fn is_final(&self, options: &Options) -> bool {
        let started = text_of(&self.report["started"]);
        options.parameters.until.as_deref().is_some_and(|until| until < started.get(..10).unwrap_or_default())
    }

    pub(crate) fn number(&self, path: &str) -> u64 {
        self.report.pointer(path).and_then(Value::as_u64).unwrap_or_default()
    }

    pub(crate) fn text(&self, path: &str) -> String {
        self.report.pointer(path).map(text_of).unwrap_or_default()
    }

    /// Walks and windows.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let walks = self.report["walks"].as_array().map(Vec::as_slice).unwrap_or_default();
        let windows = walks.iter().filter_map(|walk| walk["windows"].as_array()).map(Vec::len).sum();
        (walks.len(), windows)
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
