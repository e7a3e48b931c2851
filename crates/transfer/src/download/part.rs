//! The bytes that have come so far.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use files::{Access, open_in_place, unwritable};
use step::{ExitCode, Failure};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::file_request::FileRequest;
use super::growth::Growth;
use super::hash::{Hash, Hashes};
use super::representation::Representation;

/// `NAME.part`, of one version, hashed as it grows.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    bytes: u64,
    version: Option<Representation>,
    hash: Hash,
    growth: Growth,
    access: Access,
    /// How often what was there had to go.
    restarts: u32,
    /// How often that was because the source had another version.
    changes: u32,
    grown_at: Instant,
}

/// How far a part had come at some moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) bytes: u64,
    pub(super) changes: u32,
    pub(super) grown_at: Instant,
}

impl Part {
    /// Opens what an earlier run left, if it is of `version` and can be gone on with; else an empty one.
    pub(super) async fn open(
        target: &Path,
        version: Option<Representation>,
        request: &FileRequest,
        growth: Growth,
    ) -> Result<Self> {
        let (path, with_md5, access) = (path_of(target), request.md5.is_some(), request.access);
        let opened = spawn_blocking(move || Self::open_now(path, version, with_md5, access, growth)).await;
        opened.context("could not read what an earlier run left")?
    }

    fn open_now(
        path: PathBuf,
        version: Option<Representation>,
        with_md5: bool,
        access: Access,
        growth: Growth,
    ) -> Result<Self> {
        let mut file = open_in_place(&path, access)?;
        let version = version.filter(|version| version.if_range.is_some());
        let mut hash = Hash::new(with_md5);
        let mut bytes = 0;
        if version.is_some() {
            bytes = hash.take(&mut file).map_err(|error| refused("read", &path, error))?;
        }
        let fits = version.as_ref().is_some_and(|version| version.bytes.is_none_or(|total| bytes <= total));
        let mut part = Self {
            path,
            file,
            bytes,
            version,
            hash,
            growth,
            access,
            restarts: 0,
            changes: 0,
            grown_at: Instant::now(),
        };
        match fits && bytes > 0 {
            true => part.growth.restart(&part.path, part.bytes),
            false => part.empty()?,
        }
        Ok(part)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn version(&self) -> Option<&Representation> {
        self.version.as_ref()
    }

    /// Size, changes of version, and when the last byte came.
    pub(super) fn extent(&self) -> Extent {
        Extent { bytes: self.bytes, changes: self.changes, grown_at: self.grown_at }
    }

    /// Whether anything of what an earlier run left is gone.
    pub(super) fn began_again(&self) -> bool {
        self.restarts > 0
    }

    /// Whether its server announced more.
    pub(super) fn is_short(&self) -> bool {
        self.version.as_ref().and_then(|version| version.bytes).is_some_and(|total| self.bytes < total)
    }

    /// Begins a version. The file is empty on the disk before anything says that it is of that version: nothing of
    /// another one can ever pass for it.
    pub(super) fn restart(&mut self, version: Representation) -> Result<()> {
        self.changes += u32::from(self.version.as_ref().is_some_and(|old| old.differs(&version)));
        self.empty()?;
        self.version = Some(version);
        Ok(())
    }

    /// Its version is no longer to be had.
    pub(super) fn outdate(&mut self) -> Result<()> {
        self.changes += 1;
        self.discard()
    }

    /// Forgets what has come.
    pub(super) fn discard(&mut self) -> Result<()> {
        self.empty()?;
        files::remove(&self.path)
    }

    fn empty(&mut self) -> Result<()> {
        if !self.path.exists() {
            self.file = open_in_place(&self.path, self.access)?;
        }
        if self.bytes > 0 {
            self.restarts += 1;
        }
        let emptied =
            self.file.set_len(0).and_then(|()| self.file.sync_all()).and_then(|()| io::Seek::rewind(&mut self.file));
        emptied.map_err(|error| refused("write", &self.path, error))?;
        (self.bytes, self.version, self.hash) = (0, None, self.hash.anew());
        self.growth.restart(&self.path, 0);
        Ok(())
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| refused("write", &self.path, error))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        if !bytes.is_empty() {
            self.grown_at = Instant::now();
        }
        self.growth.grow(self.bytes);
        Ok(())
    }

    /// Why this is not what was wanted, all of it being there.
    pub(super) fn judge(&self, request: &FileRequest) -> Result<(), String> {
        if let Some(bytes) = request.bytes.filter(|bytes| *bytes != self.bytes) {
            return Err(format!("it has {} bytes, not {bytes}", self.bytes));
        }
        let hashes = self.hashes();
        for (kind, own, wanted) in
            [("MD5", hashes.md5, &request.md5), ("SHA-256", Some(hashes.sha256), &request.sha256)]
        {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| own.as_ref() != Some(wanted)) {
                return Err(format!("its {kind} is {}, not {wanted}", own.unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// Asks for room for what is still to come.
    pub(super) fn ensure_room(&self, target: &Path, missing: u64) -> Result<()> {
        let space = rustix::fs::fstatvfs(&self.file).map_err(|error| refused("ask", &self.path, error.into()))?;
        let free = space.f_bavail.saturating_mul(space.f_frsize);
        if missing <= free {
            return Ok(());
        }
        let message =
            format!("could not fetch `{}`: {missing} bytes are to come, and {free} are free", target.display());
        Err(Failure::new(ExitCode::DiskRefused, message)
            .hint("free some space, then run again: what has come is kept")
            .into())
    }

    /// Everything is on the disk.
    pub(super) fn settle(&self) -> Result<()> {
        self.file.sync_all().map_err(|error| refused("write", &self.path, error))
    }

    pub(super) fn hashes(&self) -> Hashes {
        self.hash.clone().hashes()
    }

    pub(super) fn modified(&self) -> Result<u64> {
        let modified = self.file.metadata().and_then(|there| there.modified());
        modified.map(since_1970_ns).map_err(|error| refused("read", &self.path, error))
    }

    /// Takes its name, on the disk too.
    pub(super) fn rename(&self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).map_err(|error| refused("write", target, error))?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| refused("write", folder, error))
    }
}

impl Drop for Part {
    /// A part without a byte is of no use to the next run.
    fn drop(&mut self) {
        if self.bytes == 0 {
            let _ = fs::remove_file(&self.path);
        }
    }
}

pub(super) fn since_1970_ns(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// `NAME.part`.
pub(super) fn path_of(target: &Path) -> PathBuf {
    let mut path = OsString::from(target);
    path.push(".part");
    path.into()
}

fn refused(verb: &str, path: &Path, error: io::Error) -> anyhow::Error {
    unwritable(verb, path, error).hint("see that its folder can be written and has room; what has come is kept").into()
}
