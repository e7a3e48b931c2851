//! The records of one list: on the disk, in a journal that survives the run; in memory only where each is.

mod replay;

use std::collections::hash_map::Entry as Place;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use files::{Extent, Journal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::seen::{AsItIs, hash};

use super::record::Told;

use replay::Replay;

/// Records are written together, about so many bytes of them.
const BATCH_BYTES: usize = 256 << 10;

/// Begins the header of a batch: then come the lengths of its records, four bytes each.
const BATCH: u8 = b'r';

/// Begins the header that says that what came since the last one is a page, and which.
const PAGE: u8 = b'p';

/// Begins the header of the journal's first entry.
const BEGUN: u8 = b'b';

/// What a journal is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// Address of the list.
    pub(super) address: String,
    pub(super) page_size: u64,
    pub(super) at: Timestamp,
}

/// A page that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) page: u64,
    pub(super) size: u64,
    pub(super) records: u64,
    /// Of them, those that another page had brought.
    pub(super) known: u64,
    /// Requests of the list up to its end, by status.
    pub(super) requests: BTreeMap<String, u64>,
    pub(super) retries: u64,
    /// Reloads that were seen up to its end.
    pub(super) reloads: u64,
    /// What was announced since the page before, in turn; repeats in a row once.
    pub(super) totals: Vec<u64>,
    /// Whether nothing comes after it.
    pub(super) is_last: bool,
    /// Whether the sandbox gave it.
    pub(super) is_invented: bool,
}

/// Where a record and its identifier are.
#[derive(Debug, Clone, Copy)]
struct Entry {
    offset: u64,
    bytes: u32,
    id_start: u32,
    id_bytes: u32,
}

/// The records of a list that were served, each once, in the order in which they came.
#[derive(Debug)]
pub(super) struct Shelf {
    path: PathBuf,
    journal: Journal,
    pub(super) begun: Begun,
    pub(super) pages: Vec<Page>,
    entries: Vec<Entry>,
    ids: String,
    places: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    draft: Draft,
}

/// A page that is coming: all of it is used, or nothing.
#[derive(Debug, Default)]
struct Draft {
    journal_end: u64,
    entries: usize,
    ids: usize,
    /// Records that are not on the disk yet, and the first of them.
    batch: Vec<u8>,
    batched: usize,
    /// Records of the page that were there before it.
    known: HashSet<u32>,
    brought: Brought,
}

/// What a page brought.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Brought {
    pub(super) records: u64,
    pub(super) known: u64,
    /// Whether its first record was there before.
    pub(super) first_is_known: bool,
    /// Whether its last record was not there before.
    pub(super) last_is_new: bool,
    /// An identifier that it has twice.
    pub(super) repeated: Option<String>,
}

impl Shelf {
    /// Begins a journal, in place of any other.
    pub(super) fn begin(path: &Path, begun: Begun) -> Result<Self> {
        Journal::remove_at(path)?;
        let mut journal = Journal::open(path, |_, _, _| Ok(()))?;
        journal.append(&header(BEGUN, &begun)?, b"")?;
        Ok(Self::new(path, journal, begun))
    }

    /// What a run before left there; none if it is no such journal.
    pub(super) fn resume(path: &Path) -> Result<Option<Self>> {
        if !path.is_file() {
            return Ok(None);
        }
        let mut replay = Replay::default();
        let opened = Journal::open(path, |header, body, place| replay.take(header, body, place));
        let (Ok(mut journal), Some(begun)) = (opened, replay.begun.take()) else { return Ok(None) };
        journal.cut_back(replay.end)?;
        let mut shelf = Self::new(path, journal, begun);
        shelf.pages = replay.pages;
        replay.records.truncate(replay.whole);
        for (id, extent) in replay.records {
            shelf.insert(&id);
            let entry = shelf.entries.last_mut().expect("it was inserted");
            (entry.offset, entry.bytes) = (extent.offset, extent.bytes);
        }
        shelf.end_draft();
        Ok(Some(shelf))
    }

    fn new(path: &Path, journal: Journal, begun: Begun) -> Self {
        let draft = Draft { journal_end: journal.end(), ..Draft::default() };
        let (places, path) = (HashMap::default(), path.to_owned());
        Self { path, journal, begun, pages: vec![], entries: vec![], ids: String::new(), places, draft }
    }

    /// Records there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The identifier of a record.
    pub(super) fn id(&self, nth: usize) -> &str {
        let Entry { id_start, id_bytes, .. } = self.entries[nth];
        &self.ids[id_start as usize..(id_start + id_bytes) as usize]
    }

