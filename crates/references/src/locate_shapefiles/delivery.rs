//! Where in a delivery the layers are.
//!
//! Its tree is `{EDITION}/{PRODUCT}/1_DONNEES_LIVRAISON_{number}/{DATASET}/{LAYER}.shp` (seen in editions of 2018 to
//! 2025). The number cannot be known, some unpackers put the edition twice, and beside the data there are folders with
//! older or descriptive files of the same names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use step::Task;

use super::edition::{self, DELIVERY};

/// Begin the names of folders that hold no data, or none of this edition.
const BESIDE: [&str; 4] = ["2_METADONNEES", "3_SUPPLEMENTS", "__MACOSX", "."];

/// A folder with files, inside a delivery.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dataset {
    pub(super) folder: PathBuf,
    /// Its path below the folder of the delivery.
    pub(super) territory: String,
    /// The date in the names of its delivery's folders.
    pub(super) edition: Option<Date>,
    /// Names of its files, in order.
    pub(super) files: Vec<String>,
}

/// All folders with files below the folders of deliveries that are below `root`.
///
/// # Errors
/// 66 when a folder cannot be read.
pub(super) fn search(root: &Path, task: &Task) -> Result<Vec<Dataset>> {
    let whole = root.canonicalize().map_err(|error| files::unreadable(root, error))?;
    // The folder given may itself be inside a delivery.
    let below = whole.iter().filter_map(|part| part.to_str()).skip_while(|part| !part.starts_with(DELIVERY)).skip(1);
    let inside = whole.iter().any(|part| part.to_str().is_some_and(|part| part.starts_with(DELIVERY)));
    let territory = inside.then(|| below.collect::<Vec<_>>().join("/"));
    let mut datasets = Vec::new();
    walk(root, territory.as_deref(), task, &mut datasets)?;
    Ok(datasets)
}

/// `territory` is the path below the folder of the delivery, once inside one.
fn walk(folder: &Path, territory: Option<&str>, task: &Task, datasets: &mut Vec<Dataset>) -> Result<()> {
    task.go_on()?;
    let (folders, files) = list(folder).map_err(|error| files::unreadable(folder, error))?;
    if let Some(territory) = territory.filter(|_| !files.is_empty()) {
        let edition = edition::of_delivery(folder);
        datasets.push(Dataset { folder: folder.to_owned(), territory: territory.to_owned(), edition, files });
    }
    for name in folders.iter().filter(|name| !BESIDE.iter().any(|beside| name.starts_with(beside))) {
        let below = match territory {
            None => name.starts_with(DELIVERY).then(String::new),
            Some("") => Some(name.clone()),
            Some(territory) => Some(format!("{territory}/{name}")),
        };
        walk(&folder.join(name), below.as_deref(), task, datasets)?;
    }
    Ok(())
}

/// The folders and the files of a folder, in order; links to folders are not followed.
fn list(folder: &Path) -> io::Result<(Vec<String>, Vec<String>)> {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // No layer has such a name.
        let Ok(name) = entry.file_name().into_string() else { continue };
        match entry.file_type()? {
            kind if kind.is_dir() => folders.push(name),
            _ if entry.path().is_file() && !name.starts_with('.') => files.push(name),
            _ => {}
        }
    }
    folders.sort();
    files.sort();
    Ok((folders, files))
}
