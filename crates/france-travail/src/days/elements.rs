//! The elements of one JSON array in any layout, read as a stream: each as the bytes that stand there.

use std::cell::Cell;
use std::io::{self, Read};

use memchr::{memchr2, memrchr};
use serde_json::value::RawValue;

use crate::content::{Digest, Scanned, scan_item, scan_next};
use crate::offre::scan::Scan;

/// Read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// No offer is longer; what is would have to be held whole.
pub(crate) const LONGEST_BYTES: usize = 16 << 20;

/// Arrays and objects inside each other, the outermost array among them.
const DEEPEST: usize = 64;

/// Why what is there is no array of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    NotUtf8,
    TooDeep,
    TooLong,
    /// It ends too early.
    Cut,
    /// It is no JSON, or no array.
    Malformed,
}

impl Flaw {
    /// In words, after the name of the file.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::NotUtf8 => "is not UTF-8",
            Self::TooDeep => "nests more than 64 deep",
            Self::TooLong => "holds an element of over 16 MiB",
            Self::Cut => "ends too early",
            Self::Malformed => "is not a JSON array",
        }
    }
}

/// What stops the reading.
#[derive(Debug)]
pub(crate) enum Stop {
    Flaw(Flaw),
    Disk(io::Error),
}

impl From<Flaw> for Stop {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    /// Its place in the array, from 1.
    pub(crate) record: u64,
    /// Where it begins in the file.
    pub(crate) offset: u64,
    /// Valid UTF-8 in which brackets and quotes close; whether it is JSON is not known yet.
    pub(crate) text: &'a str,
}

impl<'a> Element<'a> {
    /// The same, read to its end.
    ///
    /// # Errors
    /// When it is no JSON. Half of a surrogate pair is.
    pub(crate) fn raw(&self) -> Result<&'a RawValue, Flaw> {
        serde_json::from_str(self.text).map_err(|_| Flaw::Malformed)
    }
}

/// Reads an array. What is read meanwhile goes to `seen` as well, each byte once.
pub(crate) struct Elements<R, S> {
    input: R,
    seen: S,
    buffer: Vec<u8>,
    /// Bytes of the buffer that hold something.
    filled: usize,
    /// The next byte to look at.
    at: usize,
    /// Where in the file the buffer begins.
    base: u64,
    record: u64,
    is_open: bool,
    /// Whether the elements that are in the buffer may be read in one pass: not tried yet.
    is_fresh: bool,
    digest: Digest,
}

impl<R: Read, S: FnMut(&[u8])> Elements<R, S> {
    pub(crate) fn new(input: R, seen: S) -> Self {
        let (buffer, digest) = (vec![0; BUFFER_BYTES], Digest::default());
        Self { input, seen, buffer, filled: 0, at: 0, base: 0, record: 0, is_open: false, is_fresh: false, digest }
    }

    /// Hands over the next elements that are whole in what was read of the file, and as the service mostly writes them: where
    /// they end and what they say is found in one pass, and so is their item as long as `with_items`. [`Elements::next`] reads
    /// the one that comes then, whatever it is.
    ///
    /// # Errors
    /// What `take` says.
    pub(crate) fn ordinary<E>(
        &mut self,
        with_items: &Cell<bool>,
        mut take: impl FnMut(Element<'_>, Scanned<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // Behind what is out of the ordinary, no more is tried before more is read: all would be looked at again each time.
        if !std::mem::take(&mut self.is_fresh) || self.record == 0 {
            return Ok(());
        }
        let (from, unread) = (self.at, &self.buffer[self.at..self.filled]);
        // What is behind the last brace is not whole; even a character may be cut there.
        let whole = memrchr(b'}', unread).map_or(&unread[..0], |last| &unread[..=last]);
        let Ok(text) = simdutf8::basic::from_utf8(whole) else { return Ok(()) };
        let mut scan = Scan::watched(text, &mut self.digest);
        while let Some((scanned, text)) = scan.next_with_text(|scan| ordinary(scan, with_items.get())) {
            self.at = from + scan.place();
            self.record += 1;
            let offset = self.base + (self.at - text.len()) as u64;
            take(Element { record: self.record, offset, text }, scanned)?;
        }
        Ok(())
    }

    /// The next element; none at the end of the array, behind which nothing but blanks may stand.
    pub(crate) fn next(&mut self) -> Result<Option<Element<'_>>, Stop> {
        if !self.is_open {
            self.expect(|byte| byte == b'[')?;
            self.is_open = true;
        } else if self.expect(|byte| matches!(byte, b',' | b']'))? == b']' {
            return self.end();
        }
        let first = self.peek()?.ok_or(Flaw::Cut)?;
        if first == b']' && self.record == 0 {
            self.at += 1;
            return self.end();
        }
        if matches!(first, b',' | b']') {
            return Err(Flaw::Malformed.into());
        }
        let length = self.measure()?;
        let begin = self.at;
        self.at += length;
        self.record += 1;
        let offset = self.base + begin as u64;
        let text = simdutf8::basic::from_utf8(&self.buffer[begin..begin + length]).map_err(|_| Flaw::NotUtf8)?;
        Ok(Some(Element { record: self.record, offset, text }))
    }

