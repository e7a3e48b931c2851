//! Files that belong together: all new, or all as they were.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

use crate::access::Access;
use crate::error::unwritable;
use crate::lock::Lock;
use crate::name::{folder_of, sync_folder};
use crate::output::{Output, Settled, Written};
use crate::read::sha256;

/// Several outputs of one run, in one folder. Dropped without [`OutputSet::commit`], it leaves what was there.
///
/// It is claimed with the names of all that the run **may** write. What it then does write appears, in the order of the
/// names; what it does not is made absent, so that no file of an earlier run is believed to belong to this one. A file
/// whose content is there already is left alone.
#[derive(Debug)]
pub struct OutputSet {
    folder: PathBuf,
    access: Access,
    members: Vec<Member>,
    _locks: Vec<Lock>,
}

/// A file that the run may write.
#[derive(Debug)]
struct Member {
    path: PathBuf,
    written: Option<Content>,
}

/// What a file is to be.
#[derive(Debug)]
enum Content {
    /// It is there already.
    Same(Written),
    /// It waits on the disk, under another name.
    Staged(Settled),
}

/// Where a file of a set goes.
#[derive(Debug, Clone)]
pub struct Destination {
    path: PathBuf,
    access: Access,
}

impl Destination {
    /// Begins the file, as [`OutputSet::create`] does.
    pub fn create(&self) -> Result<Output> {
        Output::create_with(&self.path, self.access)
    }
}

/// What there is of a set after it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The folder.
    pub path: PathBuf,
    /// Those that were written, in their order.
    pub files: Vec<Written>,
    /// Of all of them.
    pub bytes: u64,
    /// Whether every file was there already, byte for byte, and none had to go.
    pub unchanged: bool,
}

impl OutputSet {
    /// Claims all files that the run may write, by their names in `folder`, in the order in which they are to appear:
    /// last the one by which a reader can tell that the others are there, such as a report with their hashes. Removes what
    /// a killed run had begun to write for them.
    ///
    /// # Errors
    /// 75 when another run holds one of them, 74 when the disk refuses.
    pub fn claim(
        folder: impl Into<PathBuf>,
        names: impl IntoIterator<Item = impl AsRef<str>>,
        access: Access,
    ) -> Result<Self> {
        let folder = folder.into();
        let (mut members, mut locks) = (Vec::new(), Vec::new());
        for name in names {
            let path = folder.join(name.as_ref());
            locks.push(Lock::claim(&path)?);
            members.push(Member { path, written: None });
        }
        Ok(Self { folder, access, members, _locks: locks })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the run may write the file `name`.
    pub fn claims(&self, name: &str) -> bool {
        let path = self.folder.join(name);
        self.members.iter().any(|member| member.path == path)
    }

    /// Begins the file `name`, to be written record by record and handed back to [`OutputSet::put`]. Dropped instead, it
    /// is as if it had never begun.
    ///
    /// # Panics
    /// When the name was not claimed.
    pub fn create(&self, name: &str) -> Result<Output> {
        self.destination(name).create()
    }

    /// Where the file `name` goes, for a file that begins only once there is something to say, if ever.
    ///
    /// # Panics
    /// When the name was not claimed.
    pub fn destination(&self, name: &str) -> Destination {
        assert!(self.claims(name), "`{name}` is written, so it must be claimed");
        Destination { path: self.folder.join(name), access: self.access }
    }

    /// Takes a file that is whole. It is on the disk then, but does not appear yet; its size and hash may go into another.
    pub fn put(&mut self, output: Output) -> Result<&Written> {
        let settled = output.settle()?;
        let content = match is_there(settled.written(), self.access)? {
            true => Content::Same(settled.into_written()),
            false => Content::Staged(settled),
        };
        Ok(self.keep(content))
    }

    /// Writes a small file in one go.
    ///
    /// # Panics
    /// When the name was not claimed.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<&Written> {
        let written = Written::of(self.folder.join(name), bytes);
        if is_there(&written, self.access)? {
            return Ok(self.keep(Content::Same(written)));
        }
        let mut output = self.create(name)?;
        output.write_all(bytes).map_err(|error| unwritable("write", &written.path, error))?;
        self.put(output)
    }

    /// What was written so far, in the order of the names.
    pub fn written(&self) -> impl Iterator<Item = &Written> {
        self.members.iter().filter_map(|member| member.written.as_ref()).map(Content::written)
    }

