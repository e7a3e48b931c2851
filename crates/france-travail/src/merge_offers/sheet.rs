//! What is remembered of a file that was read: who is in it, where, and of when; sorted by identifier.
//!
//! It only saves work. It is written whole and ends with a hash: one that was cut or spoilt is none, and the file is read
//! again.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use files::{Access, Output};
use serde::{Deserialize, Serialize};

use crate::days::State;
use crate::merge_offers::content::of_bytes;
use crate::offre::time;

/// Changes with the form of what is remembered.
const MAGIC: &[u8; 8] = b"COLOFF01";

/// Bytes in one piece of memory, so that nothing grows by being copied.
const PIECE_BYTES: usize = 1 << 20;

/// What tells that a file is still the one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stat {
    bytes: u64,
    modified_s: i64,
    modified_ns: i64,
    inode: u64,
}

impl Stat {
    /// None where there is no file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|there| Self::read(&there))
    }

    pub(crate) fn read(there: &fs::Metadata) -> Self {
        Self { bytes: there.len(), modified_s: there.mtime(), modified_ns: there.mtime_nsec(), inode: there.ino() }
    }
}

/// What is known of a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) data: Option<Stat>,
    pub(crate) log: Option<Stat>,
    pub(crate) state: State,
    /// After its name, unless it is complete.
    pub(crate) why: Option<String>,
    pub(crate) sha256: String,
    pub(crate) service: Option<String>,
    pub(crate) is_invented: bool,
    /// When its elements were seen.
    pub(crate) vue: i64,
    /// Elements, those that are rejected among them.
    pub(crate) elements: u64,
    pub(crate) rejects: Vec<Rejected>,
}

/// An element that can be no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rejected {
    pub(crate) record: u64,
    pub(crate) rule: String,
    pub(crate) id: String,
}

/// Where an element stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
    /// From 1.
    pub(crate) record: u32,
}

/// One thing known of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    Seen(Seen),
    Gone(Gone),
    Kept(Kept),
}

/// It was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) vue: i64,
    pub(crate) created: i64,
    pub(crate) created_as: Stamp,
    pub(crate) updated_as: Stamp,
    pub(crate) content: u64,
    pub(crate) place: Place,
}

/// It was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) retiree_le: i64,
    pub(crate) presente_le: Option<i64>,
    pub(crate) preuve: String,
}

/// All that a row of the table says, whose files are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// As the version shown.
    pub(crate) seen: Seen,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) versions: u32,
    pub(crate) is_proven: bool,
    pub(crate) gone: Option<Gone>,
}

/// A time as it was served; absent is lowest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stamp {
    Absent,
    /// `2025-08-21T06:32:43.000Z`
    Usual(i64),
    Other(String),
}

impl Stamp {
    pub(crate) fn of(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::Absent };
        match time::read(text) {
            Some(ms) if usual(ms) == text => Self::Usual(ms),
            _ => Self::Other(text.to_owned()),
        }
    }

    fn text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Absent => None,
            Self::Usual(ms) => Some(usual(*ms).into()),
            Self::Other(text) => Some(text.as_str().into()),
        }
    }
}

fn usual(ms: i64) -> String {
    let mut text = time::text(ms);
    text.push('Z');
    text
}

impl Ord for Stamp {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Of years of four digits, which all that can be read have.
            (Self::Usual(one), Self::Usual(other)) => one.cmp(other),
            _ => self.text().cmp(&other.text()),
        }
    }
}

impl PartialOrd for Stamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

const SEEN: u8 = 1;
const GONE: u8 = 2;
const KEPT: u8 = 3;

