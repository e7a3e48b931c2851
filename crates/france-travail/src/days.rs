//! Days of offers on the disk, the journals of what has become of them, and the proof of both.
//!
//! A day is `offres-{date}.json` with its `.log`, a journal `miroir-{date}.jsonl` with its own. Both are read as a stream,
//! each file once: hashed, counted and handed over element by element, byte for byte. What they are worth is a [`State`].

mod day;
pub(crate) mod elements;
mod folder;
pub(crate) mod journal;
pub(crate) mod log;
pub(crate) mod withdrawn;

pub(crate) use day::{Day, Measured, State, delay_days, midnight_after};
pub(crate) use folder::Folder;
