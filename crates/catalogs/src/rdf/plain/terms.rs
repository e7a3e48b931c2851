//! What the words of a page in JSON-LD mean: a context of prefixes, and of terms with an address and perhaps a type.

use foldhash::HashMap;
use oxiri::Iri;

use super::address::{self, Base};
use super::json::Value;
use crate::rdf::graph::Tag;
use crate::rdf::{Graph, Node};

/// The context of a page.
#[derive(Debug, Default)]
pub(super) struct Terms {
    vocabulary: Option<String>,
    definitions: HashMap<String, Definition>,
    /// What keys were found to mean.
    properties: HashMap<String, Property>,
}

#[derive(Debug)]
struct Definition {
    address: String,
    kind: Option<String>,
    is_prefix: bool,
}

/// What a key says of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    pub(super) predicate: Node,
    pub(super) kind: Kind,
}

/// What the texts of a property are, where they do not say it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Reference,
    Typed(Tag),
}

impl Terms {
    /// Reads a context; None if one of its words is out of the ordinary.
    pub(super) fn read(context: &Value<'_>) -> Option<Self> {
        let Value::Object(pairs) = context else { return None };
        let mut terms = Self::default();
        // First what is whole in itself, then what a prefix begins.
        for is_whole in [true, false] {
            for (term, value) in pairs {
                if term == "@vocab" {
                    terms.vocabulary = Some(text_of(value).filter(|text| address::is_whole(text))?.to_owned());
                } else {
                    terms.define(term, value, is_whole)?;
                }
            }
        }
        let is_each_once = terms.definitions.len() + usize::from(terms.vocabulary.is_some()) == pairs.len();
        is_each_once.then_some(terms)
    }

    fn define(&mut self, term: &str, value: &Value<'_>, is_whole: bool) -> Option<()> {
        let (address, kind) = read_definition(value)?;
        if term.is_empty() || term.contains(['/', '@']) || (term.contains(':') && address.is_some()) {
            return None;
        }
        // A name with a prefix is its own address.
        let address = address.unwrap_or(term);
        if address::is_whole(address) != is_whole {
            return Some(());
        }
        let address = self.expand_in_context(address)?;
        let is_prefix = !term.contains(':') && address.ends_with([':', '/', '?', '#', '[', ']', '@']);
        let kind = match kind {
            Some("@id") | None => kind.map(str::to_owned),
            Some(kind) => Some(self.expand_in_context(kind)?),
        };
        self.definitions.insert(term.to_owned(), Definition { address, kind, is_prefix });
        Some(())
    }

    /// An address, or a name with a prefix that is one by itself.
    fn expand_in_context(&self, name: &str) -> Option<String> {
        if address::is_whole(name) {
            return Some(name.to_owned());
        }
        let (prefix, local) = name.split_once(':')?;
        let is_plain = !local.starts_with("//") && !self.definitions.contains_key(name);
        let definition = self.definitions.get(prefix).filter(|known| is_plain && known.is_prefix)?;
        address::is_whole(&definition.address).then(|| format!("{}{local}", definition.address))
    }

    /// What a key says; None for keywords, and for what says nothing.
    pub(super) fn property(&mut self, key: &str, graph: &mut Graph) -> Option<Property> {
        if let Some(known) = self.properties.get(key) {
            return Some(*known);
        }
        let expanded = self.expand(key, true)?;
        if !expanded.contains(':') || expanded.starts_with("_:") {
            return None;
        }
        let kind = match self.definitions.get(key).and_then(|known| known.kind.as_deref()) {
            None => Kind::Text,
            Some("@id") => Kind::Reference,
            Some(datatype) => Kind::Typed(graph.datatype(datatype)),
        };
        let property = Property { predicate: graph.node(&expanded), kind };
        self.properties.insert(key.to_owned(), property);
        Some(property)
    }

    /// The datatype that a value names.
    pub(super) fn datatype(&self, name: &str, graph: &mut Graph) -> Option<Tag> {
        let expanded =
            self.expand(name, true).filter(|expanded| expanded.contains(':') && !expanded.starts_with("_:"))?;
        Some(graph.datatype(&expanded))
    }

    /// The node that a text names: `is_type`, as a word of the vocabulary.
    pub(super) fn node(&self, name: &str, is_type: bool, base: &mut Base, graph: &mut Graph) -> Option<Node> {
        if let Some(label) = name.strip_prefix("_:") {
            let is_common = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            return (!label.is_empty() && label.bytes().all(is_common)).then(|| graph.blank_node(label));
        }
        match self.expand(name, is_type) {
            Some(expanded) if !expanded.starts_with("_:") => Some(graph.node(&expanded)),
            Some(_) => None,
            // What has the form of a keyword is none.
            None if name.starts_with('@') => None,
            None => Some(graph.node(base.resolve(name))),
        }
    }

    /// A name made an address, as far as it can be without that of the page.
    fn expand(&self, name: &str, is_word: bool) -> Option<String> {
        if name.starts_with('@') {
            return None;
        }
        if let Some(known) = self.definitions.get(name).filter(|_| is_word) {
            return Some(known.address.clone());
        }
        if let Some((prefix, local)) = name.split_once(':') {
            if prefix == "_" || local.starts_with("//") {
                return Some(name.to_owned());
            }
            if let Some(known) = self.definitions.get(prefix).filter(|known| known.is_prefix) {
                return Some(format!("{}{local}", known.address));
            }
            if Iri::parse(name).is_ok() {
                return Some(name.to_owned());
            }
        }
        let vocabulary = self.vocabulary.as_ref().filter(|_| is_word)?;
        Some(format!("{vocabulary}{name}"))
    }
}

/// Address and type of a term.
fn read_definition<'v>(value: &'v Value<'_>) -> Option<(Option<&'v str>, Option<&'v str>)> {
    match value {
        Value::Text(address) => Some((Some(address), None)),
        Value::Object(pairs) => {
            let (mut address, mut kind) = (None, None);
            for (key, value) in pairs {
                let place = match key.as_ref() {
                    "@id" => &mut address,
                    "@type" => &mut kind,
                    _ => return None,
                };
                if place.replace(text_of(value)?).is_some() {
                    return None;
                }
            }
            Some((address, kind))
        }
        _ => None,
    }
}

fn text_of<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
