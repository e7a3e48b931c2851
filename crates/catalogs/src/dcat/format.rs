//! Formats and media types of distributions.

use super::reader::Reader;
use crate::rdf::{Node, Term, vocab};

/// As the vocabulary has it: other spellings are left as they are.
const IANA: &str = "https://www.iana.org/assignments/media-types/";
const EU_FILE_TYPE: &str = "publications.europa.eu/resource/authority/file-type/";
const OGC: &str = "://www.opengeospatial.org/standards/";

/// The media type, without what leads to it at IANA.
pub(super) fn read_mime(reader: &Reader<'_>, distribution: Node) -> Option<String> {
    let text = first_label(reader, distribution, vocab::DCAT_MEDIA_TYPE)?;
    let mime = match text.contains(IANA) {
        true => text.rmatch_indices('/').nth(1).map_or(text, |(at, _)| &text[at + 1..]),
        false => text,
    };
    Some(mime.to_owned())
}

/// The protocol of the service that gives access, else the format, in lower case.
pub(super) fn read(reader: &Reader<'_>, distribution: Node) -> Option<String> {
    let protocol = reader.graph.objects(distribution, vocab::DCAT_ACCESS_SERVICE).find_map(|service| match service {
        Term::Node(service) => protocol_of(reader, service),
        Term::Literal(_) => None,
    });
    protocol.or_else(|| {
        let text = first_label(reader, distribution, vocab::DCT_FORMAT)?;
        let is_listed = text.contains(IANA) || text.contains(EU_FILE_TYPE);
        Some(if is_listed { local_name(text) } else { text }.to_lowercase())
    })
}

/// The first value that says anything; a node is called by its label.
fn first_label<'g>(reader: &Reader<'g>, node: Node, predicate: Node) -> Option<&'g str> {
    reader.graph.objects(node, predicate).find_map(|term| reader.label_of(term, &[vocab::RDFS_LABEL]))
}

/// `wms` of `http://www.opengeospatial.org/standards/wms`.
fn protocol_of(reader: &Reader<'_>, service: Node) -> Option<String> {
    [vocab::GEODCAT_SERVICE_PROTOCOL, vocab::DCT_CONFORMS_TO].into_iter().find_map(|predicate| {
        let texts = reader.graph.objects(service, predicate).filter_map(|term| reader.text_of(term));
        let mut names = texts.filter_map(|text| text.split_once(OGC)).map(|(_, name)| name.trim_end_matches('/'));
        names.find(|name| !name.is_empty()).map(str::to_lowercase)
    })
}

/// The last part of an address.
fn local_name(iri: &str) -> &str {
    iri.trim_end_matches('/').rsplit('/').next().unwrap_or(iri)
}
