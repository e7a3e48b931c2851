//! Entries on the disk in the order of their hashes.

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Hashed;
use crate::error::unwritable;
use crate::scratch::scratch;

/// What is read to find one entry. Entries do not go over its end.
const PAGE_BYTES: usize = 4 << 10;

/// Pages that are written, and read one after the other, in one go.
const PAGES_AT_ONCE: usize = 16;

/// A file that is written once.
#[derive(Debug)]
pub(super) struct Run<E> {
    folder: PathBuf,
    file: File,
    /// The hash that each page begins with.
    begins: Vec<u64>,
    count: u64,
    of: PhantomData<E>,
}

impl<E: Hashed> Run<E> {
    const A_PAGE: usize = PAGE_BYTES / E::BYTES;

    /// Writes what `next` gives, which is sorted.
    pub(super) fn write(folder: &Path, mut next: impl FnMut() -> Result<Option<E>>) -> Result<Self> {
        let file = scratch(folder)?;
        let mut run = Self { folder: folder.to_owned(), file, begins: vec![], count: 0, of: PhantomData };
        let (mut pages, mut at) = (Vec::with_capacity(PAGES_AT_ONCE * PAGE_BYTES), 0);
        while let Some(entry) = next()? {
            if run.count.is_multiple_of(Self::A_PAGE as u64) {
                pages.resize(pages.len().next_multiple_of(PAGE_BYTES), 0);
                if pages.len() == PAGES_AT_ONCE * PAGE_BYTES {
                    run.write_at(&pages, at)?;
                    at += pages.len() as u64;
                    pages.clear();
                }
                run.begins.push(entry.hash());
            }
            entry.write(&mut pages);
            run.count += 1;
        }
        pages.resize(pages.len().next_multiple_of(PAGE_BYTES), 0);
        run.write_at(&pages, at)?;
        Ok(run)
    }

    /// Writes what two have; where both have an entry of a hash, that of the latest.
    pub(super) fn merge(folder: &Path, older: &Self, latest: &Self) -> Result<Self> {
        let (mut older, mut latest) = (older.reader(), latest.reader());
        let mut heads = (older.next()?, latest.next()?);
        Self::write(folder, || {
            let hashes = (heads.0.map(|entry| entry.hash()), heads.1.map(|entry| entry.hash()));
            let is_latest = hashes.1.is_some_and(|latest| hashes.0.is_none_or(|older| latest <= older));
            let next = if is_latest { heads.1 } else { heads.0 };
            if hashes.0.is_some() && (!is_latest || hashes.0 == hashes.1) {
                heads.0 = older.next()?;
            }
            if is_latest {
                heads.1 = latest.next()?;
            }
            Ok(next)
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The entry of a hash, in the one page where it can be.
    pub(super) fn find(&self, hash: u64) -> Result<Option<E>> {
        let Some(page) = self.begins.partition_point(|begin| *begin <= hash).checked_sub(1) else { return Ok(None) };
        let left = self.count - (page * Self::A_PAGE) as u64;
        let mut bytes = [0; PAGE_BYTES];
        self.read_at(&mut bytes, page)?;
        let entry = |nth: usize| E::read(&bytes[nth * E::BYTES..(nth + 1) * E::BYTES]);
        let (mut low, mut high) = (0, left.min(Self::A_PAGE as u64) as usize);
        while low < high {
            let middle = usize::midpoint(low, high);
            match entry(middle).hash().cmp(&hash) {
                std::cmp::Ordering::Equal => return Ok(Some(entry(middle))),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// All entries, one after the other.
    pub(super) fn reader(&self) -> Reader<'_, E> {
        Reader { run: self, pages: vec![], given: 0 }
    }

    fn write_at(&self, pages: &[u8], at: u64) -> Result<()> {
        self.file.write_all_at(pages, at).map_err(|error| self.refused("keep what was met in", error))
    }

    fn read_at(&self, pages: &mut [u8], page: usize) -> Result<()> {
        let read = self.file.read_exact_at(pages, (page * PAGE_BYTES) as u64);
        read.map_err(|error| self.refused("read what was kept in", error))
    }

    fn refused(&self, verb: &str, error: io::Error) -> anyhow::Error {
        unwritable(verb, &self.folder, error).into()
    }
}

/// Where reading stands.
#[derive(Debug)]
pub(super) struct Reader<'r, E> {
    run: &'r Run<E>,
    /// Some pages, the last of which were not given yet.
    pages: Vec<u8>,
    given: u64,
}

impl<E: Hashed> Reader<'_, E> {
    pub(super) fn next(&mut self) -> Result<Option<E>> {
        if self.given == self.run.count {
            return Ok(None);
        }
        let a_page = Run::<E>::A_PAGE as u64;
        let (page, nth) = ((self.given / a_page) as usize, (self.given % a_page) as usize);
        if nth == 0 && page.is_multiple_of(PAGES_AT_ONCE) {
            let pages = PAGES_AT_ONCE.min(self.run.begins.len() - page);
            self.pages.resize(pages * PAGE_BYTES, 0);
            self.run.read_at(&mut self.pages, page)?;
        }
        let at = page % PAGES_AT_ONCE * PAGE_BYTES + nth * E::BYTES;
        self.given += 1;
        Ok(Some(E::read(&self.pages[at..at + E::BYTES])))
    }
}
