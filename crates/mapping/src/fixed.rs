//! Texts that stand in the mapping itself, each held once.

use std::collections::HashMap;

/// A text of the mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FixedId(u32);

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fixed {
    texts: Vec<String>,
    by_text: HashMap<String, FixedId>,
}

impl Fixed {
    pub(crate) fn add(&mut self, text: &str) -> FixedId {
        if let Some(id) = self.by_text.get(text) {
            return *id;
        }
        // Fewer than the bytes of the files they stand in.
        let id = FixedId(self.texts.len() as u32);
        self.by_text.insert(text.to_owned(), id);
        self.texts.push(text.to_owned());
        id
    }

    #[inline]
    pub(crate) fn get(&self, id: FixedId) -> &str {
        &self.texts[id.0 as usize]
    }
}