fn put_text(text: &str, out: &mut Vec<u8>) {
    match u8::try_from(text.len()) {
        Ok(length) if length < u8::MAX => out.push(length),
        _ => {
            out.push(u8::MAX);
            let length = u32::try_from(text.len()).expect("an element is smaller than 4 GiB");
            out.extend_from_slice(&length.to_le_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn put_stamp(stamp: &Stamp, out: &mut Vec<u8>) {
    match stamp {
        Stamp::Absent => out.push(0),
        Stamp::Usual(ms) => {
            out.push(1);
            out.extend_from_slice(&ms.to_le_bytes());
        }
        Stamp::Other(text) => {
            out.push(2);
            put_text(text, out);
        }
    }
}

fn put_note(note: &Note, out: &mut Vec<u8>) {
    match note {
        Note::Seen(seen) => {
            out.push(SEEN);
            put_seen(seen, out);
        }
        Note::Gone(gone) => {
            out.push(GONE);
            put_gone(gone, out);
        }
        Note::Kept(kept) => {
            out.push(KEPT);
            put_seen(&kept.seen, out);
            out.extend_from_slice(&kept.first.to_le_bytes());
            out.extend_from_slice(&kept.last.to_le_bytes());
            out.extend_from_slice(&kept.versions.to_le_bytes());
            out.push(u8::from(kept.is_proven));
            out.push(u8::from(kept.gone.is_some()));
            kept.gone.iter().for_each(|gone| put_gone(gone, out));
        }
    }
}

fn put_seen(seen: &Seen, out: &mut Vec<u8>) {
    out.extend_from_slice(&seen.vue.to_le_bytes());
    out.extend_from_slice(&seen.created.to_le_bytes());
    out.extend_from_slice(&seen.content.to_le_bytes());
    out.extend_from_slice(&seen.place.offset.to_le_bytes());
    out.extend_from_slice(&seen.place.bytes.to_le_bytes());
    out.extend_from_slice(&seen.place.record.to_le_bytes());
    match &seen.created_as {
        Stamp::Usual(ms) if *ms == seen.created => out.push(3),
        other => put_stamp(other, out),
    }
    put_stamp(&seen.updated_as, out);
}

fn put_gone(gone: &Gone, out: &mut Vec<u8>) {
    out.extend_from_slice(&gone.retiree_le.to_le_bytes());
    out.push(u8::from(gone.presente_le.is_some()));
    out.extend_from_slice(&gone.presente_le.unwrap_or(0).to_le_bytes());
    put_text(&gone.preuve, out);
}

/// Notes under way, kept small.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pieces: Vec<Vec<u8>>,
    /// Piece, and place in it.
    places: Vec<(u32, u32)>,
}

impl Notes {
    pub(crate) fn add(&mut self, id: &str, note: &Note) {
        if self.pieces.last().is_none_or(|piece| piece.len() + id.len() + 256 > PIECE_BYTES) {
            self.pieces.push(Vec::with_capacity(PIECE_BYTES));
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        self.places.push((number as u32, piece.len() as u32));
        put_text(id, piece);
        put_note(note, piece);
    }

    fn at(&self, place: (u32, u32)) -> &[u8] {
        &self.pieces[place.0 as usize][place.1 as usize..]
    }

    fn id(&self, place: (u32, u32)) -> &[u8] {
        let bytes = self.at(place);
        match bytes[0] {
            u8::MAX => {
                let length = u32::from_le_bytes(bytes[1..5].try_into().expect("four bytes are four bytes"));
                &bytes[5..5 + length as usize]
            }
            length => &bytes[1..1 + usize::from(length)],
        }
    }

    /// Writes them by identifier, those of one in the order in which they came.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn write(mut self, path: &Path, known: &Known) -> Result<()> {
        let mut places = std::mem::take(&mut self.places);
        places.sort_by(|a, b| self.id(*a).cmp(self.id(*b)));
        let mut output = Output::create_with(path, Access::OwnerAndGroup)?;
        let mut hash = Chain::default();
        let head = serde_json::to_vec(known).context("could not write what is remembered as JSON")?;
        let mut write = |bytes: &[u8]| {
            hash.add(bytes);
            output.write_all(bytes).with_context(|| format!("could not write `{}`", path.display()))
        };
        write(MAGIC)?;
        write(&(head.len() as u32).to_le_bytes())?;
        write(&(places.len() as u64).to_le_bytes())?;
        write(&head)?;
        let mut block = Vec::with_capacity(2 * Chain::BLOCK);
        for place in places {
            let mut rest = Bytes(self.at(place));
            let before = rest.0.len();
            rest.text()?;
            rest.note()?;
            let length = before - rest.0.len();
            block.extend_from_slice(&self.at(place)[..length]);
            if block.len() >= Chain::BLOCK {
                write(&block)?;
                block.clear();
            }
        }
        write(&block)?;
        let end = hash.end();
        output.write_all(&end.to_le_bytes()).with_context(|| format!("could not write `{}`", path.display()))?;
        output.commit().map(drop)
    }
}

/// A hash of bytes that come in pieces of any size.
#[derive(Debug, Default)]
struct Chain {
    block: Vec<u8>,
    hash: u64,
}

impl Chain {
    const BLOCK: usize = 64 << 10;

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let count = bytes.len().min(Self::BLOCK - self.block.len());
            self.block.extend_from_slice(&bytes[..count]);
            bytes = &bytes[count..];
            if self.block.len() == Self::BLOCK {
                self.turn();
            }
        }
    }

    fn turn(&mut self) {
        self.block.extend_from_slice(&self.hash.to_le_bytes());
        self.hash = of_bytes(&self.block);
        self.block.clear();
    }

    fn end(mut self) -> u64 {
        self.turn();
        self.hash
    }
}

/// What is known of a file, if that is remembered and whole.
pub(crate) fn recall(path: &Path) -> Option<Known> {
    read_whole(path).ok()
}

fn read_whole(path: &Path) -> Result<Known> {
    let there = fs::symlink_metadata(path)?;
    ensure!(there.is_file() && there.len() >= 28, "it is no sheet");
    let mut file = File::open(path)?;
    let mut left = there.len() - 8;
    let (mut chain, mut buffer) = (Chain::default(), vec![0; 256 << 10]);
    while left > 0 {
        let count = buffer.len().min(usize::try_from(left)?);
        file.read_exact(&mut buffer[..count])?;
        chain.add(&buffer[..count]);
        left -= count as u64;
    }
    let mut end = [0; 8];
    file.read_exact(&mut end)?;
    ensure!(u64::from_le_bytes(end) == chain.end(), "it was spoilt");
    let mut file = BufReader::new(file);
    Ok(read_head(&mut file)?.0)
}

fn read_head(file: &mut BufReader<File>) -> Result<(Known, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let mut begin = [0; 20];
    file.read_exact(&mut begin)?;
    ensure!(begin.starts_with(MAGIC), "it is of another form");
    let length = u32::from_le_bytes(begin[8..12].try_into().expect("four bytes are four bytes"));
    let notes = u64::from_le_bytes(begin[12..].try_into().expect("eight bytes are eight bytes"));
    let mut head = vec![0; length as usize];
    file.read_exact(&mut head)?;
    Ok((serde_json::from_slice(&head)?, notes))
}

/// Reads notes in the order of identifiers.
pub(crate) struct Sheet {
    file: BufReader<File>,
    left: u64,
    buffer: Vec<u8>,
    /// The note that comes next; none at the end.
    pub(crate) next: Option<(String, Note)>,
}

impl Sheet {
    /// Opens a sheet that was recalled or written by this run.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut file = BufReader::with_capacity(32 << 10, files::open(path)?);
        let (_, left) = read_head(&mut file)?;
        let mut sheet = Self { file, left, buffer: Vec::new(), next: None };
        sheet.go_on()?;
        Ok(sheet)
    }

    /// Gives the next note, and reads the one after it.
    pub(crate) fn take(&mut self) -> Result<Option<(String, Note)>> {
        let taken = self.next.take();
        self.go_on()?;
        Ok(taken)
    }

    fn go_on(&mut self) -> Result<()> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.buffer.clear();
        let id = self.text()?;
        let kind = self.byte()?;
        let note = match kind {
            SEEN => Note::Seen(self.seen()?),
            GONE => Note::Gone(self.gone()?),
            KEPT => Note::Kept(Kept {
                seen: self.seen()?,
                first: self.number()?,
                last: self.number()?,
                versions: self.four()?,
                is_proven: self.byte()? == 1,
                gone: if self.byte()? == 1 { Some(self.gone()?) } else { None },
            }),
            other => anyhow::bail!("could not read a note of kind {other}"),
        };
        self.next = Some((id, note));
        Ok(())
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.file.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn four(&mut self) -> Result<u32> {
        let mut four = [0; 4];
        self.file.read_exact(&mut four)?;
        Ok(u32::from_le_bytes(four))
    }

    fn number(&mut self) -> Result<i64> {
        let mut eight = [0; 8];
        self.file.read_exact(&mut eight)?;
        Ok(i64::from_le_bytes(eight))
    }

    fn text(&mut self) -> Result<String> {
        let length = match self.byte()? {
            u8::MAX => self.four()? as usize,
            length => usize::from(length),
        };
        let mut text = vec![0; length];
        self.file.read_exact(&mut text)?;
        String::from_utf8(text).context("could not read a text that is remembered")
    }

    fn stamp(&mut self, created: i64) -> Result<Stamp> {
        Ok(match self.byte()? {
            0 => Stamp::Absent,
            1 => Stamp::Usual(self.number()?),
            3 => Stamp::Usual(created),
            _ => Stamp::Other(self.text()?),
        })
    }

    fn seen(&mut self) -> Result<Seen> {
        let (vue, created) = (self.number()?, self.number()?);
        let content = self.number()?.cast_unsigned();
        let place = Place { offset: self.number()?.cast_unsigned(), bytes: self.four()?, record: self.four()? };
        let created_as = self.stamp(created)?;
        Ok(Seen { vue, created, created_as, updated_as: self.stamp(created)?, content, place })
    }

    fn gone(&mut self) -> Result<Gone> {
        let retiree_le = self.number()?;
        let is_known = self.byte()? == 1;
        let presente_le = Some(self.number()?).filter(|_| is_known);
        Ok(Gone { retiree_le, presente_le, preuve: self.text()? })
    }
}

