//! Files that are whole or absent, whatever ends the process.
//!
//! - [`Output`] is written beside its destination, hashed on the way, and renamed: a reader never sees half of it.
//! - [`Lock`] keeps a second run away from the same output, and clears away what a killed run left.
//! - [`Tree`] is the same for files and folders that belong together.
//! - [`Archive`] is a 7z or zip that was judged before a byte of it is unpacked.
//! - [`inflate_first`] inflates the file of a zip while the zip comes.
//! - [`Journal`] keeps what was gathered so far; a run that was killed goes on from its last whole record.
//!
//! Failures are [`step::Failure`]s: 65 an archive breaks a rule, 66 an input cannot be read, 74 the disk refuses, 75 another run holds the output.

mod archive;
mod archive_tree;
mod flush;
mod inflate;
mod journal;
mod lock;
mod output;
mod read;

#[cfg(any(test, feature = "testing"))]
pub use archive::testing;
pub use archive::{Archive, Entry, Format, Kind, Limits};
pub use archive_tree::{Tree, link_or_copy};
pub use inflate::{Confirmed, Inflated, inflate_first};
pub use journal::{Journal, Place};
pub use lock::{Lock, remove_staged};
pub use output::{Output, Written, create_folder};
pub use read::{open, sha256, sha256_of};
