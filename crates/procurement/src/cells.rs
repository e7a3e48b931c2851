//! How one cell of a table is read: what comes of it, and what there is to tell.
//!
//! A value that can be read in the right type is taken, even out of range: judging is another's task. What cannot be read
//! is left out and told. Nothing is invented.

pub(crate) mod closed;
pub(crate) mod cpv;
pub(crate) mod date;
pub(crate) mod duree;
pub(crate) mod identifier;
pub(crate) mod lieu;
pub(crate) mod number;
mod read;
pub(crate) mod text;
mod told;

/// The text without blanks at its ends, told by its first and last byte in nearly all cases.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests;

pub(crate) use read::Read;
pub(crate) use told::{AllTold, Told};
