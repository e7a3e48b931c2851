//! The readers of plain pages give what the parsers of everything give, statement for statement, or nothing.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use proptest::prelude::*;

use super::*;

const BASE: &str = "http://data.test.org/cat/page?x=1";

const FORMATS: [Format; 4] = [Format::RdfXml, Format::JsonLd, Format::Turtle, Format::NTriples];

/// By subject and predicate.
type Texts = BTreeMap<[String; 2], Vec<String>>;

/// Of each subject what is said of it, in document order, and how nodes are linked, in that order too: blank nodes are
/// called by the order in which links name them. The parser of Turtle gives a text after the node that it is a part of;
/// nobody who reads a graph can tell.
fn told(graph: &Graph) -> (Texts, Vec<[String; 3]>) {
    let mut names = HashMap::new();
    let mut rename = |term: String| match term.starts_with("_:") {
        true => {
            let next = names.len();
            format!("_:{}", names.entry(term).or_insert(next))
        }
        false => term,
    };
    let (texts, links): (Vec<_>, Vec<_>) = graph.told().into_iter().partition(|[_, _, object]| object.starts_with('"'));
    let links: Vec<_> = links.into_iter().map(|terms| terms.map(&mut rename)).collect();
    let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for [subject, predicate, text] in texts {
        said.entry([rename(subject), predicate]).or_default().push(text);
    }
    (said, links)
}

/// The same of a page with lists, whose pieces the parser of Turtle gives in another order: each statement, sorted.
fn told_of_lists(graph: &Graph) -> Vec<[String; 3]> {
    let is_blank = |term: String| if term.starts_with("_:") { "_:".to_owned() } else { term };
    let mut told: Vec<_> = graph.told().into_iter().map(|terms| terms.map(is_blank)).collect();
    told.sort();
    told
}

/// Whether the page is plain; if so both agree on it.
#[track_caller]
fn is_plain(text: &str, format: Format) -> bool {
    let text = if format == Format::RdfXml { doctype::resolve(text) } else { Ok(Cow::Borrowed(text)) };
    let Ok(text) = text else { return false };
    let Some(graph) = plain::read(&text, format, BASE) else { return false };
    if graph.is_empty() {
        assert!(parse_any(&text, format, BASE).is_err(), "{format:?}\n{text}");
        return true;
    }
    let parsed = parse_any(&text, format, BASE).unwrap_or_else(|why| panic!("{format:?} {why:?}\n{text}"));
    assert_eq!(parsed.skipped, 0, "{format:?} {:?}\n{text}", parsed.first_skipped_line);
    match format == Format::Turtle && text.contains('(') {
        true => assert_eq!(told_of_lists(&graph), told_of_lists(&parsed.graph), "{text}"),
        false => assert_eq!(told(&graph), told(&parsed.graph), "{format:?}\n{text}"),
    }
    true
}

#[test]
fn the_pages_of_the_tests_are_plain() {
    assert!(is_plain(include_str!("../../../testdata/dcat/page.rdf"), Format::RdfXml));
    assert!(is_plain(include_str!("../../../testdata/dcat/page.ttl"), Format::Turtle));
    assert!(is_plain(include_str!("../../../testdata/dcat/page.jsonld"), Format::JsonLd));
}

#[test]
fn what_turtle_commonly_has_is_plain() {
    for text in [
        "",
        " # rien\n",
        "<a> <b> <c>.",
        "@prefix : <http://a/> . @base <http://b/c/> .\n:s a <d> , [] ; :p ( 1 -2.5 [ :q true ] \"x\" ) ;; :r [ :t '' ] ; . [] :p :s . [ :p :o ] .",
        "PREFIX a: <http://a/b#>\nBASE <http://e.fr/>\na:s a:p.q a:o-1. a:x.y a:p \"\"\"l'un \"ou\" l'autre\n\\u00e9\\\\\"\"\", 'un'@fr-FR, \"d\"^^a:d, \"s\"^^<http://www.w3.org/2001/XMLSchema#string> .",
        "<http://a/../b> <c#d> <?e>, <//f/g>, <mailto:x> .\r\n_:b1 <p> _:b.2 .\n",
        "<a> <b> \"x\\t\\n\\r\\b\\f\\\"\\'\\\\\\U0001F600\", +7, 0.5, false .",
    ] {
        assert!(is_plain(text, Format::Turtle), "{text}");
    }
}

#[test]
fn what_is_odd_is_left_to_the_parser() {
    for text in [
        "<a> <b> <c>",
        "a:b <c> <d> .",
        "<a> <b> 1e5 .",
        "( 1 ) <a> <b> .",
        "<a> <b> \"x\"@fr--ltr .",
        "<a> <b> \"x\\q\" .",
        "<a> <b> <c\\u00e9> .",
        "@prefix a: <http://a> . a:b a:c a:d .",
        "@prefix a: <http://a/> . a:é a:c a:d .",
        "<a> <b> <c> ~ <d> .",
        "<< <a> <b> <c> >> <d> <e> .",
    ] {
        assert!(!is_plain(text, Format::Turtle), "{text}");
    }
    for text in [
        "<a> <b> <c> . <d> <e> <f> .",
        "<a> <b> .",
        "<a> <b>\n<c> .",
        "<a> <b> 1 .",
        "<a> <b> 'c' .",
        "<a> <b> \"c\" @fr .",
    ] {
        assert!(!is_plain(text, Format::NTriples), "{text}");
    }
    for text in
        ["<a/>", "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description r:ID='a'/></r:RDF>"]
    {
        assert!(!is_plain(text, Format::RdfXml), "{text}");
    }
    for text in [
        "1",
        r#"{"@graph": [], "@id": "x"}"#,
        r#"{"@context": {"a": "@id"}, "a": "x"}"#,
        r#"{"@context": "http://a.fr/", "@id": "x"}"#,
        r#"{"@id": "x", "http://p": 1.5}"#,
        r#"{"@id": "x", "http://p": {"@list": [1]}}"#,
        r#"[{"@context": {}, "@id": "x"}]"#,
    ] {
        assert!(!is_plain(text, Format::JsonLd), "{text}");
    }
}

