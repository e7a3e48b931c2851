//! A `dcat:DataService`, to a dataservice.

use super::reader::Reader;
use super::rights::Rights;
use super::{contact, theme};
use crate::item::{Item, Kind, Outcome};
use crate::model::{Backend, Dataservice, Harvest};
use crate::rdf::{Node, Term, vocab};
use crate::values::web_address;

/// Reads a service: without identifier or title it is skipped.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Item {
    let remote_url = remote_url(reader, node);
    let identifier = reader.first_text(node, vocab::DCT_IDENTIFIER);
    let title = reader.text(node, vocab::DCT_TITLE);
    let outcome = match (identifier, title) {
        (Some(identifier), Some(title)) => {
            let harvest = Harvest { remote_url: remote_url.clone(), ..read_harvest(reader, node, identifier) };
            Outcome::Dataservice(Box::new(read_fields(reader, node, title, harvest)))
        }
        _ => Outcome::Skipped(Kind::Dataservice),
    };
    let mut findings = reader.take_findings();
    if let Outcome::Skipped(_) = outcome {
        let rule = if identifier.is_none() { "item.no_identifier" } else { "item.no_title" };
        findings.push(reader.left_out(rule, node));
    }
    Item { remote_id: identifier.map(str::to_owned), name: None, remote_url, outcome, findings }
}

fn remote_url(reader: &Reader<'_>, node: Node) -> Option<String> {
    let mut pages = reader.graph.objects(node, vocab::DCAT_LANDING_PAGE).filter_map(|term| reader.text_of(term));
    let page = pages.find_map(web_address::read);
    page.or_else(|| reader.graph.iri(node).and_then(web_address::read)).map(str::to_owned)
}

fn read_harvest(reader: &mut Reader<'_>, node: Node, identifier: &str) -> Harvest {
    Harvest {
        backend: Backend::Dcat,
        remote_id: identifier.to_owned(),
        uri: reader.graph.iri(node).map(str::to_owned),
        created_at: reader.instant(node, vocab::DCT_CREATED, "/harvest/created_at"),
        issued_at: reader.instant(node, vocab::DCT_ISSUED, "/harvest/issued_at"),
        modified_at: reader.past_instant(node, vocab::DCT_MODIFIED, "/harvest/modified_at"),
        ..Harvest::default()
    }
}

fn read_fields(reader: &mut Reader<'_>, node: Node, title: &str, harvest: Harvest) -> Dataservice {
    let rights = Rights::read(reader, node);
    let hints: Vec<&str> = rights.hints().collect();
    Dataservice {
        id: String::new(),
        title: title.to_owned(),
        description: reader.markdown(node, vocab::DCT_DESCRIPTION).unwrap_or_default(),
        tags: theme::read(reader, node),
        license: reader.licence(hints).map(str::to_owned),
        base_api_url: address(reader, node, vocab::DCAT_ENDPOINT_URL),
        machine_documentation_url: address(reader, node, vocab::DCAT_ENDPOINT_DESCRIPTION),
        contact_points: contact::read(reader, node),
        datasets: read_datasets(reader, node),
        archived: None,
        harvest,
    }
}

fn address(reader: &Reader<'_>, node: Node, predicate: Node) -> Option<String> {
    let mut texts = reader.graph.objects(node, predicate).filter_map(|term| reader.text_of(term));
    texts.find_map(web_address::read).map(str::to_owned)
}

/// Of each dataset served its identifier, or else the address of its node: it may be described on another page.
fn read_datasets(reader: &Reader<'_>, node: Node) -> Vec<String> {
    let mut datasets = indexmap::IndexSet::new();
    for term in reader.graph.objects(node, vocab::DCAT_SERVES_DATASET) {
        let identifier = match term {
            Term::Node(dataset) => reader.first_text(dataset, vocab::DCT_IDENTIFIER),
            Term::Literal(_) => None,
        };
        datasets.extend(identifier.or_else(|| reader.text_of(term)).map(str::to_owned));
    }
    datasets.into_iter().collect()
}
