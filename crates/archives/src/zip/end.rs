//! The end of a zip, where it says what it holds: read by us first, so that there is only one way to read it.
//!
//! A zip reader looks backwards for the end record. A comment may hold another one, and then two readers see two
//! archives; the record also says how many entries the reader is to make room for.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::error::ArchiveError;
use crate::limits::{LONGEST_LIST_BYTES, Limits};
use crate::listing::too_many;

const END: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCATOR: &[u8; 4] = b"PK\x06\x07";
const LOCATOR_BYTES: u64 = 20;
const END_64: &[u8; 4] = b"PK\x06\x06";
const END_64_BYTES: u64 = 56;
const LONGEST_COMMENT_BYTES: u64 = 0xFFFF;

/// Where the list of a zip is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) entries: u64,
    pub(crate) list_begin: u64,
    pub(crate) comment_bytes: usize,
}

/// Finds the list, and refuses what is ambiguous or too long.
pub(crate) fn read(file: &mut File, limits: Limits) -> Result<End, ArchiveError> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    let from = file_bytes.saturating_sub(END_BYTES as u64 + LONGEST_COMMENT_BYTES);
    let tail = read_at(file, from, file_bytes - from)?;
    let at = find(&tail)?;
    let end_begin = from + at as u64;
    let record = &tail[at..];
    let number = |at: usize, bytes: usize| little_endian(&record[at..at + bytes]);
    let (mut entries, mut list_bytes, mut list_begin) = (number(10, 2), number(12, 4), number(16, 4));
    let mut list_end = end_begin;
    let is_full = entries == 0xFFFF || list_bytes == 0xFFFF_FFFF || list_begin == 0xFFFF_FFFF;
    if let Some(begin) = is_full.then(|| locate_64(file, end_begin)).transpose()?.flatten() {
        let record = read_at(file, begin, END_64_BYTES)?;
        if !record.starts_with(END_64) {
            return Err(damaged());
        }
        (entries, list_bytes, list_begin) =
            (little_endian(&record[32..40]), little_endian(&record[40..48]), little_endian(&record[48..56]));
        list_end = begin;
    }
    if list_begin.checked_add(list_bytes) != Some(list_end) {
        return Err(ArchiveError::new(
            "its list of files is not where its end says: it was cut, or something was added",
        ));
    }
    if entries > limits.max_entries as u64 {
        return Err(too_many(limits));
    }
    if list_bytes > LONGEST_LIST_BYTES {
        return Err(ArchiveError::new(format!("its list of files is longer than {} MiB", LONGEST_LIST_BYTES >> 20)));
    }
    Ok(End { entries, list_begin, comment_bytes: record.len() - END_BYTES })
}

/// The one end record whose comment goes to the very end.
fn find(tail: &[u8]) -> Result<usize, ArchiveError> {
    let is_end = |at: &usize| {
        let record = &tail[*at..];
        record.starts_with(END) && little_endian(&record[20..22]) as usize == record.len() - END_BYTES
    };
    let last_signature = (0..=tail.len().saturating_sub(4)).rev().find(|at| tail[*at..].starts_with(END));
    let mut ends = (0..=tail.len().checked_sub(END_BYTES).ok_or_else(cut)?).filter(is_end);
    match (ends.next(), ends.next()) {
        (None, _) => Err(cut()),
        (Some(end), None) if last_signature == Some(end) => Ok(end),
        _ => Err(ArchiveError::new("it has two ends: two readers would see two archives")),
    }
}

/// Where the end record of a long archive begins, if there is one.
fn locate_64(file: &mut File, end_begin: u64) -> Result<Option<u64>, ArchiveError> {
    let Some(at) = end_begin.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    let locator = read_at(file, at, LOCATOR_BYTES)?;
    if !locator.starts_with(LOCATOR) {
        return Ok(None);
    }
    let begin = little_endian(&locator[8..16]);
    match begin.checked_add(END_64_BYTES) {
        Some(end) if end <= at => Ok(Some(begin)),
        _ => Err(damaged()),
    }
}

fn read_at(file: &mut File, from: u64, bytes: u64) -> Result<Vec<u8>, ArchiveError> {
    file.seek(SeekFrom::Start(from))?;
    let mut read = vec![0; bytes as usize];
    file.read_exact(&mut read)?;
    Ok(read)
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn cut() -> ArchiveError {
    ArchiveError::new("it has no end: it was cut, or something was added to it")
}

fn damaged() -> ArchiveError {
    ArchiveError::new("its end is damaged")
}