    /// Reads to the end of the file.
    fn end(&mut self) -> Result<Option<Element<'_>>, Stop> {
        match self.peek()? {
            None => {
                self.at = self.filled;
                // Asked once more, an array that has ended is still at its end.
                Ok(None)
            }
            Some(_) => Err(Flaw::Malformed.into()),
        }
    }

    fn expect(&mut self, is_expected: impl Fn(u8) -> bool) -> Result<u8, Stop> {
        let byte = self.peek()?.ok_or(Flaw::Cut)?;
        if !is_expected(byte) {
            return Err(if byte.is_ascii() { Flaw::Malformed } else { Flaw::NotUtf8 }.into());
        }
        self.at += 1;
        Ok(byte)
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            while self.at < self.filled {
                match self.buffer[self.at] {
                    b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                    byte => return Ok(Some(byte)),
                }
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// How long the value is that begins here; it is in the buffer then.
    fn measure(&mut self) -> Result<usize, Stop> {
        let (mut length, mut depth) = (0, 0);
        loop {
            let Some(byte) = self.buffer[..self.filled].get(self.at + length).copied() else {
                self.fill_value(length)?;
                continue;
            };
            match byte {
                b'"' => length += self.measure_string(length)?,
                b'{' | b'[' => {
                    depth += 1;
                    if depth >= DEEPEST {
                        return Err(Flaw::TooDeep.into());
                    }
                    length += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    length += 1;
                    if depth == 0 {
                        return Ok(length);
                    }
                }
                b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return Ok(length),
                _ => length += 1,
            }
        }
    }

    /// How long the string is that begins so far behind the next byte.
    fn measure_string(&mut self, from: usize) -> Result<usize, Stop> {
        let mut length = 1;
        loop {
            let begin = (self.at + from + length).min(self.filled);
            match memchr2(b'"', b'\\', &self.buffer[begin..self.filled]) {
                Some(found) if self.buffer[begin + found] == b'"' => return Ok(length + found + 1),
                Some(found) => length += found + 2,
                None => {
                    length += self.filled - begin;
                    self.fill_value(from + length)?;
                }
            }
        }
    }

    /// Reads more of a value of which so much is looked at.
    fn fill_value(&mut self, length: usize) -> Result<(), Stop> {
        if length > LONGEST_BYTES {
            return Err(Flaw::TooLong.into());
        }
        if self.fill()? { Ok(()) } else { Err(Flaw::Cut.into()) }
    }

    /// Reads more behind what is not looked at yet; false at the end of the file.
    fn fill(&mut self) -> Result<bool, Stop> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.base += self.at as u64;
        self.filled -= self.at;
        self.at = 0;
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.buffer.len(), 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    (self.seen)(&self.buffer[self.filled..self.filled + count]);
                    self.filled += count;
                    self.is_fresh = true;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn ordinary<'a>(scan: &mut Scan<'a, &mut Digest>, with_item: bool) -> Option<Scanned<'a>> {
    if with_item && let Some(scanned) = scan.attempt(scan_item) {
        return Some(scanned);
    }
    // An element in which something is of another type than documented says what it says all the same.
    scan_next(scan).map(|said| Scanned { said, item: None })
}

#[cfg(test)]
mod tests;
