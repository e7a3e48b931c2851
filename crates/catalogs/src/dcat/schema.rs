//! What data conform to.

use super::reader::Reader;
use crate::model::Schema;
use crate::rdf::{Node, Term, vocab};
use crate::values::{schema, web_address};

/// The first of what a node conforms to: its address, else that of its type; what has neither is told.
pub(super) fn read(reader: &mut Reader<'_>, node: Node, path: &'static str) -> Option<Schema> {
    let graph = reader.graph;
    let term = graph.first(node, vocab::DCT_CONFORMS_TO)?;
    let (address, title) = match term {
        Term::Literal(literal) => (Some(literal.text), None),
        Term::Node(standard) => {
            let of_type = || reader.first_text(standard, vocab::DCT_TYPE);
            let own = graph.iri(standard).filter(|iri| web_address::is_valid(iri));
            (own.or_else(of_type).or_else(|| graph.iri(standard)), reader.text(standard, vocab::DCT_TITLE))
        }
    };
    let schema = address.and_then(|address| schema::read(address, title));
    if schema.is_none() {
        reader.tell_value("schema.url", path, address.unwrap_or_default());
    }
    schema
}
