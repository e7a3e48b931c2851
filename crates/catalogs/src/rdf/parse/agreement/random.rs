//! Random pages in four formats, some with something odd in them.

use std::fmt::Write;

use proptest::prelude::*;

use super::{FORMATS, XML, is_plain};
use crate::rdf::Format;

/// A node of a random page, and what is said of it.
#[derive(Debug, Clone)]
struct Said {
    node: u8,
    predicate: u8,
    object: Object,
}

#[derive(Debug, Clone)]
enum Object {
    Node(u8),
    Text(String),
    Tagged(String, &'static str),
    Typed(String, &'static str),
}

/// Those over 5 are blank.
fn is_blank(node: u8) -> bool {
    node > 5
}

fn object() -> impl Strategy<Value = Object> {
    let text = || "[ -~éà\n\t<&]{0,12}";
    prop_oneof![
        (0..9_u8).prop_map(Object::Node),
        text().prop_map(Object::Text),
        (text(), prop::sample::select(&["fr", "en-GB"][..])).prop_map(|(text, tag)| Object::Tagged(text, tag)),
        (text(), prop::sample::select(&["date", "string", "integer"][..]))
            .prop_map(|(text, kind)| Object::Typed(text, kind)),
    ]
}

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

fn write(said: &[Said], format: Format) -> String {
    let mut page = match format {
        Format::RdfXml => format!("{XML}>\n"),
        Format::JsonLd => format!(r#"{{"@context": {{"a": "http://a.fr/", "xsd": "{XSD}"}}, "@graph": ["#),
        Format::Turtle => format!("@prefix a: <http://a.fr/> .\n@prefix xsd: <{XSD}> .\n"),
        _ => String::new(),
    };
    for (nth, Said { node, predicate, object }) in said.iter().enumerate() {
        let name = |node: u8| if is_blank(node) { format!("_:b{node}") } else { format!("http://n.fr/{node}") };
        let term = |node: u8| if is_blank(node) { name(node) } else { format!("<{}>", name(node)) };
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        match format {
            Format::RdfXml => {
                let of = |node: u8, name: &str| match is_blank(node) {
                    true => format!("r:nodeID='b{node}'"),
                    false => format!("r:{name}='http://n.fr/{node}'"),
                };
                write!(page, "<r:Description {}><a:p{predicate}", of(*node, "about")).unwrap();
                match object {
                    Object::Node(object) => write!(page, " {}/>", of(*object, "resource")),
                    Object::Text(text) => write!(page, ">{}</a:p{predicate}>", escaped(text)),
                    Object::Tagged(text, tag) => {
                        write!(page, " xml:lang='{tag}'>{}</a:p{predicate}>", escaped(text))
                    }
                    Object::Typed(text, kind) => {
                        write!(page, " r:datatype='{XSD}{kind}'>{}</a:p{predicate}>", escaped(text))
                    }
                }
                .unwrap();
                page.push_str("</r:Description>\n");
            }
            Format::JsonLd => {
                let value = match object {
                    Object::Node(object) => format!(r#"{{"@id": "{}"}}"#, name(*object)),
                    Object::Text(text) => quoted(text),
                    Object::Tagged(text, tag) => format!(r#"{{"@value": {}, "@language": "{tag}"}}"#, quoted(text)),
                    Object::Typed(text, kind) => format!(r#"{{"@value": {}, "@type": "xsd:{kind}"}}"#, quoted(text)),
                };
                let comma = if nth == 0 { "" } else { "," };
                write!(page, r#"{comma}{{"@id": "{}", "a:p{predicate}": {value}}}"#, name(*node)).unwrap();
            }
            _ => {
                let is_turtle = format == Format::Turtle;
                let predicate =
                    if is_turtle { format!("a:p{predicate}") } else { format!("<http://a.fr/p{predicate}>") };
                let object = match object {
                    Object::Node(object) => term(*object),
                    Object::Text(text) => quoted(text),
                    Object::Tagged(text, tag) => format!("{}@{tag}", quoted(text)),
                    Object::Typed(text, kind) if is_turtle => format!("{}^^xsd:{kind}", quoted(text)),
                    Object::Typed(text, kind) => format!("{}^^<{XSD}{kind}>", quoted(text)),
                };
                writeln!(page, "{} {predicate} {object} .", term(*node)).unwrap();
            }
        }
    }
    page.push_str(match format {
        Format::RdfXml => "</r:RDF>",
        Format::JsonLd => "]}",
        _ => "",
    });
    page
}

fn said() -> impl Strategy<Value = Vec<Said>> {
    let one = (0..9_u8, 0..3_u8, object());
    prop::collection::vec(one.prop_map(|(node, predicate, object)| Said { node, predicate, object }), 1..12)
}

const PIECES: &[&str] = &[
    " ",
    "\n",
    "\r\n",
    "<",
    ">",
    "\"",
    "'",
    ".",
    ";",
    ",",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "@fr",
    "^^",
    "_:",
    "a",
    "a:",
    ":",
    "#",
    "1",
    "-",
    "+",
    "true",
    "null",
    "\\",
    "\\n",
    "\\u0041",
    "/",
    "/.",
    "//",
    "?",
    "&amp;",
    "&",
    "&#9;",
    "é",
    "\u{0}",
    "=",
    "x='y'",
    "<!-- -->",
    "<![CDATA[x]]>",
    "<?p?>",
    "<a:C>",
    "</a:C>",
    "<a:C/>",
    "xml:lang='fr'",
    "xmlns:a='http://z/'",
    "r:ID='x'",
    "\"@id\":",
    "\"@type\":\"a:T\",",
    "\"@value\":",
    "{\"@id\":\"\"},",
    "\"\"\"",
    "PREFIX ",
    "@prefix a: <b> .",
    "@base <c> .",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn random_pages_are_plain(said in said()) {
        for format in FORMATS {
            let page = write(&said, format);
            prop_assert!(is_plain(&page, format), "{:?}\n{}", format, page);
        }
    }

    #[test]
    fn pages_with_something_odd_in_them_are_read_alike_or_left(
        said in said(),
        at in 0.0..1.0_f64,
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..3),
        cut in 0..4_usize,
    ) {
        let files = [
            (include_str!("../../../../testdata/dcat/page.rdf").to_owned(), Format::RdfXml),
            (include_str!("../../../../testdata/dcat/page.ttl").to_owned(), Format::Turtle),
            (include_str!("../../../../testdata/dcat/page.jsonld").to_owned(), Format::JsonLd),
        ];
        for (text, format) in FORMATS.map(|format| (write(&said, format), format)).into_iter().chain(files) {
            let start = text.floor_char_boundary((text.len() as f64 * at) as usize);
            let end = text.floor_char_boundary((start + cut).min(text.len())).max(start);
            let _ = is_plain(&format!("{}{}{}", &text[..start], pieces.concat(), &text[end..]), format);
        }
    }
}

/// `AGREEMENT_CASES=100000` looks longer.
fn cases() -> u32 {
    std::env::var("AGREEMENT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}