/// Notes in memory, of which only the length is wanted.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn pass(&mut self, count: usize) -> Result<u8> {
        let (passed, rest) = self.0.split_at_checked(count).context("it ends too early")?;
        self.0 = rest;
        Ok(passed.last().copied().unwrap_or_default())
    }

    fn text(&mut self) -> Result<()> {
        let length = match self.pass(1)? {
            u8::MAX => {
                let four = self.0.get(..4).context("it ends too early")?;
                let length = u32::from_le_bytes(four.try_into().expect("four bytes are four bytes"));
                self.pass(4)?;
                length as usize
            }
            length => usize::from(length),
        };
        self.pass(length).map(drop)
    }

    fn stamp(&mut self) -> Result<()> {
        match self.pass(1)? {
            1 => self.pass(8).map(drop),
            2 => self.text(),
            _ => Ok(()),
        }
    }

    fn seen(&mut self) -> Result<()> {
        self.pass(40)?;
        self.stamp()?;
        self.stamp()
    }

    fn gone(&mut self) -> Result<()> {
        self.pass(17)?;
        self.text()
    }

    fn note(&mut self) -> Result<()> {
        match self.pass(1)? {
            SEEN => self.seen(),
            GONE => self.gone(),
            _ => {
                self.seen()?;
                self.pass(21)?;
                match self.pass(1)? {
                    1 => self.gone(),
                    _ => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            data: None,
            log: None,
            state: State::Complete,
            why: None,
            sha256: "ab".to_owned(),
            service: Some("api".to_owned()),
            is_invented: false,
            vue: 7,
            elements: 3,
            rejects: vec![],
        }
    }

    fn seen(created_as: Stamp, updated_as: Stamp) -> Seen {
        let place = Place { offset: 1 << 40, bytes: 3, record: 9 };
        Seen { vue: -1, created: 5, created_as, updated_as, content: u64::MAX, place }
    }

    fn notes() -> Vec<(String, Note)> {
        let gone = Gone { retiree_le: 3, presente_le: None, preuve: "balayage".to_owned() };
        let kept = Kept {
            seen: seen(Stamp::Usual(5), Stamp::Absent),
            first: 1,
            last: 2,
            versions: 3,
            is_proven: true,
            gone: Some(Gone { presente_le: Some(8), ..gone.clone() }),
        };
        vec![
            ("1".to_owned(), Note::Seen(seen(Stamp::Usual(5), Stamp::Usual(6)))),
            ("1".to_owned(), Note::Gone(gone)),
            ("2".repeat(300), Note::Seen(seen(Stamp::Other("é".repeat(300)), Stamp::Absent))),
            ("é".to_owned(), Note::Kept(kept)),
        ]
    }

    #[test]
    fn notes_come_back_by_identifier() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet");
        let mut all = Notes::default();
        let [first, second, third, fourth] = notes().try_into().unwrap();
        for (id, note) in [&fourth, &third, &first, &second] {
            all.add(id, note);
        }
        all.write(&path, &known()).unwrap();
        assert_eq!(recall(&path), Some(known()));
        let mut sheet = Sheet::open(&path).unwrap();
        for expected in [first, second, third, fourth] {
            assert_eq!(sheet.take().unwrap(), Some(expected));
        }
        assert_eq!(sheet.take().unwrap(), None);
    }

    #[test]
    fn what_was_cut_or_spoilt_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet");
        let mut all = Notes::default();
        notes().iter().for_each(|(id, note)| all.add(id, note));
        all.write(&path, &known()).unwrap();
        let bytes = fs::read(&path).unwrap();
        for at in 0..bytes.len() {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 1;
            fs::write(&path, &spoilt).unwrap();
            assert_eq!(recall(&path), None, "byte {at}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(recall(&path), None, "cut at {at}");
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(recall(&path), None);
    }

    #[test]
    fn stamps_are_ordered_as_texts() {
        let of = |text| Stamp::of(Some(text));
        assert_eq!(of("2025-08-21T06:32:43.000Z"), Stamp::Usual(1_755_757_963_000));
        assert!(Stamp::Absent < of(""));
        assert!(of("2025-08-21T06:32:43.000Z") < of("2025-08-21T06:32:43Z"));
        assert!(of("2025-08-21T06:32:43.000Z") < of("2025-08-21T06:32:43.001Z"));
        assert!(of("2025-08-21T06:32:43") < of("2025-08-21T06:32:43.000Z"));
    }
}
