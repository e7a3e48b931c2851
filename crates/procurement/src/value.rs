//! What JSON can say, borrowed from its text: the form in which every contract is handled, whatever file it came from.
//!
//! Numbers keep their exact text, objects the order of their keys.

mod decimal;
mod node;
mod parse;
mod same;
mod write;

pub(crate) use decimal::Decimal;
pub(crate) use node::{Object, Value};
pub(crate) use parse::{Flaw, Oddity, Parser, Why};
pub(crate) use same::print;
pub(crate) use write::write_number;
