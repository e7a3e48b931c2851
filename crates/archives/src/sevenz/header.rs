//! What a 7z would make its reader allocate, counted before the reader sees it.
//!
//! The list of a 7z may itself be packed, and says early on how many files, blocks and streams there are. The reader
//! makes room for all of them at once, up to some hundred bytes for each byte of the list; so a small archive could ask
//! for gigabytes. We unpack the list ourselves, under a limit, and walk it as far as the number of files.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::decode::decode_only_file;
use super::overlay::{Overlay, START_BYTES};
use super::walk::{ENCODED_HEADER, END, HEADER, MAIN_STREAMS, SUB_STREAMS, Walk, damaged};
use crate::error::ArchiveError;
use crate::limits::{LONGEST_LIST_BYTES, Limits};

/// A list of one file without attributes, called `list`.
const ONE_FILE: &[u8] = b"\x05\x01\x11\x0B\x00l\0i\0s\0t\0\0\0\x00\x00";

/// Reads the list, unpacked, and refuses it when it would ask for too much. Returns it with where the packed data ends.
pub(crate) fn read(mut file: File, limits: Limits) -> Result<(File, Vec<u8>, u64), ArchiveError> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    let (list, data_end) = read_end(&mut file, file_bytes)?;
    let (file, list) = match list.first() {
        Some(&ENCODED_HEADER) => decode(file, file_bytes, &list, limits)?,
        _ => (file, list),
    };
    if list.first() != Some(&HEADER) {
        return Err(ArchiveError::new("its list of files is of an unknown kind"));
    }
    Walk { rest: &list[1..], limits }.header()?;
    Ok((file, list, data_end))
}

/// The bytes at the end of the archive that the start points to.
fn read_end(file: &mut File, file_bytes: u64) -> Result<(Vec<u8>, u64), ArchiveError> {
    let mut start = [0; START_BYTES as usize];
    file.rewind()?;
    file.read_exact(&mut start)?;
    if start[6] != 0 {
        return Err(ArchiveError::new(format!("it is of an unknown version of 7z, {}.{}", start[6], start[7])));
    }
    let place = &start[12..];
    let (offset, bytes, crc) = (u64_at(place, 0), u64_at(place, 8), u32_at(place, 16));
    if place.iter().all(|byte| *byte == 0) {
        return Err(ArchiveError::new("it was never finished, or holds nothing"));
    }
    if crc32fast::hash(place) != u32_at(&start, 8) {
        return Err(ArchiveError::new("its start is damaged"));
    }
    let begin = START_BYTES.checked_add(offset);
    let end = begin.and_then(|begin| begin.checked_add(bytes));
    let (Some(begin), Some(_)) = (begin, end.filter(|end| *end <= file_bytes)) else {
        return Err(ArchiveError::new(
            "its list of files lies past its end: it was cut, or is one volume of a split archive",
        ));
    };
    if bytes == 0 {
        return Err(ArchiveError::new("it holds nothing"));
    }
    if bytes > LONGEST_LIST_BYTES {
        return Err(list_too_long());
    }
    file.seek(SeekFrom::Start(begin))?;
    let mut list = vec![0; bytes as usize];
    file.read_exact(&mut list)?;
    if crc32fast::hash(&list) != crc {
        return Err(ArchiveError::new("its list of files is damaged"));
    }
    Ok((list, begin))
}

/// Unpacks a packed list: to the reader it is the only file of an archive.
fn decode(file: File, file_bytes: u64, list: &[u8], limits: Limits) -> Result<(File, Vec<u8>), ArchiveError> {
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
    let decoded = decode_only_file(&mut overlay, LONGEST_LIST_BYTES)?;
    Ok((overlay.into_file(), decoded.ok_or_else(list_too_long)?))
}

fn list_too_long() -> ArchiveError {
    ArchiveError::new(format!("its list of files is longer than {} MiB", LONGEST_LIST_BYTES >> 20))
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

    use super::super::walk::{BLOCKS, FILES, PACK, UNPACK};
    use super::*;
    use crate::testing::{Blocks, seven_z};

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
        read(File::open(&path).unwrap(), LIMITS).map(drop).unwrap_err().why()
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
