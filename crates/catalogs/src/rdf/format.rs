//! Which of the six formats a page is in.

/// A format, named as reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    RdfXml,
    JsonLd,
    Turtle,
    N3,
    NTriples,
    TriG,
}

/// What a page is not: RDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoFormat {
    /// A page for people.
    Html,
    /// Neither type nor name nor text tells.
    Unknown,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RdfXml => "RDF/XML",
            Self::JsonLd => "JSON-LD",
            Self::Turtle => "Turtle",
            Self::N3 => "N3",
            Self::NTriples => "N-Triples",
            Self::TriG => "TriG",
        }
    }

    /// By the type, if it is one of those listed, else by the extension of the path, else by how the text begins, unless
    /// the type says that it is something else. HTML is none, whatever it is called.
    pub(crate) fn find(content_type: Option<&str>, path: &str, text: &str) -> Result<Self, NoFormat> {
        if is_html(text) {
            return Err(NoFormat::Html);
        }
        let essence = content_type.and_then(|content_type| content_type.split(';').next()).unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        let tells_nothing = matches!(essence.as_str(), "" | "text/plain" | "application/octet-stream");
        let by_sight = || if tells_nothing { by_sight(text) } else { None };
        by_type(&essence).or_else(|| by_extension(path)).or_else(by_sight).ok_or(NoFormat::Unknown)
    }
}

fn by_type(essence: &str) -> Option<Format> {
    match essence {
        "application/rdf+xml" | "application/xml" | "text/xml" => Some(Format::RdfXml),
        "text/turtle" | "application/x-turtle" => Some(Format::Turtle),
        "text/n3" => Some(Format::N3),
        "application/n-triples" => Some(Format::NTriples),
        "application/ld+json" | "application/json" => Some(Format::JsonLd),
        "application/trig" => Some(Format::TriG),
        _ => None,
    }
}

fn by_extension(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next()?;
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "rdf" | "xml" | "owl" => Some(Format::RdfXml),
        "jsonld" | "json" | "json-ld" => Some(Format::JsonLd),
        "ttl" | "turtle" => Some(Format::Turtle),
        "n3" => Some(Format::N3),
        "nt" => Some(Format::NTriples),
        "trig" => Some(Format::TriG),
        _ => None,
    }
}

/// A doctype or root element of HTML, after whatever may stand before it.
fn is_html(text: &str) -> bool {
    let start = after_prolog(text);
    let starts = |word: &str| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_doctype = starts("<!doctype")
        && start["<!doctype".len()..].trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"));
    is_doctype
        || (starts("<html") && start["<html".len()..].starts_with(['>', ' ', '\t', '\r', '\n']))
        // The empty address `<html>` of Turtle has a predicate after it.
        && !start.starts_with("<html> <")
}

/// A text without blanks, comments and processing instructions of XML at its start.
fn after_prolog(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ => return rest,
        };
        let Some(at) = rest.find(end) else { return rest };
        rest = rest[at + end.len()..].trim_start();
    }
}

fn by_sight(text: &str) -> Option<Format> {
    let start = text.trim_start();
    match start.chars().next()? {
        '{' if is_json(&start[1..]) => Some(Format::JsonLd),
        '[' if is_json(&start[1..]) => Some(Format::JsonLd),
        '{' => Some(Format::TriG),
        '<' if is_xml(start) => Some(Format::RdfXml),
        _ => by_statements(start),
    }
}

/// After its first brace or bracket, JSON has a string, another value or its end; Turtle has a word or an address.
fn is_json(rest: &str) -> bool {
    rest.trim_start().starts_with(['"', '{', '[', ']', '}'])
}

/// `<?xml`, `<!DOCTYPE`, `<!--`, or an element; an address of Turtle has a colon before any blank, an element an
/// attribute or its end.
fn is_xml(start: &str) -> bool {
    if start.starts_with("<?") || start.starts_with("<!") {
        return true;
    }
    let name = &start[1..start.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(start.len())];
    !name.contains("//") && !name.is_empty() && start.contains("xmlns")
}

fn by_statements(start: &str) -> Option<Format> {
    let mut lines = start.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next()?;
    let is_statement = |line: &str| line.starts_with('<') || line.starts_with("_:");
    let keyword = first.split_whitespace().next()?.to_ascii_lowercase();
    if is_statement(first) && first.ends_with('.') && first.matches('<').count() >= 2 {
        let are_all = lines.take(20).all(|line| is_statement(line) && line.ends_with('.'));
        return Some(if are_all { Format::NTriples } else { Format::Turtle });
    }
    let is_directive = matches!(keyword.as_str(), "@prefix" | "prefix" | "@base" | "base");
    let has_graph = || lines.clone().any(|line| line.ends_with('{'));
    match is_directive || is_statement(first) || first.starts_with('[') || keyword.contains(':') || keyword == "graph" {
        true if keyword == "graph" || first.ends_with('{') || has_graph() => Some(Format::TriG),
        true => Some(Format::Turtle),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_counts_before_the_extension_and_the_extension_before_the_text() {
        let turtle = "@prefix a: <http://a/> .";
        for (content_type, path, expected) in [
            (Some("text/turtle; charset=utf-8"), "/c.xml", Ok(Format::Turtle)),
            (Some("Application/LD+JSON"), "/c", Ok(Format::JsonLd)),
            (Some("text/html"), "/c.nt", Ok(Format::NTriples)),
            (Some("text/plain"), "/c", Ok(Format::Turtle)),
            (Some("text/plain"), "/c.trig", Ok(Format::TriG)),
            (None, "/c", Ok(Format::Turtle)),
            (Some("image/png"), "/c", Err(NoFormat::Unknown)),
            (Some("text/html"), "/c", Err(NoFormat::Unknown)),
        ] {
            assert_eq!(Format::find(content_type, path, turtle), expected, "{content_type:?} {path}");
        }
    }

    #[test]
    fn html_is_none_whatever_it_is_called() {
        for text in [
            "<html><body>Portail</body></html>",
            "\n<!DOCTYPE html>\n<html lang='fr'>",
            "<?xml version='1.0'?><!-- x --><!doctype HTML PUBLIC '-//W3C//DTD XHTML 1.0'>",
            "<HTML>",
        ] {
            assert_eq!(Format::find(Some("text/turtle"), "/c.ttl", text), Err(NoFormat::Html), "{text}");
        }
    }

    #[test]
    fn each_format_by_sight() {
        for (text, expected) in [
            ("<?xml version='1.0'?><rdf:RDF/>", Some(Format::RdfXml)),
            ("<rdf:RDF xmlns:rdf='x'>", Some(Format::RdfXml)),
            (" {\"@graph\": []}", Some(Format::JsonLd)),
            ("[{\"@id\": \"x\"}]", Some(Format::JsonLd)),
            ("[ a <http://c> ] .", Some(Format::Turtle)),
            ("# c\nPREFIX a: <http://a/>\na:b a a:c .", Some(Format::Turtle)),
            ("<http://a> <http://b> <http://c> .\n_:x <http://b> \"d\" .", Some(Format::NTriples)),
            ("<http://a> <http://b> <http://c> .\n@prefix a: <b> .", Some(Format::Turtle)),
            ("<http://a> <http://b> <http://c> ;\n <http://d> 1 .", Some(Format::Turtle)),
            ("@prefix a: <http://a/> .\na:g {\n a:b a a:c . }", Some(Format::TriG)),
            ("{ <http://a> <http://b> 1 }", Some(Format::TriG)),
            ("bonjour", None),
            ("", None),
        ] {
            assert_eq!(Format::find(None, "/c", text).ok(), expected, "{text}");
        }
    }
}
