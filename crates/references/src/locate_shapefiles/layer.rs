//! One layer: all files of one name in one folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

use super::delivery::{Dataset, unreadable};

/// A layer cannot be read without them.
const REQUIRED: [&str; 4] = ["shp", "shx", "dbf", "prj"];

/// Tell a layer from a file that is only called like one, such as its description.
const TELLING: [&str; 3] = ["shp", "shx", "dbf"];

/// A failure names no more than that many layers, or folders.
const MOST_NAMED: usize = 12;

/// A layer, in the one folder that has it.
#[derive(Debug)]
pub(super) struct Layer<'a> {
    pub(super) name: &'a str,
    pub(super) folder: &'a Path,
    pub(super) territory: &'a str,
    /// By the name that they get.
    pub(super) files: BTreeMap<String, Source>,
}

/// A file of a layer.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Finds each layer in exactly one folder, with the files that it needs.
///
/// # Errors
/// 65 with all that is wrong, and what there is.
pub(super) fn choose<'a>(
    root: &Path,
    datasets: &'a [Dataset],
    names: &BTreeSet<&'a str>,
    territory: Option<&str>,
) -> Result<Vec<Layer<'a>>> {
    let asked: Vec<_> =
        datasets.iter().filter(|dataset| territory.is_none_or(|t| is_of(&dataset.territory, t))).collect();
    let (mut layers, mut problems) = (Vec::new(), Vec::new());
    // By the folders that have them: what is wrong is most often so of all layers alike.
    let mut doubled: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    let mut missing = Vec::new();
    for &name in names {
        let having: Vec<_> = asked.iter().filter(|dataset| has(dataset, name)).collect();
        match having[..] {
            [] => missing.push(name),
            [dataset] => match Layer::read(name, dataset)? {
                Ok(layer) => layers.push(layer),
                Err(problem) => problems.push(problem),
            },
            _ => doubled.entry(having.iter().map(|d| d.territory.as_str()).collect()).or_default().push(name),
        }
    }
    if !missing.is_empty() {
        problems.push(format!("there is no {}", missing.join(", no ")));
    }
    problems.extend(doubled.iter().map(|(folders, names)| {
        format!("{} found in {}", list(names.iter().map(|name| (*name).to_owned())), list(folders.iter().map(shown)))
    }));
    if problems.is_empty() {
        return Ok(layers);
    }
    let hint = match doubled.keys().next() {
        Some(folders) => {
            let of_first = folders.first().copied().unwrap_or_default();
            format!("choose one with `--territory`, such as `{}`", of_first.rsplit('/').next().unwrap_or_default())
        }
        None if missing.is_empty() => "extract the archive again; if that changes nothing, IGN must mend it".to_owned(),
        None => what_there_is(root, datasets, territory),
    };
    Err(failure(root, &problems, &hint))
}

/// What is wrong with the layers of a delivery.
pub(super) fn failure(root: &Path, problems: &[String], hint: &str) -> anyhow::Error {
    let message = format!("could not locate the layers of `{}`: {}", root.display(), problems.join("; "));
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}

fn what_there_is(root: &Path, datasets: &[Dataset], territory: Option<&str>) -> String {
    let mut layers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for dataset in datasets {
        let shapes = dataset.files.iter().filter_map(|file| file.rsplit_once('.'));
        let stems = shapes.filter(|(_, extension)| extension.eq_ignore_ascii_case("shp")).map(|(stem, _)| stem);
        layers.entry(&dataset.territory).or_default().extend(stems);
    }
    let found = layers.iter().map(|(folder, layers)| {
        format!("{} in {}", list(layers.iter().map(|layer| (*layer).to_owned())), shown(folder))
    });
    match (layers.is_empty(), territory) {
        (true, _) => format!("there is no layer below a folder `1_DONNEES_LIVRAISON..` of `{}`", root.display()),
        (_, Some(territory)) => format!("`{territory}` is looked for in the names of folders; found: {}", list(found)),
        (_, None) => format!("found: {}", list(found)),
    }
}

/// `a, b and 3 more`
fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    match items.len().checked_sub(MOST_NAMED) {
        None | Some(0) => items.join(", "),
        Some(more) => format!("{} and {more} more", items[..MOST_NAMED].join(", ")),
    }
}

