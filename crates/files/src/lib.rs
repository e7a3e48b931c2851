//! Files that are whole or absent, whatever ends the process.
//!
//! - [`Output`] is written beside its destination, hashed on the way, and renamed: a reader never sees half of it.
//! - [`OutputTree`] is the same for files and folders that belong together.
//! - [`scratch`] is room on the disk for what memory does not hold; [`remove`] takes a file away.
//! - [`Lock`] keeps a second run away from the same output, and clears away what a killed run left.
//! - [`Journal`] keeps what was gathered so far; a run that was killed goes on from its last whole record.
//! - [`unreadable`] and [`unwritable`] tell the errors of the file system.
//!
//! Failures are [`step::Failure`]s: 66 an input cannot be read, 74 the disk refuses, 75 another run holds the output.

mod error;
mod hash;
mod journal;
mod lock;
mod name;
mod output;
mod read;
mod scratch;
mod tree;
mod writeback;

pub use error::{unreadable, unwritable};
pub use hash::{Hash, sha256_of};
pub use journal::{Extent, Journal};
pub use lock::Lock;
pub use name::{create_folder, remove_staged};
pub use output::{Output, Written};
pub use read::{open, sha256};
pub use scratch::{remove, scratch};
pub use tree::{OutputTree, link_or_copy};
pub use writeback::Writeback;
