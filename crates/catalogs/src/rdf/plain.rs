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

/// The graph of a page, if nothing in it is out of the ordinary.
pub(super) fn read(text: &str, format: Format, base: &str) -> Option<Graph> {
    let mut graph = Graph::new();
    match format {
        Format::NTriples => n_triples::read(text, &mut graph)?,
        Format::Turtle => turtle::read(text, base, &mut graph)?,
        Format::RdfXml => rdf_xml::read(text, base, &mut graph)?,
        Format::JsonLd => json_ld::read(text, base, &mut graph)?,
        Format::N3 | Format::TriG => return None,
    }
    Some(graph)
}
