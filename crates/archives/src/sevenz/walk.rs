//! The list of a 7z, walked from begin to end: what it counts is judged, and nothing of it is kept.
//!
//! (Format: 7-Zip's `7zFormat.txt`.)

use crate::error::ArchiveError;
use crate::limits::Limits;
use crate::listing::too_many;

pub(crate) const HEADER: u8 = 0x01;
const ARCHIVE_PROPERTIES: u8 = 0x02;
pub(crate) const MAIN_STREAMS: u8 = 0x04;
pub(crate) const FILES: u8 = 0x05;
pub(crate) const PACK: u8 = 0x06;
pub(crate) const UNPACK: u8 = 0x07;
pub(crate) const SUB_STREAMS: u8 = 0x08;
const SIZE: u8 = 0x09;
const CRC: u8 = 0x0A;
pub(crate) const BLOCKS: u8 = 0x0B;
const UNPACK_SIZES: u8 = 0x0C;
const SUB_STREAM_COUNTS: u8 = 0x0D;
pub(crate) const ENCODED_HEADER: u8 = 0x17;
pub(crate) const END: u8 = 0x00;

/// The reader takes no more coders in a block, nor streams.
const MOST_CODERS: u64 = 64;

/// Goes through a list without keeping anything.
pub(crate) struct Walk<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) limits: Limits,
}

