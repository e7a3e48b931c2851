//! The regulatory format in XML: contracts read one by one, their form in JSON, and contracts written.

mod json;
mod names;
mod open;
mod reader;
mod writer;

pub(crate) use json::to_value;
pub(crate) use open::{failure, open};
#[cfg(test)]
pub(crate) use reader::Stop;
pub(crate) use reader::{Found, Reader};
pub(crate) use writer::{Writer, write_alone};
