//! What a journal holds, read from its begin.

use anyhow::{Context, Result};
use files::Extent;

use super::super::record::Told;
use super::{BATCH, BEGUN, Begun, PAGE, Page};

/// A journal while it is read.
#[derive(Debug, Default)]
pub(super) struct Replay {
    pub(super) begun: Option<Begun>,
    pub(super) pages: Vec<Page>,
    pub(super) records: Vec<(Box<str>, Extent)>,
    /// Records of pages that are whole, and where the last one ends.
    pub(super) whole: usize,
    pub(super) end: u64,
}

impl Replay {
    pub(super) fn take(&mut self, header: &[u8], body: &[u8], place: Extent) -> Result<()> {
        let (kind, rest) = header.split_first().context("an entry of the journal says nothing")?;
        match *kind {
            BEGUN => self.begun = Some(serde_json::from_slice(rest)?),
            BATCH => return self.take_batch(rest, body, place),
            PAGE => {
                self.pages.push(serde_json::from_slice(rest)?);
                self.whole = self.records.len();
            }
            _ => anyhow::bail!("an entry of the journal is none of ours"),
        }
        self.records.truncate(self.whole);
        self.end = place.offset + u64::from(place.bytes);
        Ok(())
    }

    fn take_batch(&mut self, lengths: &[u8], body: &[u8], place: Extent) -> Result<()> {
        let mut at = 0;
        for length in lengths.as_chunks().0 {
            let bytes = u32::from_le_bytes(*length);
            let text = body.get(at..at + bytes as usize).context("a batch of the journal is too short")?;
            let told = Told::read(text).map_err(anyhow::Error::msg)?;
            self.records.push((told.id.into(), Extent { offset: place.offset + at as u64, bytes }));
            at += bytes as usize;
        }
        Ok(())
    }
}
