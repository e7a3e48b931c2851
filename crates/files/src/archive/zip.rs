//! Zip, by the crate of that name.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use ::zip::read::ZipArchive;
use ::zip::result::ZipError;
use anyhow::Result;

use super::sevenz::is_plain;
use super::sink::Sink;
use super::{Entry, Kind, Limits, Refusal, name, zip_end};

const BUFFER_BYTES: usize = 64 << 10;

/// In the attributes of MS-DOS and Windows: what looks like a file leads elsewhere.
const REPARSE_POINT: u32 = 0x400;

/// A zip and its list.
#[derive(Debug)]
pub(super) struct Zip {
    archive: ZipArchive<BufReader<File>>,
}

impl Zip {
    pub(super) fn open(mut file: File, limits: Limits) -> Result<(Self, Vec<Entry>), Refusal> {
        let end = zip_end::read(&mut file, limits)?;
        file.rewind()?;
        let mut archive = ZipArchive::new(BufReader::with_capacity(BUFFER_BYTES, file))?;
        let as_we_read = archive.offset() == 0
            && archive.central_directory_start() == end.list_begin
            && archive.comment().len() == end.comment_bytes;
        if !as_we_read {
            return Err(Refusal::new("it can be read in two ways"));
        }
        // Overlaps, names that are there twice, entries that the list leaves out or tells otherwise.
        archive.validate_header_consistency()?;
        if archive.len() as u64 != end.entries {
            return Err(Refusal::new("it holds another number of files than its end says"));
        }
        let entries = (0..archive.len()).map(|index| entry(&archive, index)).collect::<Result<_, _>>()?;
        Ok((Self { archive }, entries))
    }

    /// Writes the entries with content that `wants` says.
    pub(super) fn unpack(&mut self, entries: &[Entry], wants: &dyn Fn(usize) -> bool, sink: &mut Sink) -> Result<()> {
        for (index, entry) in entries.iter().enumerate().filter(|(index, _)| wants(*index)) {
            let mut content = self.archive.by_index(index).map_err(|error| sink.site().refuse(error.into()))?;
            sink.write(entry, &mut content as &mut dyn Read)?;
        }
        Ok(())
    }
}

fn entry(archive: &ZipArchive<BufReader<File>>, index: usize) -> Result<Entry, Refusal> {
    let listed = archive.by_index_data(index)?;
    let raw = listed.name()?;
    let path = name::clean(&raw).map_err(Refusal::new)?;
    let refuse = |what: &str| Err(Refusal::new(format!("its entry `{}` {what}", name::shown(&raw))));
    if listed.encrypted() {
        return refuse("is encrypted");
    }
    // Whatever system it says it comes from: readers differ in whether they look.
    let attributes = listed.external_attributes();
    if attributes & REPARSE_POINT != 0 || !is_plain(attributes >> 16) || !is_plain(listed.unix_mode().unwrap_or(0)) {
        return refuse("is a link, a device or a pipe");
    }
    let kind = match raw.ends_with(['/', '\\']) {
        true if listed.size() > 0 => return refuse("is a folder with content"),
        true => Kind::Folder,
        false => Kind::File { bytes: listed.size(), crc32: listed.crc32() },
    };
    Ok(Entry { path, kind })
}

impl From<ZipError> for Refusal {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            ZipError::InvalidArchive(why) => Self::new(format!("it is damaged: {why}")),
            ZipError::UnsupportedArchive(why) => Self::new(format!("it cannot be read here: {why}")),
            other => Self::new(format!("it is damaged: {other}")),
        }
    }
}