    /// Makes what was written appear, and what was not absent, in the order of the names.
    ///
    /// All of it is on the disk before the first is renamed, so that next to no time passes between the first and the last.
    /// A run killed in between leaves the first ones new and the last one old.
    pub fn commit(self) -> Result<Committed> {
        // Found out before anything appears.
        for member in &self.members {
            refuse_folder(&member.path)?;
        }
        let mut committed = Committed { path: self.folder, files: Vec::new(), bytes: 0, unchanged: true };
        let mut folders = BTreeSet::new();
        for Member { path, written } in self.members {
            let is_changed = match written {
                Some(Content::Same(written)) => {
                    committed.files.push(written);
                    false
                }
                Some(Content::Staged(settled)) => {
                    committed.files.push(settled.appear()?);
                    true
                }
                None => remove(&path)?,
            };
            if is_changed {
                committed.unchanged = false;
                folders.insert(folder_of(&path).to_owned());
            }
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))?;
        committed.bytes = committed.files.iter().map(|file| file.bytes).sum();
        Ok(committed)
    }

    fn keep(&mut self, content: Content) -> &Written {
        let path = &content.written().path;
        let member = self.members.iter_mut().find(|member| member.path == *path);
        let member = member.expect("what is written was claimed");
        member.written.insert(content).written()
    }
}

impl Content {
    fn written(&self) -> &Written {
        match self {
            Self::Same(written) => written,
            Self::Staged(settled) => settled.written(),
        }
    }
}

/// Whether this very file is in its place, readable by no more than it should be.
///
/// # Errors
/// None; what cannot be read is not there.
pub fn is_there(file: &Written, access: Access) -> Result<bool> {
    let Ok(there) = fs::symlink_metadata(&file.path) else { return Ok(false) };
    if !there.is_file() || there.len() != file.bytes || !access.allows(&there) {
        return Ok(false);
    }
    // What cannot be read is written anew.
    Ok(sha256(&file.path).is_ok_and(|sha256| sha256 == file.sha256))
}

/// Whether there was something to remove.
fn remove(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unwritable("remove", path, error).into()),
    }
}