#[test]
fn what_json_ld_commonly_has_is_plain() {
    let context = r##"{"a": "http://a.fr/b#", "t": "a:titre", "n": {"@id": "a:n", "@type": "@id"},
        "d": {"@id": "http://d.fr/d", "@type": "a:jour"}, "a:m": {"@type": "@id"}, "@vocab": "http://v.fr/"}"##;
    for node in [
        r#"{"@id": "x", "@type": "a:T", "t": "un", "n": "y", "d": "2020", "a:m": ["z", {"@id": "_:b", "t": 5}], "autre": null}"#,
        r#"{"t": [true, -3, {"@value": "é\n", "@language": "FR"}], "@type": ["b", "a:c", "http://c"], "n": {"t": {}}}"#,
        r#"{"a:x": {"@value": 12, "@type": "a:nombre"}, "urn:x:y": {"@value": "s", "@type": "http://www.w3.org/2001/XMLSchema#string"}}"#,
        r#"{"@id": "a:i", "http://p": {"@id": "../q r"}, "n": ["a:o", "http://a/../b", "_:b"]}"#,
        "{}",
    ] {
        assert!(
            is_plain(&format!(r#"{{"@context": {context}, "@graph": [{node}, {node}]}}"#), Format::JsonLd),
            "{node}"
        );
        assert!(
            is_plain(&format!(r#"{{"@context": {context}, {}"#, &node[1..]), Format::JsonLd) || node == "{}",
            "{node}"
        );
    }
    for address in [
        "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "http://www.data.gouv.fr/api/1/site/context.jsonld/",
    ] {
        let text = format!(
            r#"{{"@context": "{address}", "@id": "d", "@type": "dcat:Dataset", "title": "Eau", "issued": "2020", "inconnu": "x", "homepage": "h"}}"#
        );
        assert!(is_plain(&text, Format::JsonLd), "{address}");
    }
}

const XML: &str =
    "<?xml version='1.0'?>\n<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:a='http://a.fr/'";

#[test]
fn what_rdf_xml_commonly_has_is_plain() {
    for inner in [
        "/>",
        "></r:RDF>\n",
        "><r:Description r:about='x'><a:p>l&apos;un &amp; l&#39;autre\r\n</a:p><a:q/><a:q></a:q><a:q> </a:q></r:Description></r:RDF>",
        " xml:lang='FR'><a:C r:nodeID='n-1'><a:p xml:lang='en'>x</a:p><a:p>y</a:p><a:p r:datatype='http://www.w3.org/2001/XMLSchema#string'>z</a:p></a:C></r:RDF>",
        "><a:C><a:p>\n<a:D r:about='y&amp;z'><r:type r:resource='t'/></a:D>\n</a:p><a:p r:nodeID='n'/><a:p r:resource='../u'> </a:p></a:C></r:RDF>",
        "><a:C r:about=''><a:p r:parseType='Resource'><a:q xmlns:a='http://b.fr#'>v</a:q><a:q>w</a:q></a:p></a:C></r:RDF>",
        " xmlns='http://d.fr/' xml:base='http://base.fr/c/'><C r:about=\"d\"><p r:datatype='e'>1</p><!-- rien --><q>u<![CDATA[<b>]]></q></C></r:RDF>",
    ] {
        assert!(is_plain(&format!("{XML}{inner}"), Format::RdfXml), "{inner}");
    }
    for odd in [
        "><r:Description a:p='x'/></r:RDF>",
        "><a:C>x</a:C></r:RDF>",
        "><a:C><a:p r:resource='x'>y</a:p></a:C></r:RDF>",
        "><a:C><a:p>x<a:D/></a:p></a:C></r:RDF>",
        "><a:C><a:p><a:D/><a:D/></a:p></a:C></r:RDF>",
        "><a:C><r:li>x</r:li></a:C></r:RDF>",
        "><a:C><a:p r:parseType='Literal'>x</a:p></a:C></r:RDF>",
        "><a:C></a:D></r:RDF>",
        "><b:C/></r:RDF>",
        "><a:C>",
        "/><a/>",
    ] {
        assert!(!is_plain(&format!("{XML}{odd}"), Format::RdfXml), "{odd}");
    }
}

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
            (include_str!("../../../testdata/dcat/page.rdf").to_owned(), Format::RdfXml),
            (include_str!("../../../testdata/dcat/page.ttl").to_owned(), Format::Turtle),
            (include_str!("../../../testdata/dcat/page.jsonld").to_owned(), Format::JsonLd),
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
