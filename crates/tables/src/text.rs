//! The text of a source in UTF-8, block by block.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;
use encoding_rs::{CoderResult, Decoder, UTF_8};
use files::unreadable;

use crate::encoding::Coding;
use crate::survey::Utf8;

/// Large enough that a record seldom lies across two, small enough to stay in the cache.
const BLOCK_BYTES: usize = 256 << 10;

/// Past that a window grows block by block: no record is longer, so what is read then is the sign that it is.
const LONGEST_BYTES: usize = 16 << 20;

/// Text in UTF-8, whatever the file is in. It is read as a stream ([`Read`]), or looked at through a window.
pub struct Text {
    path: PathBuf,
    file: File,
    block: Vec<u8>,
    decode: Decode,
    window: String,
    /// Of the window, so much was used up.
    used: usize,
    is_at_end: bool,
}

enum Decode {
    /// UTF-8, in which U+FFFD stands for each byte that breaks it.
    Utf8(Utf8),
    Other(Box<Decoder>),
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Text {
    pub(crate) fn open(path: &Path, coding: &Coding) -> Result<Self> {
        let mut file = files::open(path)?;
        let mut mark = [0; 3];
        file.read_exact(&mut mark[..coding.mark]).map_err(|error| unreadable(path, error))?;
        let decode = match coding.encoding == UTF_8 {
            true => Decode::Utf8(Utf8::default()),
            false => Decode::Other(Box::new(coding.encoding.new_decoder_without_bom_handling())),
        };
        let (path, block) = (path.to_owned(), vec![0; BLOCK_BYTES]);
        Ok(Self { path, file, block, decode, window: String::new(), used: 0, is_at_end: false })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was read and not used up: the window, of which a caller uses up what it understands.
    #[inline]
    pub fn rest(&self) -> &str {
        &self.window[self.used..]
    }

    /// Uses up the first `bytes` of the rest.
    #[inline]
    pub fn consume(&mut self, bytes: usize) {
        self.used += bytes;
    }

    /// Whether the rest is all that there is.
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Lengthens the rest, to twice of what it was where that is much, so that what looks at it again and again takes no
    /// time beyond measure; false at the end of the file.
    ///
    /// # Errors
    /// 66 when the file cannot be read.
    pub fn more(&mut self) -> Result<bool> {
        if self.is_at_end {
            return Ok(false);
        }
        self.window.drain(..self.used);
        self.used = 0;
        let length = self.window.len();
        let goal = (2 * length).min(LONGEST_BYTES).max(length + BLOCK_BYTES);
        // No more than that: a string that grows on its own takes twice what it needs.
        self.window.reserve_exact(goal + BLOCK_BYTES - length);
        while self.window.len() < goal && !self.is_at_end {
            self.read_block()?;
        }
        Ok(true)
    }

    fn read_block(&mut self) -> Result<()> {
        let count = loop {
            match self.file.read(&mut self.block) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, error).into()),
            }
        };
        let block = &self.block[..count];
        self.is_at_end = count == 0;
        match &mut self.decode {
            Decode::Utf8(utf8) => decode_utf8(utf8, block, self.is_at_end, &mut self.window),
            Decode::Other(decoder) => decode_other(decoder, block, self.is_at_end, &mut self.window),
        }
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What reads bytes may stop within a character.
        if self.used == self.window.len() {
            self.more().map_err(io::Error::other)?;
        }
        let rest = &self.window.as_bytes()[self.used..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn decode_utf8(utf8: &mut Utf8, block: &[u8], is_last: bool, window: &mut String) {
    // The common case: one check and one copy.
    if utf8.is_whole()
        && let Ok(text) = simdutf8::basic::from_utf8(block)
    {
        window.push_str(text);
        return;
    }
    let broken = std::cell::Cell::new(0_usize);
    let flush = |window: &mut String| (0..broken.take()).for_each(|_| window.push(char::REPLACEMENT_CHARACTER));
    utf8.take(
        block,
        |valid| {
            flush(window);
            window.push_str(std::str::from_utf8(valid).expect("what is handed on is valid"));
        },
        |_| broken.set(broken.get() + 1),
    );
    flush(window);
    if is_last {
        (0..utf8.waiting()).for_each(|_| window.push(char::REPLACEMENT_CHARACTER));
        *utf8 = Utf8::default();
    }
}

fn decode_other(decoder: &mut Decoder, block: &[u8], is_last: bool, window: &mut String) {
    let mut read = 0;
    loop {
        let room = decoder.max_utf8_buffer_length(block.len() - read).expect("a block is small");
        window.reserve(room);
        let (result, count, _) = decoder.decode_to_string(&block[read..], window, is_last);
        read += count;
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::survey::Survey;

    fn read(bytes: &[u8], label: Option<&str>) -> Result<String> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes)?;
        let coding = Coding::find(&path, &Survey::take(&path)?, label)?;
        let mut text = String::new();
        Text::open(&path, &coding)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn every_encoding_becomes_utf_8_without_its_mark() {
        let text = "Nmarché;œuvre\n1;€\n".repeat(30_000);
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert_eq!(read(text.as_bytes(), None).unwrap(), text);
        assert_eq!(read(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), None).unwrap(), text);
        assert_eq!(read(&[b"\xFF\xFE".to_vec(), wide(u16::to_le_bytes)].concat(), None).unwrap(), text);
        assert_eq!(read(&[b"\xFE\xFF".to_vec(), wide(u16::to_be_bytes)].concat(), None).unwrap(), text);
        assert_eq!(read(&wide(u16::to_le_bytes), Some("utf-16le")).unwrap(), text);
        let (narrow, ..) = encoding_rs::WINDOWS_1252.encode(&text);
        assert_eq!(read(&narrow, None).unwrap(), text);
    }

    #[test]
    fn each_byte_that_breaks_utf_8_is_one_sign() {
        assert_eq!(
            read("éééé".as_bytes().iter().chain(b"\xE2\x82;\xFF\n").copied().collect::<Vec<_>>().as_slice(), None)
                .unwrap(),
            "éééé\u{fffd}\u{fffd};\u{fffd}\n".to_owned()
        );
        assert_eq!(read(b"\xC3\xA9\xC3\xA9a\xC3", None).unwrap(), "ééa\u{fffd}");
    }

    #[test]
    fn a_nul_in_utf_16_is_refused() {
        let error = read(b"\xFF\xFEa\0\0\0", None).unwrap_err();
        assert!(error.to_string().contains("line 1: a NUL stands in the text"), "{error}");
    }

    proptest! {
        #[test]
        fn text_that_is_utf_8_is_read_as_it_is(text in "[^\\x00]{0,200}") {
            prop_assume!(!text.starts_with('\u{feff}') && !text.starts_with("<?xml"));
            prop_assert_eq!(read(text.as_bytes(), None).unwrap(), text);
        }
    }
}
