//! The folder of the table: one file a day, in folders by year and month.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use step::{ExitCode, Failure};

use crate::collect_history::options::Form;

/// The files of a lake that are there, by day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lake {
    pub(crate) files: BTreeMap<Date, PathBuf>,
}

/// Where the file of a day is.
pub(crate) fn path(dir: &Path, day: Date, form: Form) -> PathBuf {
    let (year, month) = (format!("annee={:04}", day.year()), format!("mois={:02}", day.month()));
    dir.join(year).join(month).join(format!("offres-{day}.{}", form.name()))
}

impl Lake {
    /// Lists the files that are there; none if there is no folder.
    ///
    /// # Errors
    /// 2 when they are of another form.
    pub(crate) fn list(dir: &Path, form: Form) -> Result<Self> {
        let mut lake = Self::default();
        for folder in folders(dir)? {
            for name in names(&folder)? {
                let Some((date, extension)) = day_of(&name) else { continue };
                if extension != form.name() {
                    if path(dir, date, form).with_extension(extension) == folder.join(&name) && is_form(extension) {
                        return Err(other_form(dir, extension));
                    }
                    continue;
                }
                let file = folder.join(&name);
                if file == path(dir, date, form) {
                    lake.files.insert(date, file);
                }
            }
        }
        Ok(lake)
    }
}

/// Removes what a killed run had begun to write; the caller holds the lock of the lake.
pub(crate) fn remove_staged(dir: &Path) -> Result<()> {
    for folder in folders(dir)? {
        for name in names(&folder)? {
            let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
            if let Some((output, _)) = inner.and_then(|inner| inner.rsplit_once('.')) {
                files::remove_staged(&folder.join(output))?;
            }
        }
    }
    Ok(())
}

/// Removes folders of the lake in which nothing is left.
pub(crate) fn remove_empty(file: &Path) {
    for folder in file.ancestors().skip(1).take(2) {
        let _ = fs::remove_dir(folder);
    }
}

fn day_of(name: &str) -> Option<(Date, &str)> {
    let (stem, extension) = name.strip_prefix("offres-")?.split_once('.')?;
    let date: Date = stem.parse().ok()?;
    (date.to_string() == stem).then_some((date, extension))
}

fn is_form(extension: &str) -> bool {
    [Form::Csv, Form::Jsonl, Form::Parquet].iter().any(|form| form.name() == extension)
}

fn other_form(dir: &Path, extension: &str) -> anyhow::Error {
    let message = format!("could not write the table in `{}`: it holds one as `{extension}`", dir.display());
    let hint = format!("give `--format {extension}`, or another folder with `--dir`");
    Failure::new(ExitCode::Usage, message).hint(hint).into()
}

/// The folders of months.
fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut months = Vec::new();
    for year in names(dir)? {
        if year.starts_with("annee=") {
            let year = dir.join(year);
            months
                .extend(names(&year)?.into_iter().filter(|name| name.starts_with("mois=")).map(|name| year.join(name)));
        }
    }
    Ok(months)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(vec![]);
        }
        Err(error) => return Err(files::unreadable(folder, error).into()),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| Ok(entry?.file_name().into_string().unwrap_or_default());
    let mut names: Vec<String> =
        entries.map(name).collect::<std::io::Result<_>>().map_err(|error| files::unreadable(folder, error))?;
    names.sort();
    Ok(names)
}
