//! How much of a document is held at once, at most.

/// How large a document may make what has to be held at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside each other.
    pub depth: usize,
    /// Bytes of one tag, one comment, or the text between two tags.
    pub part_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, part_bytes: 16 << 20 }
    }
}
