//! What the names of elements and attributes mean, by the namespaces that are declared where they stand.

use foldhash::HashMap;

use crate::rdf::plain::tag::Attributes;
use crate::rdf::{Graph, Node};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Elements of RDF that are no plain node or property.
const ODD: [&str; 10] =
    ["about", "aboutEach", "aboutEachPrefix", "bagID", "datatype", "ID", "li", "nodeID", "parseType", "resource"];

/// The names that mean something here.
#[derive(Default)]
pub(super) struct Names<'t> {
    /// Prefixes and their namespaces; the last of a prefix counts.
    bindings: Vec<(&'t str, &'t str)>,
    elements: HashMap<&'t str, (Node, Kind)>,
    attributes: HashMap<&'t str, Role>,
    /// The name that was put together last.
    whole: String,
}

/// What the name of an element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Description,
    Plain,
}

/// What an attribute says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    About,
    NodeId,
    Resource,
    Datatype,
    ParseType,
    Language,
    Base,
    Binding,
}

impl<'t> Names<'t> {
    /// How many bindings there are.
    pub(super) fn bindings(&self) -> usize {
        self.bindings.len()
    }

    /// Takes the namespaces that an element declares.
    pub(super) fn bind(&mut self, attributes: &Attributes<'t>) -> Option<()> {
        for (name, namespace) in attributes {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(prefix) => prefix.strip_prefix(':').filter(|prefix| !prefix.starts_with("xml"))?,
                None => continue,
            };
            if namespace.is_empty() || namespace.contains('&') {
                return None;
            }
            self.bindings.push((prefix, namespace));
            self.forget_names();
        }
        Some(())
    }

    /// Takes away all bindings but so many.
    pub(super) fn unbind(&mut self, count: usize) {
        if self.bindings.len() > count {
            self.bindings.truncate(count);
            self.forget_names();
        }
    }

    /// Names mean something else now. Not cleared: that takes as long as the table is large, however often.
    fn forget_names(&mut self) {
        (self.elements, self.attributes) = (HashMap::default(), HashMap::default());
    }

    fn namespace(&self, prefix: &str) -> Option<&'t str> {
        self.bindings.iter().rev().find(|(known, _)| *known == prefix).map(|(_, namespace)| *namespace)
    }

    /// The node that an element's name means, and what that is.
    pub(super) fn of_element(&mut self, name: &'t str, graph: &mut Graph) -> Option<(Node, Kind)> {
        if let Some(known) = self.elements.get(name) {
            return Some(*known);
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if local.contains(':') || prefix == "xml" {
            return None;
        }
        self.whole.clear();
        self.whole.push_str(self.namespace(prefix)?);
        self.whole.push_str(local);
        let kind = match self.whole.strip_prefix(RDF) {
            Some("RDF") => Kind::Root,
            Some("Description") => Kind::Description,
            Some(odd) if ODD.contains(&odd) => return None,
            _ => Kind::Plain,
        };
        let named = (graph.node(&self.whole), kind);
        self.elements.insert(name, named);
        Some(named)
    }

    /// What an attribute's name means.
    pub(super) fn of_attribute(&mut self, name: &'t str) -> Option<Role> {
        if let Some(known) = self.attributes.get(name) {
            return Some(*known);
        }
        let role = match name.split_once(':') {
            None if name == "xmlns" => Role::Binding,
            Some(("xmlns", _)) => Role::Binding,
            Some(("xml", "lang")) => Role::Language,
            Some(("xml", "base")) => Role::Base,
            Some((prefix, local)) if !prefix.starts_with("xml") && self.namespace(prefix)? == RDF => match local {
                "about" => Role::About,
                "nodeID" => Role::NodeId,
                "resource" => Role::Resource,
                "datatype" => Role::Datatype,
                "parseType" => Role::ParseType,
                _ => return None,
            },
            _ => return None,
        };
        self.attributes.insert(name, role);
        Some(role)
    }
}
