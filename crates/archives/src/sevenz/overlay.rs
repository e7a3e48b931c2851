//! A 7z whose list of files is another than the one at its end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Begins every 7z.
pub(crate) const SIGNATURE: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Length of the start of a 7z: signature, version, and where its list is.
pub(crate) const START_BYTES: u64 = 32;

/// Reads like `file`, followed by a list of our own, to which its start points.
#[derive(Debug)]
pub(crate) struct Overlay {
    file: File,
    file_bytes: u64,
    start: [u8; START_BYTES as usize],
    list: Vec<u8>,
    position: u64,
    /// Where the file itself was left, so that reading on needs no seek.
    file_position: Option<u64>,
}

impl Overlay {
    pub(crate) fn new(file: File, file_bytes: u64, list: Vec<u8>) -> Self {
        let mut place = [0; 20];
        place[..8].copy_from_slice(&(file_bytes - START_BYTES).to_le_bytes());
        place[8..16].copy_from_slice(&(list.len() as u64).to_le_bytes());
        place[16..].copy_from_slice(&crc32fast::hash(&list).to_le_bytes());
        let mut start = [0; START_BYTES as usize];
        start[..6].copy_from_slice(SIGNATURE);
        start[7] = 4;
        start[8..12].copy_from_slice(&crc32fast::hash(&place).to_le_bytes());
        start[12..].copy_from_slice(&place);
        Self { file, file_bytes, start, list, position: 0, file_position: None }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }

    fn read_file(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.file_position != Some(self.position) {
            self.file.seek(SeekFrom::Start(self.position))?;
        }
        self.file_position = None;
        let left = usize::try_from(self.file_bytes - self.position).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(&mut buffer[..left])?;
        if count == 0 && left > 0 {
            // It was cut while we read it: the list must not be taken for what is gone.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.file_position = Some(self.position + count as u64);
        Ok(count)
    }
}

impl Read for Overlay {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.position {
            position if position < START_BYTES => (&self.start[position as usize..]).read(buffer)?,
            position if position < self.file_bytes => self.read_file(buffer)?,
            position => {
                let from = usize::try_from(position - self.file_bytes).unwrap_or(usize::MAX);
                self.list.get(from..).unwrap_or_default().read(buffer)?
            }
        };
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Overlay {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => (self.file_bytes + self.list.len() as u64).checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
