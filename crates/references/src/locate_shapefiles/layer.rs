//! One layer: all files of one name in one folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use step::Task;

use super::delivery::Dataset;

/// A layer cannot be read without them.
const REQUIRED: [&str; 4] = ["shp", "shx", "dbf", "prj"];

/// Tell a layer from a file that is only called like one, such as its description.
const TELLING: [&str; 3] = ["shp", "shx", "dbf"];

/// Read at a time to compare two files.
const COMPARED_BYTES: usize = 64 << 10;

/// A layer, in the one folder that has it.
#[derive(Debug)]
pub(super) struct Layer<'a> {
    pub(super) name: &'a str,
    pub(super) folder: &'a Path,
    pub(super) territory: &'a str,
    /// The date that tells of which edition it is, if there is one.
    pub(super) edition: Option<Date>,
    /// By the name that they get.
    pub(super) files: BTreeMap<String, Source>,
}

/// A file of a layer.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Whether the folder has a layer of that name, or parts of one.
pub(super) fn has(dataset: &Dataset, layer: &str) -> bool {
    dataset.files.iter().filter_map(|file| suffix(layer, file)).any(|suffix| TELLING.contains(&suffix.as_str()))
}

/// What comes after the layer's name and a dot, in lower case; nothing if the file is none of the layer.
pub(super) fn suffix(layer: &str, file: &str) -> Option<String> {
    let suffix = file.strip_prefix(layer)?.strip_prefix('.')?;
    Some(suffix.to_lowercase())
}

impl<'a> Layer<'a> {
    /// The files of a layer, or what keeps them from being one.
    pub(super) fn read(name: &'a str, dataset: &'a Dataset) -> Result<Result<Self, String>> {
        let mut files = BTreeMap::new();
        for file in &dataset.files {
            let Some(suffix) = suffix(name, file) else { continue };
            let path = dataset.folder.join(file);
            let bytes = fs::metadata(&path).map_err(|error| files::unreadable(&path, error))?.len();
            if files.insert(format!("{name}.{suffix}"), Source { path, bytes }).is_some() {
                return Ok(Err(format!("{name}.{suffix} is there twice, in upper and lower case")));
            }
        }
        let Dataset { folder, territory, edition, .. } = dataset;
        let layer = Self { name, folder, territory, edition: *edition, files };
        let missing: Vec<_> = REQUIRED.iter().filter(|suffix| !layer.has(suffix)).collect();
        Ok(match missing[..] {
            [] => Ok(layer),
            _ => Err(format!("{name} has no .{}", missing.iter().map(|s| **s).collect::<Vec<_>>().join(", no ."))),
        })
    }

    pub(super) fn has(&self, suffix: &str) -> bool {
        self.file(suffix).is_some()
    }

    pub(super) fn file(&self, suffix: &str) -> Option<&Source> {
        self.files.get(&format!("{}.{suffix}", self.name))
    }
}

impl Source {
    /// Whether `path` holds the same bytes, in a file of its own.
    pub(super) fn is_same_as(&self, path: &Path, task: &Task) -> Result<bool> {
        let Ok(there) = fs::symlink_metadata(path) else { return Ok(false) };
        let here = fs::metadata(&self.path).map_err(|error| files::unreadable(&self.path, error))?;
        // Earlier versions gave the delivery's own file a second name: an edit of one was an edit of the other.
        let is_same_file = (here.dev(), here.ino()) == (there.dev(), there.ino());
        if is_same_file || !there.is_file() || here.len() != there.len() {
            return Ok(false);
        }
        let source = files::open(&self.path)?;
        let Ok(copy) = File::open(path) else { return Ok(false) };
        are_same(source, copy, task)
    }
}

/// Compares two files of one length; what cannot be read is not the same.
fn are_same(mut one: File, mut other: File, task: &Task) -> Result<bool> {
    let mut buffers = [vec![0; COMPARED_BYTES], vec![0; COMPARED_BYTES]];
    let [here, there] = &mut buffers;
    loop {
        task.go_on()?;
        let Ok(count) = one.read(here) else { return Ok(false) };
        if count == 0 {
            return Ok(true);
        }
        if other.read_exact(&mut there[..count]).is_err() || here[..count] != there[..count] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_matches_exactly_and_an_extension_in_any_case() {
        assert_eq!(suffix("COMMUNE", "COMMUNE.SHP.XML").as_deref(), Some("shp.xml"));
        for other in ["COMMUNE_ASSOCIEE.shp", "CHFLIEU_COMMUNE.shp", "commune.shp", "COMMUNE", "._COMMUNE.shp"] {
            assert_eq!(suffix("COMMUNE", other), None, "{other}");
        }
    }
}
