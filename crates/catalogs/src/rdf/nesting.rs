//! How deep a page nests and how long its pieces are, judged before a parser is given it.

use super::Format;

/// Nobody nests a catalogue deeper.
pub(super) const DEEPEST: usize = 64;

/// Nobody writes an address, a text or blanks of so many bytes without an end: a parser that copies one needs many times
/// the memory of the page.
pub(super) const LONGEST: usize = 16 << 20;

/// What makes a page one that breaks readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    /// Levels, or attributes of an element.
    Deep,
    /// Something that goes on without an end.
    Long,
}

/// Whether a page has more of something than anybody writes. Of a text that is broken the answer may be wrong; no parser
/// suffers from depth.
pub(super) fn excess_of(text: &str, format: Format) -> Option<Excess> {
    match format {
        Format::RdfXml => excess_of_xml(text),
        Format::JsonLd => excess_of_json(text.as_bytes()),
        Format::Turtle | Format::N3 | Format::TriG => excess_of_turtle(text.as_bytes()),
        // A line has three terms.
        Format::NTriples => excess_of_lines(text.as_bytes()),
    }
}

/// An element with more attributes is nobody's: each is compared with all others of its element.
const MOST_ATTRIBUTES: usize = 256;

fn excess_of_xml(text: &str) -> Option<Excess> {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        if at > LONGEST {
            return Some(Excess::Long);
        }
        rest = &rest[at + 1..];
        let skipped =
            [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")].iter().find(|(start, _)| rest.starts_with(start));
        if let Some((_, end)) = skipped {
            rest = rest.find(end).map_or("", |at| &rest[at + end.len()..]);
        } else if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !rest.starts_with('!') {
            let (end, attributes) = tag_end(rest);
            depth += usize::from(!rest[..end].ends_with('/'));
            match (depth > DEEPEST || attributes > MOST_ATTRIBUTES, end > LONGEST) {
                (true, _) => return Some(Excess::Deep),
                (_, true) => return Some(Excess::Long),
                _ => rest = &rest[end..],
            }
        }
    }
    (rest.len() > LONGEST).then_some(Excess::Long)
}

/// Where the tag that a text begins with ends, and how many attributes it has: a value may hold the sign that would end
/// it.
fn tag_end(text: &str) -> (usize, usize) {
    let (mut at, mut attributes) = (0, 0);
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'>' => return (at, attributes),
            b'=' => attributes += 1,
            b'"' | b'\'' => match text[at + 1..].find(char::from(*byte)) {
                Some(length) => at += 1 + length,
                None => break,
            },
            _ => (),
        }
        at += 1;
    }
    (text.len(), attributes)
}

/// Of JSON, whatever it is to say.
pub(crate) fn excess_of_json(bytes: &[u8]) -> Option<Excess> {
    // What began last: a text, or what stands between two signs.
    let (mut depth, mut at, mut start) = (0_usize, 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1, b'"'),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' | b':' => (),
            _ => {
                at += 1;
                continue;
            }
        }
        match (depth > DEEPEST, at - start > LONGEST) {
            (true, _) => return Some(Excess::Deep),
            (_, true) => return Some(Excess::Long),
            _ => at += 1,
        }
        start = at;
    }
    (bytes.len() - start.min(bytes.len()) > LONGEST).then_some(Excess::Long)
}

/// How many values JSON has, or a few more: each begins a list or an object, or comes after a comma.
pub(crate) fn values_of_json(bytes: &[u8]) -> usize {
    let (mut values, mut at) = (1, 0);
    while let Some(length) = memchr::memchr3(b'"', b',', b'[', &bytes[at..]) {
        at += length;
        match bytes[at] {
            b'"' => at = string_end(bytes, at + 1, b'"'),
            _ => values += 1,
        }
        at = (at + 1).min(bytes.len());
    }
    values
}

/// Brackets, parentheses and braces outside of comments, addresses and texts; and each of these, words and blanks.
fn excess_of_turtle(bytes: &[u8]) -> Option<Excess> {
    let (mut depth, mut at, mut start, mut is_blank) = (0_usize, 0, 0, false);
    while let Some(byte) = bytes.get(at) {
        let begin = at;
        match byte {
            b'#' => at += rest_of_line(&bytes[at..]),
            b'<' => at = iri_end(bytes, at),
            b'"' | b'\'' => at = text_end(bytes, at),
            b'\\' => at += 1,
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth = depth.saturating_sub(1),
            _ => (),
        }
        // A run ends where blanks begin or end; a comment is none.
        if *byte == b'#' {
            start = at;
        } else if byte.is_ascii_whitespace() != is_blank {
            (start, is_blank) = (begin, !is_blank);
        }
        match (depth > DEEPEST, at - start > LONGEST) {
            (true, _) => return Some(Excess::Deep),
            (_, true) => return Some(Excess::Long),
            _ => at += 1,
        }
    }
    None
}

fn excess_of_lines(bytes: &[u8]) -> Option<Excess> {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end - start > LONGEST {
            return Some(Excess::Long);
        }
        start = end + 1;
    }
    None
}

fn rest_of_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len())
}

/// Where an address ends, or where it began if it is none: `<=`, `<-`, `<` of N3.
fn iri_end(bytes: &[u8], start: usize) -> usize {
    let end =
        bytes[start + 1..].iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<' | b'"'));
    match end {
        Some(length) if bytes[start + 1 + length] == b'>' => start + 1 + length,
        _ => start,
    }
}

