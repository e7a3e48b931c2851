//! Distributions, to resources.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::Value;

use super::reader::Reader;
use super::rights::Rights;
use super::{format, schema};
use crate::model::{Checksum, Extras, Resource, ResourceHarvest};
use crate::rdf::{Node, Term, vocab};
use crate::values::{checksum, size, web_address};

/// Formats whose address says nothing without the title: one service, many layers.
const SERVICES: [&str; 3] = ["wfs", "wms", "wmts"];

/// What is linked to a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    Distribution,
    /// Its own address is the resource's.
    Part,
}

/// Reads the resource that a node is; none without an address that can be followed.
pub(super) fn read(reader: &mut Reader<'_>, node: Node, link: Link, rights: &Rights<'_>) -> Option<Resource> {
    let url = match link {
        Link::Distribution => read_url(reader, node)?,
        Link::Part => read_address(reader, &[reader.graph.iri(node)])?,
    };
    let format = format::read(reader, node);
    let is_api = reader.graph.first(node, vocab::DCAT_ACCESS_SERVICE).is_some();
    Some(Resource {
        id: String::new(),
        key: String::new(),
        title: reader.text(node, vocab::DCT_TITLE).map_or_else(|| title_of(url, format.as_deref()), str::to_owned),
        description: reader.markdown(node, vocab::DCT_DESCRIPTION).unwrap_or_default(),
        url: url.to_owned(),
        kind: if link == Link::Part {
            "other"
        } else if is_api {
            "api"
        } else {
            "main"
        }
        .to_owned(),
        filetype: "remote".to_owned(),
        format,
        mime: format::read_mime(reader, node),
        filesize: read_size(reader, node),
        checksum: read_checksum(reader, node),
        schema: schema::read(reader, node, "/resources/schema"),
        extras: extras(rights),
        harvest: ResourceHarvest {
            remote_id: None,
            uri: reader.graph.iri(node).map(str::to_owned),
            dct_identifier: reader.text(node, vocab::DCT_IDENTIFIER).map(str::to_owned),
            issued_at: reader.instant(node, vocab::DCT_ISSUED, "/resources/harvest/issued_at"),
            modified_at: reader.past_instant(node, vocab::DCT_MODIFIED, "/resources/harvest/modified_at"),
            ods_type: None,
        },
    })
}

/// The address to download from, else that of access.
fn read_url<'g>(reader: &mut Reader<'g>, node: Node) -> Option<&'g str> {
    let given = [vocab::DCAT_DOWNLOAD_URL, vocab::DCAT_ACCESS_URL].map(|predicate| reader.first_text(node, predicate));
    read_address(reader, &given)
}

/// The first address that can be followed; those that cannot are told, and that there is none.
fn read_address<'g>(reader: &mut Reader<'g>, given: &[Option<&'g str>]) -> Option<&'g str> {
    for address in given.iter().flatten() {
        match web_address::read(address) {
            Some(url) => return Some(url),
            None => reader.tell_value("resource.url", "/resources/url", address),
        }
    }
    if given.iter().all(Option::is_none) {
        reader.tell("resource.no_url", "/resources");
    }
    None
}

/// The name of the file, else the format.
fn title_of(url: &str, format: Option<&str>) -> String {
    let last = url.rsplit('/').next().unwrap_or_default();
    match format {
        _ if last.contains('.') && !last.contains('?') => last.to_owned(),
        Some(format) => format!("Ressource {format}"),
        None => "Ressource sans nom".to_owned(),
    }
}

fn read_size(reader: &mut Reader<'_>, node: Node) -> Option<u64> {
    let text = reader.first_text(node, vocab::DCAT_BYTE_SIZE)?;
    let size = size::read_bytes(text);
    if size.is_none() {
        reader.tell_value("size.unreadable", "/resources/filesize", text);
    }
    size
}

/// Algorithm and value of SPDX; without an algorithm the length tells it.
fn read_checksum(reader: &mut Reader<'_>, node: Node) -> Option<Checksum> {
    let term = reader.graph.first(node, vocab::SPDX_CHECKSUM)?;
    let (algorithm, value) = match term {
        Term::Literal(literal) => (None, literal.text.trim()),
        Term::Node(node) => (
            reader.first_text(node, vocab::SPDX_ALGORITHM),
            reader.first_text(node, vocab::SPDX_CHECKSUM_VALUE).unwrap_or_default(),
        ),
    };
    let read = match algorithm {
        Some(algorithm) => checksum::kind_of_algorithm(algorithm).map(|kind| Checksum::new(kind, value)),
        None => checksum::of_hash(value),
    };
    if read.is_none() {
        reader.tell_value("checksum.algorithm", "/resources/checksum", algorithm.unwrap_or(value));
    }
    read.filter(|checksum| !checksum.value.is_empty())
}

fn extras(rights: &Rights<'_>) -> Extras {
    let (mut extras, mut dcat) = (Extras::new(), Extras::new());
    rights.add_to(&mut dcat);
    if !dcat.is_empty() {
        extras.insert("dcat".to_owned(), Value::Object(dcat));
    }
    extras
}

/// Of one address and title there is one, the last; then each gets its key.
pub(super) fn unite(resources: Vec<Resource>) -> Vec<Resource> {
    let mut united: IndexMap<(&str, &str), usize, RandomState> =
        IndexMap::with_capacity_and_hasher(resources.len(), RandomState::default());
    for (nth, resource) in resources.iter().enumerate() {
        united.insert((&resource.url, &resource.title), nth);
    }
    let mut times: foldhash::HashMap<&str, usize> = foldhash::HashMap::default();
    for (url, _) in united.keys() {
        *times.entry(url).or_default() += 1;
    }
    let with_key = |((url, title), nth): (&(&str, &str), &usize)| {
        let is_service = resources[*nth].format.as_deref().is_some_and(|format| SERVICES.contains(&format));
        (*nth, if is_service || times[url] > 1 { format!("{url} {title}") } else { (*url).to_owned() })
    };
    let keys: Vec<(usize, String)> = united.iter().map(with_key).collect();
    let mut resources: Vec<Option<Resource>> = resources.into_iter().map(Some).collect();
    keys.into_iter().filter_map(|(nth, key)| Some(Resource { key, ..resources[nth].take()? })).collect()
}
