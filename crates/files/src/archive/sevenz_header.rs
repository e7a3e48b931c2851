//! What a 7z would make its reader allocate, counted before the reader sees it.
//!
//! The list of a 7z may itself be packed, and says early on how many files, blocks and streams there are. The reader
//! makes room for all of them at once, up to some hundred bytes for each byte of the list; so a small archive could ask
//! for gigabytes. We unpack the list ourselves, under a limit, and walk it as far as the number of files.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::overlay::{Overlay, START_BYTES};
use super::roll::too_many;
use super::{LONGEST_LIST_BYTES, Limits, Refusal, sevenz};

const HEADER: u8 = 0x01;
const ARCHIVE_PROPERTIES: u8 = 0x02;
const MAIN_STREAMS: u8 = 0x04;
const FILES: u8 = 0x05;
const PACK: u8 = 0x06;
const UNPACK: u8 = 0x07;
const SUB_STREAMS: u8 = 0x08;
const SIZE: u8 = 0x09;
const CRC: u8 = 0x0A;
const BLOCKS: u8 = 0x0B;
const UNPACK_SIZES: u8 = 0x0C;
const SUB_STREAM_COUNTS: u8 = 0x0D;
const ENCODED_HEADER: u8 = 0x17;
const END: u8 = 0x00;

/// The reader takes no more coders in a block, nor streams.
const MOST_CODERS: u64 = 64;

/// A list of one file without attributes, called `list`.
const ONE_FILE: &[u8] = b"\x05\x01\x11\x0B\x00l\0i\0s\0t\0\0\0\x00\x00";

/// Reads the list, unpacked, and refuses it when it would ask for too much. Returns it with where the packed data ends.
pub(super) fn read(mut file: File, limits: Limits) -> Result<(File, Vec<u8>, u64), Refusal> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    let (list, data_end) = read_end(&mut file, file_bytes)?;
    let (file, list) = match list.first() {
        Some(&ENCODED_HEADER) => decode(file, file_bytes, &list, limits)?,
        _ => (file, list),
    };
    if list.first() != Some(&HEADER) {
        return Err(Refusal::new("its list of files is of an unknown kind"));
    }
    Walk { rest: &list[1..], limits }.header()?;
    Ok((file, list, data_end))
}

/// The bytes at the end of the archive that the start points to.
fn read_end(file: &mut File, file_bytes: u64) -> Result<(Vec<u8>, u64), Refusal> {
    let mut start = [0; START_BYTES as usize];
    file.rewind()?;
    file.read_exact(&mut start)?;
    if start[6] != 0 {
        return Err(Refusal::new(format!("it is of an unknown version of 7z, {}.{}", start[6], start[7])));
    }
    let place = &start[12..];
    let (offset, bytes, crc) = (u64_at(place, 0), u64_at(place, 8), u32_at(place, 16));
    if place.iter().all(|byte| *byte == 0) {
        return Err(Refusal::new("it was never finished, or holds nothing"));
    }
    if crc32fast::hash(place) != u32_at(&start, 8) {
        return Err(Refusal::new("its start is damaged"));
    }
    let begin = START_BYTES.checked_add(offset);
    let end = begin.and_then(|begin| begin.checked_add(bytes));
    let (Some(begin), Some(_)) = (begin, end.filter(|end| *end <= file_bytes)) else {
        return Err(Refusal::new(
            "its list of files lies past its end: it was cut, or is one volume of a split archive",
        ));
    };
    if bytes == 0 {
        return Err(Refusal::new("it holds nothing"));
    }
    if bytes > LONGEST_LIST_BYTES {
        return Err(list_too_long());
    }
    file.seek(SeekFrom::Start(begin))?;
    let mut list = vec![0; bytes as usize];
    file.read_exact(&mut list)?;
    if crc32fast::hash(&list) != crc {
        return Err(Refusal::new("its list of files is damaged"));
    }
    Ok((list, begin))
}

/// Unpacks a packed list: to the reader it is the only file of an archive.
fn decode(file: File, file_bytes: u64, list: &[u8], limits: Limits) -> Result<(File, Vec<u8>), Refusal> {
    let mut walk = Walk { rest: &list[1..], limits: Limits { max_entries: 1, ..limits } };
    let tells_files = walk.streams().map_err(|_| damaged())?;
    let streams = &list[1..list.len() - walk.rest.len()];
    let (_end, streams) = streams.split_last().ok_or_else(damaged)?;
    let mut as_file = vec![HEADER, MAIN_STREAMS];
    as_file.extend_from_slice(streams);
    // Most writers leave out how the stream is divided into files: there is only one.
    as_file.extend_from_slice(if tells_files { &[END] } else { &[SUB_STREAMS, END, END] });
    as_file.extend_from_slice(ONE_FILE);
    let mut overlay = Overlay::new(file, file_bytes, as_file);
    let decoded = sevenz::decode_only_file(&mut overlay, LONGEST_LIST_BYTES)?;
    Ok((overlay.into_file(), decoded.ok_or_else(list_too_long)?))
}

