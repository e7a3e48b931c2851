//! The six formats, what each salvages and what is refused; and a fuzz of them all.

use proptest::prelude::*;

use super::*;
use crate::rdf::{Term, vocab};

const BASE: &str = "http://data.test.org/cat/page?x=1";

fn read(text: &str, format: Format, base: &str) -> Result<Parsed, Unusable> {
    parse(&prepare(Cow::Borrowed(text), format, usize::MAX)?, format, base, usize::MAX)
}

fn titles(text: &str, format: Format) -> Vec<(String, String)> {
    let parsed = read(text, format, BASE).unwrap();
    let mut titles = Vec::new();
    for (subject, _, _) in parsed.graph.links() {
        for title in parsed.graph.objects(subject, vocab::DCT_TITLE) {
            if let Term::Literal(literal) = title {
                titles.push((parsed.graph.name(subject).to_owned(), literal.text.to_owned()));
            }
        }
    }
    titles
}

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const TITLE: &str = "http://purl.org/dc/terms/title";
const DATASET: &str = "http://www.w3.org/ns/dcat#Dataset";

#[test]
fn each_format_says_the_same_relative_to_the_page() {
    let turtle = format!("<d> <{TYPE}> <{DATASET}> ; <{TITLE}> \"Été\"@fr .");
    let expected = [("http://data.test.org/cat/d".to_owned(), "Été".to_owned())];
    assert_eq!(titles(&turtle, Format::Turtle), expected);
    assert_eq!(titles(&turtle, Format::N3), expected);
    assert_eq!(titles(&format!("<g> {{ {turtle} }}"), Format::TriG), expected);
    let absolute = turtle.replace("<d>", "<http://data.test.org/cat/d>");
    let lines = absolute.replace(" ; ", " .\n<http://data.test.org/cat/d> ");
    assert_eq!(titles(&lines, Format::NTriples), expected);
    let json = format!(r#"{{"@id": "d", "@type": "{DATASET}", "{TITLE}": {{"@value": "Été", "@language": "fr"}}}}"#);
    assert_eq!(titles(&json, Format::JsonLd), expected);
    assert_eq!(titles(&format!(r#"{{"@graph": [{{"@id": "g", "@graph": [{json}]}}]}}"#), Format::JsonLd), expected);
    let xml = "<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE r [<!ENTITY ete 'Été'>]>
        <r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:c='http://www.w3.org/ns/dcat#' xmlns:t='http://purl.org/dc/terms/'>
        <c:Dataset r:about='d'><t:title xml:lang='fr'>&ete;</t:title></c:Dataset></r:RDF>";
    assert_eq!(titles(xml, Format::RdfXml), expected);
}

#[test]
fn a_statement_that_cannot_be_read_is_skipped() {
    let text = format!(
        "@prefix c: <http://www.w3.org/ns/dcat#> .\n<a> a c:Dataset ; <{TITLE}> \"un\" .\n<b> inconnu:x 1 .\n\
         <c> a c:Dataset ; <{TITLE}> \"deux\" .\n"
    );
    for format in [Format::Turtle, Format::TriG, Format::N3] {
        let parsed = read(&text, format, BASE).unwrap();
        assert!(parsed.skipped > 0, "{format:?}");
        assert_eq!(parsed.first_skipped_line, Some(3), "{format:?}");
        assert_eq!(titles(&text, format).len(), 2, "{format:?}");
    }
    let parsed = read("<http://a> <http://b> 1 .\n<http://a> <http://b> \"c\" .\n", Format::NTriples, BASE).unwrap();
    assert_eq!((parsed.skipped, parsed.first_skipped_line), (1, Some(1)));
}

#[test]
fn what_is_broken_all_over_is_not_read_to_its_end() {
    let statement = format!("<http://a> <{TITLE}> \"un\" .\n");
    for piece in ["\\", ". ", "@x ", "'''a ", "<a> <b> <c\n"] {
        for format in [Format::Turtle, Format::N3, Format::TriG, Format::NTriples] {
            let parsed = read(&format!("{statement}{}", piece.repeat(1 << 17)), format, BASE);
            assert!(parsed.is_ok_and(|parsed| parsed.skipped <= MOST_SKIPPED), "{piece:?} {format:?}");
        }
    }
}

#[test]
fn addresses_with_blanks_are_kept() {
    let xml = "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:t='http://purl.org/dc/terms/'>
        <r:Description r:about='http://a/b c'><t:title>x</t:title></r:Description></r:RDF>";
    assert!(read(xml, Format::RdfXml, BASE).is_ok());
    let parsed = read("<http://a/b c> <http://p> <http://d e> .", Format::Turtle, BASE);
    assert!(parsed.is_ok_and(|parsed| parsed.skipped == 0));
}

#[test]
fn what_cannot_be_used_says_why() {
    let deep = |open: &str| open.repeat(100_000);
    for (text, format, is_expected) in [
        ("<a>".to_owned(), Format::RdfXml, (|why| matches!(why, Unusable::Syntax(_))) as fn(&Unusable) -> bool),
        ("{".to_owned(), Format::JsonLd, |why| matches!(why, Unusable::Syntax(_))),
        ("{}".to_owned(), Format::JsonLd, |why| *why == Unusable::NoStatement(None)),
        (String::new(), Format::Turtle, |why| *why == Unusable::NoStatement(None)),
        ("bonjour".to_owned(), Format::Turtle, |why| matches!(why, Unusable::NoStatement(Some(_)))),
        (deep("<a>"), Format::RdfXml, |why| *why == Unusable::TooDeep),
        (deep("{\"a\":"), Format::JsonLd, |why| *why == Unusable::TooDeep),
        (deep("[<a> "), Format::Turtle, |why| *why == Unusable::TooDeep),
        (deep("{"), Format::TriG, |why| *why == Unusable::TooDeep),
        (deep("("), Format::N3, |why| *why == Unusable::TooDeep),
        (
            r#"{"@context": "http://169.254.169.254/c.jsonld", "@id": "http://a", "http://b": "c"}"#.to_owned(),
            Format::JsonLd,
            |why| *why == Unusable::Context("http://169.254.169.254/c.jsonld".to_owned()),
        ),
        ("<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r/>".to_owned(), Format::RdfXml, |why| {
            *why == Unusable::Entity("a".to_owned())
        }),
    ] {
        let why = read(&text, format, BASE).unwrap_err();
        assert!(is_expected(&why), "{format:?} {why:?}");
    }
}

#[test]
fn a_text_is_whole_whatever_divides_it_and_one_beside_a_resource_is_nobodys() {
    let xml = "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:t='http://purl.org/dc/terms/' xmlns:c='http://www.w3.org/ns/dcat#'>
        <c:Dataset r:about='http://a'><c:theme r:resource='http://b'>texte</c:theme>
        <t:title>Eau <!-- et -->&amp; <![CDATA[<b>air</b> &amp;]]> !</t:title></c:Dataset></r:RDF>";
    assert_eq!(titles(xml, Format::RdfXml)[0].1, "Eau & <b>air</b> &amp; !");
}

#[test]
fn a_context_that_is_built_in_is_read() {
    let json = r#"{"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "@id": "http://a",
        "@type": "dcat:Dataset", "title": "Eau"}"#;
    assert_eq!(titles(json, Format::JsonLd), [("http://a".to_owned(), "Eau".to_owned())]);
}

#[test]
fn a_formula_of_n3_is_quoted_and_not_said() {
    let text = format!("<a> <{TYPE}> <{DATASET}> ; <{TITLE}> \"dit\" . {{ <b> <{TITLE}> \"cité\" }} => {{ }} .");
    assert_eq!(titles(&text, Format::N3).len(), 1);
}

const FORMATS: [Format; 6] =
    [Format::RdfXml, Format::JsonLd, Format::Turtle, Format::N3, Format::NTriples, Format::TriG];

/// Pieces of the six formats: put together at random they go further into a parser than random bytes.
const PIECES: &[&str] = &[
    "<http://a>",
    "<",
    ">",
    "\"",
    "'",
    "\"\"\"",
    "@fr",
    "^^",
    "_:b",
    " ",
    ".",
    ";",
    ",",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "a",
    "@prefix",
    "@prefix a: <http://a/> .\n",
    "a:b",
    "PREFIX",
    "=>",
    "<=",
    "\\",
    "\\u12",
    "\n",
    "#",
    "1",
    "1.5e3",
    "true",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
    "<r:Description r:about='x'>",
    "</r:Description>",
    "r:parseType='Collection'",
    "r:parseType='Literal'",
    "r:resource='é è'",
    "<r:li>",
    "</",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE r [",
    "<!ENTITY a 'b'>",
    "]>",
    "&a;",
    "&#0;",
    "<?xml",
    "?>",
    "\"@id\"",
    "\"@context\"",
    "\"@graph\"",
    "\"@type\"",
    ":",
    "null",
    "\"@value\"",
    "\"@list\"",
    "\"@reverse\"",
    "\"http://b\"",
    "{\"@id\":\"x\"}",
    "\u{feff}",
    "\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_a_parser_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        for format in FORMATS {
            let _ = read(&text, format, BASE);
        }
    }

    #[test]
    fn no_broken_catalogue_makes_a_parser_panic(at in 0.0..1.0_f64, piece in prop::sample::select(PIECES), cut in 0..40_usize) {
        for (text, format) in [
            (include_str!("../../../testdata/dcat/page.rdf"), Format::RdfXml),
            (include_str!("../../../testdata/dcat/page.ttl"), Format::Turtle),
            (include_str!("../../../testdata/dcat/page.ttl"), Format::N3),
            (include_str!("../../../testdata/dcat/page.ttl"), Format::TriG),
            (include_str!("../../../testdata/dcat/page.jsonld"), Format::JsonLd),
        ] {
            let start = text.floor_char_boundary((text.len() as f64 * at) as usize);
            let end = text.floor_char_boundary((start + cut).min(text.len()));
            let _ = read(&format!("{}{piece}{}", &text[..start], &text[end.max(start)..]), format, BASE);
        }
    }
}

#[test]
fn a_graph_that_would_weigh_too_much_is_refused_in_every_format() {
    let lines =
        |count: usize| -> String { (0..count).map(|nth| format!("<http://a/{nth}> <{TITLE}> \"un\" .\n")).collect() };
    let nodes = |count: usize| -> String {
        (0..count)
            .map(|nth| format!("{{\"@id\": \"http://a/{nth}\", \"{TITLE}\": [{}]}},", "\"un\",".repeat(3) + "1"))
            .collect()
    };
    let turtle = format!("{}<http://b> <{TITLE}> ( 1 ) .", lines(20_000));
    for (text, format) in [
        (lines(20_000), Format::NTriples),
        (lines(20_000), Format::Turtle),
        (lines(20_000), Format::N3),
        (lines(20_000), Format::TriG),
        (turtle + " .", Format::Turtle),
        (format!("[{}{{}}]", nodes(20_000)), Format::JsonLd),
        (format!("[{}{{\"http://b\": 1.5e3}}]", nodes(20_000)), Format::JsonLd),
    ] {
        assert!(parse(&text, format, BASE, usize::MAX).is_ok(), "{format:?}");
        let refused = parse(&text, format, BASE, 1 << 20).map(drop);
        assert_eq!(refused, Err(Unusable::TooHeavy(1 << 20)), "{format:?}");
    }
}
