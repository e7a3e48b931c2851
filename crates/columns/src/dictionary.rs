//! Each different text of a column once, and which of them stands in each row.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::plain::{self, Plain};
use crate::runs::{Run, Runs};

/// Texts by number.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    /// One behind the other, as they are written.
    pub(crate) bytes: Vec<u8>,
    /// Where each begins, and where it ends.
    places: Vec<(u32, u32)>,
    /// The numbers, by the hash of the text, which nobody can foresee: else texts could be made that all have the same.
    numbers: HashTable<u32>,
    hashes: RandomState,
    /// The number of each text that was added.
    pub(crate) added: Runs,
}

impl Dictionary {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        self.numbers.clear();
        self.added.clear();
    }

    /// How many different ones there are.
    pub(crate) fn len(&self) -> u32 {
        self.places.len() as u32
    }

    pub(crate) fn push(&mut self, text: &[u8]) {
        let number = match self.added.last() {
            // Most columns say the same again and again.
            Some(last) if text_at(&self.bytes, &self.places, last) == text => last,
            _ => self.number(text),
        };
        self.added.push(number);
    }

    fn number(&mut self, text: &[u8]) -> u32 {
        let Self { bytes, places, numbers, hashes, .. } = self;
        let is_same = |number: &u32| text_at(bytes, places, *number) == text;
        let hash = hashes.hash_one(text);
        if let Some(number) = numbers.find(hash, is_same) {
            return *number;
        }
        let number = places.len() as u32;
        numbers.insert_unique(hash, number, |number| hashes.hash_one(text_at(bytes, places, *number)));
        places.push(plain::push(text, bytes));
        number
    }

    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|number| text_at(&self.bytes, &self.places, number))
    }

    /// The least and the greatest text.
    pub(crate) fn bounds(&self) -> Option<(&[u8], &[u8])> {
        self.texts().min().zip(self.texts().max())
    }

    /// All texts, in the order in which they were added.
    pub(crate) fn spread(&self) -> Plain {
        let mut plain = Plain::default();
        for Run { value, count } in self.added.all() {
            for _ in 0..*count {
                plain.push(text_at(&self.bytes, &self.places, *value));
            }
        }
        plain
    }
}

fn text_at<'t>(bytes: &'t [u8], places: &[(u32, u32)], number: u32) -> &'t [u8] {
    let (begin, end) = places[number as usize];
    &bytes[begin as usize..end as usize]
}