impl Walk<'_> {
    pub(crate) fn header(&mut self) -> Result<(), ArchiveError> {
        let mut kind = self.byte()?;
        if kind == ARCHIVE_PROPERTIES {
            while self.byte()? != END {
                let bytes = self.number()?;
                self.skip(bytes)?;
            }
            kind = self.byte()?;
        }
        if kind == MAIN_STREAMS {
            self.streams()?;
            kind = self.byte()?;
        }
        match kind {
            FILES => self.count().map(drop),
            // Whatever else may come, no files do.
            _ => Err(ArchiveError::new("it holds nothing")),
        }
    }

    /// Returns whether it is told how the streams are divided into files.
    pub(crate) fn streams(&mut self) -> Result<bool, ArchiveError> {
        let mut kind = self.byte()?;
        if kind == PACK {
            self.pack()?;
            kind = self.byte()?;
        }
        let mut blocks = Vec::new();
        if kind == UNPACK {
            blocks = self.blocks()?;
            kind = self.byte()?;
        }
        let tells_files = kind == SUB_STREAMS;
        if tells_files {
            self.sub_streams(&blocks)?;
            kind = self.byte()?;
        }
        self.expect(kind, END)?;
        Ok(tells_files)
    }

    fn pack(&mut self) -> Result<(), ArchiveError> {
        self.number()?;
        // Up to four for each block.
        let count = self.number()?;
        if count / 4 > self.limits.max_entries as u64 {
            return Err(too_many(self.limits));
        }
        let mut kind = self.byte()?;
        if kind == SIZE {
            self.numbers(count)?;
            kind = self.byte()?;
        }
        if kind == CRC {
            self.digests(count)?;
            kind = self.byte()?;
        }
        self.expect(kind, END)
    }

    /// Returns, for each block, whether it has a CRC.
    fn blocks(&mut self) -> Result<Vec<bool>, ArchiveError> {
        let kind = self.byte()?;
        self.expect(kind, BLOCKS)?;
        let count = self.count()?;
        let external = self.byte()?;
        self.expect(external, 0)?;
        let mut coders = 0;
        for _ in 0..count {
            coders += self.block()?;
        }
        let kind = self.byte()?;
        self.expect(kind, UNPACK_SIZES)?;
        self.numbers(coders)?;
        let mut kind = self.byte()?;
        let mut has_crc = vec![false; count as usize];
        if kind == CRC {
            has_crc = self.digests(count)?;
            kind = self.byte()?;
        }
        self.expect(kind, END)?;
        Ok(has_crc)
    }

    /// Returns the number of its coders, each of which has one output.
    fn block(&mut self) -> Result<u64, ArchiveError> {
        let coders = self.number()?;
        if coders == 0 || coders > MOST_CODERS {
            return Err(damaged());
        }
        let mut inputs = 0_u64;
        for _ in 0..coders {
            let form = self.byte()?;
            self.skip(u64::from(form & 0x0F))?;
            let (of_coder, outputs) = if form & 0x10 == 0 { (1, 1) } else { (self.number()?, self.number()?) };
            inputs = inputs.saturating_add(of_coder);
            if outputs != 1 || inputs > MOST_CODERS {
                return Err(damaged());
            }
            if form & 0x20 != 0 {
                let bytes = self.number()?;
                self.skip(bytes)?;
            }
        }
        self.numbers(2 * (coders - 1))?;
        let packed = (inputs + 1).checked_sub(coders).filter(|packed| *packed > 0).ok_or_else(damaged)?;
        if packed > 1 {
            self.numbers(packed)?;
        }
        Ok(coders)
    }

    fn sub_streams(&mut self, blocks: &[bool]) -> Result<(), ArchiveError> {
        let mut kind = self.byte()?;
        let mut counts = vec![1; blocks.len()];
        if kind == SUB_STREAM_COUNTS {
            let mut total = 0_u64;
            for count in &mut counts {
                *count = self.count()?;
                total += *count;
            }
            if total > self.limits.max_entries as u64 {
                return Err(too_many(self.limits));
            }
            kind = self.byte()?;
        }
        if kind == SIZE {
            self.numbers(counts.iter().map(|count| count.saturating_sub(1)).sum())?;
            kind = self.byte()?;
        }
        if kind == CRC {
            let known = |(count, has_crc): &(&u64, &bool)| **count == 1 && **has_crc;
            self.digests(counts.iter().zip(blocks).filter(|block| !known(block)).map(|(count, _)| count).sum())?;
            kind = self.byte()?;
        }
        self.expect(kind, END)
    }

    /// Checksums of those that have one; returns which do.
    fn digests(&mut self, count: u64) -> Result<Vec<bool>, ArchiveError> {
        let mut defined = vec![true; count as usize];
        if self.byte()? == 0 {
            for eight in defined.chunks_mut(8) {
                let bits = self.byte()?;
                eight.iter_mut().enumerate().for_each(|(bit, defined)| *defined = bits & (0x80 >> bit) != 0);
            }
        }
        self.skip(4 * defined.iter().filter(|defined| **defined).count() as u64)?;
        Ok(defined)
    }

    /// A number of things that the reader makes room for.
    fn count(&mut self) -> Result<u64, ArchiveError> {
        match self.number()? {
            count if count > self.limits.max_entries as u64 => Err(too_many(self.limits)),
            count => Ok(count),
        }
    }

    fn numbers(&mut self, count: u64) -> Result<(), ArchiveError> {
        (0..count).try_for_each(|_| self.number().map(drop))
    }

    /// The first byte has as many leading ones as bytes follow, and then the highest bits.
    fn number(&mut self) -> Result<u64, ArchiveError> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut value = 0;
        for n in 0..more {
            value |= u64::from(self.byte()?) << (8 * n);
        }
        match more {
            8 => Ok(value),
            _ => Ok(value | u64::from(first & (0x7F >> more)) << (8 * more)),
        }
    }

    fn byte(&mut self) -> Result<u8, ArchiveError> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(byte)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        let bytes = usize::try_from(bytes).map_err(|_| damaged())?;
        self.rest = self.rest.get(bytes..).ok_or_else(damaged)?;
        Ok(())
    }

    fn expect(&self, byte: u8, expected: u8) -> Result<(), ArchiveError> {
        if byte == expected { Ok(()) } else { Err(damaged()) }
    }
}

pub(crate) fn damaged() -> ArchiveError {
    ArchiveError::new("its list of files is damaged")
}
