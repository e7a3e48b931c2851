//! Words and names by number.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Each text once. 0 is the empty text.
#[derive(Debug)]
pub(super) struct Vocabulary {
    numbers: HashMap<Box<str>, u32, FixedState>,
    texts: Vec<Box<str>>,
    /// How many records use it.
    uses: Vec<u32>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let mut empty = Self { numbers: HashMap::default(), texts: vec![], uses: vec![] };
        empty.number("");
        empty
    }
}

impl Vocabulary {
    /// The number of a text, which is used once more.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let number = self.texts.len() as u32;
                self.numbers.insert(text.into(), number);
                self.texts.push(text.into());
                self.uses.push(0);
                number
            }
        };
        self.uses[number as usize] += 1;
        number
    }

    pub(super) fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    pub(super) fn uses(&self, number: u32) -> u32 {
        self.uses[number as usize]
    }
}
