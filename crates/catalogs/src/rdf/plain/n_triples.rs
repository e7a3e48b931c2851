//! N-Triples: a statement a line.

use super::cursor::Cursor;
use crate::rdf::graph::{Object, Tag};
use crate::rdf::{Graph, Node};

/// Reads a page; None if a line is out of the ordinary.
pub(super) fn read(text: &str, graph: &mut Graph) -> Option<()> {
    let mut cursor = Cursor::new(text);
    // Lines of one subject stand one after the other.
    let mut last = ("", Node::NONE);
    loop {
        cursor.skip_blanks()?;
        if cursor.is_at_end() {
            return Some(());
        }
        let subject = read_subject(&mut cursor, graph, &mut last)?;
        cursor.skip_spaces();
        let predicate = graph.node(cursor.address()?);
        cursor.skip_spaces();
        let object = read_object(&mut cursor, graph)?;
        graph.state(subject, predicate, object)?;
        cursor.skip_spaces();
        cursor.expect(b'.')?;
        cursor.skip_spaces();
        if !matches!(cursor.peek(), None | Some(b'\n' | b'\r' | b'#')) {
            return None;
        }
    }
}

fn read_subject<'t>(cursor: &mut Cursor<'t>, graph: &mut Graph, last: &mut (&'t str, Node)) -> Option<Node> {
    if cursor.peek() == Some(b'_') {
        return Some(graph.blank_node(cursor.label()?));
    }
    let address = cursor.address()?;
    if address != last.0 || last.1 == Node::NONE {
        *last = (address, graph.node(address));
    }
    Some(last.1)
}

fn read_object(cursor: &mut Cursor<'_>, graph: &mut Graph) -> Option<Object> {
    match cursor.peek()? {
        b'<' => Some(Object::Node(graph.node(cursor.address()?))),
        b'_' => Some(Object::Node(graph.blank_node(cursor.label()?))),
        _ => {
            let start = graph.texts().len();
            cursor.short_text(b'"', graph.texts())?;
            let tag = read_tag(cursor, graph)?;
            Some(graph.literal_from(start, tag))
        }
    }
}

fn read_tag(cursor: &mut Cursor<'_>, graph: &mut Graph) -> Option<Tag> {
    match cursor.peek()? {
        b'@' => Some(graph.language(cursor.language()?)),
        b'^' => {
            cursor.expect(b'^')?;
            cursor.expect(b'^')?;
            Some(graph.datatype(cursor.address()?))
        }
        _ => Some(Tag::NONE),
    }
}
