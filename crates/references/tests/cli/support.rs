//! What the tests of these steps share: a sandbox without offers, real data, and what a folder holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sandbox::{Options, Server};

/// See [`trial::start_sandbox`].
pub(crate) fn start_sandbox(options: Options) -> Server {
    // Nobody asks for offers here, and the first request would wait until they are made.
    trial::start_sandbox(options.with(|options| options.france_travail.offers = 0))
}

/// See [`trial::data`].
#[track_caller]
pub(crate) fn data(path: &str) -> PathBuf {
    trial::data(Path::new("references").join(path))
}

/// The SHA-256 of every file below a folder, hidden ones too, by path; of a folder, `/`; of what is neither, what it is.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(next) = rest.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
            let what = match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    rest.push(path);
                    "/".to_owned()
                }
                // A run under way may remove it meanwhile.
                Ok(kind) if kind.is_file() => files::sha256(&path).unwrap_or_default(),
                kind => format!("{kind:?}"),
            };
            found.insert(name, what);
        }
    }
    found
}

/// The paths of all that is below a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().collect()
}
