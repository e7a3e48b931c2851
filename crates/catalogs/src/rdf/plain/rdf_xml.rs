//! RDF/XML as portals write it: elements for nodes and for properties in turn, below `rdf:RDF`.

mod names;

use memchr::memchr;

use super::address::{self, Base};
use super::tag::{self, Attributes, Tag};
use crate::rdf::graph::{self, Object};
use crate::rdf::nesting::{DEEPEST, LONGEST};
use crate::rdf::vocab::RDF_TYPE;
use crate::rdf::{Graph, Node};

use names::{Kind, Names, Role};

/// Reads a page; None if an element is out of the ordinary.
pub(super) fn read(text: &str, base: &str, graph: &mut Graph) -> Option<()> {
    let mut reading = Reading {
        graph,
        base: Base::new(base)?,
        names: Names::default(),
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
    names: Names<'t>,
    open: Vec<Element<'t>>,
    /// Whether the root has come.
    is_begun: bool,
    /// The address that was put together last.
    whole: String,
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
        let bindings = self.names.bindings();
        self.names.bind(attributes)?;
        let (node, kind) = self.names.of_element(name, self.graph)?;
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
            self.graph.state(node, RDF_TYPE, Object::Node(kind_of))?;
        }
        Some(Inner::Node(node))
    }

    fn start_property(&mut self, subject: Node, predicate: Node, kind: Kind, said: Said) -> Option<Inner<'t>> {
        if kind != Kind::Plain || (said.is_resource && (said.resource.is_some() || said.datatype.is_some())) {
            return None;
        }
        if said.is_resource {
            let node = self.graph.unnamed_node();
            self.graph.state(subject, predicate, Object::Node(node))?;
            return Some(Inner::Node(node));
        }
        let Said { resource: object, datatype, .. } = said;
        Some(Inner::Property { subject, predicate, object, datatype, text: "" })
    }

    fn end(&mut self, name: &str) -> Option<()> {
        let element = self.open.pop().filter(|element| element.name == name)?;
        self.names.unbind(element.bindings);
        match element.inner {
            Inner::Root => (),
            Inner::Node(node) => {
                if let Some(Inner::Property { object, .. }) = self.open.last_mut().map(|element| &mut element.inner) {
                    *object = Some(node);
                }
            }
            Inner::Property { subject, predicate, object: Some(object), .. } => {
                self.graph.state(subject, predicate, Object::Node(object))?;
            }
            Inner::Property { subject, predicate, datatype, text, .. } => {
                let start = self.graph.texts().len();
                tag::unescape(text, self.graph.texts())?;
                let tag = datatype.or(element.language).unwrap_or(graph::Tag::NONE);
                let literal = self.graph.literal_from(start, tag);
                self.graph.state(subject, predicate, literal)?;
            }
        }
        Some(())
    }

    fn read_attributes(&mut self, attributes: &Attributes<'t>, kind: Kind) -> Option<Said> {
        let mut said = Said::default();
        let is_property = matches!(self.open.last().map(|element| &element.inner), Some(Inner::Node(_)));
        for (name, value) in attributes {
            match self.names.of_attribute(name)? {
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
