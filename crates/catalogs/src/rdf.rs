//! RDF of one page, in six formats, to a graph of our own: subject → (predicate, object), in document order.
//!
//! Bytes become text ([`text`]), the format is found ([`Format`]), what could hurt is refused before a parser sees it
//! (entities, nesting), and named graphs are one graph with all others.

mod context;
mod contexts;
mod doctype;
mod format;
mod graph;
mod nesting;
mod node;
mod parse;
mod plain;
mod text;
pub(crate) mod vocab;

pub(crate) use format::{Format, NoFormat};
pub(crate) use graph::{Graph, Literal, Term};
pub(crate) use nesting::{Excess, excess_of_json, values_of_json};
pub(crate) use node::Node;
pub(crate) use parse::{Parsed, Unusable, parse, prepare};
pub(crate) use text::{Text, decode};
