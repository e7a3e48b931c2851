//! What was gathered so far, record by record, so that a run can be killed at any instant.

use std::fs::{self, File};
use std::io::{self, BufReader, IoSlice, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::access::{Access, open_in_place};
use crate::error::unwritable;
use crate::name::{create_folder, folder_of};

/// Begins every journal; another first line is not ours to read.
const MAGIC: &[u8] = b"collecte.journal/1\n";

/// Before each record: length of its header, length of its body, CRC-32 of both; little-endian.
const FRAME_BYTES: usize = 12;

/// No record is longer; a longer length is a torn or spoilt frame.
const LONGEST_RECORD_BYTES: u64 = 1 << 30;

const BUFFER_BYTES: usize = 256 << 10;

/// An append-only file of records, each a short header and a body.
///
/// A record is handed to the kernel in one write: it survives the death of the process. What a power cut tears is found
/// by its checksum and dropped. Only steps read it: it is closed to everyone but owner and group.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
}

/// Where in the journal some bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    pub offset: u64,
    pub bytes: u32,
}

impl Journal {
    /// Opens the journal at `path`, made if need be, and hands each whole record to `replay`: its header, its body, and
    /// the body's place.
    ///
    /// The caller holds the output's [`crate::Lock`].
    pub fn open(path: impl Into<PathBuf>, mut replay: impl FnMut(&[u8], &[u8], Extent) -> Result<()>) -> Result<Self> {
        let path = path.into();
        create_folder(folder_of(&path))?;
        let file = open_in_place(&path, Access::OwnerAndGroup)?;
        let on_disk = file.metadata().map_err(|error| unwritable("open", &path, error))?.len();
        let end = read_records(&file, &mut replay).with_context(|| format!("could not read `{}`", path.display()))?;
        if end < on_disk {
            tracing::warn!(
                "the end of `{}` was torn: its last {} bytes are gathered again",
                path.display(),
                on_disk - end
            );
        }
        let mut journal = Self { path, file, end };
        journal.disk(|file| file.set_len(end))?;
        if end == 0 {
            journal.append_bytes(MAGIC, b"")?;
        }
        Ok(journal)
    }

    /// Whether what is at `path` begins as a journal does, as far as it goes: what is torn can be mended, rubbish cannot.
    ///
    /// # Errors
    /// 66 when it is missing or unreadable.
    pub fn is_one(path: &Path) -> Result<bool> {
        let mut begin = Vec::new();
        let read = crate::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut begin);
        read.map_err(|error| crate::unreadable(path, error))?;
        Ok(MAGIC.starts_with(&begin))
    }

    /// Adds a record; afterwards it survives the process.
    pub fn append(&mut self, header: &[u8], body: &[u8]) -> Result<Extent> {
        let (header_bytes, body_bytes) = (length(header)?, length(body)?);
        let mut begin = Vec::with_capacity(FRAME_BYTES + header.len());
        begin.extend_from_slice(&header_bytes.to_le_bytes());
        begin.extend_from_slice(&body_bytes.to_le_bytes());
        begin.extend_from_slice(&checksum(header, body).to_le_bytes());
        begin.extend_from_slice(header);
        let start = self.end;
        self.append_bytes(&begin, body)?;
        Ok(Extent { offset: start + (FRAME_BYTES + header.len()) as u64, bytes: body_bytes })
    }

    /// Reads part of the journal back, into `buffer`.
    pub fn read(&self, place: Extent, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.resize(place.bytes as usize, 0);
        self.file
            .read_exact_at(buffer, place.offset)
            .with_context(|| format!("could not read back `{}`", self.path.display()))
    }

    /// Where it ends now, for [`Journal::cut_back`].
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Forgets what was added since it ended at `end`: the rest of an answer that came in pieces was bad.
    pub fn cut_back(&mut self, end: u64) -> Result<()> {
        self.disk(|file| file.set_len(end))?;
        self.end = end;
        Ok(())
    }

    /// The work is done: the journal is no longer needed.
    pub fn remove(self) -> Result<()> {
        Self::remove_at(&self.path)
    }

    /// Removes a journal that is not wanted, if there is one.
    pub fn remove_at(path: &Path) -> Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable("remove", path, error).into()),
            _ => Ok(()),
        }
    }

    /// A write that failed half way leaves no torn record before the next one.
    fn append_bytes(&mut self, begin: &[u8], rest: &[u8]) -> Result<()> {
        let end = self.end;
        let written = self.disk(|file| write_both_at(file, begin, rest, end));
        match written {
            Ok(()) => self.end += (begin.len() + rest.len()) as u64,
            Err(_) => drop(self.file.set_len(end)),
        }
        written
    }

    fn disk(&self, work: impl FnOnce(&File) -> io::Result<()>) -> Result<()> {
        Ok(work(&self.file).map_err(|error| unwritable("write", &self.path, error))?)
    }
}

/// Writes one behind the other, in one write as far as the kernel takes them, and copies neither.
fn write_both_at(file: &File, begin: &[u8], rest: &[u8], at: u64) -> io::Result<()> {
    let taken = loop {
        match rustix::io::pwritev(file, &[IoSlice::new(begin), IoSlice::new(rest)], at) {
            Err(rustix::io::Errno::INTR) => {}
            taken => break taken?,
        }
    };
    // What a full disk or a very long record leaves; a kill in between is found by the checksum.
    let (of_begin, of_rest) = (taken.min(begin.len()), taken.saturating_sub(begin.len()));
    file.write_all_at(&begin[of_begin..], at + of_begin as u64)?;
    file.write_all_at(&rest[of_rest..], at + (begin.len() + of_rest) as u64)
}

