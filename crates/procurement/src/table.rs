//! Tables converted: records read, joined to contracts, judged, written.
//!
//! Records of one contract may stand anywhere in the file, and contracts come in the order of their first records. So rows
//! wait, in memory or on the disk, until the whole file is known; those of a large text only where a first look through it
//! finds records of one contract far from each other. In the mode of a contract a record none waits.

mod contract;
mod fold;
mod incoming;
mod names;
mod near;
mod operators;
mod path;
mod plan;
mod reader;
mod row;
mod run;
mod settings;
mod shape;
mod states;
mod store;
mod teller;
mod writer;

pub(crate) use names::{Name, Names};
use row::Row;
pub(crate) use run::{Converted, convert, nothing_usable};
pub(crate) use settings::{Mode, Settings};
