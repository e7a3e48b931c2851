//! Room for what a catalogue has more of than memory: pieces of text, written one after the other, read by their place.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result};

/// What is held before it is written away.
const HELD_BYTES: usize = 256 << 10;

/// What is read at once where pieces stand one after the other.
const READ_BYTES: usize = 64 << 10;

/// Where a piece is, in a store or in a file that was left by an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
}

/// Pieces on the disk, in a file without a name.
#[derive(Debug)]
pub(crate) struct Store {
    file: File,
    /// What is in the file.
    written: u64,
    /// What comes after that.
    held: Vec<u8>,
}

impl Store {
    /// `folder` is where the outputs will be.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        Ok(Self { file: files::scratch(folder)?, written: 0, held: Vec::with_capacity(HELD_BYTES) })
    }

    /// Adds a piece, which `write` appends to what it is given.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<Place> {
        let start = self.held.len();
        write(&mut self.held)?;
        let bytes = u32::try_from(self.held.len() - start).context("could not keep a line of over 4 GiB")?;
        let place = Place { offset: self.written + start as u64, bytes };
        if self.held.len() >= HELD_BYTES {
            self.write_away()?;
        }
        Ok(place)
    }

    /// Reads a piece into `buffer`, in place of what is there.
    pub(crate) fn read(&self, place: Place, buffer: &mut Vec<u8>) -> Result<()> {
        match place.offset.checked_sub(self.written) {
            Some(start) => {
                let start = start as usize;
                buffer.clear();
                buffer.extend_from_slice(&self.held[start..start + place.bytes as usize]);
                Ok(())
            }
            None => read_at(&self.file, place, buffer),
        }
    }

    /// Reads pieces one after the other.
    pub(crate) fn ahead(&self) -> Ahead<'_> {
        Ahead { store: self, window: Vec::new(), start: 0, next: 0 }
    }

    /// All pieces, one after the other.
    pub(crate) fn reader(&mut self) -> Result<impl Read + '_> {
        self.write_away()?;
        Ok(BufReader::with_capacity(HELD_BYTES, At { file: &self.file, offset: 0 }))
    }

    /// Forgets all pieces.
    pub(crate) fn clear(&mut self) -> Result<()> {
        self.held.clear();
        self.written = 0;
        self.file.set_len(0).context("could not empty a temporary file")
    }

    fn write_away(&mut self) -> Result<()> {
        self.file.write_all_at(&self.held, self.written).context("could not write a temporary file")?;
        self.written += self.held.len() as u64;
        self.held.clear();
        Ok(())
    }
}

/// Reads pieces: of those that stand one after the other many at once.
pub(crate) struct Ahead<'s> {
    store: &'s Store,
    /// What was read last, and where it begins.
    window: Vec<u8>,
    start: u64,
    /// Where the piece that was read last ends.
    next: u64,
}

impl Ahead<'_> {
    /// Reads a piece.
    pub(crate) fn read(&mut self, place: Place) -> Result<&[u8]> {
        let Store { file, written, held } = self.store;
        let bytes = place.bytes as usize;
        if let Some(start) = place.offset.checked_sub(*written) {
            return Ok(&held[start as usize..start as usize + bytes]);
        }
        let end = place.offset + u64::from(place.bytes);
        if place.offset < self.start || end > self.start + self.window.len() as u64 {
            // Out of turn one piece is enough.
            let most = if place.offset == self.next { READ_BYTES.max(bytes) } else { bytes };
            let most = most.min((written - place.offset) as usize);
            self.window.resize(most, 0);
            file.read_exact_at(&mut self.window, place.offset).context("could not read back what was written")?;
            self.start = place.offset;
        }
        self.next = end;
        let start = (place.offset - self.start) as usize;
        Ok(&self.window[start..start + bytes])
    }
}

/// Reads a piece of a file into `buffer`, in place of what is there.
pub(crate) fn read_at(file: &File, place: Place, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.resize(place.bytes as usize, 0);
    file.read_exact_at(buffer, place.offset).context("could not read back what was written")
}

/// A file from a place of its own: its cursor is nobody's.
struct At<'a> {
    file: &'a File,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_by_their_place_and_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::new(folder.path()).unwrap();
        let add = |store: &mut Store, piece: &[u8]| {
            let write = |held: &mut Vec<u8>| {
                held.extend_from_slice(piece);
                Ok(())
            };
            store.add(write).unwrap()
        };
        let pieces: Vec<Vec<u8>> = (0..2_000_u32).map(|n| vec![n as u8; n as usize % 700]).collect();
        let places: Vec<_> = pieces.iter().map(|piece| add(&mut store, piece)).collect();
        let mut buffer = Vec::new();
        for (piece, place) in pieces.iter().zip(&places) {
            store.read(*place, &mut buffer).unwrap();
            assert_eq!(&buffer, piece);
        }
        let mut ahead = store.ahead();
        let order = (0..2_000).chain((0..2_000).rev()).chain((0..2_000).map(|n| n * 7 % 2_000));
        for n in order {
            assert_eq!(ahead.read(places[n]).unwrap(), pieces[n]);
        }
        buffer.clear();
        store.reader().unwrap().read_to_end(&mut buffer).unwrap();
        assert_eq!(buffer, pieces.concat());
        store.clear().unwrap();
        assert_eq!(add(&mut store, b"new"), Place { offset: 0, bytes: 3 });
    }
}
