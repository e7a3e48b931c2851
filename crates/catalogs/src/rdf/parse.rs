//! From the text of a page to its graph.

use std::borrow::Cow;

use oxjsonld::{JsonLdErrorCode, JsonLdParser};
use oxrdf::{GraphName, NamedOrBlankNodeRef, TermRef};
use oxrdfxml::RdfXmlParser;
use oxttl::n3::N3Term;
use oxttl::{N3Parser, NTriplesParser, TriGParser, TurtleParser, TurtleSyntaxError};

use super::doctype::{self, Refused};
use super::nesting::{self, Excess};
use super::plain::{self, Left};
use super::{Format, Graph, context, contexts};

/// A page as it was read.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) graph: Graph,
    /// Statements that could not be read.
    pub(crate) skipped: u64,
    /// Where the first of them is, from 1.
    pub(crate) first_skipped_line: Option<u64>,
}

/// Why a page cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// The text is not of its format; what the parser says.
    Syntax(String),
    /// Not one statement; what the parser says of the first that it skipped.
    NoStatement(Option<String>),
    /// Deeper than 64.
    TooDeep,
    /// A text, an address or blanks of more than 16 MiB.
    TooLong,
    /// Its texts, names and statements take more than so many bytes.
    TooHeavy(usize),
    /// An entity of this name refers to something.
    Entity(String),
    /// Entities of more than 16 MiB.
    Entities,
    /// Contexts that are so large, and so many, that to apply them all would take for ever.
    Contexts,
    /// A context at this address would have to be fetched.
    Context(String),
}

/// So many statements that cannot be read are enough.
const MOST_SKIPPED: u64 = 10_000;

/// What the parser of all JSON-LD keeps of a value until it knows what its object is, in bytes.
const BYTES_OF_VALUE: usize = 96;

/// So many columns of all of them are.
const MOST_COLUMNS: u64 = 1 << 30;

