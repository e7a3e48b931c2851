//! A journal read back piece by piece, mostly from its end to its begin: what came newest first is wanted oldest first.

use anyhow::Result;

use crate::journal::{Extent, Journal};

/// Places of a journal that are read from in turn: more than this, and each piece is read by itself.
const BLOCKS: usize = 8;

/// Read where nothing tells that the next piece lies there too; it doubles as long as that is so.
const LEAST_BYTES: u64 = 4 << 10;
const MOST_BYTES: u64 = 128 << 10;

/// So far from a block a piece still counts as the next one.
const NEAR_BYTES: u64 = 4 << 10;

/// Pieces of a journal, of which those before the last ones are held.
#[derive(Debug, Default)]
pub struct Backwards {
    blocks: Vec<Block>,
    turn: u64,
}

#[derive(Debug, Default)]
struct Block {
    begin: u64,
    bytes: Vec<u8>,
    turn: u64,
}

impl Backwards {
    /// What is at a place.
    ///
    /// # Errors
    /// When it is beyond the end, or the disk refuses.
    pub fn read(&mut self, journal: &Journal, place: Extent) -> Result<&[u8]> {
        let (from, to) = (place.offset, place.offset + u64::from(place.bytes));
        self.turn += 1;
        let at = match self.blocks.iter().position(|block| block.holds(from, to)) {
            Some(at) => at,
            None => self.fetch(journal, from, to)?,
        };
        let block = &mut self.blocks[at];
        block.turn = self.turn;
        Ok(&block.bytes[(from - block.begin) as usize..(to - block.begin) as usize])
    }

    /// Reads a block that ends where the piece does; tells which it is.
    fn fetch(&mut self, journal: &Journal, from: u64, to: u64) -> Result<usize> {
        let next = self.blocks.iter().position(|block| block.goes_on_with(from, to));
        let bytes =
            next.map_or(LEAST_BYTES, |at| (2 * self.blocks[at].bytes.len() as u64).clamp(LEAST_BYTES, MOST_BYTES));
        let at = match next {
            Some(at) => at,
            None if self.blocks.len() < BLOCKS => {
                self.blocks.push(Block::default());
                self.blocks.len() - 1
            }
            None => {
                let oldest = self.blocks.iter().enumerate().min_by_key(|(_, block)| block.turn);
                oldest.map_or(0, |(at, _)| at)
            }
        };
        let begin = from.min(to.saturating_sub(bytes));
        let block = &mut self.blocks[at];
        // Whatever fails leaves nothing that would be taken for what was wanted.
        block.begin = u64::MAX;
        journal.read(Extent { offset: begin, bytes: (to - begin) as u32 }, &mut block.bytes)?;
        block.begin = begin;
        Ok(at)
    }
}

impl Block {
    fn holds(&self, from: u64, to: u64) -> bool {
        self.begin <= from && to <= self.begin + self.bytes.len() as u64
    }

    /// Whether the piece is what lies before it, perhaps in part in it.
    fn goes_on_with(&self, from: u64, to: u64) -> bool {
        from < self.begin && self.begin <= to.saturating_add(NEAR_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A journal of one record, whose body tells where each of its bytes is.
    fn journal(folder: &tempfile::TempDir, bytes: u32) -> (Journal, u64) {
        let mut journal = Journal::open(folder.path().join(".j"), |_, _, _| Ok(())).unwrap();
        let body: Vec<u8> = (0..bytes / 4).flat_map(|word| word.to_le_bytes()).collect();
        let place = journal.append(b"h", &body).unwrap();
        (journal, place.offset)
    }

    fn check(blocks: &mut Backwards, journal: &Journal, begin: u64, word: u32, words: u32) {
        let place = Extent { offset: begin + u64::from(word) * 4, bytes: words * 4 };
        let expected: Vec<u8> = (word..word + words).flat_map(|word| word.to_le_bytes()).collect();
        assert!(blocks.read(journal, place).unwrap() == expected, "{words} words at {word}");
    }

    #[test]
    fn pieces_come_back_in_whatever_order_they_are_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, begin) = journal(&folder, 1 << 20);
        let words = (1 << 20) / 4;
        let mut blocks = Backwards::default();
        // From the end, from the begin, by leaps, in more places at once than are held.
        (0..words / 300).rev().for_each(|nth| check(&mut blocks, &journal, begin, nth * 300, 300));
        (0..words / 300).for_each(|nth| check(&mut blocks, &journal, begin, nth * 300, 300));
        (0..500).for_each(|nth| check(&mut blocks, &journal, begin, nth * 7_919 % (words - 400), nth % 400));
        for nth in (0..words / 12 / 300).rev() {
            (0..12).for_each(|part| check(&mut blocks, &journal, begin, part * (words / 12) + nth * 300, 300));
        }
        check(&mut blocks, &journal, begin, 0, words);
        assert!(blocks.blocks.len() <= BLOCKS);
    }

    #[test]
    fn what_is_beyond_the_end_is_an_error_and_spoils_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, begin) = journal(&folder, 4_000);
        let mut blocks = Backwards::default();
        check(&mut blocks, &journal, begin, 900, 100);
        assert!(blocks.read(&journal, Extent { offset: begin + 3_996, bytes: 8 }).is_err());
        (0..10).rev().for_each(|nth| check(&mut blocks, &journal, begin, nth * 100, 100));
    }

    #[test]
    fn what_lies_one_before_the_other_is_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, begin) = journal(&folder, 1 << 20);
        let mut blocks = Backwards::default();
        let mut most = 0;
        for nth in (0..(1 << 18) / 300).rev() {
            check(&mut blocks, &journal, begin, nth * 300, 300);
            most = most.max(blocks.blocks[0].bytes.len());
        }
        assert_eq!((blocks.blocks.len(), most as u64), (1, MOST_BYTES));
    }
}