/// Returns the end of the last whole record; zero if not even the first line is there.
fn read_records(file: &File, replay: &mut impl FnMut(&[u8], &[u8], Extent) -> Result<()>) -> Result<u64> {
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut magic = [0; MAGIC.len()];
    if !fill(&mut reader, &mut magic)? || magic != MAGIC {
        return Ok(0);
    }
    let mut end = MAGIC.len() as u64;
    let (mut frame, mut content) = ([0; FRAME_BYTES], Vec::new());
    while fill(&mut reader, &mut frame)? {
        let [header_bytes, body_bytes, crc] =
            [0, 4, 8].map(|at| u32::from_le_bytes(frame[at..at + 4].try_into().expect("four bytes are four bytes")));
        let bytes = u64::from(header_bytes) + u64::from(body_bytes);
        content.clear();
        if bytes > LONGEST_RECORD_BYTES || reader.by_ref().take(bytes).read_to_end(&mut content)? as u64 != bytes {
            break;
        }
        let (header, body) = content.split_at(header_bytes as usize);
        if checksum(header, body) != crc {
            break;
        }
        let offset = end + FRAME_BYTES as u64 + u64::from(header_bytes);
        replay(header, body, Extent { offset, bytes: body_bytes })?;
        end += FRAME_BYTES as u64 + bytes;
    }
    Ok(end)
}

/// Whether `buffer` could be filled.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn checksum(header: &[u8], body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(header);
    crc.update(body);
    crc.finalize()
}

fn length(bytes: &[u8]) -> Result<u32> {
    u32::try_from(bytes.len()).context("could not journal a record of over 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replayed(path: &Path) -> Vec<(String, Vec<u8>, Extent)> {
        let mut records = Vec::new();
        let note = |header: &[u8], body: &[u8], place| {
            records.push((String::from_utf8(header.to_vec()).unwrap(), body.to_vec(), place));
            Ok(())
        };
        Journal::open(path, note).unwrap();
        records
    }

    #[test]
    fn records_come_back_in_order_and_by_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
        let first = journal.append(b"one", b"").unwrap();
        let second = journal.append(b"two", &[7; 1_000]).unwrap();
        let mut body = Vec::new();
        journal.read(Extent { offset: second.offset + 1, bytes: 3 }, &mut body).unwrap();
        assert_eq!(body, [7; 3]);
        let records = replayed(&path);
        assert_eq!(records[0], ("one".to_owned(), Vec::new(), first));
        assert_eq!(records[1], ("two".to_owned(), vec![7; 1_000], second));
    }

    #[test]
    fn a_long_body_comes_back_as_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
        let long: Vec<u8> = (0..(4 << 20) + 7).map(|n| n as u8).collect();
        let place = journal.append(b"long", &long).unwrap();
        journal.append(b"next", b"short").unwrap();
        let mut body = Vec::new();
        journal.read(place, &mut body).unwrap();
        assert_eq!(body, long);
        let records = replayed(&path);
        assert_eq!((&records[0].1, records[1].0.as_str()), (&long, "next"));
    }

    #[test]
    fn what_was_cut_back_is_gone_and_others_take_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
        journal.append(b"one", b"first").unwrap();
        let end = journal.end();
        journal.append(b"bad", &[7; 1_000]).unwrap();
        journal.cut_back(end).unwrap();
        let place = journal.append(b"two", b"second").unwrap();
        let mut body = Vec::new();
        journal.read(place, &mut body).unwrap();
        assert_eq!(body, b"second");
        let names: Vec<_> = replayed(&path).into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["one", "two"]);
    }

    /// Cut at every length, a journal gives back a prefix of its records and can be continued.
    #[test]
    fn a_journal_torn_anywhere_keeps_its_whole_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
        for n in 0..5_u8 {
            journal.append(&[b'a' + n], &vec![n; usize::from(n) * 3]).unwrap();
        }
        let whole = fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let before = replayed(&path);
            let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
            journal.append(b"z", b"after").unwrap();
            let after = replayed(&path);
            assert_eq!(after[..before.len()], before, "cut at {cut}");
            assert_eq!((after.len(), after[before.len()].0.as_str()), (before.len() + 1, "z"), "cut at {cut}");
        }
    }

    #[test]
    fn rubbish_is_told_from_what_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        Journal::open(&path, |_, _, _| Ok(())).unwrap().append(b"one", b"first").unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            assert!(Journal::is_one(&path).unwrap(), "cut at {cut}");
        }
        for rubbish in ["x", "collecte.journal/2\n", "{}"] {
            fs::write(&path, rubbish).unwrap();
            assert!(!Journal::is_one(&path).unwrap(), "{rubbish}");
        }
    }

    #[test]
    fn a_spoilt_record_ends_the_journal_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".j");
        let mut journal = Journal::open(&path, |_, _, _| Ok(())).unwrap();
        journal.append(b"one", b"first").unwrap();
        let second = journal.append(b"two", b"second").unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[second.offset as usize] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(replayed(&path).len(), 1);
    }
}
