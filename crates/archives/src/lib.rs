//! Archives, 7z or zip, as a stranger may have made them.
//!
//! - [`Archive::open`] reads the list of entries and judges it before a byte is written: names, kinds, sizes, counts.
//! - [`Archive::unpack`] writes the entries asked for, each of the size and CRC that the list says, into a folder such as
//!   that of a [`files::OutputTree`], so that a file that turns out bad leaves nothing behind.
//! - [`Archive::read`] gives one entry as bytes and [`Archive::reader`] as a stream, both under a limit and without a
//!   folder: so the parts of a workbook are read.
//! - [`inflate_first`] inflates the file of a zip while the zip comes.
//!
//! Failures are [`step::Failure`]s: 65 the archive breaks a rule, 66 it cannot be read, 74 the disk refuses, 75 another
//! run holds the output.

mod archive;
mod entry;
mod error;
#[cfg(test)]
mod fuzz;
mod inflate;
mod limits;
mod listing;
mod name;
mod reader;
mod sevenz;
mod sink;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod window;
mod zip;

pub use archive::{Archive, Format};
pub use entry::{Entry, EntryKind};
pub use inflate::{Confirmed, Inflated, inflate_first};
pub use limits::Limits;
pub use reader::EntryReader;
