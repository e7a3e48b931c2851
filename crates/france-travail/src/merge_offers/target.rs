//! Where the table goes, and in which form.

use std::path::{Path, PathBuf};

use anyhow::Result;
use report::Names;
use step::{ExitCode, Failure};

use crate::collect_history::options::Form;
use crate::merge_offers::Args;

/// A folder with a file a day, or one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Lake(PathBuf),
    File(PathBuf),
}

impl Target {
    /// What the flags name.
    ///
    /// # Errors
    /// 2 when they cannot be meant so.
    pub(crate) fn choose(args: &Args) -> Result<(Self, Form)> {
        let Some(file) = &args.output else {
            let dir = args.dir.clone().unwrap_or_else(|| args.root.join("offres"));
            if dir.file_name().is_none() {
                return Err(refuse("--dir", &dir, "it has no name, by which the report goes", "name a folder"));
            }
            return Ok((Self::Lake(dir), args.format.unwrap_or(Form::Parquet)));
        };
        let told = match file.extension().and_then(|extension| extension.to_str()) {
            Some("parquet") => Form::Parquet,
            Some("csv") => Form::Csv,
            Some("jsonl") => Form::Jsonl,
            _ => {
                let hint = "name a file that ends in `.parquet`, `.csv` or `.jsonl`";
                return Err(refuse("--output", file, "its extension is that of no form", hint));
            }
        };
        match args.format {
            Some(asked) if asked != told => {
                let why = format!("it is named as {}, and `--format {}` is asked for", told.name(), asked.name());
                Err(refuse("--output", file, &why, "change one of them"))
            }
            _ => Ok((Self::File(file.clone()), told)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Lake(path) | Self::File(path) => path,
        }
    }

    /// What stands beside it.
    pub(crate) fn names(&self) -> Names {
        match self {
            Self::Lake(dir) => Names::beside_folder(dir),
            Self::File(file) => Names::beside(file),
        }
    }

    /// What is said of the licence.
    pub(crate) fn licence(&self) -> PathBuf {
        let mut name = match self {
            Self::Lake(dir) => dir.clone(),
            Self::File(file) => file.with_extension(""),
        }
        .into_os_string();
        name.push(".licence.md");
        name.into()
    }

    /// The folder in which it is, and what stands beside it.
    pub(crate) fn folder(&self) -> &Path {
        self.path().parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Hidden beside it: what the step remembers of it.
    pub(crate) fn memory(&self) -> PathBuf {
        self.folder().join(format!(".{}.memoire", report::name_of(self.path())))
    }
}

fn refuse(flag: &str, path: &Path, why: &str, hint: &str) -> anyhow::Error {
    let message = format!("could not take `{flag} {}`: {why}", path.display());
    Failure::new(ExitCode::Usage, message).hint(hint).into()
}
