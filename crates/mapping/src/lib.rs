//! The language in which a producer's columns are mapped to a schema, and its suggestions: `README.md` describes it.
//!
//! - [`Target`] is what a family can map to: paths, types and closed lists, handed over as a value. This crate knows no
//!   family.
//! - [`Mapping`] is a mapping file that was read and fits its target; its faults name their line. A section that a family
//!   adds comes as a [`Setting`].
//! - [`Mapper`] binds it to the columns of a file; [`Filled`] holds the values of one record, each a [`Given`].
//! - [`Survey`] looks at a file's columns and proposes a mapping, with the evidence.
//! - [`rules`], [`tell_missing`] and [`tell_unmapped`] make findings of what a mapping has to tell.
//! - [`hours`] reads French opening hours, [`lambert`] planar coordinates; families use them alone, too.

mod cache;
mod columns;
mod condition;
mod file;
mod filled;
mod fixed;
mod form;
pub mod hours;
pub mod lambert;
mod mapper;
mod rules;
mod setting;
mod suggest;
mod target;
mod values;
mod work;

pub use file::Mapping;
pub use filled::{Filled, Given, How};
pub use mapper::Mapper;
pub use rules::{COLUMN_MISSING, RECORD_DROPPED, VALUE_UNMAPPED, pointer, rules, tell_missing, tell_unmapped};
pub use setting::{Fault, Key, Parsed, Setting, Table, Value};
pub use suggest::{Proposal, Proposed, Suggestion, Survey, quoted};
pub use target::{CellList, Choices, Field, Kind, Target};
