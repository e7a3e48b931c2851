//! An archive whose list of entries has been judged.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::entry::{Entry, EntryKind};
use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::listing;
use crate::name::shown;
use crate::reader::EntryReader;
use crate::sevenz::{SIGNATURE as SEVENZ_SIGNATURE, SevenZ};
use crate::sink::Sink;
use crate::zip::Zip;

/// Of the first entry, or of the end of an archive that has none.
const ZIP_SIGNATURES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

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
        let mut file = files::open(path)?;
        let format = Format::sniff(&mut file).map_err(|why| why.of(path))?;
        let read = match format {
            Format::SevenZ => SevenZ::open(file, limits).map(|(seven, list)| (Content::SevenZ(Box::new(seven)), list)),
            Format::Zip => Zip::open(file, limits).map(|(zip, list)| (Content::Zip(zip), list)),
        };
        let judged = read.and_then(|(content, entries)| listing::judge(&entries, limits).map(|()| (content, entries)));
        let (content, entries) = judged.map_err(|why| why.of(path))?;
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

    /// The content of the file at `path`, as listed, in memory; nothing is written.
    ///
    /// # Errors
    /// 65 when there is no such file, it has over `max_bytes`, or is not as the list says; 66 when it cannot be read.
    pub fn read(&mut self, path: &str, max_bytes: u64) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        let read = self.reader(path, max_bytes)?.read_to_end(&mut content);
        read.map_err(|error| ArchiveError::from(error).of(&self.path))?;
        Ok(content)
    }

    /// The content of the file at `path`, as listed, as a stream; nothing is written. Readers of a zip go side by side, and
    /// hold no more than a buffer; of a 7z, the whole content.
    ///
    /// # Errors
    /// As [`Archive::read`]; what only shows on the way, the stream tells.
    pub fn reader(&mut self, path: &str, max_bytes: u64) -> Result<EntryReader> {
        self.begin_reader(path, max_bytes).map_err(|why| why.of(&self.path))
    }

    fn begin_reader(&mut self, path: &str, max_bytes: u64) -> Result<EntryReader, ArchiveError> {
        let is_asked = |entry: &Entry| entry.path == path && entry.kind != EntryKind::Folder;
        let Some(index) = self.entries.iter().position(is_asked) else {
            return Err(ArchiveError::new(format!("it has no file `{}`", shown(path))));
        };
        let entry = &self.entries[index];
        if entry.bytes() > max_bytes {
            let bytes = entry.bytes();
            let why = format!("its file `{}` has {bytes} bytes, more than the {max_bytes} allowed", shown(path));
            return Err(ArchiveError::new(why));
        }
        let content = match &mut self.content {
            _ if entry.bytes() == 0 => Box::new(io::empty()),
            Content::SevenZ(seven) => seven.content(index, entry)?,
            Content::Zip(zip) => zip.content(index)?,
        };
        Ok(EntryReader::new(entry, content))
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
        let is_only_one = chosen().filter(|entry| entry.kind != EntryKind::Folder).count() == 1;
        let mut sink = Sink::new(&self.path, folder, is_only_one, advance);
        for entry in chosen() {
            // Files without content are in no block of a 7z.
            match entry.kind {
                EntryKind::Folder => sink.make_folder(entry)?,
                EntryKind::File { bytes: 0, .. } => sink.write(entry, &mut io::empty())?,
                EntryKind::File { .. } => {}
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
    fn sniff(file: &mut File) -> Result<Self, ArchiveError> {
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
        Err(ArchiveError::new(looks))
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
