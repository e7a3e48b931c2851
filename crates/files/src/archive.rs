//! Archives, 7z or zip, as a stranger may have made them.
//!
//! [`Archive::open`] reads the list of entries and judges it before a byte is written: names, kinds, sizes and counts.
//! [`Archive::unpack`] then writes the entries asked for, each of the size and CRC that the list says. What comes out
//! goes to a [`crate::Tree`], so that a file that turns out bad leaves nothing behind.
//!
//! Failures: 65 the archive breaks a rule, 66 it cannot be read, 74 the disk refuses.

mod entry;
#[cfg(test)]
mod flips;
mod lzma;
mod name;
mod overlay;
mod pieces;
mod roll;
mod sevenz;
mod sevenz_header;
mod sevenz_walk;
mod sink;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod zip;
mod zip_end;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure};

pub use entry::{Entry, Kind};

use sevenz::SevenZ;
use sink::Sink;
use zip::Zip;

const SEVENZ_SIGNATURE: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Of the first entry, or of the end of an archive that has none.
const ZIP_SIGNATURES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The list of a hundred thousand entries is a tenth of that; the whole list is held in memory.
const LONGEST_LIST_BYTES: u64 = 32 << 20;

/// What an archive may ask of us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes in all files together.
    pub max_bytes: u64,
    /// Files and folders, those that are only part of a path included.
    pub max_entries: usize,
}

/// How the archive is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    SevenZ,
    Zip,
}

/// An archive whose list of entries has been judged.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    entries: Vec<Entry>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    SevenZ(Box<SevenZ>),
    Zip(Zip),
}

impl Archive {
    /// Opens the archive at `path`, in the format that its content has.
    ///
    /// # Errors
    /// 65 when it is no archive, or its list breaks a rule; 66 when it cannot be read.
    pub fn open(path: &Path, limits: Limits) -> Result<Self> {
        let mut file = crate::open(path)?;
        let format = Format::sniff(&mut file).map_err(|why| why.told_of(path))?;
        let read = match format {
            Format::SevenZ => SevenZ::open(file, limits).map(|(seven, list)| (Content::SevenZ(Box::new(seven)), list)),
            Format::Zip => Zip::open(file, limits).map(|(zip, list)| (Content::Zip(zip), list)),
        };
        let judged = read.and_then(|(content, entries)| roll::judge(&entries, limits).map(|()| (content, entries)));
        let (content, entries) = judged.map_err(|why| why.told_of(path))?;
        Ok(Self { path: path.to_owned(), entries, content })
    }

    /// What is in it, in its own order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How it is made.
    pub fn format(&self) -> Format {
        match self.content {
            Content::SevenZ(_) => Format::SevenZ,
            Content::Zip(_) => Format::Zip,
        }
    }

    /// Writes the entries that `wanted` says, in the order of [`Archive::entries`], below `folder`, which is empty.
    ///
    /// `advance` is told the bytes written, every now and then also none; its error ends the work. Returns the SHA-256 of
    /// the file, in lower-case hexadecimal, when it is the only one.
    ///
    /// # Errors
    /// 65 when the content is not as the list says, 66 when it cannot be read, 74 when the disk refuses.
    pub fn unpack(
        &mut self,
        wanted: &[bool],
        folder: &Path,
        advance: &mut dyn FnMut(u64) -> Result<()>,
    ) -> Result<Option<String>> {
        let chosen = || self.entries.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(entry, _)| entry);
        let is_only_one = chosen().filter(|entry| entry.kind != Kind::Folder).count() == 1;
        let mut sink = Sink::new(&self.path, folder, is_only_one, advance);
        for entry in chosen() {
            // Files without content are in no block of a 7z.
            match entry.kind {
                Kind::Folder => sink.make_folder(entry)?,
                Kind::File { bytes: 0, .. } => sink.write(entry, &mut io::empty())?,
                Kind::File { .. } => {}
            }
        }
        let wants = |index: usize| wanted.get(index) == Some(&true) && self.entries[index].bytes() > 0;
        match &mut self.content {
            Content::SevenZ(seven) => seven.unpack(&self.entries, &wants, &mut sink)?,
            Content::Zip(zip) => zip.unpack(&self.entries, &wants, &mut sink)?,
        }
        sink.end()
    }
}

impl Format {
    fn sniff(file: &mut File) -> Result<Self, Refusal> {
        let mut start = Vec::with_capacity(8);
        file.take(8).read_to_end(&mut start)?;
        file.rewind()?;
        if start.starts_with(SEVENZ_SIGNATURE) {
            return Ok(Self::SevenZ);
        }
        if ZIP_SIGNATURES.iter().any(|signature| start.starts_with(signature)) {
            return Ok(Self::Zip);
        }
        let looks = match start.trim_ascii_start().first() {
            None if start.is_empty() => "it is empty",
            Some(0) if start.iter().all(|byte| *byte == 0) => "it begins with zeros, as a download that was cut does",
            Some(b'<') => "it looks like a web page",
            Some(b'{' | b'[') => "it looks like JSON",
            _ => "it is neither 7z nor zip",
        };
        Err(Refusal::new(looks))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SevenZ => "7z",
            Self::Zip => "zip",
        })
    }
}

/// Why an archive is not taken; its path is added at the end.
#[derive(Debug)]
struct Refusal {
    why: String,
    /// Set when the file itself could not be read.
    io: Option<io::Error>,
}

impl Refusal {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), io: None }
    }

    fn told_of(self, archive: &Path) -> anyhow::Error {
        match self.io {
            Some(error) => Failure::new(ExitCode::NoInput, format!("could not read `{}`", archive.display()))
                .hint("check the path, and that the file can be read")
                .because(error)
                .into(),
            None => {
                Failure::new(ExitCode::BadInput, format!("could not extract `{}`: {}", archive.display(), self.why))
                    .hint("fetch it again; if that changes nothing, its publisher must mend it")
                    .into()
            }
        }
    }
}

/// An error of the operating system means that the file could not be read; any other, that it holds what it should not.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(_) => Self { why: String::new(), io: Some(error) },
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::new("it ends too early: it was cut"),
            None => Self::new(error.to_string()),
        }
    }
}
