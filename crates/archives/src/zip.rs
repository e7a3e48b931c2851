//! Zip, by the crate of that name.

mod end;

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::sync::Arc;

use ::zip::CompressionMethod;
use ::zip::read::ZipArchive;
use ::zip::result::ZipError;
use anyhow::Result;
use flate2::bufread::DeflateDecoder;

use crate::entry::{Entry, EntryKind, is_file_or_folder};
use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::name;
use crate::sink::Sink;
use crate::window::Window;

const BUFFER_BYTES: usize = 64 << 10;

/// In the attributes of MS-DOS and Windows: what looks like a file leads elsewhere.
const REPARSE_POINT: u32 = 0x400;

/// A zip and its list.
#[derive(Debug)]
pub(crate) struct Zip {
    archive: ZipArchive<BufReader<File>>,
    /// The same file, for readers of single entries.
    file: Arc<File>,
}

impl Zip {
    pub(crate) fn open(mut file: File, limits: Limits) -> Result<(Self, Vec<Entry>), ArchiveError> {
        let end = end::read(&mut file, limits)?;
        file.rewind()?;
        let shared = Arc::new(file.try_clone()?);
        let mut archive = ZipArchive::new(BufReader::with_capacity(BUFFER_BYTES, file))?;
        let as_we_read = archive.offset() == 0
            && archive.central_directory_start() == end.list_begin
            && archive.comment().len() == end.comment_bytes;
        if !as_we_read {
            return Err(ArchiveError::new("it can be read in two ways"));
        }
        // Overlaps, names that are there twice, entries that the list leaves out or tells otherwise.
        archive.validate_header_consistency()?;
        if archive.len() as u64 != end.entries {
            return Err(ArchiveError::new("it holds another number of files than its end says"));
        }
        let entries = (0..archive.len()).map(|index| entry(&archive, index)).collect::<Result<_, _>>()?;
        Ok((Self { archive, file: shared }, entries))
    }

    /// Writes the entries with content that `wants` says.
    pub(crate) fn unpack(&mut self, entries: &[Entry], wants: &dyn Fn(usize) -> bool, sink: &mut Sink) -> Result<()> {
        for (index, entry) in entries.iter().enumerate().filter(|(index, _)| wants(*index)) {
            let mut content = self.archive.by_index(index).map_err(|error| sink.site().refuse(error.into()))?;
            sink.write(entry, &mut content as &mut dyn Read)?;
        }
        Ok(())
    }

    /// The content of one entry, whose size and checksum nobody has checked.
    pub(crate) fn content(&mut self, index: usize) -> Result<Box<dyn Read + Send>, ArchiveError> {
        let listed = self.archive.by_index(index)?;
        let begin = listed.data_start().ok_or_else(|| ArchiveError::new("it does not say where its files begin"))?;
        let end = begin.checked_add(listed.compressed_size()).ok_or_else(|| ArchiveError::new("it is damaged"))?;
        let window = Window { archive: self.file.clone(), range: begin..end };
        let packed = BufReader::with_capacity(BUFFER_BYTES, window);
        match listed.compression() {
            CompressionMethod::Stored => Ok(Box::new(packed)),
            CompressionMethod::Deflated => Ok(Box::new(DeflateDecoder::new(packed))),
            other => Err(ArchiveError::new(format!("its compression `{other}` is not known here"))),
        }
    }
}

fn entry(archive: &ZipArchive<BufReader<File>>, index: usize) -> Result<Entry, ArchiveError> {
    let listed = archive.by_index_data(index)?;
    let raw = listed.name()?;
    let path = name::clean(&raw).map_err(ArchiveError::new)?;
    let refuse = |what: &str| Err(ArchiveError::new(format!("its entry `{}` {what}", name::shown(&raw))));
    if listed.encrypted() {
        return refuse("is encrypted");
    }
    // Whatever system it says it comes from: readers differ in whether they look.
    let attributes = listed.external_attributes();
    if attributes & REPARSE_POINT != 0
        || !is_file_or_folder(attributes >> 16)
        || !is_file_or_folder(listed.unix_mode().unwrap_or(0))
    {
        return refuse("is a link, a device or a pipe");
    }
    let kind = match raw.ends_with(['/', '\\']) {
        true if listed.size() > 0 => return refuse("is a folder with content"),
        true => EntryKind::Folder,
        false => EntryKind::File { bytes: listed.size(), crc32: listed.crc32() },
    };
    Ok(Entry { path, kind })
}

impl From<ZipError> for ArchiveError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            ZipError::InvalidArchive(why) => Self::new(format!("it is damaged: {why}")),
            ZipError::UnsupportedArchive(why) => Self::new(format!("it cannot be read here: {why}")),
            other => Self::new(format!("it is damaged: {other}")),
        }
    }
}
