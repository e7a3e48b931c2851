//! JSON-LD of one context, or of none: a list of nodes, or one node. Each node of a list is read and forgotten.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::address::Base;
use super::json::{OfText, OfValue, Pairs, Room, Value};
use super::terms::{Kind, Property, Terms};
use crate::rdf::context;
use crate::rdf::graph::{Object, Tag};
use crate::rdf::vocab::RDF_TYPE;
use crate::rdf::{Graph, Node};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// Reads a page; None if something in it is out of the ordinary.
pub(super) fn read(text: &str, base: &str, graph: &mut Graph) -> Option<()> {
    let mut reading = Reading { terms: Terms::default(), base: Base::new(base)?, graph };
    let mut json = serde_json::Deserializer::from_str(text);
    OfPage(&mut reading).deserialize(&mut json).ok()?;
    json.end().ok()
}

struct Reading<'g> {
    terms: Terms,
    base: Base,
    graph: &'g mut Graph,
}

impl Reading<'_> {
    /// Takes a node that nothing links to.
    fn take<E: Error>(&mut self, value: &Value<'_>) -> Result<(), E> {
        let taken = match value {
            Value::Object(pairs) => self.node(pairs, None).map(drop),
            _ => None,
        };
        taken.ok_or_else(|| E::custom("a node out of the ordinary"))
    }

    /// Says what a node is; what links to it is said before.
    fn node(&mut self, pairs: &Pairs<'_>, link: Option<(Node, Node)>) -> Option<Node> {
        let node = match only(pairs, "@id")? {
            Some(Value::Text(id)) => self.terms.node(id, false, &mut self.base, self.graph)?,
            Some(_) => return None,
            None => self.graph.unnamed_node(),
        };
        if let Some((subject, predicate)) = link {
            self.graph.state(subject, predicate, Object::Node(node))?;
        }
        if let Some(types) = only(pairs, "@type")? {
            self.types(node, types)?;
        }
        for (key, value) in pairs {
            if !matches!(key.as_ref(), "@id" | "@type") {
                let property = self.terms.property(key, self.graph)?;
                self.values(node, property, value, true)?;
            }
        }
        Some(node)
    }

    /// Of several types the parser sorts the names.
    fn types(&mut self, node: Node, types: &Value<'_>) -> Option<()> {
        let list = match types {
            Value::List(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let name_of =
            |value: &Value<'_>| if let Value::Text(name) = value { Some(name.clone().into_owned()) } else { None };
        let mut names = list.iter().map(name_of).collect::<Option<Vec<_>>>()?;
        names.sort();
        for name in names {
            let kind = self.terms.node(&name, true, &mut self.base, self.graph)?;
            self.graph.state(node, RDF_TYPE, Object::Node(kind))?;
        }
        Some(())
    }

    fn values(&mut self, subject: Node, property: Property, value: &Value<'_>, may_be_list: bool) -> Option<()> {
        let object = match value {
            Value::Null => return Some(()),
            Value::List(values) if may_be_list => {
                return values.iter().try_for_each(|value| self.values(subject, property, value, false));
            }
            Value::List(_) => return None,
            Value::Object(pairs) => match pairs.iter().any(|(key, _)| key == "@value") {
                true => self.literal(pairs)?,
                false => return self.node(pairs, Some((subject, property.predicate))).map(drop),
            },
            Value::Text(text) => match property.kind {
                Kind::Text => self.graph.literal(text, Tag::NONE),
                Kind::Typed(tag) => self.graph.literal(text, tag),
                Kind::Reference => Object::Node(self.terms.node(text, false, &mut self.base, self.graph)?),
            },
            plain if property.kind == Kind::Text => self.plain(plain, None)?,
            _ => return None,
        };
        self.graph.state(subject, property.predicate, object)?;
        Some(())
    }

    /// A value with its type or language.
    fn literal(&mut self, pairs: &Pairs<'_>) -> Option<Object> {
        let (value, kind, language) = (only(pairs, "@value")??, only(pairs, "@type")?, only(pairs, "@language")?);
        let known = 1 + usize::from(kind.is_some()) + usize::from(language.is_some());
        if pairs.len() != known {
            return None;
        }
        match (value, kind, language) {
            (Value::Text(text), None, Some(Value::Text(language))) if is_language(language) => {
                let tag = self.graph.language(language);
                Some(self.graph.literal(text, tag))
            }
            (Value::Text(text), Some(Value::Text(kind)), None) => {
                let tag = self.terms.datatype(kind, self.graph)?;
                Some(self.graph.literal(text, tag))
            }
            (Value::Text(text), None, None) => Some(self.graph.literal(text, Tag::NONE)),
            (plain, Some(Value::Text(kind)), None) => self.plain(plain, Some(kind)),
            (plain, None, None) => self.plain(plain, None),
            _ => None,
        }
    }

    /// A number or a truth, whose type may be another than its own.
    fn plain(&mut self, value: &Value<'_>, kind: Option<&str>) -> Option<Object> {
        let (text, own) = match value {
            Value::Boolean(true) => ("true", "boolean"),
            Value::Boolean(false) => ("false", "boolean"),
            Value::Integer(digits) => (digits.as_str(), "integer"),
            _ => return None,
        };
        let double = self.graph.datatype(&format!("{XSD}double"));
        let tag = match kind {
            Some(kind) => self.terms.datatype(kind, self.graph).filter(|tag| *tag != double)?,
            None => self.graph.datatype(&format!("{XSD}{own}")),
        };
        Some(self.graph.literal(text, tag))
    }
}

/// The value of a key; None if it comes twice.
fn only<'v, 't>(pairs: &'v Pairs<'t>, name: &str) -> Option<Option<&'v Value<'t>>> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    let first = values.next();
    values.next().is_none().then_some(first)
}

