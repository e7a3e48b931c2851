//! Byte strings sorted, more of them than memory holds.
//!
//! What has to come together from all over a file (contracts of one identifier, records of one contract) is written
//! here under a key of its own and comes back key after key. Keys are compared as bytes, so numbers stand in them with
//! the highest byte first.

mod merge;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use anyhow::{Context, Result};

use merge::{HEAD_BYTES, Merge, Run};

/// What is held before it is sorted and written away.
const HELD_BYTES: usize = 6 << 20;

/// So many runs are read side by side; more are first made fewer, so that what is read ahead stays small.
const MOST_RUNS: usize = 128;

/// Takes byte strings in any order.
#[derive(Debug)]
pub(crate) struct Sorter {
    /// Where the outputs will be: what memory does not hold waits there, without a name.
    folder: PathBuf,
    held: Vec<u8>,
    /// The first bytes of each entry, which nearly always decide, and where it begins.
    places: Vec<(u64, u32)>,
    scratch: Option<File>,
    runs: Vec<Run>,
    end: u64,
}

impl Sorter {
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), held: vec![], places: vec![], scratch: None, runs: vec![], end: 0 }
    }

    /// Takes one, put together from parts.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn push(&mut self, parts: &[&[u8]]) -> Result<()> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.held.len() + HEAD_BYTES + length > HELD_BYTES && !self.places.is_empty() {
            self.write_run()?;
        }
        let start = self.held.len();
        let length = u32::try_from(length).expect("an entry is shorter than a record, and that is limited");
        self.held.extend_from_slice(&length.to_le_bytes());
        parts.iter().for_each(|part| self.held.extend_from_slice(part));
        let place = u32::try_from(start).expect("entries that are held begin below the limit");
        self.places.push((prefix(&self.held[start + HEAD_BYTES..]), place));
        Ok(())
    }

    /// All of them, in order. They can be gone through as often as need be.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(mut self) -> Result<Sorted> {
        match self.runs.is_empty() {
            true => self.sort(),
            false => self.write_run()?,
        }
        while self.runs.len() > MOST_RUNS {
            self.merge_some()?;
        }
        let Self { held, places, scratch, runs, .. } = self;
        Ok(Sorted { held, places, scratch, runs })
    }

    fn sort(&mut self) {
        let held = &self.held;
        self.places.sort_unstable_by(|one, other| {
            one.0.cmp(&other.0).then_with(|| entry_at(held, one.1).cmp(entry_at(held, other.1)))
        });
    }

    fn write_run(&mut self) -> Result<()> {
        if self.places.is_empty() {
            return Ok(());
        }
        self.sort();
        let (held, places, start) = (&self.held, &self.places, self.end);
        let mut output = Appending::new(scratch(&mut self.scratch, &self.folder)?, start);
        for (_, place) in places {
            output.add(entry_at(held, *place))?;
        }
        self.end = output.finish()?;
        self.runs.push(Run { start, end: self.end });
        self.held.clear();
        self.places.clear();
        Ok(())
    }

    /// Makes one run of the first ones. What they took on the disk is not used again: so many runs are rare.
    fn merge_some(&mut self) -> Result<()> {
        let merged: Vec<Run> = self.runs.drain(..MOST_RUNS).collect();
        let start = self.end;
        let file = scratch(&mut self.scratch, &self.folder)?;
        let mut merge = Merge::new(file, &merged)?;
        let mut output = Appending::new(file, start);
        while let Some(entry) = merge.next()? {
            output.add(entry)?;
        }
        self.end = output.finish()?;
        self.runs.push(Run { start, end: self.end });
        Ok(())
    }
}

fn scratch<'f>(file: &'f mut Option<File>, folder: &std::path::Path) -> Result<&'f File> {
    if file.is_none() {
        *file = Some(files::scratch(folder)?);
    }
    Ok(file.as_ref().expect("it was just made"))
}

fn entry_at(held: &[u8], place: u32) -> &[u8] {
    let held = &held[place as usize..];
    let length = u32::from_le_bytes(held[..HEAD_BYTES].try_into().expect("four bytes are four")) as usize;
    &held[HEAD_BYTES..HEAD_BYTES + length]
}

/// The first bytes as a number, so that most comparisons need no look at the entry.
fn prefix(entry: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = entry.len().min(8);
    first[..length].copy_from_slice(&entry[..length]);
    u64::from_be_bytes(first)
}

/// Writes entries one after the other, from a place of a file on.
struct Appending<'f> {
    file: &'f File,
    at: u64,
    buffer: Vec<u8>,
}

impl<'f> Appending<'f> {
    fn new(file: &'f File, at: u64) -> Self {
        Self { file, at, buffer: Vec::with_capacity(256 << 10) }
    }

    fn add(&mut self, entry: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(&(entry.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(entry);
        if self.buffer.len() >= 240 << 10 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.file.write_all_at(&self.buffer, self.at).context("could not write what memory does not hold")?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<u64> {
        self.flush()?;
        Ok(self.at)
    }
}

/// Byte strings in order.
#[derive(Debug)]
pub(crate) struct Sorted {
    held: Vec<u8>,
    places: Vec<(u64, u32)>,
    scratch: Option<File>,
    runs: Vec<Run>,
}

impl Sorted {
    /// Goes through them from the first.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn iter(&self) -> Result<Entries<'_>> {
        Ok(match &self.scratch {
            Some(file) => Entries::Merged(Merge::new(file, &self.runs)?),
            None => Entries::Held { sorted: self, next: 0 },
        })
    }
}

/// A way through byte strings in order; each is at hand until the next is asked for.
#[derive(Debug)]
pub(crate) enum Entries<'s> {
    Held { sorted: &'s Sorted, next: usize },
    Merged(Merge<'s>),
}

impl Entries<'_> {
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>> {
        match self {
            Self::Held { sorted, next } => {
                let place = sorted.places.get(*next);
                *next += 1;
                Ok(place.map(|(_, place)| entry_at(&sorted.held, *place)))
            }
            Self::Merged(merge) => merge.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path());
        for entry in entries {
            let (one, other) = entry.split_at(entry.len() / 2);
            sorter.push(&[one, other]).unwrap();
        }
        let sorted = sorter.finish().unwrap();
        let collect = || {
            let mut entries = sorted.iter().unwrap();
            let mut all = vec![];
            while let Some(entry) = entries.next().unwrap() {
                all.push(entry.to_vec());
            }
            all
        };
        let all = collect();
        assert_eq!(collect(), all, "the second time");
        all
    }

    #[test]
    fn more_than_memory_holds_comes_back_in_order() {
        // Some eight runs, with entries longer than what is read ahead, and equal ones.
        let mut number = 7_u64;
        let entries: Vec<Vec<u8>> = (0..3_000)
            .map(|_| {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let length = (number >> 48) as usize % 33_000;
                let mut entry = (number >> 58).to_be_bytes().to_vec();
                entry.resize(8 + length, (number >> 40) as u8);
                entry
            })
            .collect();
        let mut expected = entries.clone();
        expected.sort();
        assert_eq!(sorted(&entries), expected);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(sorted(&[]).is_empty());
        assert_eq!(sorted(&[vec![]]), [Vec::<u8>::new()]);
    }

    proptest! {
        #[test]
        fn any_entries_come_back_in_order(entries in proptest::collection::vec(proptest::collection::vec(0_u8..4, 0..12), 0..40)) {
            let mut expected = entries.clone();
            expected.sort();
            prop_assert_eq!(sorted(&entries), expected);
        }
    }
}
