//! A record of an `.xls`: numbers and texts one after the other, and the records that it goes on in.

use super::fault::{Fault, Parsed};

/// The kind of a record that continues the one before.
pub(crate) const CONTINUE: u16 = 0x003c;

/// In what a text says of itself: it has two bytes a letter, runs of formats after it, a pronunciation after those.
const WIDE: u8 = 1;
pub(crate) const SPOKEN: u8 = 4;
pub(crate) const RICH: u8 = 8;

/// The records of a stream, one after the other.
pub(crate) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(crate) fn of(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    /// Those from a place on.
    pub(crate) fn from(stream: &'a [u8], place: usize) -> Self {
        Self::of(stream.get(place..).unwrap_or_default())
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next record and its kind. The end must have been said before.
    pub(crate) fn next(&mut self) -> Parsed<(u16, Record<'a>)> {
        let (kind, now) = self.one().ok_or_else(Fault::cut)?;
        let mut record = Record { now, pieces: Vec::new() };
        while self.rest.starts_with(&CONTINUE.to_le_bytes()) {
            let (_, piece) = self.one().ok_or_else(Fault::cut)?;
            record.pieces.push(piece);
        }
        record.pieces.reverse();
        Ok((kind, record))
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let ([kind, size], rest) = (self.rest.as_chunks::<2>().0.get(..2)?.try_into().ok()?, self.rest.get(4..)?);
        let (content, rest) = rest.split_at_checked(u16::from_le_bytes(size).into())?;
        self.rest = rest;
        Some((u16::from_le_bytes(kind), content))
    }
}

/// What is left of a record, and of those that continue it.
pub(crate) struct Record<'a> {
    now: &'a [u8],
    /// The last one first.
    pieces: Vec<&'a [u8]>,
}

impl Record<'_> {
    pub(crate) fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        self.skip_to_content();
        let (array, rest) = self.now.split_first_chunk().ok_or("it is damaged: a record is too short")?;
        self.now = rest;
        Ok(*array)
    }

    pub(crate) fn byte(&mut self) -> Parsed<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn short(&mut self) -> Parsed<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn long(&mut self) -> Parsed<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// Row, column and format, with which every cell begins.
    pub(crate) fn place(&mut self) -> Parsed<(u16, usize, usize)> {
        Ok((self.short()?, self.short()?.into(), self.short()?.into()))
    }

    /// Bytes of it, without those that continue it.
    pub(crate) fn left(&self) -> usize {
        self.now.len()
    }

    pub(crate) fn is_at_its_end(&mut self) -> bool {
        self.skip_to_content();
        self.now.is_empty()
    }

    fn skip_to_content(&mut self) {
        while self.now.is_empty() {
            let Some(piece) = self.pieces.pop() else { return };
            self.now = piece;
        }
    }

    /// A text of so many letters (UTF-16 units), and what comes after it. Where it goes on in another record, that one
    /// says anew how many bytes a letter has.
    pub(crate) fn text(&mut self, letters: usize) -> Parsed<String> {
        let kind = self.byte()?;
        let runs = if kind & RICH != 0 { self.short()? } else { 0 };
        let spoken = if kind & SPOKEN != 0 { self.long()? } else { 0 };
        let (mut units, mut is_wide) = (Vec::new(), kind & WIDE != 0);
        loop {
            let width = if is_wide { 2 } else { 1 };
            let here = (letters - units.len()).min(self.now.len() / width);
            let (text, rest) = self.now.split_at(here * width);
            match is_wide {
                true => units.extend(text.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit))),
                false => units.extend(text.iter().map(|unit| u16::from(*unit))),
            }
            self.now = rest;
            if units.len() == letters {
                break;
            }
            if !self.now.is_empty() {
                return Err("it is damaged: a text ends within a letter".into());
            }
            is_wide = self.byte()? & WIDE != 0;
        }
        self.skip(4 * usize::from(runs) + spoken as usize)?;
        Ok(String::from_utf16_lossy(&units))
    }

    fn skip(&mut self, mut count: usize) -> Parsed<()> {
        while count > 0 {
            if self.is_at_its_end() {
                return Err("it is damaged: a record is too short".into());
            }
            let here = count.min(self.now.len());
            self.now = &self.now[here..];
            count -= here;
        }
        Ok(())
    }
}
