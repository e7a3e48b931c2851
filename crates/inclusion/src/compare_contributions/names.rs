//! The names of what is written.

use std::path::{Path, PathBuf};

use anyhow::Result;
use step::absolute;

/// Files in one folder, by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) folder: PathBuf,
    pub(super) rejects: String,
    pub(super) links: String,
    pub(super) complements: String,
    pub(super) unknown: String,
    pub(super) page: String,
    pub(super) comparison: String,
}

impl Names {
    /// Beside `input`, or in `folder`.
    ///
    /// # Errors
    /// 2 when the name is not UTF-8.
    pub(super) fn of(input: &Path, folder: Option<&Path>) -> Result<Self> {
        absolute(input)?;
        let stem = input.file_stem().unwrap_or_default().to_string_lossy();
        let named = |suffix: &str| format!("{stem}.{suffix}");
        Ok(Self {
            folder: folder.unwrap_or_else(|| input.parent().unwrap_or(Path::new(""))).to_owned(),
            rejects: named("rejects.csv"),
            links: named("links.csv"),
            complements: named("complements.csv"),
            unknown: named("unknown.csv"),
            page: named("comparison.html"),
            comparison: named("comparison.json"),
        })
    }

    /// All of them, in the order in which they appear.
    pub(super) fn all(&self) -> [&str; 6] {
        [&self.rejects, &self.links, &self.complements, &self.unknown, &self.page, &self.comparison].map(String::as_str)
    }

    pub(super) fn paths(&self) -> [PathBuf; 6] {
        self.all().map(|name| self.folder.join(name))
    }

    /// Where the comparison is.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.comparison)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_file_without_its_last_extension() {
        let names = Names::of(Path::new("a/lieux.2024.csv"), None).unwrap();
        assert_eq!(names.path(), Path::new("a/lieux.2024.comparison.json"));
        let names = Names::of(Path::new("lieux.csv"), Some(Path::new("b"))).unwrap();
        assert_eq!((names.links.as_str(), names.folder.as_path()), ("lieux.links.csv", Path::new("b")));
    }
}
