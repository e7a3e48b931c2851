//! Elements read back from their files, in whatever order they are wanted: mostly that of the file.

use std::fs::File;
use std::os::unix::fs::FileExt;

use anyhow::Result;

use crate::merge_offers::gather::changed;
use crate::merge_offers::sheet::{Place, Stat};
use crate::merge_offers::source::Source;

/// Read at once, around what is wanted.
const BYTES: usize = 256 << 10;

/// Files that are open at the same time.
const MOST: usize = 16;

/// Parts of files that were read.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    open: Vec<Window>,
    /// Counts the uses, so that the one unused for longest gives way.
    uses: u64,
}

#[derive(Debug)]
struct Window {
    source: u32,
    file: File,
    begin: u64,
    buffer: Vec<u8>,
    used: u64,
}

impl Windows {
    /// The element at a place of a source.
    ///
    /// # Errors
    /// 66 when the file cannot be read, 75 when it is another than was read before.
    pub(crate) fn element(&mut self, number: u32, source: &Source, place: Place) -> Result<&str> {
        self.uses += 1;
        let at = match self.open.iter().position(|window| window.source == number) {
            Some(at) => at,
            None => self.open(number, source)?,
        };
        let window = &mut self.open[at];
        window.used = self.uses;
        let bytes = window.read(place).map_err(|error| files::unreadable(&source.path, error))?;
        simdutf8::basic::from_utf8(bytes).map_err(|_| changed(&source.path))
    }

    fn open(&mut self, number: u32, source: &Source) -> Result<usize> {
        let file = files::open(&source.path)?;
        let there = file.metadata().map_err(|error| files::unreadable(&source.path, error))?;
        if Some(Stat::read(&there)) != source.known.data {
            return Err(changed(&source.path));
        }
        if self.open.len() == MOST {
            let oldest = (0..MOST).min_by_key(|at| self.open[*at].used).unwrap_or_default();
            self.open.swap_remove(oldest);
        }
        self.open.push(Window { source: number, file, begin: 0, buffer: Vec::new(), used: 0 });
        Ok(self.open.len() - 1)
    }
}

impl Window {
    fn read(&mut self, place: Place) -> std::io::Result<&[u8]> {
        let length = place.bytes as usize;
        let is_inside =
            place.offset >= self.begin && place.offset + length as u64 <= self.begin + self.buffer.len() as u64;
        if !is_inside {
            self.buffer.resize(length.max(BYTES), 0);
            self.begin = place.offset;
            let mut filled = 0;
            while filled < self.buffer.len() {
                match self.file.read_at(&mut self.buffer[filled..], place.offset + filled as u64) {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            self.buffer.truncate(filled);
        }
        let begin = (place.offset - self.begin) as usize;
        self.buffer.get(begin..begin + length).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}
