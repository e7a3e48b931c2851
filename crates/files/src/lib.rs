//! Files that are whole or absent, whatever ends the process.
//!
//! - [`Output`] is written beside its destination, hashed on the way, and renamed: a reader never sees half of it.
//! - [`Settled`] is one that is whole and does not appear yet; [`is_there`] tells whether that very file is there already.
//! - [`scratch`] is room on the disk for what memory does not hold; [`remove`] takes a file away.
//! - [`HashStore`] finds entries by a hash, however many they are: memory holds the first, the disk the rest.
//! - [`OutputSet`] is the same for several files that belong together, and takes away what an earlier run left of them.
//! - [`OutputTree`] is the same for a tree of files and folders whose names are known only once it is written.
//! - [`Lock`] keeps a second run away from the same output, and clears away what a killed run left.
//! - [`Journal`] keeps what was gathered so far; a run that was killed goes on from its last whole record.
//! - [`Backwards`] reads a journal back piece by piece, the newest last.
//! - [`ReplacedFile`] is a small file that says again and again how far a run is.
//! - [`StateFile`] is what a step remembers of an output from one run to the next, as JSON beside it.
//! - [`Access`] tells who may read a file; [`open_in_place`] opens one that is written in place, and nothing else.
//! - [`copy`] makes a second file of the same bytes, at once where the file system can.
//! - [`unreadable`] and [`unwritable`] tell the errors of the file system.
//!
//! Failures are [`step::Failure`]s: 66 an input cannot be read, 74 the disk refuses, 75 another run holds the output.
//!
//! # Files that belong together
//!
//! A step claims the names of all files that it may write, in the order in which they are to appear, before it works.
//! It then writes some of them, record by record or in one go, and commits:
//!
//! ```
//! use std::io::Write;
//!
//! use files::{Access, OutputSet};
//!
//! # fn main() -> anyhow::Result<()> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let mut set = OutputSet::claim(folder, ["a.csv", "a.rejects.csv", "a.report.json"], Access::Everyone)?;
//! let mut data = set.create("a.csv")?;
//! for row in ["siret,nom\n", "21350238800019,Rennes\n"] {
//!     data.write_all(row.as_bytes())?;
//! }
//! let hash = set.put(data)?.sha256.clone();
//! // Nothing was rejected: `a.rejects.csv` is not written, and one of an earlier run goes.
//! set.write("a.report.json", format!("{{\"sha256\":\"{hash}\"}}\n").as_bytes())?;
//! let committed = set.commit()?;
//! assert_eq!(committed.files.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! Whatever fails before the commit leaves all of them as they were. The last one tells a reader whether the others are
//! of one run, since it appears last: let it hold their hashes.

mod access;
mod backwards;
mod copy;
mod error;
mod hash;
mod hash_store;
mod journal;
mod lock;
mod name;
mod output;
mod read;
mod replaced;
mod scratch;
mod set;
mod state;
mod tree;
mod writeback;

pub use access::{Access, open_in_place};
pub use backwards::Backwards;
pub use copy::copy;
pub use error::{unreadable, unwritable};
pub use hash::{Hash, sha256_of};
pub use hash_store::{HashStore, Hashed};
pub use journal::{Extent, Journal};
pub use lock::Lock;
pub use name::{create_folder, remove_staged, sync_folder};
pub use output::{Output, Settled, Written};
pub use read::{open, read_left, sha256};
pub use replaced::ReplacedFile;
pub use scratch::{remove, scratch};
pub use set::{Committed, Destination, OutputSet, is_there};
pub use state::StateFile;
pub use tree::OutputTree;
pub use writeback::Writeback;
