//! The first file of a zip, inflated while the zip comes.
//!
//! A zip says at its end what it holds, and before each file too little: sizes and checksum may come afterwards. So the
//! content is inflated as it comes, and only when the zip is there and was judged is it known to be right:
//! [`Inflated::confirm`].

use std::fmt::Display;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use files::{Lock, Output, Written};
use flate2::{Decompress, FlushDecompress, Status};
use step::{ExitCode, Failure};

use crate::archive::Archive;
use crate::entry::EntryKind;
use crate::limits::Limits;

/// `PK\3\4`, version, flags, method, time, date, CRC-32, two sizes, two lengths.
const HEADER_BYTES: usize = 30;
const SIGNATURE: &[u8] = b"PK\x03\x04";
const ENCRYPTED: u16 = 1;
const DEFLATED: u16 = 8;

const READ_BYTES: usize = 64 << 10;
const WRITE_BYTES: usize = 256 << 10;

/// A file that was inflated and that nobody has confirmed yet; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Inflated {
    output: Output,
    /// Nobody else writes the file meanwhile.
    _lock: Lock,
    name: String,
    bytes: u64,
    crc32: u32,
}

/// What a zip says before a file.
struct Header {
    name: String,
    encrypted: bool,
    method: u16,
}

/// Inflates the first file of the zip that `source` reads, into `folder`, and reads `source` to its end. `advance`
/// is told the bytes written; its error ends the work.
///
/// # Errors
/// 65 when it is no such zip, 74 when the disk refuses; and those of `source`, which are given back as they are.
pub fn inflate_first(
    source: &mut dyn Read,
    zip: &Path,
    folder: &Path,
    limits: Limits,
    advance: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<Inflated> {
    let header = Header::read(source)?.ok_or_else(|| bad(zip, "it does not begin as a zip"))?;
    let destination = header.destination(zip, folder)?;
    let mut inflated = Inflated {
        _lock: Lock::claim(&destination)?,
        output: Output::create(destination)?,
        name: header.name,
        bytes: 0,
        crc32: 0,
    };
    let (mut inflate, mut crc) = (Decompress::new(false), crc32fast::Hasher::new());
    let (mut input, mut output) = (vec![0; READ_BYTES], vec![0; WRITE_BYTES]);
    let mut filled = 0;
    'file: loop {
        let count = source.read(&mut input)?;
        if count == 0 {
            return Err(bad(zip, "it ends in the middle of its file"));
        }
        let mut at = 0;
        while at < count {
            let (read, wrote) = (inflate.total_in(), inflate.total_out());
            let status = inflate
                .decompress(&input[at..count], &mut output[filled..], FlushDecompress::None)
                .map_err(|error| bad(zip, format!("its content is damaged: {error}")))?;
            at += (inflate.total_in() - read) as usize;
            filled += (inflate.total_out() - wrote) as usize;
            if filled == output.len() || status == Status::StreamEnd {
                inflated.take(&output[..filled], &mut crc, zip, limits)?;
                advance(filled as u64)?;
                filled = 0;
            }
            if status == Status::StreamEnd {
                break 'file;
            }
        }
    }
    inflated.crc32 = crc.finalize();
    // The zip is whole only when its reader says that it ended.
    while source.read(&mut input)? > 0 {}
    Ok(inflated)
}

impl Inflated {
    /// Its name in the zip.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn take(&mut self, bytes: &[u8], crc: &mut crc32fast::Hasher, zip: &Path, limits: Limits) -> Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > limits.max_bytes {
            return Err(bad(zip, format!("its file has over {} bytes", limits.max_bytes)));
        }
        crc.update(bytes);
        self.output.write_all(bytes).map_err(|error| files::unwritable("write", Path::new(&self.name), error).into())
    }

    /// Compares it with what the whole zip, at `zip`, says: one file, of this name, size and checksum.
    ///
    /// # Errors
    /// 65 when they differ, or the zip breaks a rule.
    pub fn confirm(self, zip: &Path, limits: Limits) -> Result<Confirmed> {
        let archive = Archive::open(zip, limits)?;
        match archive.entries() {
            [one] if one.path == self.name => match one.kind {
                EntryKind::File { bytes, crc32 } if (bytes, crc32) == (self.bytes, self.crc32) => {
                    Ok(Confirmed { output: self.output, _lock: self._lock })
                }
                _ => Err(bad(zip, "its file has not the size or checksum that its list says")),
            },
            entries => Err(bad(zip, format!("it should hold one file, and holds {}", entries.len()))),
        }
    }
}

