//! One record of delimited text, cut into cells.

use memchr::{memchr, memchr2, memchr3};

use crate::record::Cells;

/// No record has more.
pub(crate) const MOST_COLUMNS: usize = 4_096;

/// A quote that is not closed within so many bytes was not meant to open anything.
const LONGEST_QUOTED_BYTES: usize = 1 << 20;

/// The line that comes next, from 1.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) next: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { next: 1 }
    }
}

/// What the begin of a text is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// A record, with the bytes it takes and the lines it spans, its line end included.
    Record {
        length: usize,
        breaks: u64,
    },
    /// A line without anything.
    Empty {
        length: usize,
    },
    /// Nothing is left.
    End,
    /// The text has to go on before it can be told.
    More,
    /// A quote that is never closed opens so many lines further down.
    Unclosed {
        line: u64,
    },
    TooManyColumns,
}

/// Cuts the record at the begin of `text`; spans of cells are places in it.
#[inline]
pub(crate) fn split(text: &[u8], separator: u8, is_at_end: bool, cells: &mut Cells) -> Split {
    match text.first() {
        None if is_at_end => return Split::End,
        None => return Split::More,
        Some(b'\n' | b'\r') => {
            return line_break(text, is_at_end).map_or(Split::More, |length| Split::Empty { length });
        }
        Some(_) => {}
    }
    let mut at = 0;
    let mut breaks = 0;
    loop {
        if cells.spans.len() == MOST_COLUMNS {
            return Split::TooManyColumns;
        }
        let end = match text.get(at) {
            Some(b'"') => match quoted(text, at, separator, is_at_end, breaks, cells) {
                Ok(Quoted { end, breaks: inside }) => {
                    breaks += inside;
                    end
                }
                Err(split) => return split,
            },
            _ => match plain(text, at, separator, cells) {
                Plain::Next(next) => {
                    at = next;
                    continue;
                }
                Plain::Line(end) => end,
                Plain::Open(start) if is_at_end => {
                    cells.push_window(start, text.len());
                    text.len()
                }
                Plain::Open(_) => return Split::More,
            },
        };
        match text.get(end) {
            Some(byte) if *byte == separator => at = end + 1,
            // The file ends without a line end.
            None => return Split::Record { length: end, breaks: breaks + 1 },
            Some(_) => {
                return match line_break(&text[end..], is_at_end) {
                    Some(length) => Split::Record { length: end + length, breaks: breaks + 1 },
                    None => Split::More,
                };
            }
        }
    }
}

/// How a row of cells without quotes ends.
enum Plain {
    /// Where a cell begins that has to be looked at otherwise: with a quote, or as one too many.
    Next(usize),
    /// Where a line ends.
    Line(usize),
    /// At the end of the text, in the cell that begins there.
    Open(usize),
}

/// Cuts cells, the first of which begins at `start` without a quote. Cells are short: looking at eight bytes at a time for
/// all that may end one is faster than looking for the end of each.
#[inline]
fn plain(text: &[u8], mut start: usize, separator: u8, cells: &mut Cells) -> Plain {
    let mut at = start;
    loop {
        let (mut ends, length) = match text[at..].first_chunk() {
            Some(word) => (ends_of(u64::from_le_bytes(*word), separator), 8),
            None => {
                let mut word = [b' '; 8];
                let rest = &text[at..];
                word[..rest.len()].copy_from_slice(rest);
                (ends_of(u64::from_le_bytes(word), separator), rest.len())
            }
        };
        while ends != 0 {
            let end = at + ends.trailing_zeros() as usize / 8;
            ends &= ends - 1;
            match text.get(end) {
                Some(byte) if *byte == separator => {
                    cells.push_window(start, end);
                    start = end + 1;
                    if text.get(start) == Some(&b'"') || cells.spans.len() == MOST_COLUMNS {
                        return Plain::Next(start);
                    }
                }
                Some(b'\n' | b'\r') => {
                    cells.push_window(start, end);
                    return Plain::Line(end);
                }
                _ => {}
            }
        }
        if length < 8 {
            return Plain::Open(start);
        }
        at += 8;
    }
}

