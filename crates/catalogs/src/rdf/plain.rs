//! Pages as most portals write them, read in one pass into the graph: some times as fast as by a parser of everything.
//!
//! Each reader knows the common part of its format, and knows it wholly: a page has the graph that the parser of
//! everything would give, statement for statement, or none. What is rare, odd or broken is left to that parser, which
//! says what is wrong, skips what can be skipped, and begins anew.

mod address;
mod cursor;
mod json;
mod json_ld;
mod n_triples;
mod rdf_xml;
mod tag;
mod terms;
mod turtle;

use super::{Format, Graph};

/// Why a page was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Something is out of the ordinary.
    Odd,
    /// Its graph would weigh more than it may.
    TooHeavy,
}

/// The graph of a page, of at most `most` bytes, if nothing in it is out of the ordinary.
pub(super) fn read(text: &str, format: Format, base: &str, most: usize) -> Result<Graph, Left> {
    let mut graph = Graph::within(most, text.len());
    let read = match format {
        Format::NTriples => n_triples::read(text, &mut graph),
        Format::Turtle => turtle::read(text, base, &mut graph),
        Format::RdfXml => rdf_xml::read(text, base, &mut graph),
        Format::JsonLd => json_ld::read(text, base, &mut graph),
        Format::N3 | Format::TriG => None,
    };
    match read {
        Some(()) => Ok(graph),
        None if graph.is_too_heavy() => Err(Left::TooHeavy),
        None => Err(Left::Odd),
    }
}
