//! What an archive may ask of us.

/// The list of a hundred thousand entries is a tenth of that; the whole list is held in memory.
pub(crate) const LONGEST_LIST_BYTES: u64 = 32 << 20;

/// What an archive may ask of us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes in all files together.
    pub max_bytes: u64,
    /// Files and folders, those that are only part of a path included.
    pub max_entries: usize,
}
