//! The stream below the reader: counts lines, and stops what grows too large or holds what no document may.

use std::io::{self, BufRead, Read};

use crate::character::is_control;

/// Large enough that a system call a piece costs nothing.
const PIECE_BYTES: usize = 64 << 10;

/// The byte-order mark of UTF-8, which is no part of the document.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Why the gauge, not the stream, stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    TooLong,
    Control(u8),
}

#[derive(Debug)]
pub(crate) struct Gauge<R> {
    stream: R,
    piece: Box<[u8]>,
    at: usize,
    end: usize,
    /// Bytes of the piece whose line breaks are counted.
    counted: usize,
    breaks: u64,
    /// A control character stands there: what is before it is handed out first.
    control: Option<u8>,
    /// Bytes that the next piece must have, unless the stream ends: the first is looked at for a byte-order mark.
    least: usize,
    /// Bytes that the present part may still take.
    left: usize,
    pub(crate) stop: Option<Stop>,
}

impl<R: Read> Gauge<R> {
    pub(crate) fn new(stream: R) -> Self {
        let piece = vec![0; PIECE_BYTES].into_boxed_slice();
        let (control, least, left) = (None, MARK.len(), usize::MAX);
        Self { stream, piece, at: 0, end: 0, counted: 0, breaks: 0, control, least, left, stop: None }
    }

    /// A part begins here that may have so many bytes; on which line, from 1.
    pub(crate) fn begin_part(&mut self, most: usize) -> u64 {
        self.left = most;
        self.line()
    }

    /// The line on which the next byte is.
    pub(crate) fn line(&mut self) -> u64 {
        self.breaks += self.piece[self.counted..self.at].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.counted = self.at;
        self.breaks + 1
    }

    fn stop(&mut self, stop: Stop) -> io::Error {
        self.stop = Some(stop);
        io::ErrorKind::InvalidData.into()
    }

    fn refill(&mut self) -> io::Result<()> {
        if let Some(control) = self.control {
            return Err(self.stop(Stop::Control(control)));
        }
        self.line();
        (self.at, self.end, self.counted) = (0, 0, 0);
        while self.end < self.least {
            match self.stream.read(&mut self.piece[self.end..]) {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.least == MARK.len() && self.piece[..self.end].starts_with(MARK) {
            self.at = MARK.len();
        }
        self.least = 1;
        // First whether there is one at all, which is quick; where it stands is asked once in a document.
        let has_control = self.piece[..self.end].iter().fold(false, |found, byte| found | is_control(*byte));
        if has_control && let Some(at) = self.piece[..self.end].iter().position(|byte| is_control(*byte)) {
            self.control = Some(self.piece[at]);
            self.end = at;
            if self.at == self.end {
                return self.refill();
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Gauge<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Gauge<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(self.stop(Stop::TooLong));
        }
        if self.at == self.end {
            self.refill()?;
        }
        Ok(&self.piece[self.at..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
        self.left = self.left.saturating_sub(count);
    }
}
