//! Notes under way, and how they are written.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use files::{Access, Output};

use crate::merge_offers::sheet::chain::Chain;
use crate::merge_offers::sheet::{GONE, Gone, KEPT, Known, MAGIC, Note, SEEN, Seen, Stamp};

/// Bytes in one piece of memory, so that nothing grows by being copied.
const PIECE_BYTES: usize = 1 << 20;

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
    put_text(&gone.jour.map(|jour| jour.to_string()).unwrap_or_default(), out);
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
        self.text()?;
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
