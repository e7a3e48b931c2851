//! DCAT: one page of a catalogue in any of the six formats of RDF, to what it holds.

mod contact;
mod dataservice;
mod dataset;
pub(crate) mod datasets;
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

use std::borrow::Cow;

use anyhow::Result;
use bytes::Bytes;
use url::Url;

use self::datasets::Datasets;
use self::reader::Reader;
use self::roles::Roles;
use crate::item::Finding;
use crate::page::{Page, Service};
use crate::portal::Body;
use crate::rdf::{Format, Parsed, Text, decode, parse, prepare};
use crate::settings::Settings;

/// What an answer may give that it does not hold itself, by nodes that all others share.
const MOST_WORK: u64 = 64 << 20;

/// Reads one page of a catalogue.
///
/// # Errors
/// 65 if the answer is no RDF, or a page that may hurt: each says which.
pub(crate) fn read_page(body: Body, settings: &Settings) -> Result<Page> {
    read(body.bytes, body.content_type.as_deref(), &body.url, settings)
}

fn read(bytes: Bytes, content_type: Option<&str>, url: &Url, settings: &Settings) -> Result<Page> {
    let length = bytes.len();
    let most_foreign = settings.max_page_bytes / 4;
    if length > most_foreign && std::str::from_utf8(&bytes).is_err() {
        return Err(refusal::of_encoding(url, most_foreign));
    }
    let Text { text, is_guessed } = decode(&bytes, content_type);
    let format =
        Format::find(content_type, url.path(), &text).map_err(|why| refusal::of_format(&why, url, content_type))?;
    let refuse = |why| refusal::of_page(&why, url, format);
    let most = settings.max_page_bytes / 8 * 5;
    let parsed = match prepare(text, format, most).map_err(refuse)? {
        Cow::Borrowed(text) => parse(text, format, url.as_str(), most),
        Cow::Owned(text) => {
            drop(bytes);
            parse(&text, format, url.as_str(), most)
        }
    };
    let Parsed { graph, skipped, first_skipped_line } = parsed.map_err(refuse)?;
    let datasets = Datasets { graph, most_work: MOST_WORK + 16 * length as u64, url: url.clone(), nodes: Vec::new() };
    let findings = is_guessed.then(|| Finding::new("encoding.guessed")).into_iter().collect();
    open(datasets, settings, format, findings, (skipped, first_skipped_line))
}

/// All of a page but its datasets, which come with it, yet to be read.
fn open(
    mut datasets: Datasets,
    settings: &Settings,
    format: Format,
    findings: Vec<Finding>,
    (skipped_statements, first_skipped_line): (u64, Option<u64>),
) -> Result<Page> {
    let graph = &datasets.graph;
    let roles = Roles::find(graph);
    let mut reader = Reader::new(graph, settings);
    let mut services = Vec::with_capacity(roles.services.len());
    for node in &roles.services {
        let item = dataservice::read(&mut reader, *node);
        services.push(Service { uri: graph.iri(*node).map(str::to_owned), item });
        datasets.ensure_sound()?;
    }
    let access_services = roles.access_services.iter().filter_map(|node| graph.iri(*node));
    let access_services = access_services.map(str::to_owned).collect();
    let (next, total) = (paging::next(graph, &datasets.url), paging::total(graph));
    datasets.nodes = roles.datasets;
    Ok(Page {
        format: format.name(),
        datasets,
        services,
        access_services,
        next,
        total,
        findings,
        skipped_statements,
        first_skipped_line,
    })
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
