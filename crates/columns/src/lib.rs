//! Typed rows to Parquet, and back.
//!
//! ```
//! use columns::{Column, Kind, ParquetWriter, Value};
//!
//! # fn main() -> anyhow::Result<()> {
//! let columns = [Column::new("id", Kind::Text), Column::new("salary_min", Kind::Number)];
//! let mut table = ParquetWriter::new(vec![], &columns)?;
//! table.write([Value::Text("1257424"), Value::Number(11.98)])?;
//! table.write([Value::Text("1257425"), Value::Absent])?;
//! let bytes = table.finish()?;
//! assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
//! # Ok(())
//! # }
//! ```
//!
//! Every value may be absent. The same rows give the same bytes. Memory holds one group of rows, whatever their number.

mod bounds;
mod buffer;
mod chunk;
mod column;
mod dictionary;
mod draft;
mod group;
mod plain;
mod press;
mod reader;
mod runs;
mod texts;
mod writer;

pub use column::{Column, Kind, Value};
pub use draft::{Drafted, ParquetDraft};
pub use reader::{Owned, ParquetReader};
pub use writer::ParquetWriter;
