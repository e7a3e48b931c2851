//! What of a folder are days of offers, and journals.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use step::{ExitCode, Failure};

use crate::days::day::Day;
use crate::days::journal::Journal;

/// The days and journals of a folder, by date. Other names, and dates that do not exist, are passed over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) days: BTreeMap<Date, Day>,
    /// By the day of the run that wrote them.
    pub(crate) journals: BTreeMap<Date, Journal>,
    /// Days of which there is what was collected before they were over.
    pub(crate) partial: Vec<Date>,
}

impl Folder {
    /// Lists a folder, or the folder of a file.
    ///
    /// # Errors
    /// 66 when it is absent or holds no day.
    pub(crate) fn list(path: &Path) -> Result<Self> {
        let folder = Self::list_any(path)?;
        if folder.days.is_empty() {
            let message = format!("could not find a day of offers in `{}`", folder.path.display());
            let hint = "collect one with `collect-offers`, or name the folder that holds `offres-{date}.json`";
            return Err(Failure::new(ExitCode::NoInput, message).hint(hint).into());
        }
        Ok(folder)
    }

    fn list_any(path: &Path) -> Result<Self> {
        let path = match path.is_file() {
            true => path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            false => path,
        };
        let mut folder = Self { path: path.to_owned(), ..Self::default() };
        let entries = fs::read_dir(path).map_err(|error| files::unreadable(path, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| files::unreadable(path, error))?;
            if let Some(name) = entry.file_name().to_str() {
                folder.add(name);
            }
        }
        folder.partial.sort();
        Ok(folder)
    }

    fn add(&mut self, name: &str) {
        if let Some(date) = date(name, "offres-", ".json") {
            self.days.insert(date, Day::of(&self.path, date));
        } else if let Some(date) = date(name, "miroir-", ".jsonl") {
            self.journals.insert(date, Journal::of(&self.path, date));
        } else if let Some(date) = date(name, "partiel-offres-", ".json") {
            self.partial.push(date);
        }
    }
}

/// The date between the two, if it is one.
fn date(name: &str, before: &str, after: &str) -> Option<Date> {
    let text = name.strip_prefix(before)?.strip_suffix(after)?;
    let date: Date = text.parse().ok()?;
    // No other way of writing it.
    (date.to_string() == text).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_days() {
        assert_eq!(date("offres-2024-02-29.json", "offres-", ".json"), Some(jiff::civil::date(2024, 2, 29)));
        for name in [
            "offres-2023-02-29.json",
            "offres-20240229.json",
            "offres-2024-2-29.json",
            "offres-2024-02-29.json.tmp",
            ".offres-2024-02-29.json",
            "offres-2024-02-29T00.json",
            "offres-.json",
        ] {
            assert_eq!(date(name, "offres-", ".json"), None, "{name}");
        }
    }
}
