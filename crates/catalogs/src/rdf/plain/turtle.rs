//! Turtle, as version 1.1 has it, but for what is rare: doubles, lists as subjects, escapes in names.

mod literal;

use foldhash::HashMap;

use super::address::{self, Base};
use super::cursor::Cursor;
use crate::rdf::graph::Object;
use crate::rdf::nesting::DEEPEST;
use crate::rdf::{Graph, Node};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Reads a page; None if a statement is out of the ordinary.
pub(super) fn read(text: &str, base: &str, graph: &mut Graph) -> Option<()> {
    let mut turtle = Turtle {
        cursor: Cursor::new(text),
        graph,
        base: Base::new(base)?,
        prefixes: HashMap::default(),
        names: HashMap::default(),
        whole: String::new(),
        depth: 0,
    };
    loop {
        turtle.cursor.skip_blanks()?;
        if turtle.cursor.is_at_end() {
            return Some(());
        }
        if !turtle.read_directive()? {
            turtle.read_statement()?;
        }
    }
}

struct Turtle<'t, 'g> {
    cursor: Cursor<'t>,
    graph: &'g mut Graph,
    base: Base,
    prefixes: HashMap<&'t str, String>,
    /// Nodes by their names, prefix and all.
    names: HashMap<(&'t str, &'t str), Node>,
    /// The name that was made whole last.
    whole: String,
    depth: usize,
}

