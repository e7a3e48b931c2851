//! The comparison for machines, and whether an earlier one still tells the truth.

use std::fs;
use std::path::Path;

use files::Written;
use report::Lang;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::complement::ColumnFigures;
use super::figures::{Figures, LinkFigures, OwnFigures, PairFigures, SourceFigures};
use super::read::{Counts, FileFigures};
use super::unknown::UnknownFigures;

/// Marks the form of the comparison.
pub(super) const SCHEMA: &str = "collecte.comparison/1";

/// What changes the outputs besides the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Chosen {
    pub(super) source: Option<String>,
    pub(super) lang: Lang,
    /// Of the step.
    pub(super) version: &'static str,
}

/// A file beside the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Listed {
    pub(super) fn of(written: &Written) -> Self {
        let name = written.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, bytes: written.bytes, sha256: written.sha256.clone() }
    }

    /// Whether it is there as it was written.
    fn is_there(&self, folder: &Path) -> bool {
        let path = folder.join(&self.name);
        fs::symlink_metadata(&path).is_ok_and(|there| there.is_file() && there.len() == self.bytes)
            && files::sha256(&path).is_ok_and(|sha256| sha256 == self.sha256)
    }
}

/// All that is written of a comparison; the order of the keys is part of the interface.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    pub(super) schema: &'static str,
    pub(super) step: &'static str,
    pub(super) input: FileFigures,
    pub(super) others: Vec<FileFigures>,
    pub(super) options: Chosen,
    pub(super) records: Counts,
    pub(super) sources: Vec<SourceFigures>,
    pub(super) pairs: Vec<PairFigures>,
    pub(super) own: OwnFigures,
    pub(super) links: LinkFigures,
    pub(super) complements: Vec<ColumnFigures>,
    pub(super) unknown: UnknownFigures,
    pub(super) files: Vec<Listed>,
}

impl Comparison {
    /// With what was counted; its files come when they are written.
    pub(super) fn new(
        step: &'static str,
        options: Chosen,
        mut files: Vec<FileFigures>,
        records: Counts,
        figures: Figures,
    ) -> Self {
        let input = files.remove(0);
        let Figures { sources, pairs, own, links } = figures;
        Self {
            schema: SCHEMA,
            step,
            input,
            others: files,
            options,
            records,
            sources,
            pairs,
            own,
            links,
            complements: vec![],
            unknown: UnknownFigures::default(),
            files: vec![],
        }
    }
}

/// A file by what makes it another: name, size, hash.
pub(super) type Identity = (String, u64, String);

/// An earlier comparison of these files with these options, all of whose outputs are there as it says.
pub(super) fn earlier(path: &Path, step: &str, files: &[Identity], options: &Chosen) -> Option<Value> {
    let comparison: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let told = |file: &Value| -> Option<Identity> {
        Some((file["path"].as_str()?.to_owned(), file["bytes"].as_u64()?, file["sha256"].as_str()?.to_owned()))
    };
    let compared: Option<Vec<Identity>> =
        std::iter::once(&comparison["input"]).chain(comparison["others"].as_array()?).map(told).collect();
    let is_same = comparison["schema"] == SCHEMA
        && comparison["step"] == step
        && compared.as_deref() == Some(files)
        && comparison["options"] == serde_json::to_value(options).ok()?;
    let listed: Vec<Listed> = serde_json::from_value(comparison["files"].clone()).ok()?;
    let folder = path.parent()?;
    (is_same && listed.iter().all(|file| file.is_there(folder))).then_some(comparison)
}
