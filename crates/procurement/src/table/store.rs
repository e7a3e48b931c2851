//! Rows that wait until it is known which belong together: in memory, then on the disk.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::row::Row;

/// What memory holds of them; more waits on the disk.
const HELD_BYTES: usize = 8 << 20;

/// What is read ahead.
const AHEAD_BYTES: usize = 256 << 10;

/// Takes rows one after the other.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    held: Vec<u8>,
    /// Where what is held begins.
    start: u64,
    scratch: Option<File>,
}

impl Store {
    /// `folder` is where the outputs will be: what memory does not hold waits there, without a name.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), held: Vec::new(), start: 0, scratch: None }
    }

    /// Adds a row; where it is.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn push(&mut self, row: &Row) -> Result<u64> {
        let full = if self.scratch.is_some() { AHEAD_BYTES } else { HELD_BYTES };
        if self.held.len() + row.most_bytes() > full && !self.held.is_empty() {
            self.flush()?;
        }
        let place = self.start + self.held.len() as u64;
        row.write(&mut self.held);
        Ok(place)
    }

    fn flush(&mut self) -> Result<()> {
        if self.scratch.is_none() {
            self.scratch = Some(files::scratch(&self.folder)?);
        }
        let scratch = self.scratch.as_ref().expect("it was just made");
        scratch.write_all_at(&self.held, self.start).context("could not write what memory does not hold")?;
        self.start += self.held.len() as u64;
        // Most of it is not needed any more: what follows is written in smaller pieces.
        self.held.clear();
        self.held.shrink_to(2 * AHEAD_BYTES);
        Ok(())
    }

    /// All rows, to be read.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(mut self) -> Result<Rows> {
        let end = self.start + self.held.len() as u64;
        if self.scratch.is_some() {
            self.flush()?;
        }
        let Self { held, scratch, .. } = self;
        match scratch {
            None => {
                Ok(Rows { ahead: Window { bytes: held, start: 0 }, other: Window::default(), file: None, next: 0, end })
            }
            Some(file) => {
                let (ahead, other) = (Window::default(), Window::default());
                Ok(Rows { ahead, other, file: Some(file), next: 0, end })
            }
        }
    }
}

/// Rows that are all there.
#[derive(Debug)]
pub(crate) struct Rows {
    ahead: Window,
    /// For what does not lie ahead.
    other: Window,
    file: Option<File>,
    next: u64,
    end: u64,
}

/// A part of the rows in memory.
#[derive(Debug, Default)]
struct Window {
    bytes: Vec<u8>,
    start: u64,
}

impl Rows {
    /// Reads the next row; its place, none at the end.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Option<u64>> {
        if self.next == self.end {
            return Ok(None);
        }
        let place = self.next;
        let Self { ahead, file, end, .. } = self;
        let bytes = ahead.row(place, *end, file.as_ref(), AHEAD_BYTES)?;
        self.next += bytes.len() as u64;
        row.read(bytes);
        Ok(Some(place))
    }

    /// Reads the row of a place.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn get(&mut self, place: u64, row: &mut Row) -> Result<()> {
        let Self { ahead, other, file, end, .. } = self;
        let bytes = match ahead.there(place) {
            Some(length) => &ahead.bytes[(place - ahead.start) as usize..][..length],
            None => other.row(place, *end, file.as_ref(), 4 << 10)?,
        };
        row.read(bytes);
        Ok(())
    }
}

impl Window {
    /// The length of the row at a place, where all of it is in memory.
    fn there(&self, place: u64) -> Option<usize> {
        let from = usize::try_from(place.checked_sub(self.start)?).ok()?;
        let rest = self.bytes.get(from..)?;
        Row::length_of(rest).filter(|length| *length <= rest.len())
    }

    /// The row at a place, with what lies behind it read ahead.
    fn row(&mut self, place: u64, end: u64, file: Option<&File>, ahead: usize) -> Result<&[u8]> {
        let mut wanted = ahead;
        let length = loop {
            if let Some(length) = self.there(place) {
                break length;
            }
            let file = file.context("a row is not where it was put")?;
            let count = (wanted as u64).min(end - place) as usize;
            self.bytes.resize(count, 0);
            self.start = place;
            file.read_exact_at(&mut self.bytes, place).context("could not read back what memory does not hold")?;
            // It may be longer than what was read ahead.
            wanted = Row::length_of(&self.bytes).context("a row is not where it was put")?.max(wanted);
        };
        Ok(&self.bytes[(place - self.start) as usize..][..length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::Read;
    use crate::target_path::TargetPath;

    #[test]
    fn rows_come_back_in_order_and_by_place_whether_memory_holds_them_or_not() {
        let folder = tempfile::tempdir().unwrap();
        for (count, length) in [(0, 1), (3, 10), (3_000, 8_000), (3, 5_000_000)] {
            let mut store = Store::new(folder.path());
            let mut row = Row::default();
            let mut places = vec![];
            for number in 0..count {
                row.begin(number, number + 1);
                let text = "é".repeat(length);
                row.push(TargetPath::Objet, 0, None, &text, &Read::plain(&text));
                places.push(store.push(&row).unwrap());
            }
            let mut rows = store.finish().unwrap();
            for number in 0..count {
                assert_eq!(rows.next(&mut row).unwrap(), Some(places[number as usize]));
                assert_eq!((row.number, row.value(TargetPath::Objet).unwrap().len()), (number, 2 * length));
                let other = (number * 7 + 1) % count;
                rows.get(places[other as usize], &mut row).unwrap();
                assert_eq!(row.number, other);
            }
            assert_eq!(rows.next(&mut row).unwrap(), None);
        }
    }
}
