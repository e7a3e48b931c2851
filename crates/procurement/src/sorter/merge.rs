//! Sorted runs of a file, read side by side as one.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result};

/// What is read ahead of each sorted run.
const AHEAD_BYTES: usize = 16 << 10;

/// Length of an entry, before it.
pub(super) const HEAD_BYTES: usize = 4;

/// Where a sorted run begins and ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Runs read side by side.
#[derive(Debug)]
pub(crate) struct Merge<'f> {
    heads: BinaryHeap<Reverse<Head<'f>>>,
    /// The run whose entry was given last, and has to go on.
    given: Option<Head<'f>>,
}

/// A run, at one of its entries.
#[derive(Debug)]
struct Head<'f> {
    file: &'f File,
    run: Run,
    ahead: Vec<u8>,
    at: usize,
    length: usize,
}

impl<'f> Merge<'f> {
    pub(super) fn new(file: &'f File, runs: &[Run]) -> Result<Self> {
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for run in runs {
            let mut head = Head { file, run: *run, ahead: vec![], at: 0, length: 0 };
            if head.advance()? {
                heads.push(Reverse(head));
            }
        }
        Ok(Self { heads, given: None })
    }

    pub(super) fn next(&mut self) -> Result<Option<&[u8]>> {
        if let Some(mut head) = self.given.take()
            && head.advance()?
        {
            self.heads.push(Reverse(head));
        }
        self.given = self.heads.pop().map(|Reverse(head)| head);
        Ok(self.given.as_ref().map(Head::entry))
    }
}

impl Head<'_> {
    fn entry(&self) -> &[u8] {
        &self.ahead[self.at..self.at + self.length]
    }

    /// Goes on to the next entry; false at the end of the run.
    fn advance(&mut self) -> Result<bool> {
        self.at += self.length;
        self.length = 0;
        if !self.have(HEAD_BYTES)? {
            return Ok(false);
        }
        let head = &self.ahead[self.at..self.at + HEAD_BYTES];
        let length = u32::from_le_bytes(head.try_into().expect("four bytes are four")) as usize;
        self.at += HEAD_BYTES;
        self.have(length)?;
        self.length = length;
        Ok(true)
    }

    /// Reads on until so many bytes are at hand; false where the run ends before.
    fn have(&mut self, bytes: usize) -> Result<bool> {
        let there = self.ahead.len() - self.at;
        if there >= bytes {
            return Ok(true);
        }
        self.ahead.drain(..self.at);
        self.at = 0;
        let wanted = (bytes - there).max(AHEAD_BYTES) as u64;
        let count = wanted.min(self.run.end - self.run.start) as usize;
        self.ahead.resize(there + count, 0);
        let read = self.file.read_exact_at(&mut self.ahead[there..], self.run.start);
        read.context("could not read back what memory does not hold")?;
        self.run.start += count as u64;
        Ok(self.ahead.len() >= bytes)
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.entry().cmp(other.entry())
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entry() == other.entry()
    }
}

impl Eq for Head<'_> {}
