//! The first look through a file: its size, its hash, and what its bytes say of its encoding.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use files::{Hash, unreadable};
use memchr::memchr;

/// Large enough that checking and hashing, not reading, take the time; small enough to stay in the cache for all of them.
const BLOCK_BYTES: usize = 256 << 10;

/// By this much of its begin a format is told.
const BEGIN_BYTES: usize = 64 << 10;

/// What was seen of a file.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) bytes: u64,
    /// Lower-case hexadecimal.
    pub(crate) sha256: String,
    pub(crate) begin: Vec<u8>,
    /// Whether all of it is UTF-8.
    pub(crate) is_utf8: bool,
    pub(crate) has_nul: bool,
}

impl Survey {
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let mut survey = Self { is_utf8: true, ..Self::default() };
        let mut hash = Hash::default();
        let mut utf8 = Utf8::default();
        for_each_block(path, |block| {
            hash.update(block);
            if survey.begin.len() < BEGIN_BYTES {
                survey.begin.extend_from_slice(&block[..block.len().min(BEGIN_BYTES - survey.begin.len())]);
            }
            survey.bytes += block.len() as u64;
            survey.has_nul = survey.has_nul || memchr(0, block).is_some();
            survey.is_utf8 = survey.is_utf8 && utf8.take(block, |_| {}, |_| {}) == 0;
        })?;
        survey.is_utf8 = survey.is_utf8 && utf8.is_whole();
        survey.sha256 = hash.finish();
        Ok(survey)
    }
}

/// A closer look at a file that is not plain UTF-8.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// Valid sequences of more than one byte.
    pub(crate) sequences: u64,
    /// Bytes that break UTF-8.
    pub(crate) breaks: u64,
    /// Line of the first such byte.
    pub(crate) break_line: Option<u64>,
    /// Line of the first NUL.
    pub(crate) nul_line: Option<u64>,
    /// Line of the first NUL, where the text is UTF-16.
    pub(crate) wide_nul_line: Option<u64>,
    /// Zero bytes at even and at odd places.
    pub(crate) zeros: [u64; 2],
}

impl Census {
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let mut census = Self::default();
        let mut utf8 = Utf8::default();
        let mut lines = Lines::default();
        let mut place = 0_u64;
        let mut last_zero = None;
        for_each_block(path, |block| {
            for (nth, _) in block.iter().enumerate().filter(|(_, byte)| **byte == 0) {
                let at = place + nth as u64;
                census.zeros[(at % 2) as usize] += 1;
                // Two of them in the place of one unit of UTF-16.
                if at % 2 == 1 && last_zero == Some(at - 1) && census.wide_nul_line.is_none() {
                    census.wide_nul_line = Some(lines.at(&block[..nth]));
                }
                last_zero = Some(at);
            }
            if census.nul_line.is_none() {
                census.nul_line = memchr(0, block).map(|nul| lines.at(&block[..nul]));
            }
            let mut sequences = 0;
            let mut first_break = None;
            census.breaks += utf8.take(
                block,
                |valid| sequences += valid.iter().filter(|byte| **byte >= 0xC0).count() as u64,
                |at| first_break = first_break.or(Some(at)),
            );
            census.sequences += sequences;
            if let (None, Some(at)) = (census.break_line, first_break) {
                census.break_line = Some(lines.at(&block[..at]));
            }
            lines.take(block);
            place += block.len() as u64;
        })?;
        let cut = utf8.tail.len() as u64;
        if cut > 0 {
            census.breaks += cut;
            census.break_line = census.break_line.or(Some(lines.at(&[])));
        }
        Ok(census)
    }
}

fn for_each_block(path: &Path, mut work: impl FnMut(&[u8])) -> Result<()> {
    let mut file: File = files::open(path)?;
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(count) => work(&block[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(path, error).into()),
        }
    }
}

/// UTF-8 that comes in blocks, which may cut a sequence.
#[derive(Debug, Default)]
pub(crate) struct Utf8 {
    /// The begin of a sequence whose end is still to come.
    tail: Vec<u8>,
}