fn refuse_folder(path: &Path) -> Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|there| there.is_dir()) {
        let message = format!("could not write `{}`: it is a folder", path.display());
        return Err(Failure::new(ExitCode::DiskRefused, message).hint("move it away, or choose another folder").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::SystemTime;

    use super::*;
    use crate::name::STAGED_SUFFIX;

    const NAMES: [&str; 3] = ["a.csv", "a.rejects.csv", "a.report.json"];

    fn claim(folder: &Path) -> OutputSet {
        OutputSet::claim(folder, NAMES, Access::Everyone).unwrap()
    }

    fn commit(folder: &Path, contents: &[(&str, &str)]) -> Committed {
        let mut set = claim(folder);
        for (name, text) in contents {
            set.write(name, text.as_bytes()).unwrap();
        }
        set.commit().unwrap()
    }

    /// Names and contents, hidden files too.
    fn there(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let mut there: Vec<_> =
            entries.map(|entry| (entry.file_name().into_string().unwrap(), read(&entry.path()))).collect();
        there.sort();
        there
    }

    fn pairs(contents: &[(&str, &str)]) -> Vec<(String, String)> {
        contents.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_written() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("sub/folder");
        let modified = |name: &str| -> SystemTime { fs::metadata(folder.join(name)).unwrap().modified().unwrap() };
        let first = commit(&folder, &[("a.csv", "1"), ("a.report.json", "22")]);
        assert_eq!((first.bytes, first.unchanged, first.files.len()), (3, false, 2));
        let of_a = modified("a.csv");
        let again = commit(&folder, &[("a.csv", "1"), ("a.report.json", "22")]);
        assert_eq!(again, Committed { unchanged: true, ..first });
        assert!(!commit(&folder, &[("a.csv", "1"), ("a.report.json", "33")]).unchanged);
        assert_eq!((modified("a.csv"), there(&folder)), (of_a, pairs(&[("a.csv", "1"), ("a.report.json", "33")])));
    }

    #[test]
    fn a_file_of_an_earlier_run_that_this_one_does_not_write_is_made_absent() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("b.rejects.csv"), "of another set").unwrap();
        commit(root.path(), &[("a.csv", "1"), ("a.rejects.csv", "x"), ("a.report.json", "1 reject")]);
        let committed = commit(root.path(), &[("a.csv", "1"), ("a.report.json", "1 reject")]);
        assert!(!committed.unchanged, "the rejects are gone, which is a change");
        let rest = [("a.csv", "1"), ("a.report.json", "1 reject"), ("b.rejects.csv", "of another set")];
        assert_eq!(there(root.path()), pairs(&rest));
    }

    #[test]
    fn nothing_appears_before_all_is_there_and_what_was_there_stays() {
        let root = tempfile::tempdir().unwrap();
        let before = pairs(&[("a.csv", "old"), ("a.rejects.csv", "old")]);
        commit(root.path(), &[("a.csv", "old"), ("a.rejects.csv", "old")]);
        let mut set = claim(root.path());
        set.write("a.report.json", b"new").unwrap();
        let mut output = set.create("a.csv").unwrap();
        output.write_all(b"new").unwrap();
        let visible = || there(root.path()).into_iter().filter(|(name, _)| !name.starts_with('.')).collect::<Vec<_>>();
        assert_eq!(visible(), before);
        set.put(output).unwrap();
        drop(set.create("a.rejects.csv").unwrap());
        assert_eq!(visible(), before);
        drop(set);
        assert_eq!(there(root.path()), before, "nothing is left of a set that was dropped");
    }

    #[test]
    fn a_report_can_say_what_the_others_are() {
        let root = tempfile::tempdir().unwrap();
        let mut set = claim(root.path());
        let mut output = set.create("a.csv").unwrap();
        for row in ["1\n", "2\n"] {
            output.write_all(row.as_bytes()).unwrap();
        }
        set.put(output).unwrap();
        let report: String = set.written().map(|file| format!("{} {}", file.bytes, file.sha256)).collect();
        set.write("a.report.json", report.as_bytes()).unwrap();
        let committed = set.commit().unwrap();
        let csv = &committed.files[0];
        assert_eq!(report, format!("4 {}", sha256(&csv.path).unwrap()));
        assert_eq!(committed.files[1].path, root.path().join("a.report.json"));
    }

    /// Nothing can make several renames one. Whoever reads the last file can tell that the others are newer.
    #[test]
    fn they_appear_in_the_order_of_their_names_so_that_the_last_one_tells() {
        let root = tempfile::tempdir().unwrap();
        commit(root.path(), &[("a.csv", "old"), ("a.rejects.csv", "old"), ("a.report.json", "old")]);
        let mut set = claim(root.path());
        for name in ["a.report.json", "a.rejects.csv", "a.csv"] {
            set.write(name, b"new").unwrap();
        }
        // The disk loses what waits for the second.
        let is_second = |name: &str| name.starts_with(".a.rejects.csv.") && name.ends_with(STAGED_SUFFIX);
        let staged = there(root.path()).into_iter().find(|(name, _)| is_second(name)).unwrap().0;
        fs::remove_file(root.path().join(staged)).unwrap();
        let error = set.commit().unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
        let after = [("a.csv", "new"), ("a.rejects.csv", "old"), ("a.report.json", "old")];
        assert_eq!(there(root.path()), pairs(&after));
    }

    #[test]
    fn a_folder_in_the_way_is_found_before_anything_appears() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("a.report.json")).unwrap();
        let mut set = claim(root.path());
        set.write("a.csv", b"new").unwrap();
        let error = set.commit().unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
        assert!(!root.path().join("a.csv").exists());
    }

    #[test]
    fn two_runs_that_share_a_file_do_not_mix() {
        let root = tempfile::tempdir().unwrap();
        let claim = |names: &[&str]| OutputSet::claim(root.path(), names, Access::Everyone);
        let _first = claim(&["a", "b"]).unwrap();
        assert!(claim(&["b", "c"]).is_err());
        assert!(claim(&["c"]).is_ok(), "what a refused run had claimed is free again");
    }

    #[test]
    fn a_file_that_everyone_can_read_is_written_anew_where_it_holds_contacts() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(format!(".a.csv.x1y2z3{STAGED_SUFFIX}")), "of a killed run").unwrap();
        fs::write(root.path().join("a.csv"), "1").unwrap();
        fs::set_permissions(root.path().join("a.csv"), fs::Permissions::from_mode(0o644)).unwrap();
        let mut set = OutputSet::claim(root.path(), NAMES, Access::OwnerAndGroup).unwrap();
        set.write("a.csv", b"1").unwrap();
        assert!(!set.commit().unwrap().unchanged);
        assert_eq!(fs::metadata(root.path().join("a.csv")).unwrap().permissions().mode() & 0o007, 0);
        assert_eq!(there(root.path()), pairs(&[("a.csv", "1")]));
    }
}
