//! A `dcat:Dataset` or `dcat:DatasetSeries`, to a dataset.

mod identity;
mod resolution;

use serde_json::Value;

use super::reader::Reader;
use super::resource::{self, Link};
use super::rights::{self, Rights};
use super::{contact, schema, spatial, temporal, theme};
use crate::item::{Item, Kind, Outcome};
use crate::model::{Dataset, Extras, Harvest, Resource};
use crate::rdf::{Node, Term, vocab};
use crate::values::{frequency, licence};

/// Reads a dataset: without identifier or title it is skipped.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Item {
    let remote_url = identity::remote_url(reader, node);
    let identifier = reader.first_text(node, vocab::DCT_IDENTIFIER);
    let title = reader.text(node, vocab::DCT_TITLE);
    let outcome = match (identifier, title) {
        (Some(identifier), Some(title)) => {
            let harvest = Harvest { remote_url: remote_url.clone(), ..identity::read(reader, node, identifier) };
            Outcome::Dataset(Box::new(read_fields(reader, node, title, harvest)))
        }
        _ => Outcome::Skipped(Kind::Dataset),
    };
    let mut findings = reader.take_findings();
    if let Outcome::Skipped(_) = outcome {
        let rule = if identifier.is_none() { "item.no_identifier" } else { "item.no_title" };
        findings.push(reader.left_out(rule, node));
    }
    Item { remote_id: identifier.map(str::to_owned), name: None, remote_url, outcome, findings }
}

fn read_fields(reader: &mut Reader<'_>, node: Node, title: &str, harvest: Harvest) -> Dataset {
    let description = reader.markdown(node, vocab::DCT_DESCRIPTION);
    let (resources, distributions) = read_resources(reader, node);
    let own = Rights::read(reader, node);
    let hints: Vec<&str> = own.hints().chain(distributions.iter().flat_map(Rights::hints)).collect();
    let limitation = own.limitation();
    let license = reader.licence(hints).unwrap_or(licence::NOT_SPECIFIED);
    Dataset {
        id: String::new(),
        title: title.to_owned(),
        acronym: reader.text(node, vocab::SKOS_ALT_LABEL).map(str::to_owned),
        slug: None,
        description: description.or_else(|| reader.markdown(node, vocab::DCT_ABSTRACT)).unwrap_or_default(),
        tags: theme::read(reader, node),
        license: limitation.is_none().then(|| license.to_owned()),
        frequency: read_frequency(reader, node),
        temporal_coverage: temporal::read(reader, node),
        spatial: spatial::read(reader, node),
        access_type: if limitation.is_some() { "restricted" } else { "open" }.to_owned(),
        access_type_reason_category: limitation.map(str::to_owned),
        contact_points: contact::read(reader, node),
        schema: schema::read(reader, node, "/schema"),
        extras: read_extras(reader, node, own, &distributions),
        archived: None,
        harvest,
        resources,
    }
}

/// The resources, and what each distribution says of its rights.
fn read_resources<'g>(reader: &mut Reader<'g>, node: Node) -> (Vec<Resource>, Vec<Rights<'g>>) {
    let graph = reader.graph;
    let (mut resources, mut distributions, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    let links = [
        (vocab::DCAT_DISTRIBUTION, Link::Distribution),
        (vocab::DCAT_DISTRIBUTIONS, Link::Distribution),
        (vocab::DCT_HAS_PART, Link::Part),
    ];
    for (predicate, link) in links {
        for term in graph.objects(node, predicate) {
            let Term::Node(linked) = term else {
                reader.tell_value("resource.literal", "/resources", reader.text_of(term).unwrap_or_default());
                continue;
            };
            // A link that is said twice is one.
            if seen.last() == Some(&linked) {
                continue;
            }
            seen.push(linked);
            let rights = Rights::read(reader, linked);
            resources.extend(resource::read(reader, linked, link, &rights));
            if link == Link::Distribution {
                distributions.push(rights);
            }
        }
    }
    (resource::unite(resources), distributions)
}

fn read_frequency(reader: &mut Reader<'_>, node: Node) -> Option<String> {
    let term = reader.graph.first(node, vocab::DCT_ACCRUAL_PERIODICITY)?;
    let text = reader.text_of(term).or_else(|| reader.label_of(term, &[vocab::RDFS_LABEL]))?;
    let read = frequency::read(text);
    if read.is_none() {
        reader.tell_value("frequency.unknown", "/frequency", text);
    }
    read.map(str::to_owned)
}

fn read_extras<'g>(reader: &Reader<'g>, node: Node, own: Rights<'g>, distributions: &[Rights<'g>]) -> Extras {
    let (mut extras, mut dcat) = (Extras::new(), Extras::new());
    own.complete(distributions).add_to(&mut dcat);
    rights::add(&mut dcat, "provenance", &rights::statements(reader, node, vocab::DCT_PROVENANCE));
    if let Some(resolution) = resolution::read(reader, node) {
        dcat.insert("spatial_resolution".to_owned(), Value::from(resolution));
    }
    if !dcat.is_empty() {
        extras.insert("dcat".to_owned(), Value::Object(dcat));
    }
    extras
}
