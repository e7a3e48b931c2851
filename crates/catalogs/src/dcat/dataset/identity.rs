//! What makes a dataset known again: identifiers, addresses, dates.

use crate::dcat::reader::Reader;
use crate::model::{Backend, Harvest};
use crate::rdf::{Node, Term, vocab};
use crate::values::{doi, web_address};

pub(super) fn read(reader: &mut Reader<'_>, node: Node, identifier: &str) -> Harvest {
    Harvest {
        backend: Backend::Dcat,
        remote_id: identifier.to_owned(),
        uri: reader.graph.iri(node).map(str::to_owned),
        dct_identifier: Some(identifier.to_owned()),
        doi: read_doi(reader, node, identifier),
        created_at: reader.instant(node, vocab::DCT_CREATED, "/harvest/created_at"),
        issued_at: reader.instant(node, vocab::DCT_ISSUED, "/harvest/issued_at"),
        modified_at: reader.past_instant(node, vocab::DCT_MODIFIED, "/harvest/modified_at"),
        ..Harvest::default()
    }
}

/// The prefix with the identifier of the record, if the caller gave one; else the landing page; else the node itself.
pub(super) fn remote_url(reader: &Reader<'_>, node: Node) -> Option<String> {
    let record = || {
        let prefix = reader.settings.remote_url_prefix.as_deref()?;
        let identifier = reader.first_text(reader.record_of(node)?, vocab::DCT_IDENTIFIER)?;
        Some(format!("{prefix}{identifier}")).filter(|url| web_address::is_valid(url))
    };
    let page = || {
        let mut pages = reader.graph.objects(node, vocab::DCAT_LANDING_PAGE).filter_map(|term| reader.text_of(term));
        pages.find_map(web_address::read)
    };
    let own = || reader.graph.iri(node).and_then(web_address::read);
    record().or_else(|| page().or_else(own).map(str::to_owned))
}

/// The one DOI that identifiers name; several that differ are told, and none is taken.
fn read_doi(reader: &mut Reader<'_>, node: Node, identifier: &str) -> Option<String> {
    let mut found: Vec<&str> = doi::read(identifier).into_iter().collect();
    for predicate in [vocab::ADMS_IDENTIFIER, vocab::OWL_SAME_AS] {
        for term in reader.graph.objects(node, predicate) {
            let notation = match term {
                Term::Node(node) => reader.first_text(node, vocab::SKOS_NOTATION),
                Term::Literal(_) => None,
            };
            let texts = [notation, reader.text_of(term)].into_iter().flatten();
            found.extend(texts.filter_map(doi::read).take(1));
        }
    }
    let first = *found.first()?;
    if found.iter().all(|other| other.eq_ignore_ascii_case(first)) {
        return Some(first.to_owned());
    }
    reader.tell_value("doi.several", "/harvest/doi", &found.join(" "));
    None
}
