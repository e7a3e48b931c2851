//! An element of a document in XML with all that is in it: as much of a document as is held at once.

use std::iter;

/// No element, in the links of a tree.
const NONE: u32 = u32::MAX;

/// The namespace of what says how an element is to be judged, rather than what it holds.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element and all that is in it, in one arena that is used again for the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Names and texts, one after the other.
    text: String,
    /// What `xsi:type` says, of the few that have it.
    types: Vec<(u32, String)>,
    line: u64,
}

/// Where a piece of text is in the arena.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Span {
    start: u32,
    length: u32,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    /// Empty: a piece of text between elements.
    name: Span,
    text: Span,
    scope: Scope,
    has_attribute: bool,
}

/// How the name of an element is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Scope {
    /// To no namespace, as the names of the format are.
    #[default]
    Free,
    /// To the one that stands without a prefix.
    Unprefixed,
    /// By a prefix.
    Prefixed,
}

/// What the reader says of an element that begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening<'s> {
    /// As written.
    pub(crate) name: &'s str,
    pub(crate) scope: Scope,
    /// Whether it has an attribute that is none of XML itself.
    pub(crate) has_attribute: bool,
    pub(crate) xsi_type: Option<&'s str>,
}

/// One element of a tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'t> {
    tree: &'t Tree,
    at: u32,
}

impl Tree {
    /// Begins anew, with an element.
    pub(crate) fn begin(&mut self, opening: Opening<'_>) {
        self.nodes.clear();
        self.text.clear();
        self.types.clear();
        self.add(NONE, opening);
    }

    /// Tells on which line it begins.
    pub(crate) fn set_line(&mut self, line: u64) {
        self.line = line;
    }

    /// An element begins inside another; its place.
    pub(crate) fn open(&mut self, parent: u32, opening: Opening<'_>) -> u32 {
        self.drop_blanks(parent);
        self.add(parent, opening)
    }

    /// Text stands in an element, after what is there already.
    pub(crate) fn push_text(&mut self, parent: u32, text: &str) {
        let last = self.nodes[parent as usize].last;
        let at = match last {
            NONE => parent,
            last if self.nodes[last as usize].name.length == 0 => last,
            _ if text.bytes().all(is_blank) => return,
            _ => self.add(parent, Opening { name: "", scope: Scope::Free, has_attribute: false, xsi_type: None }),
        };
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let span = &mut self.nodes[at as usize].text;
        if span.length == 0 {
            span.start = start;
        }
        span.length += text.len() as u32;
    }

    /// Blanks before the first element inside are the layout of the document.
    fn drop_blanks(&mut self, at: u32) {
        let Node { last, text, .. } = self.nodes[at as usize];
        if last == NONE && self.piece(text).bytes().all(is_blank) {
            self.text.truncate(text.start as usize);
            self.nodes[at as usize].text = Span::default();
        }
    }

    fn add(&mut self, parent: u32, opening: Opening<'_>) -> u32 {
        let at = self.nodes.len() as u32;
        let name = Span { start: self.text.len() as u32, length: opening.name.len() as u32 };
        self.text.push_str(opening.name);
        let Opening { scope, has_attribute, .. } = opening;
        let text = Span { start: self.text.len() as u32, length: 0 };
        self.nodes.push(Node { parent, first: NONE, last: NONE, next: NONE, name, text, scope, has_attribute });
        if let Some(parent) = self.nodes.get_mut(parent as usize) {
            let before = std::mem::replace(&mut parent.last, at);
            match before {
                NONE => parent.first = at,
                before => self.nodes[before as usize].next = at,
            }
        }
        if let Some(name) = opening.xsi_type {
            self.types.push((at, name.to_owned()));
        }
        at
    }

    fn piece(&self, span: Span) -> &str {
        &self.text[span.start as usize..(span.start + span.length) as usize]
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> Element<'_> {
        Element { tree: self, at: 0 }
    }

    /// An element by its place.
    pub(crate) fn at(&self, at: u32) -> Element<'_> {
        Element { tree: self, at }
    }

    /// Elements, and pieces of text between them.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The line on which it begins.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.at as usize]
    }

    /// Its place in the tree.
    pub(crate) fn place(self) -> u32 {
        self.at
    }

    /// The name as written, with its prefix.
    pub(crate) fn name(self) -> &'t str {
        self.tree.piece(self.node().name)
    }

    /// The name without its prefix.
    pub(crate) fn local(self) -> &'t str {
        match self.scope() {
            Scope::Prefixed => xml::local_name(self.name()),
            _ => self.name(),
        }
    }

    pub(crate) fn scope(self) -> Scope {
        self.node().scope
    }

    pub(crate) fn has_attribute(self) -> bool {
        self.node().has_attribute
    }

    /// What `xsi:type` says.
    pub(crate) fn xsi_type(self) -> Option<&'t str> {
        self.tree.types.iter().find(|(at, _)| *at == self.at).map(|(_, name)| name.as_str())
    }

    /// Text before the first element inside: all of it, where there is none.
    pub(crate) fn text(self) -> &'t str {
        self.tree.piece(self.node().text)
    }

    /// The text with that of all elements inside, in order.
    pub(crate) fn deep_text(self) -> String {
        let mut text = self.text().to_owned();
        for inside in self.pieces() {
            text.push_str(&inside.deep_text());
        }
        text
    }

    pub(crate) fn parent(self) -> Option<Element<'t>> {
        let parent = self.node().parent;
        (parent != NONE).then_some(Element { at: parent, ..self })
    }

    /// The elements inside.
    pub(crate) fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.pieces().filter(|piece| piece.node().name.length > 0)
    }

    pub(crate) fn has_children(self) -> bool {
        self.children().next().is_some()
    }

    /// Whether text that is not blank stands beside the elements inside.
    pub(crate) fn has_loose_text(self) -> bool {
        !self.text().bytes().all(is_blank)
            || self.pieces().any(|piece| piece.node().name.length == 0 && !piece.text().bytes().all(is_blank))
    }

    fn pieces(self) -> impl Iterator<Item = Element<'t>> {
        let element = move |at: u32| (at != NONE).then_some(Element { at, ..self });
        iter::successors(element(self.node().first), move |piece| element(piece.node().next))
    }
}

/// What XML calls white space.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(name: &str) -> Opening<'_> {
        Opening { name, scope: Scope::Free, has_attribute: false, xsi_type: None }
    }

    #[test]
    fn text_between_elements_is_kept_and_layout_is_not() {
        let mut tree = Tree::default();
        tree.begin(opening("old"));
        tree.begin(opening("a"));
        tree.set_line(3);
        tree.push_text(0, "\n ");
        let b = tree.open(0, opening("b"));
        tree.push_text(b, "x");
        tree.push_text(b, "&");
        tree.push_text(0, "\n ");
        let root = tree.root();
        assert_eq!((root.name(), root.text(), root.has_loose_text(), tree.line()), ("a", "", false, 3));
        assert_eq!(root.children().map(Element::text).collect::<Vec<_>>(), ["x&"]);
        tree.push_text(0, "y");
        let root = tree.root();
        assert!(root.has_loose_text());
        assert_eq!((root.children().count(), root.deep_text()), (1, "x&y".to_owned()));
        assert_eq!(root.children().next().unwrap().parent().unwrap().name(), "a");
    }
}