impl Utf8 {
    /// Hands on what is valid and where it breaks, and gives back how many bytes break it. A place is in `block`; of a
    /// sequence that an earlier block began, its begin.
    pub(crate) fn take(&mut self, block: &[u8], mut valid: impl FnMut(&[u8]), mut broken: impl FnMut(usize)) -> u64 {
        let mut breaks = 0;
        let mut at = 0;
        while !self.tail.is_empty() && at < block.len() {
            self.tail.push(block[at]);
            match std::str::from_utf8(&self.tail) {
                Ok(_) => {
                    valid(&self.tail);
                    self.tail.clear();
                    at += 1;
                }
                Err(error) if error.error_len().is_none() => at += 1,
                Err(_) => {
                    // The last byte may begin something of its own; those before it are of no sequence.
                    self.tail.pop();
                    self.tail.iter().for_each(|_| broken(0));
                    breaks += self.tail.len() as u64;
                    self.tail.clear();
                }
            }
        }
        let mut rest = &block[at..];
        loop {
            match simdutf8::compat::from_utf8(rest) {
                Ok(_) => {
                    valid(rest);
                    return breaks;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    valid(good);
                    let Some(length) = error.error_len() else {
                        self.tail.extend_from_slice(bad);
                        return breaks;
                    };
                    let start = block.len() - bad.len();
                    (start..start + length).for_each(&mut broken);
                    breaks += length as u64;
                    rest = &bad[length..];
                }
            }
        }
    }

    /// Whether nothing is left to come.
    pub(crate) fn is_whole(&self) -> bool {
        self.tail.is_empty()
    }

    /// How many bytes wait for the rest of their sequence.
    pub(crate) fn waiting(&self) -> usize {
        self.tail.len()
    }
}

/// Counts lines, whatever ends them, in text that comes in blocks.
#[derive(Debug)]
struct Lines {
    line: u64,
    after_return: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self { line: 1, after_return: false }
    }
}

impl Lines {
    fn take(&mut self, block: &[u8]) {
        for byte in block {
            // A return ends a line; a line feed does unless it belongs to a return.
            if *byte == b'\r' || (*byte == b'\n' && !self.after_return) {
                self.line += 1;
            }
            self.after_return = *byte == b'\r';
        }
    }

    /// The line after `block`, without taking it.
    fn at(&self, block: &[u8]) -> u64 {
        let mut ahead = Self { ..*self };
        ahead.take(block);
        ahead.line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn census(bytes: &[u8]) -> Census {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        Census::take(&path).unwrap()
    }

    #[test]
    fn breaks_are_counted_byte_by_byte_and_have_a_line() {
        let seen = census(b"a;\xC3\xA9\r\nb;\xE9;\xE2\x80\rc;\xE2\x82\xAC\n");
        assert_eq!((seen.sequences, seen.breaks, seen.break_line), (2, 3, Some(2)));
        assert_eq!(census(b"a\n\xC3").breaks, 1);
        assert_eq!(census(b"a\n\xC3").break_line, Some(2));
    }

    #[test]
    fn zeros_are_counted_by_their_place() {
        let seen = census(b"a\0b\0\n\0c\0");
        assert_eq!((seen.zeros, seen.nul_line), ([0, 4], Some(1)));
        assert_eq!(seen.wide_nul_line, None);
        assert_eq!(census(b"a\nb\0").nul_line, Some(2));
        assert_eq!(census(b"a\0\n\0\0\0").wide_nul_line, Some(2));
        assert_eq!(census(b"\0a\0\0").wide_nul_line, Some(1));
    }

    #[test]
    fn a_survey_knows_size_hash_and_begin() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, b"abc").unwrap();
        let survey = Survey::take(&path).unwrap();
        assert_eq!(survey.sha256, files::sha256_of(b"abc"));
        assert_eq!(
            (survey.bytes, survey.begin.as_slice(), survey.is_utf8, survey.has_nul),
            (3, &b"abc"[..], true, false)
        );
    }

    proptest! {
        #[test]
        fn where_blocks_are_cut_does_not_matter(bytes in prop::collection::vec(prop_oneof![
            Just(b'a'), Just(0xC3), Just(0xA9), Just(0xE2), Just(0x82), Just(0xAC), Just(0xF0), Just(0x9F), any::<u8>()
        ], 0..40), cut in 0_usize..40) {
            let count = |blocks: &[&[u8]]| {
                let mut utf8 = Utf8::default();
                let mut valid = vec![];
                let breaks: u64 = blocks.iter().map(|block| utf8.take(block, |part| valid.extend_from_slice(part), |_| {})).sum();
                (valid, breaks + utf8.waiting() as u64)
            };
            let cut = cut.min(bytes.len());
            prop_assert_eq!(count(&[&bytes]), count(&[&bytes[..cut], &bytes[cut..]]));
            let (valid, breaks) = count(&[&bytes]);
            prop_assert_eq!(valid.len() as u64 + breaks, bytes.len() as u64);
            prop_assert!(String::from_utf8(valid).is_ok());
        }
    }
}
