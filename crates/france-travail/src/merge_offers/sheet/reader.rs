//! Notes read back, in the order of identifiers.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::merge_offers::sheet::chain::Chain;
use crate::merge_offers::sheet::{GONE, Gone, KEPT, Kept, Known, MAGIC, Note, Place, SEEN, Seen, Stamp};

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
    Ok(read_head(&mut BufReader::new(File::open(path)?))?.0)
}

fn read_head(file: &mut impl Read) -> Result<(Known, u64)> {
    let mut begin = [0; 20];
    file.read_exact(&mut begin)?;
    ensure!(begin.starts_with(MAGIC), "it is of another form");
    let length = u32::from_le_bytes(begin[8..12].try_into().expect("four bytes are four bytes"));
    let notes = u64::from_le_bytes(begin[12..].try_into().expect("eight bytes are eight bytes"));
    let mut head = vec![0; length as usize];
    file.read_exact(&mut head)?;
    Ok((serde_json::from_slice(&head)?, notes))
}

/// A file that is open only while some of it is read: there may be more sheets than a process may have files open.
struct Reopened {
    path: PathBuf,
    at: u64,
}

impl Read for Reopened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = File::open(&self.path)?.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Reads notes in the order of identifiers.
pub(crate) struct Sheet {
    file: BufReader<Reopened>,
    left: u64,
    buffer: Vec<u8>,
    /// The note that comes next; none at the end.
    pub(crate) next: Option<(String, Note)>,
}

impl Sheet {
    /// Opens a sheet that was recalled or written by this run.
    /// So many bytes of it are held.
    pub(crate) fn open(path: &Path, held_bytes: usize) -> Result<Self> {
        let mut file = BufReader::with_capacity(held_bytes, Reopened { path: path.to_owned(), at: 0 });
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
        let (jour, retiree_le) = (self.text()?.parse().ok(), self.number()?);
        let is_known = self.byte()? == 1;
        let presente_le = Some(self.number()?).filter(|_| is_known);
        Ok(Gone { jour, retiree_le, presente_le, preuve: self.text()? })
    }
}
