//! Values of nodes, and what is to be told of them.

use foldhash::HashMap;
use jiff::Timestamp;

use crate::item::Finding;
use crate::rdf::{Graph, Node, Term, vocab};
use crate::settings::Settings;
use crate::values::{date, html, licence};

/// Licences that a page repeats are guessed once; a page has no more different ones than this, or is not worth it.
const MOST_LICENCES: usize = 4096;

/// An item of which more is to be told says the same over and over, and is made to take memory.
const MOST_FINDINGS: usize = 1 << 16;

/// Reads the nodes of a page, one item after the other.
pub(super) struct Reader<'g> {
    pub(super) graph: &'g Graph,
    pub(super) settings: &'g Settings,
    licences: HashMap<&'g str, Option<&'static str>>,
    /// Of a node the record that is about it; only where records are asked for.
    records: HashMap<Node, Node>,
    findings: Vec<Finding>,
    /// Whether there was more to be told of an item than anybody writes.
    pub(super) is_overrun: bool,
}

impl<'g> Reader<'g> {
    pub(super) fn new(graph: &'g Graph, settings: &'g Settings) -> Self {
        let is_asked = settings.remote_url_prefix.is_some();
        let topics = graph.links().filter(|(_, predicate, _)| is_asked && *predicate == vocab::FOAF_PRIMARY_TOPIC);
        let mut records = HashMap::default();
        for (record, _, topic) in topics {
            records.entry(topic).or_insert(record);
        }
        Self { graph, settings, licences: HashMap::default(), records, findings: Vec::new(), is_overrun: false }
    }

    pub(super) fn tell(&mut self, rule: &'static str, path: &'static str) {
        self.add(Finding::new(rule).path(path));
    }

    fn add(&mut self, finding: Finding) {
        match self.findings.len() < MOST_FINDINGS {
            true => self.findings.push(finding),
            false => self.is_overrun = true,
        }
    }

    /// Tells what stood there too; contacts in it are masked.
    pub(super) fn tell_value(&mut self, rule: &'static str, path: &'static str, value: &str) {
        self.add(Finding::new(rule).path(path).masked(value));
    }

    /// Why a node makes no item, with its address, if it has one.
    pub(super) fn left_out(&self, rule: &'static str, node: Node) -> Finding {
        let finding = Finding::new(rule);
        match self.graph.iri(node) {
            Some(iri) => finding.value(iri),
            None => finding,
        }
    }

    /// What was told since the last call.
    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// The record that says which entry of its portal a dataset is.
    pub(super) fn record_of(&self, node: Node) -> Option<Node> {
        let of = self.graph.objects(node, vocab::FOAF_IS_PRIMARY_TOPIC_OF).find_map(|term| match term {
            Term::Node(record) => Some(record),
            Term::Literal(_) => None,
        });
        of.or_else(|| self.records.get(&node).copied())
    }

    /// The value of a predicate: tagged `fr`, else the first in document order; blank ones do not count.
    pub(super) fn text(&self, node: Node, predicate: Node) -> Option<&'g str> {
        let mut first = None;
        for term in self.graph.objects(node, predicate) {
            let is_french = matches!(term, Term::Literal(literal) if literal.language.is_some_and(is_french));
            match self.text_of(term) {
                Some(text) if is_french => return Some(text),
                text => first = first.or(text),
            }
        }
        first
    }

    /// The first value of a predicate in document order.
    pub(super) fn first_text(&self, node: Node, predicate: Node) -> Option<&'g str> {
        self.graph.objects(node, predicate).find_map(|term| self.text_of(term))
    }

    /// A literal, trimmed; an address; what a blank node without label has as its value. Blank ones are none.
    pub(super) fn text_of(&self, term: Term<'g>) -> Option<&'g str> {
        let text = match term {
            Term::Literal(literal) => literal.text,
            Term::Node(node) => match self.graph.iri(node) {
                Some(iri) => iri,
                None => self.graph.objects(node, vocab::RDF_VALUE).find_map(|value| match value {
                    Term::Literal(literal) => Some(literal.text),
                    Term::Node(node) => self.graph.iri(node),
                })?,
            },
        };
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    /// [`Reader::text_of`], but a node is called by the first of `labels` that it has.
    pub(super) fn label_of(&self, term: Term<'g>, labels: &[Node]) -> Option<&'g str> {
        let label = match term {
            Term::Node(node) if self.graph.is_described(node) => {
                labels.iter().find_map(|label| self.text(node, *label))
            }
            _ => None,
        };
        label.or_else(|| self.text_of(term))
    }

    /// A description as Markdown.
    pub(super) fn markdown(&self, node: Node, predicate: Node) -> Option<String> {
        self.text(node, predicate).map(html::to_markdown).filter(|text| !text.is_empty())
    }

    /// An instant; one that cannot be read is told.
    pub(super) fn instant(&mut self, node: Node, predicate: Node, path: &'static str) -> Option<String> {
        self.timestamp(node, predicate, path).map(date::show)
    }

    /// An instant that is not in the future, or else told.
    pub(super) fn past_instant(&mut self, node: Node, predicate: Node, path: &'static str) -> Option<String> {
        let instant = self.timestamp(node, predicate, path)?;
        if instant > self.settings.now {
            let text = self.first_text(node, predicate).unwrap_or_default();
            self.tell_value("date.future", path, text);
            return None;
        }
        Some(date::show(instant))
    }

    fn timestamp(&mut self, node: Node, predicate: Node, path: &'static str) -> Option<Timestamp> {
        let text = self.first_text(node, predicate)?;
        let instant = date::read(text);
        if instant.is_none() {
            self.tell_value("date.unreadable", path, text);
        }
        instant
    }

    /// The licence that the first text that tells one tells.
    pub(super) fn licence(&mut self, texts: impl IntoIterator<Item = &'g str>) -> Option<&'static str> {
        texts.into_iter().find_map(|text| {
            if let Some(known) = self.licences.get(text) {
                return *known;
            }
            let guessed = licence::guess_one(text);
            if self.licences.len() < MOST_LICENCES {
                self.licences.insert(text, guessed);
            }
            guessed
        })
    }
}

fn is_french(language: &str) -> bool {
    language == "fr" || language.starts_with("fr-")
}
