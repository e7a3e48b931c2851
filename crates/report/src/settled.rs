//! Lines of findings on their way to a file: those that are settled before the end, and the others.

use std::collections::HashMap;
use std::io::Write;

use anyhow::{Context, Result};
use files::{Destination, Output};
use foldhash::fast::FixedState;

use crate::finding::PartId;
use crate::spill::{Entry, Spill};

/// Lines are handed on in pieces of about this: whoever hashes and writes them likes long ones.
const AT_ONCE_BYTES: usize = 256 << 10;

/// Lines that are settled wait until memory holds so much.
const SETTLED_BYTES: usize = 64 << 10;

/// Where lines go that are settled before the end.
pub(crate) struct Early {
    destination: Destination,
    output: Option<Output>,
    /// Records before this one are settled.
    before: u64,
    /// What memory has to hold until it is worth a look.
    enough: usize,
}

impl Early {
    pub(crate) fn new(destination: Destination) -> Self {
        Self { destination, output: None, before: 0, enough: SETTLED_BYTES }
    }

    /// Whether lines of a record may be written already.
    pub(crate) fn has_settled(&self, part: PartId, record: u64) -> bool {
        part.0 == 0 && record < self.before
    }

    /// Writes the lines of records before this one.
    pub(crate) fn settle(&mut self, before: u64, spill: &mut Spill, lines: &mut Lines, max: u64) -> Result<()> {
        self.before = before;
        if spill.held() < self.enough {
            return Ok(());
        }
        let output = match &mut self.output {
            Some(output) => output,
            none => none.insert(self.destination.create()?),
        };
        spill.drain_before(before, |entry| lines.add(&entry, max, output))?;
        // What is left is looked at again only once there is as much more.
        self.enough = SETTLED_BYTES.max(2 * spill.held());
        Ok(())
    }

    /// The file, if it was begun.
    pub(crate) fn into_output(self) -> Option<Output> {
        self.output
    }
}

/// Lines on their way to a file: of one rule on one path no more than may be.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// By part, rule and path.
    written: HashMap<(u16, u64), u64, FixedState>,
    pub(crate) by_rule: Vec<u64>,
    waiting: Vec<u8>,
}

impl Lines {
    pub(crate) fn add(&mut self, entry: &Entry<'_>, max: u64, output: &mut impl Write) -> Result<()> {
        if max > 0 {
            let count = self.written.entry((entry.part, entry.note)).or_insert(0);
            if *count == max {
                return Ok(());
            }
            *count += 1;
        }
        let rule = (entry.note >> 32) as usize;
        if self.by_rule.len() <= rule {
            self.by_rule.resize(rule + 1, 0);
        }
        self.by_rule[rule] += 1;
        self.waiting.extend_from_slice(entry.line);
        if self.waiting.len() >= AT_ONCE_BYTES { self.flush(output) } else { Ok(()) }
    }

    pub(crate) fn flush(&mut self, output: &mut impl Write) -> Result<()> {
        output.write_all(&self.waiting).context("could not write the findings")?;
        self.waiting.clear();
        Ok(())
    }
}
