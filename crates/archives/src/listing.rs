//! The list of an archive as a whole: names that clash, and how much there is.

use std::collections::HashMap;

use crate::entry::{Entry, EntryKind};
use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::name::shown;

/// A file or folder in the tree that the list describes.
struct Node<'a> {
    spelling: &'a str,
    is_file: bool,
    /// Has an entry of its own, and is not only part of a path.
    is_listed: bool,
}

/// # Errors
/// When the archive holds nothing, too much, or two entries in one place.
pub(crate) fn judge(entries: &[Entry], limits: Limits) -> Result<(), ArchiveError> {
    if entries.is_empty() {
        return Err(ArchiveError::new("it holds nothing"));
    }
    let total = entries.iter().try_fold(0_u64, |total, entry| total.checked_add(entry.bytes()));
    if total.is_none_or(|total| total > limits.max_bytes) {
        let total = total.map_or("more than can be counted".to_owned(), |total| total.to_string());
        let allowed = limits.max_bytes;
        return Err(ArchiveError::new(format!(
            "it would unpack to {total} bytes, more than the {allowed} that `--max-bytes` allows"
        )));
    }
    let mut tree = PathTree { nodes: Vec::new(), by_place: HashMap::new() };
    for entry in entries {
        tree.add(entry)?;
        if tree.nodes.len() > limits.max_entries {
            return Err(too_many(limits));
        }
    }
    Ok(())
}

pub(crate) fn too_many(limits: Limits) -> ArchiveError {
    let allowed = limits.max_entries;
    ArchiveError::new(format!("it holds more than the {allowed} files and folders that `--max-entries` allows"))
}

struct PathTree<'a> {
    nodes: Vec<Node<'a>>,
    /// By parent and lower-case name: file systems that ignore case would write one over the other.
    by_place: HashMap<(Option<usize>, String), usize>,
}

impl<'a> PathTree<'a> {
    fn add(&mut self, entry: &'a Entry) -> Result<(), ArchiveError> {
        let mut parent = None;
        let mut parts = entry.path.split('/').peekable();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            let is_file = is_last && entry.kind != EntryKind::Folder;
            let new = Node { spelling: part, is_file, is_listed: is_last };
            let place = (parent, part.to_lowercase());
            let index = *self.by_place.entry(place).or_insert(self.nodes.len());
            parent = Some(index);
            let Some(old) = self.nodes.get_mut(index) else {
                self.nodes.push(new);
                continue;
            };
            let clash = match () {
                () if old.spelling != part => "differs from another only by case",
                () if old.is_file != is_file => "is a file and a folder",
                () if is_last && old.is_listed => "is there twice",
                () => {
                    old.is_listed |= is_last;
                    continue;
                }
            };
            return Err(ArchiveError::new(format!("the name `{}` {clash}", shown(&entry.path))));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { max_bytes: 100, max_entries: 6 };

    fn judged(paths: &[&str]) -> Result<(), String> {
        let entry = |path: &&str| match path.strip_suffix('/') {
            Some(folder) => Entry { path: folder.to_owned(), kind: EntryKind::Folder },
            None => Entry { path: (*path).to_owned(), kind: EntryKind::File { bytes: 10, crc32: 0 } },
        };
        judge(&paths.iter().map(entry).collect::<Vec<_>>(), LIMITS).map_err(|error| error.why())
    }

    #[test]
    fn a_tree_without_clashes_is_taken() {
        assert_eq!(judged(&["a/b/c", "a/", "a/b/", "a/b/d", "e"]), Ok(()));
    }

    #[test]
    fn what_clashes_is_refused() {
        for paths in [
            &["a", "a"][..],
            &["a/", "a/"],
            &["a/x", "a/X"],
            &["É/x", "é/y"],
            &["a", "a/b"],
            &["a/b", "a"],
            &["a/b/", "A/c"],
            &["a/", "a"],
            &[],
        ] {
            assert!(judged(paths).is_err(), "{paths:?} was taken");
        }
    }

    #[test]
    fn too_much_is_refused_even_if_only_implied() {
        assert!(judged(&["a/b/c/d/e/f/g"]).unwrap_err().contains("max-entries"));
        let huge = Entry { path: "a".to_owned(), kind: EntryKind::File { bytes: u64::MAX, crc32: 0 } };
        let other = Entry { path: "b".to_owned(), ..huge.clone() };
        assert!(judge(&[huge, other], LIMITS).unwrap_err().why().contains("more than can be counted"));
    }
}