/// The highest bit of each of eight bytes that is the separator, or from 8 to 15, as line ends are.
#[inline]
fn ends_of(word: u64, separator: u8) -> u64 {
    const ONES: u64 = u64::MAX / 0xFF;
    const LOW: u64 = ONES * 0x7F;
    let zeros = |bytes: u64| !(((bytes & LOW) + LOW) | bytes | LOW);
    zeros(word ^ (ONES * u64::from(separator))) | zeros((word & (ONES * 0xF8)) ^ (ONES * 0x08))
}

/// The bytes of the line end at the begin of `text`: 0 if there is none, nothing if it cannot be told yet.
pub(crate) fn line_break(text: &[u8], is_at_end: bool) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r'] if !is_at_end => None,
        [b'\r' | b'\n', ..] => Some(1),
        [] => None,
        _ => Some(0),
    }
}

struct Quoted {
    /// Where the separator or line end after the cell stands.
    end: usize,
    /// Line ends inside.
    breaks: u64,
}

/// A cell that begins with a quote. Text after the closing quote belongs to the cell, as it does to other readers.
fn quoted(
    text: &[u8],
    open: usize,
    separator: u8,
    is_at_end: bool,
    line: u64,
    cells: &mut Cells,
) -> Result<Quoted, Split> {
    let start = open + 1;
    let mut from = start;
    let mut own = None;
    loop {
        let inside = &text[from..];
        let Some(quote) = memchr(b'"', inside) else {
            let is_too_long = text.len() - start > LONGEST_QUOTED_BYTES;
            return Err(if is_at_end || is_too_long { Split::Unclosed { line } } else { Split::More });
        };
        let close = from + quote;
        if close - start > LONGEST_QUOTED_BYTES {
            return Err(Split::Unclosed { line });
        }
        match text.get(close + 1) {
            None if !is_at_end => return Err(Split::More),
            Some(b'"') => {
                // Two quotes are one: the cell no longer stands in the text as it is read.
                let arena = cells.arena();
                own.get_or_insert(arena.len());
                arena.push_str(utf8(&text[from..=close]));
                from = close + 2;
            }
            after => {
                let is_whole = after.is_none_or(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
                return finish(text, start, from, close, own, is_whole, separator, is_at_end, cells);
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "what was seen of one cell so far")]
fn finish(
    text: &[u8],
    start: usize,
    from: usize,
    close: usize,
    own: Option<usize>,
    is_whole: bool,
    separator: u8,
    is_at_end: bool,
    cells: &mut Cells,
) -> Result<Quoted, Split> {
    let breaks = count_breaks(&text[start..close]);
    if is_whole && own.is_none() {
        cells.push_window(start, close);
        return Ok(Quoted { end: close + 1, breaks });
    }
    let arena = cells.arena();
    let own = own.unwrap_or(arena.len());
    arena.push_str(utf8(&text[from..close]));
    let mut end = close + 1;
    if !is_whole {
        let rest = &text[end..];
        let length = match memchr3(separator, b'\n', b'\r', rest) {
            Some(length) => length,
            None if is_at_end => rest.len(),
            None => return Err(Split::More),
        };
        arena.push_str(utf8(&rest[..length]));
        end += length;
    }
    let span = cells.since(own);
    cells.spans.push(span);
    Ok(Quoted { end, breaks })
}

/// Line ends, whichever they are.
fn count_breaks(text: &[u8]) -> u64 {
    let mut breaks = 0;
    let mut at = 0;
    while let Some(next) = memchr2(b'\n', b'\r', &text[at..]) {
        at += next + line_break(&text[at + next..], true).unwrap_or(1);
        breaks += 1;
    }
    breaks
}

/// What lies between two ASCII signs of a text in UTF-8.
fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("a window holds UTF-8, cut at ASCII")
}
