//! DCAT: one page of a catalogue in any of the six formats of RDF, to what it holds.

mod contact;
mod dataservice;
mod dataset;
pub(crate) mod entries;
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

use self::entries::Entries;
use self::roles::Roles;
use crate::answer::MOST_ELEMENTS;
use crate::item::Finding;
use crate::page::Page;
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
    let roles = Roles::find(&graph);
    if roles.datasets.len() + roles.services.len() > MOST_ELEMENTS {
        return Err(refusal::of_too_many_entries(url));
    }
    let access_services = roles.access_services.iter().filter_map(|node| graph.iri(*node));
    Ok(Page {
        format: format.name(),
        access_services: access_services.map(str::to_owned).collect(),
        next: paging::next(&graph, url),
        total: paging::total(&graph),
        findings: is_guessed.then(|| Finding::new("encoding.guessed")).into_iter().collect(),
        skipped_statements: skipped,
        first_skipped_line,
        entries: Entries {
            graph,
            datasets: roles.datasets,
            services: roles.services,
            most_work: MOST_WORK + 16 * length as u64,
            url: url.clone(),
        },
    })
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
