//! Writes 7z archives as IGN's are shaped: one solid LZMA2 block, the names and checksums at the end.
//!
//! The LZMA2 chunks are the uncompressed ones of the format, so that no encoder is needed. Written from the format's
//! description (7zFormat.txt of the LZMA SDK); no reader of ours has a part in it.

use crate::wire::zip::Member;

/// LZMA2's own limit for an uncompressed chunk.
const CHUNK_BYTES: usize = 1 << 16;

/// 16 MiB in LZMA2's notation: what a reader must set aside.
const DICTIONARY: u8 = 24;

/// 1 January 1601 to 1 January 1970, in units of 100 ns.
const FILETIME_OF_1970: u64 = 116_444_736_000_000_000;

// Property numbers of the format.
const HEADER: u8 = 0x01;
const MAIN_STREAMS: u8 = 0x04;
const FILES: u8 = 0x05;
const PACK_INFO: u8 = 0x06;
const UNPACK_INFO: u8 = 0x07;
const SUBSTREAMS: u8 = 0x08;
const SIZE: u8 = 0x09;
const CRC: u8 = 0x0a;
const FOLDER: u8 = 0x0b;
const UNPACK_SIZE: u8 = 0x0c;
const UNPACK_STREAMS: u8 = 0x0d;
const NAMES: u8 = 0x11;
const MODIFIED: u8 = 0x14;
const END: u8 = 0x00;
const LZMA2: u8 = 0x21;

/// The bytes of an archive of these files, all modified at `modified_s` since 1970.
pub(crate) fn write(members: &[Member], modified_s: u64) -> Vec<u8> {
    let packed = pack(members);
    let header = header(members, packed.len(), modified_s);
    let mut start = Vec::new();
    start.extend((packed.len() as u64).to_le_bytes());
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc32fast::hash(&header).to_le_bytes());
    let mut archive = vec![b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, 0, 4];
    archive.extend(crc32fast::hash(&start).to_le_bytes());
    archive.extend(start);
    archive.extend(packed);
    archive.extend(header);
    archive
}

/// All files in a row, as uncompressed LZMA2 chunks; the first resets the dictionary.
fn pack(members: &[Member]) -> Vec<u8> {
    let solid: Vec<u8> = members.iter().flat_map(|member| member.content.iter().copied()).collect();
    let mut packed = Vec::with_capacity(solid.len() + solid.len() / CHUNK_BYTES * 3 + 4);
    for (nth, chunk) in solid.chunks(CHUNK_BYTES).enumerate() {
        packed.push(if nth == 0 { 1 } else { 2 });
        packed.extend(((chunk.len() - 1) as u16).to_be_bytes());
        packed.extend(chunk);
    }
    packed.push(0);
    packed
}

fn header(members: &[Member], packed: usize, modified_s: u64) -> Vec<u8> {
    let sizes: Vec<u64> = members.iter().map(|member| member.content.len() as u64).collect();
    let mut header = vec![HEADER, MAIN_STREAMS, PACK_INFO];
    numbers(&mut header, &[0, 1]);
    header.push(SIZE);
    number(&mut header, packed as u64);
    header.extend([END, UNPACK_INFO, FOLDER]);
    // One block, described here; one coder, its identifier one byte long and with one byte of properties.
    header.extend([1, 0, 1, 0x21, LZMA2, 1, DICTIONARY]);
    header.push(UNPACK_SIZE);
    number(&mut header, sizes.iter().sum());
    header.extend([END, SUBSTREAMS, UNPACK_STREAMS]);
    number(&mut header, sizes.len() as u64);
    header.push(SIZE);
    // The last one follows from the sum.
    numbers(&mut header, &sizes[..sizes.len() - 1]);
    header.extend([CRC, 1]);
    members.iter().for_each(|member| header.extend(crc32fast::hash(&member.content).to_le_bytes()));
    header.extend([END, END, FILES]);
    number(&mut header, members.len() as u64);
    property(&mut header, NAMES, &names(members));
    let modified = (FILETIME_OF_1970 + modified_s * 10_000_000).to_le_bytes();
    property(&mut header, MODIFIED, &[&[1, 0], modified.repeat(members.len()).as_slice()].concat());
    header.extend([END, END]);
    header
}

fn names(members: &[Member]) -> Vec<u8> {
    let mut names = vec![0];
    for member in members {
        names.extend(member.path.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
    }
    names
}

fn property(header: &mut Vec<u8>, id: u8, value: &[u8]) {
    header.push(id);
    number(header, value.len() as u64);
    header.extend(value);
}

fn numbers(header: &mut Vec<u8>, values: &[u64]) {
    values.iter().for_each(|value| number(header, *value));
}

/// The ones at the top of the first byte count the bytes that follow; what is left of it is the number's top.
fn number(header: &mut Vec<u8>, value: u64) {
    let more = (0..8).find(|more| value < 1 << (7 * (more + 1))).unwrap_or(8);
    let mask = !(0xff_u16 >> more) as u8;
    let top = if more == 8 { 0 } else { (value >> (8 * more)) as u8 };
    header.push(mask | top);
    header.extend(&value.to_le_bytes()[..more]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_need() {
        for (value, bytes) in [
            (0, vec![0]),
            (0x7f, vec![0x7f]),
            (0x80, vec![0x80, 0x80]),
            (0x3fff, vec![0xbf, 0xff]),
            (0x4000, vec![0xc0, 0, 0x40]),
            (0x1234_5678, vec![0xf0, 0x78, 0x56, 0x34, 0x12]),
        ] {
            let mut written = Vec::new();
            number(&mut written, value);
            assert_eq!(written, bytes, "{value:#x}");
        }
    }

    #[test]
    fn a_long_file_is_many_chunks_that_hold_all_of_it() {
        let content: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let packed = pack(&[Member { path: "a".to_owned(), content: content.clone() }]);
        let (mut at, mut held) = (0, Vec::new());
        while packed[at] != 0 {
            let bytes = usize::from(u16::from_be_bytes([packed[at + 1], packed[at + 2]])) + 1;
            held.extend(&packed[at + 3..at + 3 + bytes]);
            at += 3 + bytes;
        }
        assert_eq!((held, at + 1), (content, packed.len()));
    }
}
