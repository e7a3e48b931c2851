//! Opendatasoft: its search of version 1.0, whose datasets are used as they are.

mod dataset;
mod export;
mod media_type;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::answer::{self, Elements};
use crate::gathering::{Gathering, Part};
use crate::portal::{Answer, Body, Portal, Question};
use crate::reading::{elements, text};
use crate::settings::Settings;
use crate::tally::Tally;
use crate::verdict::Listing;

/// The datasets of a page.
const ROWS: &str = "50";

/// A page of the search.
#[derive(Deserialize)]
struct Page<'a> {
    nhits: u64,
    #[serde(borrow)]
    datasets: Elements<'a>,
}

/// Goes through the portal.
///
/// # Errors
/// A page could not be had or read.
pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    gathering.set_format("JSON");
    let first = list(portal, gathering).await?;
    if !matches!(first, Listing::Incomplete(_)) {
        return Ok(first);
    }
    gathering.begin_again()?;
    portal.begin_again();
    list(portal, gathering).await
}

async fn list(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    let mut tally = Tally::new();
    loop {
        let question = ask(portal.settings(), tally.received())?;
        let has_new = match portal.get(&question).await? {
            Answer::AsBefore(unit) => {
                gathering.carry(&unit)?;
                tally.note_page(unit.data["nhits"].as_u64().unwrap_or_default());
                let mut has_new = false;
                for id in elements(&unit.data["ids"]) {
                    has_new |= tally.add(id.as_str());
                }
                has_new
            }
            Answer::Fresh(body) => take_page(portal.settings(), gathering, &body, &mut tally)?,
        };
        let max_pages = portal.settings().max_pages;
        if gathering.is_full() || portal.settings().is_preview {
            return Ok(Listing::Limited);
        }
        if !has_new || tally.is_at_end() {
            return Ok(tally.contradiction().map_or(Listing::Whole, |why| Listing::Incomplete(vec![why])));
        }
        if tally.pages() >= max_pages {
            return Ok(Listing::Incomplete(vec![Tally::too_long(max_pages)]));
        }
    }
}

/// The question for the page that starts there.
fn ask(settings: &Settings, start: u64) -> Result<Question> {
    let joined = settings.url.join("api/datasets/1.0/search/");
    let mut url = joined.context("could not make the address of the search")?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("start", &start.to_string()).append_pair("rows", ROWS).append_pair("interopmetas", "true");
        for (verb, filters) in [("refine", &settings.include), ("exclude", &settings.exclude)] {
            for (key, value) in filters {
                query.append_pair(&format!("{verb}.{}", facet(key)), value);
            }
        }
    }
    Ok(Question { name: format!("the datasets from {start} on"), url, accept: "application/json", answers: Vec::new() })
}

/// What the portal calls the key of a filter.
fn facet(key: &str) -> &str {
    match key {
        "tags" => "keyword",
        key => key,
    }
}

/// Takes the datasets of a page that came: whether one of them had not come yet.
fn take_page(settings: &Settings, gathering: &mut Gathering, body: &Body, tally: &mut Tally) -> Result<bool> {
    let page: Page<'_> = answer::read(body)?;
    tally.note_page(page.nhits);
    let mut has_new = false;
    let mut ids = Vec::with_capacity(page.datasets.0.len());
    gathering.begin(Part::of_answer(body));
    for raw in page.datasets.0 {
        if gathering.is_full() {
            return Ok(has_new);
        }
        let dataset = answer::tree_of(body, raw)?;
        let id = dataset.get("datasetid").and_then(text);
        has_new |= tally.add(id.as_deref());
        ids.push(id);
        gathering.add(dataset::read(&dataset, settings))?;
    }
    gathering.end(json!({ "nhits": page.nhits, "ids": ids }))?;
    Ok(has_new)
}
