//! RDF/XML as portals write it: elements for nodes and for properties in turn, below `rdf:RDF`.

use foldhash::HashMap;
use memchr::memchr;

use super::address::{self, Base};
use super::tag::{self, Attributes, Tag};
use crate::rdf::graph::{self, Object};
use crate::rdf::nesting::{DEEPEST, LONGEST};
use crate::rdf::vocab::RDF_TYPE;
use crate::rdf::{Graph, Node};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Elements of RDF that are no plain node or property.
const ODD: [&str; 10] =
    ["about", "aboutEach", "aboutEachPrefix", "bagID", "datatype", "ID", "li", "nodeID", "parseType", "resource"];

/// Reads a page; None if an element is out of the ordinary.
pub(super) fn read(text: &str, base: &str, graph: &mut Graph) -> Option<()> {
    let mut reading = Reading {
        graph,
        base: Base::new(base)?,
        bindings: Vec::new(),
        names: HashMap::default(),
        roles: HashMap::default(),
        open: Vec::new(),
        is_begun: false,
        whole: String::new(),
    };
    let (mut at, mut attributes) = (0, Attributes::new());
    while let Some(length) = memchr(b'<', &text.as_bytes()[at..]) {
        reading.take_text(text.get(at..at + length)?)?;
        at += length;
        match tag::read(text, &mut at, &mut attributes)? {
            Tag::Start { name, is_empty } => {
                reading.start(name, &attributes)?;
                if is_empty {
                    reading.end(name)?;
                }
            }
            Tag::End { name } => reading.end(name)?,
        }
    }
    reading.take_text(&text[at..])?;
    (reading.is_begun && reading.open.is_empty()).then_some(())
}

struct Reading<'t, 'g> {
    graph: &'g mut Graph,
    base: Base,
    /// Prefixes and their namespaces; the last of a prefix counts.
    bindings: Vec<(&'t str, &'t str)>,
    /// What elements are called, by their names.
    names: HashMap<&'t str, (Node, Kind)>,
    /// What attributes say, by their names.
    roles: HashMap<&'t str, Role>,
    open: Vec<Element<'t>>,
    /// Whether the root has come.
    is_begun: bool,
    /// What was put together last.
    whole: String,
}

/// What the name of an element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Description,
    Plain,
}

/// What an attribute says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    About,
    NodeId,
    Resource,
    Datatype,
    ParseType,
    Language,
    Base,
    Binding,
}

struct Element<'t> {
    name: &'t str,
    /// How many bindings there were before it.
    bindings: usize,
    language: Option<graph::Tag>,
    inner: Inner<'t>,
}

enum Inner<'t> {
    Root,
    Node(Node),
    Property { subject: Node, predicate: Node, object: Option<Node>, datatype: Option<graph::Tag>, text: &'t str },
}

/// What the attributes of an element said.
#[derive(Default)]
struct Said {
    node: Option<Node>,
    resource: Option<Node>,
    datatype: Option<graph::Tag>,
    language: Option<graph::Tag>,
    is_resource: bool,
}