    /// Which record has that identifier.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let mut key = hash(id);
        while let Some(nth) = self.places.get(&key) {
            if self.id(*nth as usize) == id {
                return Some(*nth as usize);
            }
            key = key.wrapping_add(1);
        }
        None
    }

    /// The bytes of a record, as they were served.
    pub(super) fn read(&self, nth: usize, buffer: &mut Vec<u8>) -> Result<()> {
        let Entry { offset, bytes, .. } = self.entries[nth];
        self.journal.read(Extent { offset, bytes }, buffer)
    }

    /// All of them by identifier, bytewise.
    pub(super) fn sorted(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..self.entries.len() as u32).collect();
        sorted.sort_unstable_by(|one, other| self.id(*one as usize).cmp(self.id(*other as usize)));
        sorted
    }

    /// A record of the page that is coming.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn add(&mut self, told: &Told<'_>, text: &[u8]) -> Result<()> {
        let there = self.find(&told.id);
        let is_repeated = there.is_some_and(|nth| nth >= self.draft.entries || !self.draft.known.insert(nth as u32));
        let brought = &mut self.draft.brought;
        brought.first_is_known |= brought.records == 0 && there.is_some();
        brought.records += 1;
        brought.known += u64::from(there.is_some());
        brought.last_is_new = there.is_none();
        if is_repeated {
            brought.repeated.get_or_insert_with(|| told.id.clone().into_owned());
        }
        if there.is_some() {
            return Ok(());
        }
        self.insert(&told.id);
        let entry = self.entries.last_mut().expect("it was inserted");
        (entry.offset, entry.bytes) = (self.draft.batch.len() as u64, text.len() as u32);
        self.draft.batch.extend_from_slice(text);
        match self.draft.batch.len() >= BATCH_BYTES {
            true => self.write_batch(),
            false => Ok(()),
        }
    }

    /// What the page that is coming has brought so far.
    pub(super) fn brought(&self) -> &Brought {
        &self.draft.brought
    }

    /// The page has come, and is used.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn keep(&mut self, page: Page) -> Result<()> {
        self.write_batch()?;
        self.journal.append(&header(PAGE, &page)?, b"")?;
        self.pages.push(page);
        self.end_draft();
        Ok(())
    }

    /// The page is not used: nothing of it was there.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn drop_draft(&mut self) -> Result<()> {
        for nth in (self.draft.entries..self.entries.len()).rev() {
            self.remove(nth);
        }
        self.entries.truncate(self.draft.entries);
        self.ids.truncate(self.draft.ids);
        if self.journal.end() > self.draft.journal_end {
            self.journal.cut_back(self.draft.journal_end)?;
        }
        self.end_draft();
        Ok(())
    }

    /// Nothing of it is needed any more.
    pub(super) fn remove_journal(&self) -> Result<()> {
        Journal::remove_at(&self.path)
    }

    fn end_draft(&mut self) {
        let (entries, ids, journal_end) = (self.entries.len(), self.ids.len(), self.journal.end());
        let batch = std::mem::take(&mut self.draft.batch);
        self.draft = Draft { journal_end, entries, ids, batched: entries, batch, ..Draft::default() };
        self.draft.batch.clear();
    }

    fn write_batch(&mut self) -> Result<()> {
        let batched = &mut self.entries[self.draft.batched..];
        if batched.is_empty() {
            return Ok(());
        }
        let mut header = vec![BATCH];
        batched.iter().for_each(|entry| header.extend_from_slice(&entry.bytes.to_le_bytes()));
        let place = self.journal.append(&header, &self.draft.batch)?;
        batched.iter_mut().for_each(|entry| entry.offset += place.offset);
        self.draft.batch.clear();
        self.draft.batched = self.entries.len();
        Ok(())
    }

    /// A record that was not there; where it is, the caller says.
    fn insert(&mut self, id: &str) {
        let nth = self.entries.len() as u32;
        let mut key = hash(id);
        while let Place::Occupied(_) = self.places.entry(key) {
            key = key.wrapping_add(1);
        }
        self.places.insert(key, nth);
        self.entries.push(Entry { offset: 0, bytes: 0, id_start: self.ids.len() as u32, id_bytes: id.len() as u32 });
        self.ids.push_str(id);
    }

    /// The last record that was inserted: no other stands behind it.
    fn remove(&mut self, nth: usize) {
        let mut key = hash(self.id(nth));
        while self.places.get(&key).is_some_and(|there| *there as usize != nth) {
            key = key.wrapping_add(1);
        }
        self.places.remove(&key);
    }
}

fn header(kind: u8, value: &impl Serialize) -> Result<Vec<u8>> {
    let mut header = vec![kind];
    serde_json::to_writer(&mut header, value).context("could not write a journal")?;
    Ok(header)
}

#[cfg(test)]
mod tests;