fn is_language(language: &str) -> bool {
    !language.is_empty() && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Reads a page.
struct OfPage<'r, 'g>(&'r mut Reading<'g>);

impl<'t> DeserializeSeed<'t> for OfPage<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for OfPage<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a context and nodes")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        let odd = || A::Error::custom("a page out of the ordinary");
        let mut pairs = Pairs::new();
        let room = Room::new();
        while let Some(key) = map.next_key_seed(OfText)? {
            match key.as_ref() {
                "@context" if pairs.is_empty() => {
                    let context = map.next_value_seed(OfValue(&room))?;
                    self.0.terms = read_context(&context).ok_or_else(odd)?;
                }
                "@graph" if pairs.is_empty() => {
                    map.next_value_seed(OfNodes(self.0))?;
                    // What comes now would make it a graph with a name.
                    return map.next_key_seed(OfText)?.map_or(Ok(()), |_| Err(odd()));
                }
                _ => pairs.push((key, map.next_value_seed(OfValue(&room))?)),
            }
        }
        self.0.take(&Value::Object(pairs))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, list: A) -> Result<(), A::Error> {
        OfNodes(self.0).visit_seq(list)
    }
}

/// Reads a list of nodes.
struct OfNodes<'r, 'g>(&'r mut Reading<'g>);

impl<'t> DeserializeSeed<'t> for OfNodes<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for OfNodes<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nodes")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element_seed(OfValue(&Room::new()))? {
            self.0.take(&value)?;
        }
        Ok(())
    }
}

/// A context that stands in the page, or one that is built in.
fn read_context(context: &Value<'_>) -> Option<Terms> {
    let Value::Text(address) = context else { return Terms::read(context) };
    let document = context::at(address)?;
    let mut json = serde_json::Deserializer::from_str(document);
    let Value::Object(pairs) = OfValue(&Room::new()).deserialize(&mut json).ok()? else { return None };
    Terms::read(only(&pairs, "@context")??)
}
