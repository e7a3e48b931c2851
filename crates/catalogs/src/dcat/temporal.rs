//! The period that data are about.

use super::reader::Reader;
use crate::model::TemporalCoverage;
use crate::rdf::{Node, Term, vocab};
use crate::values::temporal;

const PATH: &str = "/temporal_coverage";

/// The pairs of words that a period is written with.
const ENDS: [(Node, Node); 4] = [
    (vocab::SCHEMA_START_DATE, vocab::SCHEMA_END_DATE),
    (vocab::SCHEMAS_START_DATE, vocab::SCHEMAS_END_DATE),
    (vocab::DCAT_START_DATE, vocab::DCAT_END_DATE),
    (vocab::SCV_MIN, vocab::SCV_MAX),
];

/// The first period that can be read; each before it that cannot is told. A period that is described elsewhere is never
/// fetched.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Option<TemporalCoverage> {
    reader.graph.objects(node, vocab::DCT_TEMPORAL).find_map(|term| match term {
        Term::Literal(literal) => {
            let read = temporal::read(literal.text);
            if read.is_none() && !literal.text.trim().is_empty() {
                reader.tell_value("temporal.unreadable", PATH, literal.text.trim());
            }
            read
        }
        Term::Node(period) => read_period(reader, period),
    })
}

fn read_period(reader: &mut Reader<'_>, period: Node) -> Option<TemporalCoverage> {
    let graph = reader.graph;
    let given = |(start, end): &(Node, Node)| {
        let (start, end) = (reader.first_text(period, *start), reader.first_text(period, *end));
        (start.is_some() || end.is_some()).then_some((start, end))
    };
    let Some((start, end)) = ENDS.iter().find_map(given) else {
        match graph.iri(period).filter(|_| !graph.is_described(period)) {
            Some(iri) => reader.tell_value("temporal.elsewhere", PATH, iri),
            None => reader.tell("temporal.unreadable", PATH),
        }
        return None;
    };
    let start = read_end(reader, start, temporal::read_start);
    let end = read_end(reader, end, temporal::read_end);
    temporal::of(start, end)
}

/// One end of a period: the other is kept if this one cannot be read.
fn read_end(reader: &mut Reader<'_>, text: Option<&str>, read: fn(&str) -> Option<String>) -> Option<String> {
    let text = text?;
    let day = read(text);
    if day.is_none() {
        reader.tell_value("temporal.unreadable", PATH, text);
    }
    day
}
