//! A disk that is soon full, or that nobody can write to.

use std::path::Path;
use std::process::Command;

/// A small disk for one test; it is gone when it is dropped.
#[derive(Debug)]
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Mounts one with the options of `tmpfs`, such as `size=64k` or `ro`; none where that is not allowed: a test
    /// that is skipped says so.
    pub fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("the tests can write a temporary folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}
