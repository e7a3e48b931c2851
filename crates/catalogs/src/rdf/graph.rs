//! The statements of a page: all of one subject are chained in document order. Neither a store nor an index by anything
//! else: a catalogue is read from its nodes outwards.

mod read;

use std::cell::Cell;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use oxrdf::vocab::xsd;
use oxrdf::{LiteralRef, NamedOrBlankNodeRef, TermRef};

use super::nesting::LONGEST;
use super::node::Node;
use super::vocab::WORDS;

/// An object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term<'g> {
    Node(Node),
    Literal(Literal<'g>),
}

/// A text, with its language or its datatype.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal<'g> {
    pub(crate) text: &'g str,
    /// In lower case.
    pub(crate) language: Option<&'g str>,
    pub(crate) datatype: Option<Node>,
}

/// What a statement and a name take, in bytes, the room to grow among it; a name takes its text besides.
const BYTES_OF_STATEMENT: usize = 32;
const BYTES_OF_NAME: usize = 96;

/// No statement, no tag.
const NONE: u32 = u32::MAX;

/// What a literal is besides its text: a language, or a datatype.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u32);

impl Tag {
    /// A text, and nothing else.
    pub(super) const NONE: Self = Self(NONE);
}

#[derive(Debug)]
pub(crate) struct Graph {
    /// Addresses; blank nodes after `_:`; languages after `@`.
    names: IndexSet<Box<str>, RandomState>,
    /// By subject: its first and last statement.
    chains: Vec<(u32, u32)>,
    statements: Vec<Statement>,
    /// The texts of all literals.
    texts: String,
    /// The name of the blank node or language that came last.
    name: String,
    /// Blank nodes that the page does not name.
    unnamed: u32,
    /// The bytes of all names.
    name_bytes: usize,
    /// What all of it may weigh.
    most: usize,
    /// What reading has cost so far.
    work: Cell<u64>,
}

#[derive(Debug)]
struct Statement {
    subject: Node,
    predicate: Node,
    object: Object,
    next: u32,
}

/// An object, as a statement keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Object {
    Node(Node),
    Literal { start: u32, end: u32, tag: Tag },
}

impl Graph {
    #[cfg(test)]
    pub(crate) fn new() -> Self {
        Self::within(usize::MAX, 0)
    }

    /// One that weighs no more than `most` bytes, of a page of so many. Room for the texts is there from the start, the one
    /// that is too much among them: what grows by the double is there twice while it does, and room that is not used costs
    /// nothing.
    pub(super) fn within(most: usize, page_bytes: usize) -> Self {
        let mut graph = Self {
            names: IndexSet::default(),
            chains: Vec::new(),
            statements: Vec::new(),
            texts: String::with_capacity(page_bytes.min(most.saturating_add(LONGEST))),
            name: String::new(),
            unnamed: 0,
            name_bytes: 0,
            most,
            work: Cell::new(0),
        };
        for word in WORDS {
            graph.intern(word);
        }
        graph
    }

    fn intern(&mut self, name: &str) -> Node {
        if let Some(index) = self.names.get_index_of(name) {
            return Node(index as u32);
        }
        self.chains.push((NONE, NONE));
        self.name_bytes += name.len();
        Node(self.names.insert_full(name.into()).0 as u32)
    }

    /// The node of an address.
    pub(super) fn node(&mut self, iri: &str) -> Node {
        self.intern(iri)
    }

    /// The node that the page calls by a label.
    pub(super) fn blank_node(&mut self, label: &str) -> Node {
        self.intern_after("_:", label)
    }

    /// A node that the page gives no name: no label has a blank in it.
    pub(super) fn unnamed_node(&mut self) -> Node {
        self.unnamed += 1;
        let number = self.unnamed.to_string();
        self.intern_after("_: ", &number)
    }

    fn intern_after(&mut self, sign: &str, name: &str) -> Node {
        let mut whole = std::mem::take(&mut self.name);
        whole.clear();
        whole.push_str(sign);
        whole.push_str(name);
        let node = self.intern(&whole);
        self.name = whole;
        node
    }

