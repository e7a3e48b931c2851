//! The names of the files beside an output.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Access, OutputSet};

/// Where the files of one run stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Input records that were set aside.
    pub rejects: PathBuf,
    /// Every finding, a line each.
    pub findings: PathBuf,
    /// The report for machines.
    pub report: PathBuf,
    /// The report for people.
    pub page: PathBuf,
}

impl Names {
    /// Beside an output file `NAME.ext`: `NAME.rejects.csv`, `NAME.findings.jsonl`, `NAME.report.json`, `NAME.report.html`.
    pub fn beside(output: &Path) -> Self {
        Self::prefixed(&output.with_extension(""))
    }

    /// Beside an output folder `FOLDER`: `FOLDER.report.json` and so on.
    pub fn beside_folder(folder: &Path) -> Self {
        Self::prefixed(folder)
    }

    /// Inside a folder that belongs to the run alone: `report.json` and so on.
    pub fn inside(folder: &Path) -> Self {
        Self {
            rejects: folder.join("rejects.csv"),
            findings: folder.join("findings.jsonl"),
            report: folder.join("report.json"),
            page: folder.join("report.html"),
        }
    }

    /// Of a step whose output is the report itself, `NAME.json`: `NAME.findings.jsonl`, `NAME.html`.
    pub fn of_verdict(report: &Path) -> Self {
        let name = report.with_extension("");
        Self { report: report.to_owned(), page: with_suffix(&name, ".html"), ..Self::prefixed(&name) }
    }

    /// Claims the `outputs` of a run, in the order in which they are to appear, and these files after them, the report
    /// last: it tells that the others are there. A name of an output is its path from the folder of the report.
    ///
    /// # Errors
    /// 75 when another run holds one of them, 74 when the disk refuses.
    pub fn claim(&self, outputs: &[&str], access: Access) -> Result<OutputSet> {
        let outputs = outputs.iter().map(|name| (*name).to_owned());
        let beside = [&self.rejects, &self.findings, &self.page, &self.report].map(|path| name_of(path).to_owned());
        OutputSet::claim(self.report.parent().unwrap_or(Path::new("")), outputs.chain(beside), access)
    }

    fn prefixed(name: &Path) -> Self {
        Self {
            rejects: with_suffix(name, ".rejects.csv"),
            findings: with_suffix(name, ".findings.jsonl"),
            report: with_suffix(name, ".report.json"),
            page: with_suffix(name, ".report.html"),
        }
    }
}

/// The name of one of these files in its folder.
///
/// # Panics
/// When it is not UTF-8: no receipt could hold it, so it was refused before.
pub fn name_of(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).expect("the path of a report is UTF-8")
}

/// Another file of the same name, such as `NAME.states.csv`.
pub(crate) fn with_suffix(name: &Path, suffix: &str) -> PathBuf {
    let mut name = name.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_contract() {
        let names = Names::beside(Path::new("marches/ville.2024.json"));
        assert_eq!(names.rejects, Path::new("marches/ville.2024.rejects.csv"));
        assert_eq!(names.findings, Path::new("marches/ville.2024.findings.jsonl"));
        assert_eq!(names.report, Path::new("marches/ville.2024.report.json"));
        assert_eq!(names.page, Path::new("marches/ville.2024.report.html"));
        let names = Names::of_verdict(Path::new("marches/ville.validation.json"));
        assert_eq!(names.report, Path::new("marches/ville.validation.json"));
        assert_eq!(names.page, Path::new("marches/ville.validation.html"));
        assert_eq!(names.findings, Path::new("marches/ville.validation.findings.jsonl"));
        assert_eq!(Names::beside_folder(Path::new("a/offres.d")).report, Path::new("a/offres.d.report.json"));
        assert_eq!(Names::inside(Path::new("a")).page, Path::new("a/report.html"));
    }
}
