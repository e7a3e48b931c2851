//! Any producer's file as records: delimited text, JSON, XML and workbooks.
//!
//! - [`Source`] is a file that was looked through once: its size, hash, format and encoding.
//! - [`Table`] gives its records one at a time, whatever the format, and says what it found on the way.
//! - [`Record`] is one of them, borrowed until the next is asked for; [`Header`] names its columns.
//! - [`Remark`] is what the reader has to tell of a file or a record; `report` makes findings of it.
//! - [`lists`] names the lists of a file that holds several.
//! - [`Text`] is the text of a source in UTF-8, for those who read JSON or XML in their own way; [`unescape_json`] and
//!   [`is_json_number`] say what stands in JSON. [`first_escaped`] and [`first_mark`] find what means something in a text.
//! - [`CsvWriter`] and [`JsonLinesWriter`] write tables, [`write_json_text`] and [`escape_json`] a text of JSON.
//! - [`DataPackage`] says in `datapackage.json` what the files of a folder hold, column by column.
//!
//! Reading is a feature, on by default: whoever only writes compiles neither XML nor the tables of encodings.
//!
//! Memory does not grow with the file. Failures are [`step::Failure`]s: 65 the file breaks a rule, with the place and a
//! hint, 66 it cannot be read, 2 an option is wrong.

#[cfg(feature = "reading")]
mod columns;
mod data_package;
#[cfg(feature = "reading")]
mod delimited;
#[cfg(feature = "reading")]
mod encoding;
mod field;
#[cfg(feature = "reading")]
mod format;
#[cfg(feature = "reading")]
mod header;
#[cfg(feature = "reading")]
mod json;
mod json_text;
#[cfg(feature = "reading")]
mod lists;
mod marks;
#[cfg(feature = "reading")]
mod names;
#[cfg(feature = "reading")]
mod options;
#[cfg(feature = "reading")]
mod record;
#[cfg(feature = "reading")]
mod refusal;
#[cfg(feature = "reading")]
mod remark;
mod resource;
#[cfg(feature = "workbooks")]
mod sheet;
#[cfg(feature = "reading")]
mod source;
#[cfg(feature = "reading")]
mod survey;
#[cfg(feature = "reading")]
mod table;
#[cfg(feature = "reading")]
mod text;
#[cfg(feature = "workbooks")]
pub mod workbook;
mod writer;
#[cfg(feature = "reading")]
mod xml_table;

pub use data_package::{DataPackage, PACKAGE_FILE};
pub use field::{Field, FieldType};
#[cfg(feature = "reading")]
pub use format::Format;
#[cfg(feature = "reading")]
pub use header::Header;
#[cfg(feature = "reading")]
pub use json::{is_number as is_json_number, unescape as unescape_json};
pub use json_text::{escape_json, first_escaped, write_json_text};
#[cfg(feature = "reading")]
pub use lists::{List, lists};
pub use marks::{first_mark, has_mark, marks_below, marks_of};
#[cfg(feature = "reading")]
pub use names::fold;
#[cfg(feature = "reading")]
pub use options::Options;
#[cfg(feature = "reading")]
pub use record::{Items, Kind, Record};
#[cfg(feature = "reading")]
pub use remark::{Remark, Told};
pub use resource::Resource;
#[cfg(feature = "reading")]
pub use source::{Found, Source};
#[cfg(feature = "reading")]
pub use table::Table;
#[cfg(feature = "reading")]
pub use text::Text;
pub use writer::{CsvWriter, JsonLinesWriter};