    /// The tag of a language.
    pub(super) fn language(&mut self, language: &str) -> Tag {
        match language.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Tag(self.intern_after("@", &language.to_ascii_lowercase()).0),
            false => Tag(self.intern_after("@", language).0),
        }
    }

    /// The tag of a datatype: that of plain texts is none.
    pub(super) fn datatype(&mut self, iri: &str) -> Tag {
        if iri == xsd::STRING.as_str() { Tag::NONE } else { Tag(self.intern(iri).0) }
    }

    /// [`Graph::datatype`], by its node.
    pub(super) fn datatype_of(&self, node: Node) -> Tag {
        if self.name(node) == xsd::STRING.as_str() { Tag::NONE } else { Tag(node.0) }
    }

    /// The texts of all literals: what is appended becomes one by [`Graph::literal_from`].
    pub(super) fn texts(&mut self) -> &mut String {
        &mut self.texts
    }

    /// The literal whose text was appended from `start` on.
    pub(super) fn literal_from(&mut self, start: usize, tag: Tag) -> Object {
        Object::Literal { start: start as u32, end: self.texts.len() as u32, tag }
    }

    /// The literal of a text.
    pub(super) fn literal(&mut self, text: &str, tag: Tag) -> Object {
        let start = self.texts.len();
        self.texts.push_str(text);
        self.literal_from(start, tag)
    }

    /// Adds a statement; one that was there counts twice. None: it all weighs too much.
    pub(super) fn state(&mut self, subject: Node, predicate: Node, object: Object) -> Option<()> {
        let index = self.statements.len() as u32;
        self.statements.push(Statement { subject, predicate, object, next: NONE });
        let (first, last) = &mut self.chains[subject.0 as usize];
        match *first {
            NONE => *first = index,
            _ => self.statements[*last as usize].next = index,
        }
        *last = index;
        (!self.is_too_heavy()).then_some(())
    }

    /// What it may weigh, in bytes.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Whether it weighs more than it may.
    pub(super) fn is_too_heavy(&self) -> bool {
        let statements = self.statements.len() * BYTES_OF_STATEMENT;
        let names = self.names.len() * BYTES_OF_NAME + self.name_bytes;
        self.texts.len() + statements + names > self.most
    }

    /// [`Graph::state`], of terms.
    pub(super) fn add(&mut self, subject: NamedOrBlankNodeRef<'_>, predicate: &str, object: TermRef<'_>) -> Option<()> {
        let subject = self.node_of(subject);
        let predicate = self.intern(predicate);
        let object = match object {
            TermRef::NamedNode(node) => Object::Node(self.node_of(node.into())),
            TermRef::BlankNode(node) => Object::Node(self.node_of(node.into())),
            TermRef::Literal(literal) => self.literal_of(literal),
        };
        self.state(subject, predicate, object)
    }

    fn node_of(&mut self, term: NamedOrBlankNodeRef<'_>) -> Node {
        match term {
            NamedOrBlankNodeRef::NamedNode(node) => self.intern(node.as_str()),
            NamedOrBlankNodeRef::BlankNode(node) => self.blank_node(node.as_str()),
        }
    }

    fn literal_of(&mut self, literal: LiteralRef<'_>) -> Object {
        let tag = match literal.language() {
            Some(language) => self.language(language),
            None => self.datatype(literal.datatype().as_str()),
        };
        self.literal(literal.value(), tag)
    }
}

#[cfg(test)]
mod tests {
    use oxrdf::{BlankNodeRef, NamedNodeRef};

    use super::*;
    use crate::rdf::vocab;

    #[test]
    fn statements_of_a_subject_stay_in_document_order() {
        let mut graph = Graph::new();
        let (a, b) = (NamedNodeRef::new_unchecked("http://a"), BlankNodeRef::new_unchecked("b"));
        let title = graph.name(vocab::DCT_TITLE).to_owned();
        let text = |text| TermRef::from(LiteralRef::new_simple_literal(text));
        graph.add(a.into(), &title, text("un"));
        graph.add(b.into(), &title, text("autre"));
        graph.add(a.into(), &title, LiteralRef::new_language_tagged_literal_unchecked("deux", "FR").into());
        graph.add(a.into(), "http://p", b.into());
        let node = graph.intern("http://a");
        let texts: Vec<_> = graph.objects(node, vocab::DCT_TITLE).collect();
        let literal = |text, language| Term::Literal(Literal { text, language, datatype: None });
        assert_eq!(texts, [literal("un", None), literal("deux", Some("fr"))]);
        assert_eq!(graph.all_objects(node).count(), 3);
        assert_eq!(graph.links().count(), 1);
        let blank = graph.intern("_:b");
        assert_eq!((graph.iri(node), graph.iri(blank)), (Some("http://a"), None));
        assert!(graph.is_described(blank) && !graph.is_described(vocab::DCT_TITLE));
        assert!(graph.work() >= 6);
    }
}