impl<'t> Turtle<'t, '_> {
    /// A prefix or a base, if there is one.
    fn read_directive(&mut self) -> Option<bool> {
        let (is_sparql, is_prefix) = match self.cursor.peek()? {
            b'@' if self.cursor.take_word("@prefix", false) => (false, true),
            b'@' if self.cursor.take_word("@base", false) => (false, false),
            b'p' | b'P' if self.cursor.take_word("prefix", true) => (true, true),
            b'b' | b'B' if self.cursor.take_word("base", true) => (true, false),
            _ => return Some(false),
        };
        // A name may begin so: another may read it.
        if !matches!(self.cursor.peek()?, b' ' | b'\t' | b'\r' | b'\n') {
            return None;
        }
        self.cursor.skip_blanks()?;
        let prefix = if is_prefix { Some(self.read_prefix()?) } else { None };
        self.cursor.skip_blanks()?;
        let address = self.base.resolve(self.cursor.address()?).to_owned();
        match prefix {
            Some(prefix) => {
                self.names.clear();
                self.prefixes.insert(prefix, Some(address).filter(|address| takes_names(address))?);
            }
            None => self.base.set(Some(&address).filter(|address| address::is_whole(address))?),
        }
        if !is_sparql {
            self.cursor.skip_blanks()?;
            self.read_dot()?;
        }
        Some(true)
    }

    /// A prefix and its colon.
    fn read_prefix(&mut self) -> Option<&'t str> {
        let prefix = match self.cursor.peek()? {
            b':' => "",
            _ => self.cursor.name(|byte| byte.is_ascii_alphabetic())?,
        };
        self.cursor.expect(b':')?;
        Some(prefix)
    }

    fn read_dot(&mut self) -> Option<()> {
        // `.5` is a number.
        if self.cursor.ahead(1).is_some_and(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.cursor.expect(b'.')
    }

    fn read_statement(&mut self) -> Option<()> {
        let is_bracket = self.cursor.peek()? == b'[';
        let subject = match is_bracket {
            true => self.graph.unnamed_node(),
            false => self.read_node()?,
        };
        // `[]` is a node like others; `[ … ]` may be all of a statement.
        let is_all = is_bracket && self.read_brackets(subject)?;
        self.cursor.skip_blanks()?;
        if !is_all || self.cursor.peek()? != b'.' {
            self.read_predicates(subject)?;
        }
        self.read_dot()
    }

    /// The brackets of a node, and whether something is in them.
    fn read_brackets(&mut self, node: Node) -> Option<bool> {
        self.cursor.expect(b'[')?;
        self.cursor.skip_blanks()?;
        if self.cursor.take(b']') {
            return Some(false);
        }
        self.enter()?;
        self.read_predicates(node)?;
        self.depth -= 1;
        self.cursor.expect(b']')?;
        Some(true)
    }

    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    /// To the dot or bracket that ends them.
    fn read_predicates(&mut self, subject: Node) -> Option<()> {
        loop {
            self.cursor.skip_blanks()?;
            let predicate = self.read_verb()?;
            loop {
                self.cursor.skip_blanks()?;
                self.read_object(subject, predicate)?;
                self.cursor.skip_blanks()?;
                if !self.cursor.take(b',') {
                    break;
                }
            }
            if !self.cursor.take(b';') {
                return Some(());
            }
            self.cursor.skip_blanks()?;
            while self.cursor.take(b';') {
                self.cursor.skip_blanks()?;
            }
            if matches!(self.cursor.peek()?, b'.' | b']') {
                return Some(());
            }
        }
    }

    fn read_verb(&mut self) -> Option<Node> {
        let is_type = self.cursor.peek()? == b'a'
            && matches!(self.cursor.ahead(1)?, b' ' | b'\t' | b'\r' | b'\n' | b'<' | b'[' | b'"');
        if is_type {
            self.cursor.expect(b'a')?;
            return Some(crate::rdf::vocab::RDF_TYPE);
        }
        match self.cursor.peek()? {
            b'_' => None,
            _ => self.read_node(),
        }
    }

    /// An address, a label or a name.
    fn read_node(&mut self) -> Option<Node> {
        match self.cursor.peek()? {
            b'<' => Some(self.graph.node(self.base.resolve(self.cursor.address()?))),
            b'_' => Some(self.graph.blank_node(self.cursor.label()?)),
            _ => {
                let prefix = self.read_prefix()?;
                self.read_local(prefix)
            }
        }
    }

    /// What comes after a prefix, which may be nothing.
    fn read_local(&mut self, prefix: &'t str) -> Option<Node> {
        let local = self.read_local_name()?;
        if let Some(node) = self.names.get(&(prefix, local)) {
            return Some(*node);
        }
        self.whole.clear();
        self.whole.push_str(self.prefixes.get(prefix)?);
        self.whole.push_str(local);
        let node = self.graph.node(&self.whole);
        self.names.insert((prefix, local), node);
        Some(node)
    }

    fn read_local_name(&mut self) -> Option<&'t str> {
        match self.cursor.peek()? {
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let name = self.cursor.name(|byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
                // A colon in a name is rare.
                (self.cursor.peek() != Some(b':')).then_some(name)
            }
            b' ' | b'\t' | b'\r' | b'\n' | b';' | b',' | b'.' | b'<' | b']' => Some(""),
            _ => None,
        }
    }

    fn read_object(&mut self, subject: Node, predicate: Node) -> Option<()> {
        let object = match self.cursor.peek()? {
            b'[' => {
                let node = self.graph.unnamed_node();
                self.read_brackets(node)?;
                Object::Node(node)
            }
            b'(' => return self.read_list(subject, predicate),
            quote @ (b'"' | b'\'') => self.read_literal(quote)?,
            byte if byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.') => self.read_number()?,
            _ => match self.read_boolean() {
                Some(literal) => literal,
                None => Object::Node(self.read_node()?),
            },
        };
        self.graph.state(subject, predicate, object)?;
        Some(())
    }

    /// A list, as nodes of which each says its value and what comes after it.
    fn read_list(&mut self, subject: Node, predicate: Node) -> Option<()> {
        self.cursor.expect(b'(')?;
        self.enter()?;
        let [first, rest, nil] = ["first", "rest", "nil"].map(|name| self.graph.node(&format!("{RDF}{name}")));
        let (mut node, mut link) = (subject, predicate);
        loop {
            self.cursor.skip_blanks()?;
            if self.cursor.take(b')') {
                self.depth -= 1;
                self.graph.state(node, link, Object::Node(nil))?;
                return Some(());
            }
            let next = self.graph.unnamed_node();
            self.graph.state(node, link, Object::Node(next))?;
            self.read_object(next, first)?;
            (node, link) = (next, rest);
        }
    }
}

/// Whether names can be put behind an address without a look at what becomes of it: its host has ended.
fn takes_names(address: &str) -> bool {
    let after_scheme = address.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    let host_end = after_scheme.find(['/', '?', '#']);
    address::is_whole(address) && host_end.is_some_and(|end| after_scheme.as_bytes()[end] == b'/')
}
