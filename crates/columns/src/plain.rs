//! The texts of a column one behind the other, as they are written.

/// Before a text, its length.
pub(crate) const LENGTH_BYTES: usize = 4;

/// Texts, the least and the greatest of them.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    pub(crate) bytes: Vec<u8>,
    least: Option<(u32, u32)>,
    greatest: Option<(u32, u32)>,
}

/// Adds a text; where it begins behind its length, and where it ends.
pub(crate) fn push(text: &[u8], bytes: &mut Vec<u8>) -> (u32, u32) {
    let begin = bytes.len() + LENGTH_BYTES;
    bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
    bytes.extend_from_slice(text);
    (begin as u32, bytes.len() as u32)
}

impl Plain {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        (self.least, self.greatest) = (None, None);
    }

    pub(crate) fn push(&mut self, text: &[u8]) {
        let place = push(text, &mut self.bytes);
        if self.least.is_none_or(|least| text < self.at(least)) {
            self.least = Some(place);
        }
        if self.greatest.is_none_or(|greatest| text > self.at(greatest)) {
            self.greatest = Some(place);
        }
    }

    fn at(&self, (begin, end): (u32, u32)) -> &[u8] {
        &self.bytes[begin as usize..end as usize]
    }

    /// The least and the greatest text.
    pub(crate) fn bounds(&self) -> Option<(&[u8], &[u8])> {
        Some((self.at(self.least?), self.at(self.greatest?)))
    }
}
