//! Catalogues of any size, in four formats, as portals of the field publish them: 40 triples a dataset.

use std::fmt::Write;
use std::ops::Range;

/// Triples of a dataset, with its two distributions, its contact and its publisher.
pub(crate) const TRIPLES: usize = 40;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    RdfXml,
    Turtle,
    NTriples,
    JsonLd,
}

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const PREFIXES: [(&str, &str); 7] = [
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("xsd", XSD),
];

/// A subject: its name, its type, its properties.
struct Node {
    name: String,
    kind: &'static str,
    properties: Vec<(&'static str, Object)>,
}

enum Object {
    Iri(String),
    Text(String),
    Typed(String, &'static str),
    Blank(Node),
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::RdfXml => "application/rdf+xml",
            Self::Turtle => "text/turtle",
            Self::NTriples => "application/n-triples",
            Self::JsonLd => "application/ld+json",
        }
    }

    pub(crate) fn rdflib_name(self) -> &'static str {
        match self {
            Self::RdfXml => "xml",
            Self::Turtle => "turtle",
            Self::NTriples => "nt",
            Self::JsonLd => "json-ld",
        }
    }

    /// A page of some datasets of a catalogue of `total`.
    pub(crate) fn write(self, datasets: Range<usize>, total: usize, next: Option<String>) -> String {
        let mut nodes: Vec<Node> = datasets.map(dataset).collect();
        nodes.push(Node {
            name: "http://data.example.org/catalogue".into(),
            kind: "dcat:Catalog",
            properties: vec![("hydra:totalItems", Object::Typed(total.to_string(), "integer"))],
        });
        if let Some(next) = next {
            let properties = vec![("hydra:next", Object::Iri(next))];
            nodes.push(Node {
                name: "http://data.example.org/page".into(),
                kind: "hydra:PartialCollectionView",
                properties,
            });
        }
        let mut page = String::new();
        match self {
            Self::RdfXml => write_xml(&mut page, &nodes),
            Self::Turtle => write_turtle(&mut page, &nodes),
            Self::NTriples => write_lines(&mut page, &nodes),
            Self::JsonLd => write_json(&mut page, &nodes),
        }
        page
    }
}

fn dataset(nth: usize) -> Node {
    let iri = Object::Iri;
    let text = Object::Text;
    let name = format!("http://data.example.org/jeu/{nth}");
    let day = format!("20{:02}-{:02}-{:02}", nth % 24, nth % 12 + 1, nth % 28 + 1);
    let distribution = |format: &str, mime: &str| {
        Object::Blank(Node {
            name: format!("{name}/{format}"),
            kind: "dcat:Distribution",
            properties: vec![
                ("dct:title", text(format!("Export {format} du jeu {nth}"))),
                ("dct:description", text(format!("Le jeu {nth} au format {format}, encodé en UTF-8"))),
                ("dcat:downloadURL", iri(format!("{name}/export.{format}"))),
                ("dct:format", text(format.to_uppercase())),
                ("dcat:mediaType", text(mime.into())),
                ("dcat:byteSize", Object::Typed((nth * 1_024).to_string(), "integer")),
                ("dct:modified", Object::Typed(format!("{day}T10:20:30+02:00"), "dateTime")),
            ],
        })
    };
    let contact = Node {
        name: format!("_:c{nth}"),
        kind: "vcard:Organization",
        properties: vec![
            ("vcard:fn", text(format!("Service {}", nth % 40))),
            ("vcard:hasURL", iri(format!("https://data.example.org/contact/{}", nth % 40))),
        ],
    };
    let publisher = Node {
        name: format!("_:p{nth}"),
        kind: "foaf:Organization",
        properties: vec![("foaf:name", text(format!("Collectivité n° {}", nth % 40)))],
    };
    Node {
        kind: "dcat:Dataset",
        properties: vec![
            ("dct:identifier", text(format!("jeu-{nth:06}"))),
            ("dct:title", text(format!("Équipements de la commune {nth}"))),
            ("dct:description", text(description(nth))),
            ("dcat:keyword", text(format!("Équipement {}", nth % 50))),
            ("dcat:keyword", text("Données ouvertes".into())),
            ("dcat:keyword", text(format!("Commune {nth}"))),
            ("dcat:keyword", text("territoire".into())),
            ("dct:issued", Object::Typed(format!("{day}T00:00:00Z"), "dateTime")),
            ("dct:modified", Object::Typed(day.clone(), "date")),
            ("dct:license", iri("https://www.etalab.gouv.fr/licence-ouverte-open-licence".into())),
            ("dct:accrualPeriodicity", iri("http://purl.org/cld/freq/monthly".into())),
            ("dct:temporal", text(format!("20{:02}", nth % 24))),
            ("dct:spatial", text(format!("{}.5,48.0,{}.75,49.0", nth % 5, nth % 5))),
            ("dcat:landingPage", iri(format!("{name}/page"))),
            ("dcat:contactPoint", Object::Blank(contact)),
            ("dct:publisher", Object::Blank(publisher)),
            ("dcat:distribution", distribution("csv", "text/csv")),
            ("dcat:distribution", distribution("json", "application/json")),
        ],
        name,
    }
}

/// One in four is HTML, as portals have it.
fn description(nth: usize) -> String {
    let sentence =
        format!("Liste des équipements de la commune {nth}, mise à jour chaque mois par ses services. ").repeat(4);
    let sentence = sentence.trim_end();
    match nth % 4 {
        0 => format!("<p>{sentence}</p><ul><li>nom</li><li>adresse &amp; horaires</li></ul>"),
        _ => sentence.to_owned(),
    }
}