/// Goes through a list without keeping anything.
struct Walk<'a> {
    rest: &'a [u8],
    limits: Limits,
}

impl Walk<'_> {
    fn header(&mut self) -> Result<(), Refusal> {
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
            _ => Err(Refusal::new("it holds nothing")),
        }
    }

    /// Returns whether it is told how the streams are divided into files.
    fn streams(&mut self) -> Result<bool, Refusal> {
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

    fn pack(&mut self) -> Result<(), Refusal> {
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
    fn blocks(&mut self) -> Result<Vec<bool>, Refusal> {
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
    fn block(&mut self) -> Result<u64, Refusal> {
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

    fn sub_streams(&mut self, blocks: &[bool]) -> Result<(), Refusal> {
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
    fn digests(&mut self, count: u64) -> Result<Vec<bool>, Refusal> {
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
    fn count(&mut self) -> Result<u64, Refusal> {
        match self.number()? {
            count if count > self.limits.max_entries as u64 => Err(too_many(self.limits)),
            count => Ok(count),
        }
    }

    fn numbers(&mut self, count: u64) -> Result<(), Refusal> {
        (0..count).try_for_each(|_| self.number().map(drop))
    }

    /// The first byte has as many leading ones as bytes follow, and then the highest bits.
    fn number(&mut self) -> Result<u64, Refusal> {
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

    fn byte(&mut self) -> Result<u8, Refusal> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(byte)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Refusal> {
        let bytes = usize::try_from(bytes).map_err(|_| damaged())?;
        self.rest = self.rest.get(bytes..).ok_or_else(damaged)?;
        Ok(())
    }

    fn expect(&self, byte: u8, expected: u8) -> Result<(), Refusal> {
        if byte == expected { Ok(()) } else { Err(damaged()) }
    }
}

fn damaged() -> Refusal {
    Refusal::new("its list of files is damaged")
}

fn list_too_long() -> Refusal {
    Refusal::new(format!("its list of files is longer than {} MiB", LONGEST_LIST_BYTES >> 20))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes are eight bytes"))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes are four bytes"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::super::testing::{Blocks, seven_z};
    use super::*;

    const LIMITS: Limits = Limits { max_bytes: 1 << 30, max_entries: 100 };

    /// What is said of an archive that holds `content`, with the list that `list` makes of its own.
    fn refused(content: &[u8], list: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("archive");
        fs::write(&path, seven_z(&[("a", content)], Blocks::One)).unwrap();
        let (file, own, data_end) = read(File::open(&path).unwrap(), LIMITS).unwrap();
        let mut bytes = Vec::new();
        Overlay::new(file, data_end, list(&own)).read_to_end(&mut bytes).unwrap();
        fs::write(&path, bytes).unwrap();
        read(File::open(&path).unwrap(), LIMITS).map(drop).unwrap_err().why
    }

    /// A list that says that the list proper is what the archive holds.
    fn packed(own: &[u8]) -> Vec<u8> {
        let mut walk = Walk { rest: &own[2..], limits: LIMITS };
        walk.streams().unwrap();
        [&[ENCODED_HEADER], &own[2..own.len() - walk.rest.len()]].concat()
    }

    #[test]
    fn a_list_that_unpacks_to_too_much_is_refused() {
        let content = vec![0; LONGEST_LIST_BYTES as usize + 1];
        assert!(refused(&content, packed).contains("longer than 32 MiB"));
    }

    #[test]
    fn a_list_that_unpacks_to_none_is_refused() {
        assert!(refused(&[0; 5_000], packed).contains("of an unknown kind"));
        assert!(refused(&[ENCODED_HEADER; 50], packed).contains("of an unknown kind"));
        assert!(refused(&[HEADER], packed).contains("damaged"));
    }

    #[test]
    fn counts_that_are_not_there_are_refused_before_room_is_made() {
        // 2^40 of them, in eight bytes.
        const MANY: [u8; 7] = [0xFC, 0, 0, 0, 0, 0, 1];
        for start in [
            &[HEADER, FILES][..],
            &[HEADER, MAIN_STREAMS, PACK, 0],
            &[HEADER, MAIN_STREAMS, UNPACK, BLOCKS],
            &[ENCODED_HEADER, UNPACK, BLOCKS],
        ] {
            let why = refused(b"a", |_| [start, &MANY, &[0; 40]].concat());
            assert!(why.contains("--max-entries") || why.contains("damaged"), "{why}");
        }
    }
}