/// The text that is to be parsed: without what its format allows and no parser is given.
///
/// # Errors
/// [`Unusable`]: entities that may hurt, or a page of over `most` bytes that would have to be rewritten.
pub(crate) fn prepare(text: Cow<'_, str>, format: Format, most: usize) -> Result<Cow<'_, str>, Unusable> {
    if format != Format::RdfXml {
        return Ok(text);
    }
    let refuse = |refused| match refused {
        Refused::Refers(name) => Unusable::Entity(name),
        Refused::TooMuch => Unusable::Entities,
        Refused::TooLong => Unusable::TooHeavy(most),
        Refused::Broken => Unusable::Syntax("the DOCTYPE has no end".to_owned()),
    };
    match text {
        Cow::Borrowed(text) => doctype::resolve(text, most).map_err(refuse),
        Cow::Owned(text) => doctype::resolve(&text, most).map(|text| Cow::Owned(text.into_owned())).map_err(refuse),
    }
}

/// Reads a page that was prepared. Relative references are resolved against `base`; all graphs are one, of at most `most`
/// bytes.
///
/// # Errors
/// [`Unusable`]. In Turtle, N3, N-Triples and TriG a statement that cannot be read is only counted.
pub(crate) fn parse(text: &str, format: Format, base: &str, most: usize) -> Result<Parsed, Unusable> {
    match plain::read(text, format, base, most) {
        Ok(graph) => Reading::of(graph).finish(),
        Err(Left::TooHeavy) => Err(Unusable::TooHeavy(most)),
        Err(Left::Odd) => parse_any(text, format, base, most),
    }
}

/// Reads a page by the parsers of everything.
fn parse_any(text: &str, format: Format, base: &str, most: usize) -> Result<Parsed, Unusable> {
    match nesting::excess_of(text, format) {
        Some(Excess::Deep) => return Err(Unusable::TooDeep),
        Some(Excess::Long) => return Err(Unusable::TooLong),
        None => (),
    }
    if format == Format::JsonLd && nesting::values_of_json(text.as_bytes()) > most / BYTES_OF_VALUE {
        return Err(Unusable::TooHeavy(most));
    }
    if format == Format::JsonLd && contexts::are_too_much(text.as_bytes()) {
        return Err(Unusable::Contexts);
    }
    let mut reading = Reading::of(Graph::within(most, text.len()));
    match format {
        Format::RdfXml => reading.rdf_xml(text, base)?,
        Format::JsonLd => reading.json_ld(text, base)?,
        Format::Turtle => reading.turtle(text, base)?,
        Format::N3 => reading.n3(text, base)?,
        Format::NTriples => reading.n_triples(text)?,
        Format::TriG => reading.tri_g(text, base)?,
    }
    reading.finish()
}

struct Reading {
    graph: Graph,
    skipped: u64,
    first_skipped: Option<(Option<u64>, String)>,
    /// Columns of what was skipped: a parser counts from the start of a line to tell where it is.
    columns: u64,
}

impl Reading {
    fn of(graph: Graph) -> Self {
        Self { graph, skipped: 0, first_skipped: None, columns: 0 }
    }

    fn rdf_xml(&mut self, text: &str, base: &str) -> Result<(), Unusable> {
        // Lenient: portals write addresses with blanks in them.
        let parser = RdfXmlParser::new().lenient().with_base_iri(base).map_err(syntax)?;
        for triple in parser.for_slice(text) {
            match triple {
                Ok(triple) => self.add(triple.subject.as_ref(), triple.predicate.as_str(), triple.object.as_ref())?,
                // GeoNetwork writes labels into properties that name a resource; they are nobody's.
                Err(why) if why.to_string().starts_with("Unexpected text event") => (),
                Err(why) => return Err(syntax(why)),
            }
        }
        Ok(())
    }

    fn json_ld(&mut self, text: &str, base: &str) -> Result<(), Unusable> {
        let parser = JsonLdParser::new().lenient().with_base_iri(base).map_err(syntax)?;
        for quad in parser.for_slice(text).with_load_document_callback(context::load) {
            match quad {
                Ok(quad) => self.add(quad.subject.as_ref(), quad.predicate.as_str(), quad.object.as_ref())?,
                Err(why) => match why.code() {
                    None => return Err(syntax(why)),
                    Some(JsonLdErrorCode::LoadingRemoteContextFailed | JsonLdErrorCode::LoadingDocumentFailed) => {
                        return Err(Unusable::Context(address_in(&why.to_string())));
                    }
                    Some(_) => self.skip(None, why.to_string()),
                },
            }
        }
        Ok(())
    }

    fn turtle(&mut self, text: &str, base: &str) -> Result<(), Unusable> {
        for triple in TurtleParser::new().lenient().with_base_iri(base).map_err(syntax)?.for_slice(text) {
            match triple {
                Ok(triple) => self.add(triple.subject.as_ref(), triple.predicate.as_str(), triple.object.as_ref())?,
                Err(why) if self.skip_at(&why) => (),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn n_triples(&mut self, text: &str) -> Result<(), Unusable> {
        for triple in NTriplesParser::new().lenient().for_slice(text) {
            match triple {
                Ok(triple) => self.add(triple.subject.as_ref(), triple.predicate.as_str(), triple.object.as_ref())?,
                Err(why) if self.skip_at(&why) => (),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn tri_g(&mut self, text: &str, base: &str) -> Result<(), Unusable> {
        for quad in TriGParser::new().lenient().with_base_iri(base).map_err(syntax)?.for_slice(text) {
            match quad {
                Ok(quad) => self.add(quad.subject.as_ref(), quad.predicate.as_str(), quad.object.as_ref())?,
                Err(why) if self.skip_at(&why) => (),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn n3(&mut self, text: &str, base: &str) -> Result<(), Unusable> {
        for quad in N3Parser::new().lenient().with_base_iri(base).map_err(syntax)?.for_slice(text) {
            match quad {
                // What a formula holds is quoted, not said.
                Ok(quad) if quad.graph_name == GraphName::DefaultGraph => {
                    let (subject, object) = (subject_of(&quad.subject), object_of(&quad.object));
                    if let (Some(subject), N3Term::NamedNode(predicate), Some(object)) =
                        (subject, &quad.predicate, object)
                    {
                        self.add(subject, predicate.as_str(), object)?;
                    }
                }
                Ok(_) => (),
                Err(why) if self.skip_at(&why) => (),
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn add(&mut self, subject: NamedOrBlankNodeRef<'_>, predicate: &str, object: TermRef<'_>) -> Result<(), Unusable> {
        self.graph.add(subject, predicate, object).ok_or(Unusable::TooHeavy(self.graph.most()))
    }

    /// Whether reading may go on: what is broken all over is not read to its end.
    fn skip_at(&mut self, why: &TurtleSyntaxError) -> bool {
        let start = why.location().start;
        self.columns += start.column;
        self.skip(Some(start.line + 1), why.message().to_owned());
        self.skipped < MOST_SKIPPED && self.columns < MOST_COLUMNS
    }

    fn skip(&mut self, line: Option<u64>, why: String) {
        self.skipped += 1;
        self.first_skipped.get_or_insert((line, why));
    }

    fn finish(self) -> Result<Parsed, Unusable> {
        if self.graph.is_empty() {
            return Err(Unusable::NoStatement(self.first_skipped.map(|(_, why)| why)));
        }
        let first_skipped_line = self.first_skipped.and_then(|(line, _)| line);
        Ok(Parsed { graph: self.graph, skipped: self.skipped, first_skipped_line })
    }
}

fn subject_of(term: &N3Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        N3Term::NamedNode(node) => Some(node.as_ref().into()),
        N3Term::BlankNode(node) => Some(node.as_ref().into()),
        _ => None,
    }
}

fn object_of(term: &N3Term) -> Option<TermRef<'_>> {
    match term {
        N3Term::NamedNode(node) => Some(node.as_ref().into()),
        N3Term::BlankNode(node) => Some(node.as_ref().into()),
        N3Term::Literal(literal) => Some(literal.as_ref().into()),
        N3Term::Variable(_) => None,
    }
}

fn syntax(why: impl ToString) -> Unusable {
    Unusable::Syntax(why.to_string())
}

/// The address that a message about a context names, as [`context::load`] wrote it.
fn address_in(message: &str) -> String {
    message.split('`').nth(1).unwrap_or(message).to_owned()
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
