//! The readers of plain pages give what the parsers of everything give, statement for statement, or nothing.

use std::collections::{BTreeMap, HashMap};

use super::*;

mod random;

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
    let text = if format == Format::RdfXml { doctype::resolve(text, usize::MAX) } else { Ok(Cow::Borrowed(text)) };
    let Ok(text) = text else { return false };
    let Ok(graph) = plain::read(&text, format, BASE, usize::MAX) else { return false };
    if graph.is_empty() {
        assert!(parse_any(&text, format, BASE, usize::MAX).is_err(), "{format:?}\n{text}");
        return true;
    }
    let parsed = parse_any(&text, format, BASE, usize::MAX).unwrap_or_else(|why| panic!("{format:?} {why:?}\n{text}"));
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
