//! The records that were written, by their identifiers: as hashes, most of them on the disk.

use std::fs::File;
use std::hash::BuildHasher;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{HashStore, Hashed};
use foldhash::fast::FixedState;

use super::entry::Entry;
use crate::seen::number;

/// Marks of records are held up to this before they go to the disk.
const HELD_BYTES: usize = 256 << 10;

/// Bytes of the mark of one value.
const MARK_BYTES: usize = 4;

/// What there was of an identifier before.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// A record that is the same in every field.
    Same,
    /// Another, which differs in these fields.
    Other(Vec<usize>),
}

/// Which record has an identifier first.
#[derive(Debug, Clone, Copy)]
struct Row {
    id: u64,
    nth: u64,
}

impl Hashed for Row {
    const BYTES: usize = 16;

    fn hash(&self) -> u64 {
        self.id
    }

    fn write(&self, to: &mut Vec<u8>) {
        [self.id, self.nth].iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
    }

    fn read(from: &[u8]) -> Self {
        Self { id: number(from, 0), nth: number(from, 1) }
    }
}

/// The identifiers of one list.
#[derive(Debug)]
pub(super) struct Seen {
    folder: PathBuf,
    rows: HashStore<Row>,
    /// A mark of each value of each record, so that fields that differ can be named.
    marks: Vec<u8>,
    scratch: Option<File>,
    written: u64,
}

impl Seen {
    /// `folder` is where the output will be: what memory does not hold waits there, without a name.
    pub(super) fn new(folder: &Path) -> Self {
        let rows = HashStore::new(folder);
        Self { folder: folder.to_owned(), rows, marks: Vec::new(), scratch: None, written: 0 }
    }

    /// Looks whether there was a record of this identifier, and takes this one for the first if not.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn add(&mut self, id: &str, entry: &Entry) -> Result<Before> {
        let marks: Vec<u8> = (0..entry.len()).flat_map(|field| mark(entry, field).to_le_bytes()).collect();
        let row = Row { id: hash(id), nth: self.rows.count() };
        if self.rows.insert(row)? {
            self.marks.extend_from_slice(&marks);
            self.write_away()?;
            return Ok(Before::Nothing);
        }
        let first = self.rows.get(row.id)?.expect("what cannot be inserted is there");
        let earlier = self.read(first.nth, marks.len())?;
        let pairs = earlier.chunks_exact(MARK_BYTES).zip(marks.chunks_exact(MARK_BYTES)).enumerate();
        let other: Vec<usize> = pairs.filter(|(_, (one, other))| one != other).map(|(field, _)| field).collect();
        Ok(if other.is_empty() { Before::Same } else { Before::Other(other) })
    }

    fn write_away(&mut self) -> Result<()> {
        if self.marks.len() < HELD_BYTES {
            return Ok(());
        }
        if self.scratch.is_none() {
            self.scratch = Some(files::scratch(&self.folder)?);
        }
        let file = self.scratch.as_ref().expect("it was just made");
        file.write_all_at(&self.marks, self.written).context("could not keep the marks of records")?;
        self.written += self.marks.len() as u64;
        self.marks.clear();
        Ok(())
    }

    fn read(&self, row: u64, length: usize) -> Result<Vec<u8>> {
        let at = row * length as u64;
        let mut marks = vec![0; length];
        match at.checked_sub(self.written) {
            Some(held) => marks.copy_from_slice(&self.marks[held as usize..held as usize + length]),
            None => {
                let file = self.scratch.as_ref().expect("what is not held was written");
                file.read_exact_at(&mut marks, at).context("could not read the marks of records")?;
            }
        }
        Ok(marks)
    }
}

fn mark(entry: &Entry, field: usize) -> u32 {
    let hash = match (entry.text(field), entry.all(field)) {
        (Some(text), _) => hash(text),
        (None, Some(all)) => all.fold(1, |hashed, value| FixedState::default().hash_one((hashed, value))),
        (None, None) => 0,
    };
    (hash ^ hash >> 32) as u32
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_comes_again_is_told_with_what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::new(folder.path());
        let mut entry = Entry::default();
        let mut add = |id: &str, nom: &str, publics: &[&str]| {
            entry.clear(3);
            entry.set(0, id);
            entry.set(1, nom);
            entry.set_all(2, publics.iter().copied());
            seen.add(id, &entry).unwrap()
        };
        // More than is held, so that some are read from the disk.
        for nth in 0..60_000 {
            assert_eq!(add(&nth.to_string(), "a", &["x"]), Before::Nothing);
        }
        for nth in [0, 59_999] {
            assert_eq!(add(&nth.to_string(), "a", &["x"]), Before::Same);
            assert_eq!(add(&nth.to_string(), "b", &["x"]), Before::Other(vec![1]));
            assert_eq!(add(&nth.to_string(), "b", &["x", "y"]), Before::Other(vec![1, 2]));
            assert_eq!(add(&nth.to_string(), "a", &[]), Before::Other(vec![2]));
        }
    }
}
