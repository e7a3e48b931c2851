//! The statements of a page: all of one subject are chained in document order. Neither a store nor an index by anything
//! else: a catalogue is read from its nodes outwards.

use std::cell::Cell;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use oxrdf::vocab::xsd;
use oxrdf::{LiteralRef, NamedOrBlankNodeRef, TermRef};

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

/// A statement that is looked at, in bytes.
const WORK_OF_STATEMENT: u64 = 8;

/// No statement, no tag.
const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct Graph {
    /// Addresses; blank nodes after `_:`; languages after `@`.
    names: IndexSet<Box<str>, RandomState>,
    /// By subject: its first and last statement.
    chains: Vec<(u32, u32)>,
    statements: Vec<Statement>,
    /// The texts of all literals.
    texts: String,
    /// The name of the blank node that came last.
    blank: String,
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

#[derive(Debug, Clone, Copy)]
enum Object {
    Node(Node),
    /// `tag` names a language or a datatype.
    Literal {
        start: u32,
        end: u32,
        tag: u32,
    },
}

impl Graph {
    pub(crate) fn new() -> Self {
        let mut graph = Self {
            names: IndexSet::default(),
            chains: Vec::new(),
            statements: Vec::new(),
            texts: String::new(),
            blank: "_:".to_owned(),
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
        Node(self.names.insert_full(name.into()).0 as u32)
    }

    fn intern_subject(&mut self, subject: NamedOrBlankNodeRef<'_>) -> Node {
        match subject {
            NamedOrBlankNodeRef::NamedNode(node) => self.intern(node.as_str()),
            NamedOrBlankNodeRef::BlankNode(node) => {
                let mut blank = std::mem::take(&mut self.blank);
                blank.truncate(2);
                blank.push_str(node.as_str());
                let node = self.intern(&blank);
                self.blank = blank;
                node
            }
        }
    }

    /// Adds a statement; one that was there counts twice.
    pub(super) fn add(&mut self, subject: NamedOrBlankNodeRef<'_>, predicate: &str, object: TermRef<'_>) {
        let subject = self.intern_subject(subject);
        let predicate = self.intern(predicate);
        let object = match object {
            TermRef::NamedNode(node) => Object::Node(self.intern_subject(node.into())),
            TermRef::BlankNode(node) => Object::Node(self.intern_subject(node.into())),
            TermRef::Literal(literal) => self.add_literal(literal),
        };
        let index = self.statements.len() as u32;
        self.statements.push(Statement { subject, predicate, object, next: NONE });
        let (first, last) = &mut self.chains[subject.0 as usize];
        match *first {
            NONE => *first = index,
            _ => self.statements[*last as usize].next = index,
        }
        *last = index;
    }

    fn add_literal(&mut self, literal: LiteralRef<'_>) -> Object {
        let tag = match literal.language() {
            Some(language) => self.intern(&format!("@{}", language.to_ascii_lowercase())).0,
            None if literal.datatype() == xsd::STRING => NONE,
            None => self.intern(literal.datatype().as_str()).0,
        };
        let start = self.texts.len() as u32;
        self.texts.push_str(literal.value());
        Object::Literal { start, end: self.texts.len() as u32, tag }
    }

    /// The address of a node, or `_:` and a name that means nothing.
    pub(crate) fn name(&self, node: Node) -> &str {
        &self.names[node.0 as usize]
    }

    /// The address of a node that has one.
    pub(crate) fn iri(&self, node: Node) -> Option<&str> {
        Some(self.name(node)).filter(|name| !name.starts_with("_:"))
    }

    pub(crate) fn node_count(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Whether a node is the subject of a statement.
    pub(crate) fn is_described(&self, node: Node) -> bool {
        self.chains[node.0 as usize].0 != NONE
    }

    /// Every statement of the page whose object is a node, in document order.
    pub(crate) fn links(&self) -> impl Iterator<Item = (Node, Node, Node)> + '_ {
        self.statements.iter().filter_map(|statement| match statement.object {
            Object::Node(object) => Some((statement.subject, statement.predicate, object)),
            Object::Literal { .. } => None,
        })
    }

    /// Every literal that any subject is said to be by a predicate.
    pub(crate) fn literals_of(&self, predicate: Node) -> impl Iterator<Item = Literal<'_>> + '_ {
        let statements = self.statements.iter().filter(move |statement| statement.predicate == predicate);
        statements.filter_map(|statement| match self.term(statement) {
            Term::Literal(literal) => Some(literal),
            Term::Node(_) => None,
        })
    }

    /// What a subject is said to be by a predicate, in document order.
    pub(crate) fn objects(&self, subject: Node, predicate: Node) -> impl Iterator<Item = Term<'_>> + '_ {
        self.chain(subject)
            .filter(move |statement| statement.predicate == predicate)
            .map(|statement| self.term(statement))
    }

    /// All that a subject is said to be.
    pub(crate) fn all_objects(&self, subject: Node) -> impl Iterator<Item = (Node, Term<'_>)> + '_ {
        self.chain(subject).map(|statement| (statement.predicate, self.term(statement)))
    }

    /// The first of [`Graph::objects`].
    pub(crate) fn first(&self, subject: Node, predicate: Node) -> Option<Term<'_>> {
        self.objects(subject, predicate).next()
    }

    fn chain(&self, subject: Node) -> impl Iterator<Item = &Statement> + '_ {
        let mut index = self.chains[subject.0 as usize].0;
        std::iter::from_fn(move || {
            let statement = self.statements.get(index as usize)?;
            self.work.set(self.work.get() + WORK_OF_STATEMENT);
            index = statement.next;
            Some(statement)
        })
    }

    fn term(&self, statement: &Statement) -> Term<'_> {
        let (start, end, tag) = match statement.object {
            Object::Node(node) => return Term::Node(node),
            Object::Literal { start, end, tag } => (start, end, tag),
        };
        self.work.set(self.work.get() + u64::from(end - start));
        let text = &self.texts[start as usize..end as usize];
        let language = self.names.get_index(tag as usize).and_then(|name| name.strip_prefix('@'));
        let datatype = (tag != NONE && language.is_none()).then_some(Node(tag));
        Term::Literal(Literal { text, language, datatype })
    }

    /// How many bytes were read so far: nodes that many others share make a page give more than it holds.
    pub(crate) fn work(&self) -> u64 {
        self.work.get()
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
