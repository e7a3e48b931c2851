//! Any producer's file as records: delimited text, JSON, XML and workbooks.
//!
//! - [`Source`] is a file that was looked through once: its size, hash, format and encoding.
//! - [`Table`] gives its records one at a time, whatever the format, and says what it found on the way.
//! - [`Record`] is one of them, borrowed until the next is asked for; [`Header`] names its columns.
//! - [`Remark`] is what the reader has to tell of a file or a record; `report` makes findings of it.
//! - [`lists`] names the lists of a file that holds several.
//! - [`Text`] is the text of a source in UTF-8, for those who read JSON or XML in their own way.
//! - [`CsvWriter`] and [`JsonLinesWriter`] write tables.
//!
//! Memory does not grow with the file. Failures are [`step::Failure`]s: 65 the file breaks a rule, with the place and a
//! hint, 66 it cannot be read, 2 an option is wrong.

mod columns;
mod delimited;
mod encoding;
mod format;
mod header;
mod json;
mod lists;
mod names;
mod options;
mod record;
mod refusal;
mod remark;
#[cfg(feature = "workbooks")]
mod sheet;
mod source;
mod survey;
mod table;
mod text;
#[cfg(feature = "workbooks")]
pub mod workbook;
mod writer;
mod xml_table;

pub use format::Format;
pub use header::Header;
pub use lists::{List, lists};
pub use names::fold;
pub use options::Options;
pub use record::{Items, Kind, Record};
pub use remark::{Remark, Told};
pub use source::{Found, Source};
pub use table::Table;
pub use text::Text;
pub use writer::{CsvWriter, JsonLinesWriter};
