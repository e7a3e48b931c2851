//! Who may read a file, and how it is opened where anybody could have put another thing in its place.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::Result;
use rustix::fs::OFlags;
use step::{ExitCode, Failure};

use crate::error::unwritable;

/// What everyone else may do with a file, in its mode.
const OTHERS: u32 = 0o007;

/// Who may read a file that a step writes, as far as the umask lets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Open data.
    #[default]
    Everyone,
    /// For what holds contacts, and for what only steps read: mode 0640 before the umask.
    OwnerAndGroup,
}

impl Access {
    pub(crate) fn permissions(self) -> Permissions {
        Permissions::from_mode(self.mode())
    }

    /// Whether a file that is there is open to no more than these.
    pub(crate) fn allows(self, there: &Metadata) -> bool {
        self == Self::Everyone || there.permissions().mode() & OTHERS == 0
    }

    fn mode(self) -> u32 {
        match self {
            Self::Everyone => 0o666,
            Self::OwnerAndGroup => 0o640,
        }
    }
}

/// Opens a file that is written in place, such as a journal or a part, to read and write; makes it if need be.
///
/// Its name is known beforehand, so that anybody who can write in the folder could have put a link there, and what is
/// written would go elsewhere, or a pipe, and the step would wait for ever.
///
/// # Errors
/// 74 when it is a link or no regular file, or the disk refuses.
pub fn open_in_place(path: &Path, access: Access) -> Result<File> {
    // A pipe does not keep us waiting either, since it is opened without.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(access.mode())
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(_) if fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) => return Err(not_regular(path)),
        Err(error) => return Err(unwritable("write", path, error).into()),
    };
    let check = || -> io::Result<bool> {
        let there = file.metadata()?;
        if there.is_file() && !access.allows(&there) {
            // Left by an earlier version, or by somebody who means well.
            file.set_permissions(Permissions::from_mode(there.permissions().mode() & !OTHERS))?;
        }
        Ok(there.is_file())
    };
    match check().map_err(|error| unwritable("write", path, error))? {
        true => Ok(file),
        false => Err(not_regular(path)),
    }
}

fn not_regular(path: &Path) -> anyhow::Error {
    let message = format!("could not write `{}`: a link or a special file is in its place", path.display());
    Failure::new(ExitCode::DiskRefused, message)
        .hint("find out who put it there, and remove it; what it leads to is untouched")
        .into()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn refused(path: &Path) -> String {
        let error = open_in_place(path, Access::Everyone).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
        error.to_string()
    }

    #[test]
    fn a_link_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, link) = (folder.path().join("victim"), folder.path().join("a.part"));
        fs::write(&victim, b"mine").unwrap();
        symlink(&victim, &link).unwrap();
        assert!(refused(&link).contains("a.part"));
        fs::remove_file(&victim).unwrap();
        refused(&link);
        assert!(!victim.exists(), "nor is anything made at its end");
    }

    #[test]
    fn a_pipe_or_a_folder_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("a.part");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        assert!(refused(&pipe).contains("special file"));
        refused(folder.path());
    }

    #[test]
    fn what_holds_contacts_is_closed_to_others_even_if_it_was_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.part");
        fs::write(&path, b"abc").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o664)).unwrap();
        let mut file = open_in_place(&path, Access::OwnerAndGroup).unwrap();
        file.write_all(b"x").unwrap();
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(), fs::read(&path).unwrap()), (0o660, b"xbc".to_vec()));
        fs::remove_file(&path).unwrap();
        open_in_place(&path, Access::OwnerAndGroup).unwrap();
        assert_eq!(mode() & !0o640, 0);
    }
}
