//! The flags of the step, and what they may not say together.

use std::path::{Path, PathBuf};

use anyhow::Result;
use report::{FindingsArgs, Lang};
use serde::Serialize;
use step::{ExitCode, Failure, RootArgs};
use tables::Format;

use crate::version::Version;

/// What a report has to say of the flags, so that a later run can tell whether it would do the same.
#[derive(Debug, Serialize)]
pub(super) struct Options {
    format: Option<&'static str>,
    /// SHA-256 of the nomenclature in place of the built-in one.
    cpv: Option<String>,
    strict: bool,
    max_findings: u64,
    lang: Lang,
}

impl Options {
    pub(super) fn new(
        format: Option<Version>,
        cpv: Option<&Path>,
        strict: bool,
        findings: &FindingsArgs,
    ) -> Result<Self> {
        Ok(Self {
            format: format.map(Version::name),
            cpv: cpv.map(files::sha256).transpose()?,
            strict,
            max_findings: findings.max_findings,
            lang: findings.lang,
        })
    }

    pub(super) fn into_value(self) -> serde_json::Value {
        serde_json::to_value(self).expect("options are plain values")
    }
}

/// A version as users name it.
pub(super) fn read_version(text: &str) -> Result<Version, String> {
    Version::find(text).ok_or_else(|| {
        let exact: Vec<_> = Version::ALL.into_iter().map(Version::name).collect();
        format!("it is none of 1.0, 1.1, 1.4, 1.5, 2.0, {}", exact.join(", "))
    })
}

/// Where the verdict goes; never onto the input.
pub(super) fn output(asked: Option<&Path>, input: &Path, root: &RootArgs) -> Result<PathBuf> {
    let stem = input.file_stem().unwrap_or_default();
    let mut name = stem.to_owned();
    name.push(".validation.json");
    let output = asked.map_or_else(|| root.join("marches").join(name), Path::to_owned);
    let is_input = match (std::fs::canonicalize(&output), std::fs::canonicalize(input)) {
        (Ok(output), Ok(input)) => output == input,
        _ => output == input,
    };
    match is_input {
        true => {
            Err(usage(format!("could not write `{}`: it is the input", output.display()), "choose another --output"))
        }
        false => Ok(output),
    }
}

/// A folder is no input.
pub(super) fn refuse_folder(input: &Path) -> Result<()> {
    match input.is_dir() {
        true => Err(Failure::new(ExitCode::NoInput, format!("could not read `{}`: it is a folder", input.display()))
            .hint("name the file in it")
            .into()),
        false => Ok(()),
    }
}

/// What is no regulatory format at all, and versions that are judged in JSON alone.
pub(super) fn refuse_mismatch(format: Format, version: Option<Version>, input: &Path) -> Result<()> {
    match format {
        Format::Json => Ok(()),
        Format::Xml => match version.filter(|version| version.is_of_2017()) {
            Some(version) => Err(usage(
                format!(
                    "could not judge `{}` by {version}: it is XML, and 1.0 and 1.1 are judged in JSON",
                    input.display()
                ),
                "leave --format out, or convert the file to JSON",
            )),
            None => Ok(()),
        },
        other => {
            let why = format!(
                "could not judge `{}`: it is a table ({}), not the regulatory format",
                input.display(),
                other.name()
            );
            Err(Failure::new(ExitCode::BadInput, why).hint("convert it first: `convert-procurement`").into())
        }
    }
}

fn usage(why: String, hint: &str) -> anyhow::Error {
    Failure::new(ExitCode::Usage, why).hint(hint).into()
}