fn shown(folder: &&str) -> String {
    format!("`{}`", folder.escape_debug())
}

/// Whether a part of the folder's name is `territory`: `ADE-COG_1-1_SHP_LAMB93_FR` is `FR`, `LAMB93_FR`, not `LAMB`.
fn is_of(folder: &str, territory: &str) -> bool {
    let territory = territory.to_lowercase();
    folder.to_lowercase().split('/').any(|name| {
        // `..FRA-ED2024-02-22` is FRA too.
        let short = name.split_once("-ed").map_or(name, |(short, _)| short);
        name == territory || format!("_{short}_").contains(&format!("_{territory}_"))
    })
}

fn has(dataset: &Dataset, layer: &str) -> bool {
    dataset.files.iter().filter_map(|file| suffix(layer, file)).any(|suffix| TELLING.contains(&suffix.as_str()))
}

/// What comes after the layer's name and a dot, in lower case; nothing if the file is none of the layer.
pub(super) fn suffix(layer: &str, file: &str) -> Option<String> {
    let suffix = file.strip_prefix(layer)?.strip_prefix('.')?;
    Some(suffix.to_lowercase())
}

impl<'a> Layer<'a> {
    /// The files of a layer, or what keeps them from being one.
    fn read(name: &'a str, dataset: &'a Dataset) -> Result<Result<Self, String>> {
        let mut files = BTreeMap::new();
        for file in &dataset.files {
            let Some(suffix) = suffix(name, file) else { continue };
            let path = dataset.folder.join(file);
            let bytes = fs::metadata(&path).map_err(|error| unreadable(&path, error))?.len();
            if files.insert(format!("{name}.{suffix}"), Source { path, bytes }).is_some() {
                return Ok(Err(format!("{name}.{suffix} is there twice, in upper and lower case")));
            }
        }
        let layer = Self { name, folder: &dataset.folder, territory: &dataset.territory, files };
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
    /// Whether `path` holds the same bytes.
    pub(super) fn is_same_as(&self, path: &Path) -> Result<bool> {
        let Ok(there) = fs::symlink_metadata(path) else { return Ok(false) };
        let here = fs::metadata(&self.path).map_err(|error| unreadable(&self.path, error))?;
        if (here.dev(), here.ino()) == (there.dev(), there.ino()) {
            return Ok(true);
        }
        if !there.is_file() || here.len() != there.len() {
            return Ok(false);
        }
        let source = File::open(&self.path).map_err(|error| unreadable(&self.path, error))?;
        Ok(File::open(path).is_ok_and(|copy| are_same(source, copy)))
    }
}

/// Compares two files of one length; what cannot be read is not the same.
fn are_same(one: File, other: File) -> bool {
    let mut pair = [one, other].map(|file| BufReader::with_capacity(64 << 10, file).bytes());
    let [one, other] = &mut pair;
    one.zip(other).all(|bytes| matches!(bytes, (Ok(a), Ok(b)) if a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_is_a_part_of_a_name() {
        let folder = "ADE-COG_1-1_SHP_LAMB93_FR";
        for (territory, matches) in
            [("FR", true), ("LAMB93_FR", true), ("lamb93", true), (folder, true), ("LAMB", false), ("F", false)]
        {
            assert_eq!(is_of(folder, territory), matches, "{territory}");
        }
        assert!(is_of("ADECOGC_3-2_SHP_WGS84G_FRA-ED2024-02-22", "WGS84G_FRA"));
        assert!(is_of("SHP/ADECOGC_3-2_SHP_WGS84G_FRA", "FRA"));
        assert!(!is_of("", "FR"));
    }

    #[test]
    fn a_stem_matches_exactly_and_an_extension_in_any_case() {
        assert_eq!(suffix("COMMUNE", "COMMUNE.SHP.XML").as_deref(), Some("shp.xml"));
        for other in ["COMMUNE_ASSOCIEE.shp", "CHFLIEU_COMMUNE.shp", "commune.shp", "COMMUNE", "._COMMUNE.shp"] {
            assert_eq!(suffix("COMMUNE", other), None, "{other}");
        }
    }
}