impl<'t> Reading<'t, '_> {
    fn take_text(&mut self, given: &'t str) -> Option<()> {
        if given.len() > LONGEST {
            return None;
        }
        match self.open.last_mut().map(|element| &mut element.inner) {
            Some(Inner::Property { object: None, text, .. }) if text.is_empty() => {
                *text = given;
                Some(())
            }
            _ => is_blank(given).then_some(()),
        }
    }

    fn start(&mut self, name: &'t str, attributes: &Attributes<'t>) -> Option<()> {
        if self.open.len() == DEEPEST || has_twice(attributes) {
            return None;
        }
        let bindings = self.bindings.len();
        self.bind(attributes)?;
        let (node, kind) = self.name(name)?;
        let said = self.read_attributes(attributes, kind)?;
        let language = said.language.or_else(|| self.open.last()?.language);
        let inner = match self.open.last().map(|element| &element.inner) {
            None if kind == Kind::Root && !self.is_begun => {
                self.is_begun = true;
                Inner::Root
            }
            None => return None,
            // A text beside an element is for others to judge.
            Some(Inner::Property { object, text, .. }) if object.is_some() || !is_blank(text) => return None,
            Some(Inner::Root | Inner::Property { .. }) => self.start_node(node, kind, said)?,
            Some(Inner::Node(subject)) => self.start_property(*subject, node, kind, said)?,
        };
        self.open.push(Element { name, bindings, language, inner });
        Some(())
    }

    fn start_node(&mut self, kind_of: Node, kind: Kind, said: Said) -> Option<Inner<'t>> {
        let is_odd = said.resource.is_some() || said.datatype.is_some() || said.is_resource;
        if kind == Kind::Root || is_odd {
            return None;
        }
        let node = said.node.unwrap_or_else(|| self.graph.unnamed_node());
        if kind == Kind::Plain {
            self.graph.state(node, RDF_TYPE, Object::Node(kind_of));
        }
        Some(Inner::Node(node))
    }

    fn start_property(&mut self, subject: Node, predicate: Node, kind: Kind, said: Said) -> Option<Inner<'t>> {
        if kind != Kind::Plain || (said.is_resource && (said.resource.is_some() || said.datatype.is_some())) {
            return None;
        }
        if said.is_resource {
            let node = self.graph.unnamed_node();
            self.graph.state(subject, predicate, Object::Node(node));
            return Some(Inner::Node(node));
        }
        let Said { resource: object, datatype, .. } = said;
        Some(Inner::Property { subject, predicate, object, datatype, text: "" })
    }

    fn end(&mut self, name: &str) -> Option<()> {
        let element = self.open.pop().filter(|element| element.name == name)?;
        self.unbind(element.bindings);
        match element.inner {
            Inner::Root => (),
            Inner::Node(node) => {
                if let Some(Inner::Property { object, .. }) = self.open.last_mut().map(|element| &mut element.inner) {
                    *object = Some(node);
                }
            }
            Inner::Property { subject, predicate, object: Some(object), .. } => {
                self.graph.state(subject, predicate, Object::Node(object));
            }
            Inner::Property { subject, predicate, datatype, text, .. } => {
                let start = self.graph.texts().len();
                tag::unescape(text, self.graph.texts())?;
                let tag = datatype.or(element.language).unwrap_or(graph::Tag::NONE);
                let literal = self.graph.literal_from(start, tag);
                self.graph.state(subject, predicate, literal);
            }
        }
        Some(())
    }

    /// Takes the namespaces that an element declares.
    fn bind(&mut self, attributes: &Attributes<'t>) -> Option<()> {
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

    fn unbind(&mut self, count: usize) {
        if self.bindings.len() > count {
            self.bindings.truncate(count);
            self.forget_names();
        }
    }

    /// Names mean something else now. Not cleared: that takes as long as the table is large, however often.
    fn forget_names(&mut self) {
        (self.names, self.roles) = (HashMap::default(), HashMap::default());
    }

    fn namespace(&self, prefix: &str) -> Option<&'t str> {
        self.bindings.iter().rev().find(|(known, _)| *known == prefix).map(|(_, namespace)| *namespace)
    }

    fn name(&mut self, name: &'t str) -> Option<(Node, Kind)> {
        if let Some(known) = self.names.get(name) {
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
        let named = (self.graph.node(&self.whole), kind);
        self.names.insert(name, named);
        Some(named)
    }

    fn role(&mut self, name: &'t str) -> Option<Role> {
        if let Some(known) = self.roles.get(name) {
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
        self.roles.insert(name, role);
        Some(role)
    }

    fn read_attributes(&mut self, attributes: &Attributes<'t>, kind: Kind) -> Option<Said> {
        let mut said = Said::default();
        let is_property = matches!(self.open.last().map(|element| &element.inner), Some(Inner::Node(_)));
        for (name, value) in attributes {
            match self.role(name)? {
                Role::Binding => (),
                Role::Language if !value.is_empty() && !value.contains('&') => {
                    said.language = Some(self.graph.language(value));
                }
                Role::Base if kind == Kind::Root && address::is_whole(value) && !value.contains('&') => {
                    self.base.set(value);
                }
                Role::About if !is_property && said.node.is_none() => said.node = Some(self.node(value)?),
                Role::NodeId if is_label(value) => {
                    let node = if is_property { &mut said.resource } else { &mut said.node };
                    if node.replace(self.graph.blank_node(value)).is_some() {
                        return None;
                    }
                }
                Role::Resource if is_property && said.resource.is_none() => said.resource = Some(self.node(value)?),
                Role::Datatype if is_property => {
                    let node = self.node(value)?;
                    said.datatype = Some(self.graph.datatype_of(node));
                }
                Role::ParseType if is_property && *value == "Resource" => said.is_resource = true,
                _ => return None,
            }
        }
        let is_bare = said.node.is_none() && said.resource.is_none() && said.datatype.is_none();
        (kind != Kind::Root || is_bare).then_some(said)
    }

    /// The node of an address that an attribute has.
    fn node(&mut self, value: &str) -> Option<Node> {
        if value.len() > LONGEST {
            return None;
        }
        if !value.contains('&') {
            return Some(self.graph.node(self.base.resolve(value)));
        }
        self.whole.clear();
        tag::unescape(value, &mut self.whole)?;
        Some(self.graph.node(self.base.resolve(&self.whole)))
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(tag::is_blank)
}

/// Labels of more than ASCII are for others to judge.
fn is_label(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Whether an element has an attribute twice, or more of them than anybody compares.
fn has_twice(attributes: &Attributes<'_>) -> bool {
    const MOST: usize = 64;
    let is_twice = |nth: usize| attributes[..nth].iter().any(|(name, _)| *name == attributes[nth].0);
    attributes.len() > MOST || (1..attributes.len()).any(is_twice)
}
