//! How deep a page nests, judged before a parser is given it.

use super::Format;

/// Nobody nests a catalogue deeper.
pub(super) const DEEPEST: usize = 64;

/// Whether a page nests deeper than that. Of a text that is broken the answer may be wrong; no parser suffers from depth.
pub(super) fn is_too_deep(text: &str, format: Format) -> bool {
    match format {
        Format::RdfXml => is_xml_too_deep(text),
        Format::JsonLd => is_json_too_deep(text.as_bytes()),
        Format::Turtle | Format::N3 | Format::TriG => is_turtle_too_deep(text.as_bytes()),
        // A line has three terms.
        Format::NTriples => false,
    }
}

/// An element with more attributes is nobody's: each is compared with all others of its element.
const MOST_ATTRIBUTES: usize = 256;

fn is_xml_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
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
            if depth > DEEPEST || attributes > MOST_ATTRIBUTES {
                return true;
            }
            rest = &rest[end..];
        }
    }
    false
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

fn is_json_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1, b'"'),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => (),
        }
        if depth > DEEPEST {
            return true;
        }
        at += 1;
    }
    false
}

/// Brackets, parentheses and braces outside of comments, addresses and texts.
fn is_turtle_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at += rest_of_line(&bytes[at..]),
            b'<' => at = iri_end(bytes, at),
            b'"' | b'\'' => at = text_end(bytes, at),
            b'\\' => at += 1,
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth = depth.saturating_sub(1),
            _ => (),
        }
        if depth > DEEPEST {
            return true;
        }
        at += 1;
    }
    false
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
            assert_eq!(is_too_deep(&nested("<a b='>/'>", "</a>"), Format::RdfXml), is_deep);
            assert_eq!(is_too_deep(&nested("[", "]"), Format::JsonLd), is_deep);
            for format in TURTLES {
                assert_eq!(is_too_deep(&nested("[ <a> ( ", " ) ]"), format), depth * 2 > DEEPEST);
                assert_eq!(is_too_deep(&nested("[ <a> ", "]"), format), is_deep);
            }
        }
    }

    #[test]
    fn no_element_has_hundreds_of_attributes() {
        let element = |count: usize| format!("<a{}/>", " b='c=d'".repeat(count));
        assert!(!is_too_deep(&element(MOST_ATTRIBUTES), Format::RdfXml));
        assert!(is_too_deep(&element(MOST_ATTRIBUTES + 1), Format::RdfXml));
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
            assert!(TURTLES.iter().all(|format| !is_too_deep(&turtle, *format)), "{turtle}");
        }
        assert!(!is_too_deep(&format!("{{\"a\": \"{many}\\\"{many}\"}}"), Format::JsonLd));
        let tags = "<a>".repeat(100);
        for xml in [format!("<a><!-- {tags} --></a>"), format!("<a><![CDATA[{tags}]]></a>"), "<a/>".repeat(100)] {
            assert!(!is_too_deep(&xml, Format::RdfXml), "{xml}");
        }
    }

    #[test]
    fn a_broken_text_has_a_verdict() {
        for text in ["\"", "'''", "\"\"\"\\", "<", "<a", "\\", "<!--", "<![CDATA[", "<a b='", "#", "[\"\\"] {
            for format in [TURTLES[0], Format::JsonLd, Format::RdfXml, Format::NTriples] {
                assert!(!is_too_deep(text, format));
            }
        }
    }
}
