//! Which entries of an archive are wanted.

use std::path::Path;

use anyhow::Result;
use archives::Archive;
use globset::{Glob, GlobBuilder};
use step::{ExitCode, Failure};

/// A glob for a whole path: only `**` crosses `/`.
pub(super) fn parse_glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

/// Says of each entry whether it is wanted: all of them, or those that one of the globs matches.
///
/// # Errors
/// 65 when a glob matches nothing: what was asked for is not there.
pub(super) fn choose(archive: &Archive, path: &Path, only: &[Glob]) -> Result<Vec<bool>> {
    let entries = archive.entries();
    let mut wanted = vec![only.is_empty(); entries.len()];
    for glob in only {
        let matcher = glob.compile_matcher();
        let mut matches_any = false;
        for (_, wanted) in entries.iter().zip(&mut wanted).filter(|(entry, _)| matcher.is_match(&entry.path)) {
            (matches_any, *wanted) = (true, true);
        }
        if !matches_any {
            let message = format!(
                "could not extract `{}`: none of its {} entries matches `{glob}`",
                path.display(),
                entries.len()
            );
            return Err(Failure::new(ExitCode::BadInput, message)
                .hint("a glob is for the whole path inside the archive: `**/COMMUNE.*` finds a layer in any folder")
                .into());
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_for_the_whole_path() {
        for (glob, path, matches) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a/b.csv", false),
            ("**/*.csv", "a/b.csv", true),
            ("**/*.csv", "b.csv", true),
            ("a/*", "a/b", true),
            ("a/*", "a/b/c", false),
            ("a/**", "a/b/c", true),
            ("a", "a/b", false),
            ("**/COMMUNE.*", "x/y/COMMUNE.shp", true),
            ("**/COMMUNE.*", "x/y/CHFLIEU_COMMUNE.shp", false),
            ("**/{REGION,COMMUNE}.sh?", "x/REGION.shx", true),
        ] {
            let matcher = parse_glob(glob).unwrap().compile_matcher();
            assert_eq!(matcher.is_match(path), matches, "{glob} on {path}");
        }
    }
}
