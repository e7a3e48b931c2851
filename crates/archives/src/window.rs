//! A part of an archive, read without moving the file: others may read it meanwhile.

use std::borrow::Borrow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// A part of a file, borrowed or shared.
pub(crate) struct Window<F> {
    pub(crate) archive: F,
    pub(crate) range: Range<u64>,
}

impl<F: Borrow<File>> Read for Window<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.range.end.saturating_sub(self.range.start)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let count = self.archive.borrow().read_at(&mut buffer[..wanted], self.range.start)?;
        self.range.start += count as u64;
        Ok(count)
    }
}

/// Only onwards from where it is.
impl<F> Seek for Window<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(by) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.range.start = self.range.start.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.range.start)
    }
}
