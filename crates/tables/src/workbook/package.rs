//! The zip around an XLSX or ODS, and the parts in it.

use std::path::Path;

use anyhow::Result;
use archives::{Archive, EntryReader, Limits as Listed};

use super::fault::{Fault, Parsed};
use super::limits::Limits;

/// What the archive may say of itself; how much it would unpack to is judged in our own words.
const LISTED: Listed = Listed { max_bytes: u64::MAX, max_entries: 10_000 };

/// A cell's text has 32,767 letters at most; no other part of a workbook's XML is longer.
const XML: xml::Limits = xml::Limits { depth: 64, part_bytes: 1 << 20 };

/// The parts of a workbook, in its zip.
#[derive(Debug)]
pub(crate) struct Package {
    archive: Archive,
    unpacked_bytes: u64,
}

/// A part, as XML under way.
pub(crate) type Part = xml::Reader<EntryReader>;

impl Package {
    pub(crate) fn open(path: &Path, limits: Limits) -> Result<Parsed<Self>> {
        let archive = Archive::open(path, LISTED)?;
        let unpacked = archive.entries().iter().map(|entry| entry.bytes()).fold(0, u64::saturating_add);
        if unpacked > limits.unpacked_bytes {
            return Ok(Err(format!("it would unpack to {unpacked} bytes").into()));
        }
        Ok(Ok(Self { archive, unpacked_bytes: limits.unpacked_bytes }))
    }

    /// The part's name as it is listed, whatever its case.
    pub(crate) fn find(&self, part: &str) -> Option<String> {
        let found = self.archive.entries().iter().find(|entry| entry.path.eq_ignore_ascii_case(part));
        found.map(|entry| entry.path.clone())
    }

    /// A part as it stands there.
    pub(crate) fn stream(&mut self, part: &str) -> Parsed<EntryReader> {
        let name = self.find(part).ok_or_else(|| format!("its part `{}` is missing", part.escape_debug()))?;
        let reader = self.archive.reader(&name, self.unpacked_bytes);
        reader.map_err(|error| Fault::Broken(format!("{error:#}")))
    }

    pub(crate) fn part(&mut self, part: &str) -> Parsed<Part> {
        Ok(xml::Reader::with_limits(self.stream(part)?, XML))
    }
}