/// A file that is as its zip says; it only lacks its name.
#[derive(Debug)]
pub struct Confirmed {
    output: Output,
    _lock: Lock,
}

impl Confirmed {
    /// Makes it appear.
    pub fn commit(self) -> Result<Written> {
        self.output.commit()
    }
}

impl Header {
    fn read(source: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER_BYTES];
        if !fill(source, &mut header)? || !header.starts_with(SIGNATURE) {
            return Ok(None);
        }
        let word = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let mut rest = vec![0; usize::from(word(26)) + usize::from(word(28))];
        if !fill(source, &mut rest)? {
            return Ok(None);
        }
        let name = String::from_utf8_lossy(&rest[..usize::from(word(26))]).into_owned();
        Ok(Some(Self { name, encrypted: word(6) & ENCRYPTED != 0, method: word(8) }))
    }

    /// Where the file goes: into the folder itself, under a name that cannot lead elsewhere.
    fn destination(&self, zip: &Path, folder: &Path) -> Result<PathBuf> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        let is_name = !self.name.is_empty() && self.name.len() <= 200 && !self.name.starts_with('.');
        if !is_name || !self.name.chars().all(is_plain) {
            return Err(bad(zip, format!("its file has the odd name `{}`", self.name.escape_debug())));
        }
        if self.encrypted || self.method != DEFLATED {
            return Err(bad(zip, "its file is not deflated"));
        }
        Ok(folder.join(&self.name))
    }
}

/// Whether `buffer` could be filled.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> io::Result<bool> {
    match source.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn bad(zip: &Path, why: impl Display) -> anyhow::Error {
    Failure::new(ExitCode::BadInput, format!("could not extract `{}`: {why}", zip.display()))
        .hint("fetch it again; if that changes nothing, its publisher must mend it")
        .into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    const LIMITS: Limits = Limits { max_bytes: 1 << 20, max_entries: 10 };

    /// A local header and its content, and no end.
    fn start_of_zip(name: &str, flags: u16, content: &[u8]) -> Vec<u8> {
        let mut zip = SIGNATURE.to_vec();
        for word in [20, flags, DEFLATED, 0, 0, 0, 0, 0, 0, 0, 0, name.len() as u16, 0] {
            zip.extend(word.to_le_bytes());
        }
        zip.extend(name.as_bytes());
        let mut encoder = DeflateEncoder::new(zip, Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(zip: &[u8], folder: &Path) -> Result<Inflated> {
        inflate_first(&mut &*zip, Path::new("s.zip"), folder, LIMITS, &mut |_| Ok(()))
    }

    fn refused(zip: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let error = inflate(zip, folder.path()).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput, "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{error}");
        error.to_string()
    }

    #[test]
    fn a_file_is_inflated_and_does_not_appear_before_it_is_confirmed() {
        let folder = tempfile::tempdir().unwrap();
        let inflated = inflate(&start_of_zip("a.csv", 8, &[b'x'; 600_000]), folder.path()).unwrap();
        assert_eq!((inflated.name(), inflated.bytes), ("a.csv", 600_000));
        assert!(!folder.path().join("a.csv").exists());
        fs::write(folder.path().join("s.zip"), b"PK\x03\x04 and no end").unwrap();
        inflated.confirm(&folder.path().join("s.zip"), LIMITS).unwrap_err();
        assert!(!folder.path().join("a.csv").exists());
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for name in [
            "../a.csv",
            "/a.csv",
            "a/b.csv",
            "a\\b.csv",
            "C:a.csv",
            "",
            "..",
            ".a.csv",
            "a\u{1b}.csv",
            &"a".repeat(300),
        ] {
            assert!(refused(&start_of_zip(name, 0, b"x")).contains("odd name"), "{name}");
        }
    }

    #[test]
    fn what_is_no_such_zip_is_65() {
        refused(b"");
        refused(b"<html>");
        assert!(refused(&start_of_zip("a.csv", ENCRYPTED, b"x")).contains("not deflated"));
        let whole = start_of_zip("a.csv", 0, &(0..90_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        assert!(refused(&whole[..whole.len() - 9]).contains("in the middle"));
        assert!(refused(&start_of_zip("a.csv", 0, &vec![0; 2 << 20])).contains("over 1048576 bytes"), "a bomb");
        let mut spoilt = whole;
        spoilt[40] = 0xff;
        refused(&spoilt);
    }
}
