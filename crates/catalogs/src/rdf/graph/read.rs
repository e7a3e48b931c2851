//! What a graph says, read from its nodes outwards; what that costs is counted.

use super::{Graph, Literal, NONE, Object, Statement, Tag, Term};
use crate::rdf::node::Node;

/// A statement that is looked at, in bytes.
const WORK_OF_STATEMENT: u64 = 8;

impl Graph {
    /// The address of a node, or `_:` and a name that means nothing.
    pub(crate) fn name(&self, node: Node) -> &str {
        &self.names[node.0 as usize]
    }

    /// The address of a node that has one.
    pub(crate) fn iri(&self, node: Node) -> Option<&str> {
        let name = self.name(node);
        self.work.set(self.work.get() + name.len() as u64);
        Some(name).filter(|name| !name.starts_with("_:"))
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
        let language = self.names.get_index(tag.0 as usize).and_then(|name| name.strip_prefix('@'));
        let datatype = (tag != Tag::NONE && language.is_none()).then_some(Node(tag.0));
        Term::Literal(Literal { text, language, datatype })
    }

    /// All statements, terms by their names, as a test compares them.
    #[cfg(test)]
    pub(in crate::rdf) fn told(&self) -> Vec<[String; 3]> {
        let object = |statement| match self.term(statement) {
            Term::Node(node) => self.name(node).to_owned(),
            Term::Literal(Literal { text, language, datatype }) => {
                format!("{text:?} {language:?} {:?}", datatype.map(|node| self.name(node)))
            }
        };
        let told = self.statements.iter().map(|statement| {
            [self.name(statement.subject).to_owned(), self.name(statement.predicate).to_owned(), object(statement)]
        });
        told.collect()
    }

    /// How many bytes were read so far: nodes that many others share make a page give more than it holds.
    pub(crate) fn work(&self) -> u64 {
        self.work.get()
    }
}