/// Where a text ends: at its quote, or three of them.
fn text_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_long = |at: usize| bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    if !is_long(start) {
        return string_end(bytes, start + 1, quote);
    }
    let mut at = start + 3;
    while at < bytes.len() && !is_long(at) {
        at += 1 + usize::from(bytes[at] == b'\\');
    }
    // A text may end with a quote of its own: `""""a"""""`.
    while is_long(at + 1) {
        at += 1;
    }
    at + 2
}

/// Where a text of one line ends; one that is not closed ends with its line.
fn string_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' => at += 1,
            b'\n' => return at,
            byte if byte == quote => return at,
            _ => (),
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURTLES: [Format; 3] = [Format::Turtle, Format::N3, Format::TriG];

    #[test]
    fn sixty_four_are_enough_in_every_format() {
        for (depth, is_deep) in [(DEEPEST, false), (DEEPEST + 1, true), (100_000, true)] {
            let nested = |open: &str, close: &str| format!("{}{}", open.repeat(depth), close.repeat(depth));
            let deep = is_deep.then_some(Excess::Deep);
            assert_eq!(excess_of(&nested("<a b='>/'>", "</a>"), Format::RdfXml), deep);
            assert_eq!(excess_of(&nested("[", "]"), Format::JsonLd), deep);
            for format in TURTLES {
                let both = (depth * 2 > DEEPEST).then_some(Excess::Deep);
                assert_eq!(excess_of(&nested("[ <a> ( ", " ) ]"), format), both);
                assert_eq!(excess_of(&nested("[ <a> ", "]"), format), deep);
            }
        }
    }

    #[test]
    fn no_element_has_hundreds_of_attributes() {
        let element = |count: usize| format!("<a{}/>", " b='c=d'".repeat(count));
        assert_eq!(excess_of(&element(MOST_ATTRIBUTES), Format::RdfXml), None);
        assert_eq!(excess_of(&element(MOST_ATTRIBUTES + 1), Format::RdfXml), Some(Excess::Deep));
    }

    #[test]
    fn what_stands_in_texts_and_comments_is_no_nesting() {
        let many = "[".repeat(100);
        for turtle in [
            format!("# {many}\n<a> <b> 1 ."),
            format!("<a{many}> <b> 1 ."),
            format!("<a> <b> \"{many}\\\"{many}\" ."),
            format!("<a> <b> '''{many}\n'{many}''' ."),
            format!("<a> <b> \"\"\"a\"\"\"\"\" , \"{many}\" ."),
        ] {
            assert!(TURTLES.iter().all(|format| excess_of(&turtle, *format).is_none()), "{turtle}");
        }
        assert_eq!(excess_of(&format!("{{\"a\": \"{many}\\\"{many}\"}}"), Format::JsonLd), None);
        let tags = "<a>".repeat(100);
        for xml in [format!("<a><!-- {tags} --></a>"), format!("<a><![CDATA[{tags}]]></a>"), "<a/>".repeat(100)] {
            assert_eq!(excess_of(&xml, Format::RdfXml), None, "{xml}");
        }
    }

    #[test]
    fn brackets_in_texts_are_no_nesting_of_json() {
        let text = format!(r#"["{}\"{}", "\\"]"#, "[".repeat(100), "{".repeat(100));
        assert_eq!(excess_of_json(text.as_bytes()), None);
        assert_eq!(excess_of_json(br#"["\"#), None);
    }

    #[test]
    fn values_are_counted_but_for_what_stands_in_texts() {
        for (text, values) in [("1", 1), ("[1,2]", 3), (r#"{"a": ",[,\",", "b": [1]}"#, 3), ("\"", 1), ("[,\"", 3)] {
            assert_eq!(values_of_json(text.as_bytes()), values, "{text}");
        }
    }

    #[test]
    fn a_broken_text_has_a_verdict() {
        for text in ["\"", "'''", "\"\"\"\\", "<", "<a", "\\", "<!--", "<![CDATA[", "<a b='", "#", "[\"\\"] {
            for format in [TURTLES[0], Format::JsonLd, Format::RdfXml, Format::NTriples] {
                assert_eq!(excess_of(text, format), None);
            }
        }
    }

    #[test]
    fn nothing_goes_on_without_an_end() {
        for (length, excess) in [(LONGEST - 99, None), (LONGEST + 9, Some(Excess::Long))] {
            let (text, blanks) = ("x".repeat(length), " ".repeat(length));
            for turtle in [
                format!("<a> <b> \"{text}\" ."),
                format!("<{text}> <b> 1 ."),
                format!("<a> <b>{blanks}1 ."),
                format!("a:{text}"),
            ] {
                assert!(TURTLES.iter().all(|format| excess_of(&turtle, *format) == excess));
                assert_eq!(excess_of(&turtle, Format::NTriples), excess);
            }
            for json in [format!("{{\"a\": \"{text}\"}}"), format!("[1,{blanks}2]"), format!("[{text}]"), text.clone()]
            {
                assert_eq!(excess_of(&json, Format::JsonLd), excess);
            }
            for xml in [format!("<a>{text}</a>"), format!("<a b='{text}'/>"), format!("<a/>{blanks}")] {
                assert_eq!(excess_of(&xml, Format::RdfXml), excess);
            }
            assert_eq!(excess_of(&format!("#{text}\n<a> <b> 1 ."), Format::Turtle), None);
        }
    }
}
