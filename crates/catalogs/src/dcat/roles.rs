//! Which nodes of a page are datasets, and which are services.

use foldhash::HashSet;

use crate::rdf::{Graph, Node, vocab};

/// The nodes that become items, in the order in which the page says what they are.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub(super) datasets: Vec<Node>,
    /// Without those that have no address and are the access service of a distribution.
    pub(super) services: Vec<Node>,
    pub(super) access_services: Vec<Node>,
}

/// A node is linked to by what it is part of, or served by.
const LISTED: u8 = 1;
/// A node is linked to by anything else.
const LINKED: u8 = 2;

impl Roles {
    pub(super) fn find(graph: &Graph) -> Self {
        let mut roles = Self::default();
        let mut inbound = vec![0_u8; graph.node_count()];
        let mut seen = HashSet::default();
        for (subject, predicate, object) in graph.links() {
            let is_listed = predicate == vocab::DCAT_SERVES_DATASET || predicate == vocab::DCT_HAS_PART;
            inbound[object.index()] |= if is_listed { LISTED } else { LINKED };
            let group = match (predicate, object) {
                (vocab::RDF_TYPE, vocab::DCAT_DATASET | vocab::DCAT_DATASET_SERIES) => &mut roles.datasets,
                (vocab::RDF_TYPE, vocab::DCAT_DATA_SERVICE) => &mut roles.services,
                (vocab::DCAT_ACCESS_SERVICE, _) => {
                    roles.access_services.push(object);
                    continue;
                }
                _ => continue,
            };
            if seen.insert((subject, object == vocab::DCAT_DATA_SERVICE)) {
                group.push(subject);
            }
        }
        // A dataset that is only named by a service, or as a part, is described elsewhere.
        let is_title = |node: Node| graph.first(node, vocab::DCT_TITLE).is_some();
        roles.datasets.retain(|node| inbound[node.index()] != LISTED || is_title(*node));
        let accessed: HashSet<Node> = roles.access_services.iter().copied().collect();
        roles.services.retain(|node| graph.iri(*node).is_some() || !accessed.contains(node));
        roles
    }
}
