//! The page after this one, and how many datasets the catalogue says it has.

use url::Url;

use crate::rdf::{Graph, Node, Term, vocab};

/// The next page, as both vocabularies of Hydra name it: an absolute address without fragment.
pub(super) fn next(graph: &Graph, base: &Url) -> Option<String> {
    let views = [
        (vocab::HYDRA_PARTIAL_COLLECTION_VIEW, vocab::HYDRA_NEXT),
        (vocab::HYDRA_PAGED_COLLECTION, vocab::HYDRA_NEXT_PAGE),
    ];
    let text = views.into_iter().find_map(|(kind, next)| {
        let mut nodes = graph.links().filter(|(_, predicate, object)| (*predicate, *object) == (vocab::RDF_TYPE, kind));
        nodes.find_map(|(view, _, _)| address(graph, view, next))
    })?;
    let Ok(mut url) = base.join(text) else { return Some(text.to_owned()) };
    url.set_fragment(None);
    Some(url.into())
}

fn address(graph: &Graph, view: Node, predicate: Node) -> Option<&str> {
    graph.objects(view, predicate).find_map(|term| match term {
        Term::Node(node) => graph.iri(node),
        Term::Literal(literal) => Some(literal.text.trim()).filter(|text| !text.is_empty()),
    })
}

/// `hydra:totalItems`, the first that is a number.
pub(super) fn total(graph: &Graph) -> Option<u64> {
    graph.literals_of(vocab::HYDRA_TOTAL_ITEMS).find_map(|literal| literal.text.trim().parse().ok())
}