fn iri_of(name: &str) -> String {
    let Some((prefix, local)) = name.split_once(':') else { return name.to_owned() };
    PREFIXES.iter().find(|(known, _)| *known == prefix).map_or(name.to_owned(), |(_, iri)| format!("{iri}{local}"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn term(name: &str) -> String {
    if name.starts_with("_:") { name.to_owned() } else { format!("<{name}>") }
}

/// The properties of a node, then those of the nodes in it.
fn write_lines(page: &mut String, nodes: &[Node]) {
    for node in nodes {
        let subject = term(&node.name);
        line(page, &subject, "rdf:type", &format!("<{}>", iri_of(node.kind)));
        for (predicate, object) in &node.properties {
            let shown = match object {
                Object::Iri(iri) => format!("<{iri}>"),
                Object::Text(text) => quoted(text),
                Object::Typed(text, kind) => format!("{}^^<{XSD}{kind}>", quoted(text)),
                Object::Blank(inner) => term(&inner.name),
            };
            line(page, &subject, predicate, &shown);
            if let Object::Blank(inner) = object {
                write_lines(page, std::slice::from_ref(inner));
            }
        }
    }
}

fn line(page: &mut String, subject: &str, predicate: &str, object: &str) {
    writeln!(page, "{subject} <{}> {object} .", iri_of(predicate)).expect("a text takes all");
}

fn write_turtle(page: &mut String, nodes: &[Node]) {
    for (prefix, iri) in PREFIXES {
        writeln!(page, "@prefix {prefix}: <{iri}> .").expect("a text takes all");
    }
    for node in nodes {
        write_turtle_node(page, node);
    }
}

fn write_turtle_node(page: &mut String, node: &Node) {
    write!(page, "\n{} a {}", term(&node.name), node.kind).expect("a text takes all");
    for (predicate, object) in &node.properties {
        let shown = match object {
            Object::Iri(iri) => format!("<{iri}>"),
            Object::Text(text) => quoted(text),
            Object::Typed(text, kind) => format!("{}^^xsd:{kind}", quoted(text)),
            Object::Blank(inner) => term(&inner.name),
        };
        write!(page, " ;\n    {predicate} {shown}").expect("a text takes all");
    }
    page.push_str(" .\n");
    for (_, object) in &node.properties {
        if let Object::Blank(inner) = object {
            write_turtle_node(page, inner);
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn write_xml(page: &mut String, nodes: &[Node]) {
    page.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF");
    for (prefix, iri) in PREFIXES {
        write!(page, " xmlns:{prefix}=\"{iri}\"").expect("a text takes all");
    }
    page.push_str(">\n");
    for node in nodes {
        write_xml_node(page, node);
    }
    page.push_str("</rdf:RDF>\n");
}

fn write_xml_node(page: &mut String, node: &Node) {
    let about = match node.name.strip_prefix("_:") {
        Some(label) => format!("rdf:nodeID=\"{label}\""),
        None => format!("rdf:about=\"{}\"", node.name),
    };
    writeln!(page, "<{} {about}>", node.kind).expect("a text takes all");
    for (predicate, object) in &node.properties {
        match object {
            Object::Iri(iri) => writeln!(page, "  <{predicate} rdf:resource=\"{}\"/>", escaped(iri)),
            Object::Text(text) => writeln!(page, "  <{predicate}>{}</{predicate}>", escaped(text)),
            Object::Typed(text, kind) => {
                writeln!(page, "  <{predicate} rdf:datatype=\"{XSD}{kind}\">{text}</{predicate}>")
            }
            Object::Blank(inner) => {
                writeln!(page, "  <{predicate}>").expect("a text takes all");
                write_xml_node(page, inner);
                writeln!(page, "  </{predicate}>")
            }
        }
        .expect("a text takes all");
    }
    writeln!(page, "</{}>", node.kind).expect("a text takes all");
}

fn write_json(page: &mut String, nodes: &[Node]) {
    let prefixes: Vec<_> = PREFIXES.iter().map(|(prefix, iri)| format!("{prefix:?}: {iri:?}")).collect();
    write!(page, "{{\"@context\": {{{}}}, \"@graph\": [", prefixes.join(", ")).expect("a text takes all");
    for (nth, node) in nodes.iter().enumerate() {
        page.push_str(if nth == 0 { "\n" } else { ",\n" });
        write_json_node(page, node);
    }
    page.push_str("\n]}\n");
}

fn write_json_node(page: &mut String, node: &Node) {
    write!(page, "{{\"@id\": {:?}, \"@type\": {:?}", node.name, node.kind).expect("a text takes all");
    let mut last = "";
    for (nth, (predicate, object)) in node.properties.iter().enumerate() {
        // Values of one predicate stand side by side, and make one list.
        let is_list = node.properties.iter().filter(|(other, _)| other == predicate).count() > 1;
        match (is_list, last == *predicate) {
            (_, true) => page.push_str(", "),
            (true, false) => write!(page, ", {predicate:?}: [").expect("a text takes all"),
            (false, false) => write!(page, ", {predicate:?}: ").expect("a text takes all"),
        }
        match object {
            Object::Iri(iri) => write!(page, "{{\"@id\": {iri:?}}}").expect("a text takes all"),
            Object::Text(text) => page.push_str(&quoted(text)),
            Object::Typed(text, kind) => {
                write!(page, "{{\"@value\": {text:?}, \"@type\": \"xsd:{kind}\"}}").expect("a text takes all");
            }
            Object::Blank(inner) => write_json_node(page, inner),
        }
        if is_list && node.properties.get(nth + 1).is_none_or(|(next, _)| next != predicate) {
            page.push(']');
        }
        last = predicate;
    }
    page.push('}');
}
