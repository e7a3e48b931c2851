//! Lines sorted by their place, more of them than memory holds.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use anyhow::Result;

/// What is held before it is sorted and written away: the findings of a file of a few thousand records need no disk.
const HELD_BYTES: usize = 14 << 20;

/// The same once some were written away: there will be many, and most of that memory is for others.
const THEN_HELD_BYTES: usize = 8 << 20;

/// What is read ahead of each sorted run.
const AHEAD_BYTES: usize = 32 << 10;

/// Where a line belongs; what is equal in all of it is decided by the line itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    pub(crate) part: u16,
    /// 0 for what is of no record.
    pub(crate) record: u64,
    pub(crate) path: &'a str,
    pub(crate) rule: &'a str,
}

/// A line with what whoever wrote it wants to know again. Texts are bytes here: their order is the same, and millions of
/// comparisons need not look whether they are UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) part: u16,
    record: u64,
    path: &'a [u8],
    rule: &'a [u8],
    pub(crate) note: u64,
    pub(crate) line: &'a [u8],
}

/// Fixed part of an entry: part, record, note, and the lengths of path, rule and line.
const HEAD_BYTES: usize = 2 + 8 + 8 + 4 + 4 + 4;

/// Takes lines in any order, gives them back in order.
pub(crate) struct Spill {
    /// Entries one after the other, as they stand in the scratch file.
    held: Vec<u8>,
    places: Vec<Place>,
    scratch: Option<File>,
    make_scratch: Box<dyn FnOnce() -> Result<File> + Send>,
    /// Where each run begins and ends.
    runs: Vec<(u64, u64)>,
}

/// Part and record of an entry, the begin of its path, and where it begins among those that are held.
#[derive(Debug, Clone, Copy)]
struct Place {
    part: u16,
    record: u64,
    /// The first bytes of the path, which mostly tell the entries of one record apart.
    prefix: u64,
    start: usize,
}

impl Place {
    fn of_record(self) -> (u16, u64) {
        (self.part, self.record)
    }
}

impl Spill {
    /// `make_scratch` is asked for a file once memory is full.
    pub(crate) fn new(make_scratch: impl FnOnce() -> Result<File> + Send + 'static) -> Self {
        let make_scratch = Box::new(make_scratch);
        Self { held: vec![], places: vec![], scratch: None, make_scratch, runs: vec![] }
    }

    pub(crate) fn push(&mut self, key: Key<'_>, note: u64, write_line: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let start = self.held.len();
        self.held.extend_from_slice(&key.part.to_le_bytes());
        self.held.extend_from_slice(&key.record.to_le_bytes());
        self.held.extend_from_slice(&note.to_le_bytes());
        self.held.extend_from_slice(&(key.path.len() as u32).to_le_bytes());
        self.held.extend_from_slice(&(key.rule.len() as u32).to_le_bytes());
        self.held.extend_from_slice(&[0; 4]);
        self.held.extend_from_slice(key.path.as_bytes());
        self.held.extend_from_slice(key.rule.as_bytes());
        let line = self.held.len();
        write_line(&mut self.held);
        let length = (self.held.len() - line) as u32;
        self.held[start + HEAD_BYTES - 4..start + HEAD_BYTES].copy_from_slice(&length.to_le_bytes());
        self.places.push(Place { part: key.part, record: key.record, prefix: prefix(key.path), start });
        let most = if self.runs.is_empty() { HELD_BYTES } else { THEN_HELD_BYTES };
        match self.held.len() >= most {
            true => self.write_run(),
            false => Ok(()),
        }
    }

    /// What is found comes mostly record by record, and then only those of one record have to be compared.
    fn sort(&mut self) {
        let Self { held, places, .. } = self;
        if !places.is_sorted_by_key(|place| place.of_record()) {
            places.sort_unstable_by_key(|place| place.of_record());
        }
        for of_one in places.chunk_by_mut(|one, other| one.of_record() == other.of_record()) {
            of_one.sort_unstable_by(|one, other| {
                let closely = || compare(&read(&held[one.start..]), &read(&held[other.start..]));
                one.prefix.cmp(&other.prefix).then_with(closely)
            });
        }
    }

    fn write_run(&mut self) -> Result<()> {
        self.sort();
        let scratch = match &mut self.scratch {
            Some(scratch) => scratch,
            none => {
                none.insert(std::mem::replace(&mut self.make_scratch, Box::new(|| unreachable!("asked for once")))()?)
            }
        };
        let start = self.runs.last().map_or(0, |(_, end)| *end);
        let mut output = io::BufWriter::with_capacity(256 << 10, &*scratch);
        for place in &self.places {
            let entry = &self.held[place.start..];
            output.write_all(&entry[..length_of(entry)])?;
        }
        output.flush()?;
        drop(output);
        self.runs.push((start, start + self.held.len() as u64));
        self.held.clear();
        self.held.shrink_to(THEN_HELD_BYTES);
        self.places.clear();
        Ok(())
    }

    /// What memory holds, in bytes.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// Gives in order what is of a record of the first part before this one, and forgets it; nothing once some went to the
    /// disk, where it may stand among others.
    pub(crate) fn drain_before(&mut self, record: u64, mut take: impl FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
        if !self.runs.is_empty() {
            return Ok(());
        }
        self.sort();
        let Self { held, places, .. } = self;
        let count = places.partition_point(|place| place.of_record() < (0, record));
        places[..count].iter().try_for_each(|place| take(read(&held[place.start..])))?;
        places.drain(..count);
        // Few are left mostly: those of records that were read ahead. They move up in the memory that is there.
        places.sort_unstable_by_key(|place| place.start);
        let mut end = 0;
        for place in places {
            let length = length_of(&held[place.start..]);
            held.copy_within(place.start..place.start + length, end);
            place.start = end;
            end += length;
        }
        held.truncate(end);
        Ok(())
    }

