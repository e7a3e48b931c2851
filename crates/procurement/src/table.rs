//! Tables converted: records read, joined to contracts, judged, written.
//!
//! Records of one contract may stand anywhere in the file, and contracts come in the order of their first records. Mostly
//! they stand near each other, and then a record waits for a few others. Where one of them comes too late for that, the
//! table is read once more, and rows wait, in memory or on the disk, until the whole file is known. In the mode of a
//! contract a record none waits.

mod contract;
mod fold;
mod incoming;
mod names;
mod operators;
mod path;
mod plain;
mod plan;
mod reader;
mod row;
mod run;
mod settings;
mod shape;
mod states;
mod store;
mod teller;
mod window;
mod writer;

pub(crate) use names::{Name, Names};
use row::Row;
pub(crate) use run::{Converted, Order, convert, nothing_usable};
pub(crate) use settings::{Mode, Settings};
