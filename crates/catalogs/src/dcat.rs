//! DCAT: one page of a catalogue in any of the six formats of RDF, to what it holds.

mod contact;
mod dataservice;
mod dataset;
mod format;
mod paging;
mod reader;
mod refusal;
mod resource;
mod rights;
mod roles;
mod schema;
mod spatial;
mod temporal;
mod theme;

use anyhow::Result;
use url::Url;

use self::reader::Reader;
use self::roles::Roles;
use crate::item::{Finding, Item};
use crate::page::{Page, Service};
use crate::portal::Body;
use crate::rdf::{Format, Graph, decode, parse};
use crate::settings::Settings;

/// What an answer may give that it does not hold itself, by nodes that all others share.
const MOST_WORK: u64 = 64 << 20;

/// Reads one page of a catalogue.
///
/// # Errors
/// 65 if the answer is no RDF, or a page that may hurt: each says which.
pub(crate) fn read_page(body: &Body, settings: &Settings) -> Result<Page> {
    read(&body.bytes, body.content_type.as_deref(), &body.url, settings)
}

fn read(bytes: &[u8], content_type: Option<&str>, url: &Url, settings: &Settings) -> Result<Page> {
    let text = decode(bytes, content_type);
    let format = Format::find(content_type, url.path(), &text.text)
        .map_err(|why| refusal::of_format(&why, url, content_type))?;
    let parsed = parse(&text.text, format, url.as_str()).map_err(|why| refusal::of_page(&why, url, format))?;
    let findings = text.is_guessed.then(|| Finding::new("encoding.guessed")).into_iter().collect();
    let most = MOST_WORK + 16 * bytes.len() as u64;
    drop(text);
    let (datasets, services, access_services) =
        read_items(&parsed.graph, settings, most).ok_or_else(|| refusal::of_page_that_grows(url))?;
    Ok(Page {
        format: format.name(),
        datasets,
        services,
        access_services,
        next: paging::next(&parsed.graph, url),
        total: paging::total(&parsed.graph),
        findings,
        skipped_statements: parsed.skipped,
        first_skipped_line: parsed.first_skipped_line,
    })
}

type Items = (Vec<Item>, Vec<Service>, Vec<String>);

/// None if reading the items takes more than `most` bytes.
fn read_items(graph: &Graph, settings: &Settings, most: u64) -> Option<Items> {
    let roles = Roles::find(graph);
    let mut reader = Reader::new(graph, settings);
    let mut datasets = Vec::with_capacity(roles.datasets.len());
    for node in &roles.datasets {
        datasets.push(dataset::read(&mut reader, *node));
        if graph.work() > most {
            return None;
        }
    }
    let mut services = Vec::with_capacity(roles.services.len());
    for node in &roles.services {
        let item = dataservice::read(&mut reader, *node);
        services.push(Service { uri: graph.iri(*node).map(str::to_owned), item });
        if graph.work() > most {
            return None;
        }
    }
    let access_services = roles.access_services.iter().filter_map(|node| graph.iri(*node)).map(str::to_owned).collect();
    Some((datasets, services, access_services))
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
