//! Words in a row by which a kind of organism is known.

/// Words that a name has in a row, as `words` gives them.
#[derive(Debug)]
pub(super) struct Pattern {
    words: Vec<&'static str>,
    /// Whether the name has to begin with them.
    is_first: bool,
}

impl Pattern {
    /// Of words between blanks; `^` before them where a name has to begin so.
    pub(super) fn new(text: &'static str) -> Self {
        let (is_first, text) = match text.strip_prefix('^') {
            Some(text) => (true, text),
            None => (false, text),
        };
        Self { words: text.split(' ').collect(), is_first }
    }

    /// The word that it begins with.
    pub(super) fn first_word(&self) -> &'static str {
        self.words[0]
    }

    /// So many words does it have at `at` in a name; none where it is not there.
    pub(super) fn length_at(&self, name: &[String], at: usize) -> Option<usize> {
        let here = name.get(at..at + self.words.len())?;
        let is_there = (!self.is_first || at == 0) && here.iter().zip(&self.words).all(|(word, own)| word == own);
        is_there.then_some(self.words.len())
    }
}