    /// Gives all lines in order.
    pub(crate) fn drain(mut self, mut take: impl FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
        if self.runs.is_empty() {
            self.sort();
            return self.places.iter().try_for_each(|place| take(read(&self.held[place.start..])));
        }
        if !self.places.is_empty() {
            self.write_run()?;
        }
        let scratch = self.scratch.as_ref().expect("runs are in the scratch file");
        let mut heads = BinaryHeap::new();
        for (start, end) in self.runs {
            let mut run = Run { at: start, end, ahead: vec![], used: 0 };
            if run.advance(scratch)? {
                heads.push(run);
            }
        }
        while let Some(mut run) = heads.pop() {
            take(read(&run.ahead[run.used..]))?;
            run.used += length_of(&run.ahead[run.used..]);
            if run.advance(scratch)? {
                heads.push(run);
            }
        }
        Ok(())
    }
}

/// A sorted run, standing before an entry.
struct Run {
    /// What of the file is still to be read.
    at: u64,
    end: u64,
    ahead: Vec<u8>,
    used: usize,
}

impl Run {
    /// Reads on until a whole entry stands there; false at the end.
    fn advance(&mut self, scratch: &File) -> io::Result<bool> {
        loop {
            let rest = &self.ahead[self.used..];
            if rest.len() >= HEAD_BYTES && rest.len() >= length_of(rest) {
                return Ok(true);
            }
            if self.at == self.end {
                return Ok(false);
            }
            self.ahead.drain(..self.used);
            self.used = 0;
            let start = self.ahead.len();
            let count = AHEAD_BYTES.min((self.end - self.at) as usize);
            self.ahead.resize(start + count, 0);
            scratch.read_exact_at(&mut self.ahead[start..], self.at)?;
            self.at += count as u64;
        }
    }

    fn entry(&self) -> Entry<'_> {
        read(&self.ahead[self.used..])
    }
}

// The heap gives its greatest first, and we want the least.
impl Ord for Run {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&other.entry(), &self.entry())
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Run {}

fn prefix(path: &str) -> u64 {
    let mut first = [0; 8];
    let length = path.len().min(first.len());
    first[..length].copy_from_slice(&path.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

fn compare(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    (a.part, a.record, a.path, a.rule, a.line).cmp(&(b.part, b.record, b.path, b.rule, b.line))
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize
}

fn length_of(entry: &[u8]) -> usize {
    HEAD_BYTES + number(entry, 18) + number(entry, 22) + number(entry, 26)
}

fn read(entry: &[u8]) -> Entry<'_> {
    let (path, rule, line) = (number(entry, 18), number(entry, 22), number(entry, 26));
    let wide = |at: usize| u64::from_le_bytes(entry[at..at + 8].try_into().expect("eight bytes"));
    let text = |from: usize, length: usize| &entry[from..from + length];
    Entry {
        part: u16::from_le_bytes([entry[0], entry[1]]),
        record: wide(2),
        path: text(HEAD_BYTES, path),
        rule: text(HEAD_BYTES + path, rule),
        note: wide(10),
        line: text(HEAD_BYTES + path + rule, line),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(entries: &[(u16, u64, &str, &str, String)]) -> Vec<String> {
        let mut spill = Spill::new(|| Ok(tempfile::tempfile()?));
        for (part, record, path, rule, line) in entries {
            let key = Key { part: *part, record: *record, path, rule };
            spill.push(key, *record, |held| held.extend_from_slice(line.as_bytes())).unwrap();
        }
        let mut lines = vec![];
        spill
            .drain(|entry| {
                assert_eq!(entry.note, entry.record);
                let [path, rule, line] =
                    [entry.path, entry.rule, entry.line].map(|text| std::str::from_utf8(text).unwrap());
                lines.push(format!("{} {} {path} {rule} {line}", entry.part, entry.record));
                Ok(())
            })
            .unwrap();
        lines
    }

    #[test]
    fn lines_come_by_part_record_path_and_rule() {
        let entries = [
            (1, 1, "/a", "x", String::new()),
            (0, 2, "/a", "y", String::new()),
            (0, 2, "/a", "x", String::new()),
            (0, 2, "/", "z", String::new()),
            (0, 0, "", "z", String::new()),
            (0, 10, "/a", "x", String::new()),
        ];
        assert_eq!(sorted(&entries), ["0 0  z ", "0 2 / z ", "0 2 /a x ", "0 2 /a y ", "0 10 /a x ", "1 1 /a x "]);
    }

    #[test]
    fn more_than_memory_holds_comes_in_the_same_order() {
        let line = "x".repeat(2_000);
        let entries: Vec<_> = (0..20_000_u64).map(|nth| (0, nth * 7_919 % 20_000, "/a", "x", line.clone())).collect();
        let lines = sorted(&entries);
        assert_eq!(lines.len(), 20_000);
        assert!(lines.iter().enumerate().all(|(nth, line)| line.starts_with(&format!("0 {nth} "))));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(mut entries in prop::collection::vec(
            (0_u16..3, 0_u64..5, prop_oneof![Just("/a"), Just("/b/0"), Just("")], prop_oneof![Just("x"), Just("y")], "[a-c]{0,2}"), 0..40
        )) {
            let first = sorted(&entries);
            entries.reverse();
            prop_assert_eq!(sorted(&entries), first);
        }
    }
}
