//! `--plan`: what a collection will ask for, before it asks.

use std::time::Instant;

use anyhow::Result;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;
use step::{Outcome, paris};
use transfer::{Client, ResponseError};

use crate::collect_history::ledger::Codes;
use crate::collect_history::options::Options;
use crate::collect_history::period::CLOCK;
use crate::collect_history::referentials::Referentials;
use crate::collect_history::walk::{pack, paging};
use crate::collect_history::{Args, Receipt, STEP};
use crate::content_range::ContentRange;
use crate::service::Api;
use crate::survey::query::{Base, Filter, Paging, Query};

/// Counts under way at once.
const AT_ONCE: usize = 8;

/// Searches that the guard will take: a count of all and one of each origin.
const GUARD: u64 = 3;

/// Counts each walk, and says in one line what is to come. Nothing is written.
pub(crate) async fn tell(args: &Args, options: &Options) -> Result<Outcome<Receipt>> {
    let begun = Instant::now();
    let client = args.service.client(Api::Offres, options.per_second)?;
    let referentials = Referentials::fetch(&client, &args.service).await?;
    let walks = pack(&referentials.choose(options)?);
    let count = async |codes: &Codes| count(args, options, &client, codes, None).await;
    let totals: Vec<u32> = stream::iter(walks.iter().map(count)).buffered(AT_ONCE).try_collect().await?;
    let announced: u64 = totals.iter().map(|total| u64::from(*total)).sum();
    let paging = paging(options.parameters.results_per_page);
    let pages: u64 = totals.iter().map(|total| pages(paging, *total)).sum();
    let requests = (pages + GUARD) as f64 * in_the_trap(args, options, &client, &walks).await?;
    let requests = requests.round() as u64;
    let minutes = (requests as f64 / options.per_second / 60.0 * 10.0).ceil() / 10.0;
    Ok(Outcome::Told(json!({
        "schema": "collecte.plan/1",
        "step": STEP,
        "since": options.period.since().to_string(),
        "until": options.period.until().to_string(),
        "zone": paris::ZONE,
        "announced": announced,
        "walks": walks.len(),
        "requests": requests,
        "minutes": minutes,
        "output": step::absolute(&options.output)?,
        "requests_sent": client.metrics().counts().requests.values().sum::<u64>(),
        "duration_s": (begun.elapsed().as_secs_f64() * 1_000.0).round() / 1_000.0,
    })))
}

/// How many times more is to be asked for where a search without origin hides one: told by the guard's own counts.
async fn in_the_trap(args: &Args, options: &Options, client: &Client, walks: &[Codes]) -> Result<f64> {
    let codes = match walks {
        [only] => only.clone(),
        _ => Codes::default(),
    };
    let mut totals = [0; 3];
    for (total, origine) in totals.iter_mut().zip([None, Some('1'), Some('2')]) {
        *total = count(args, options, client, &codes, origine).await?;
    }
    let [all, one, two] = totals.map(f64::from);
    Ok(if all > 0.0 && all < one + two { (one + two) / all } else { 1.0 })
}

/// What the service announces for a walk, or for one origin of it.
pub(crate) async fn count(
    args: &Args,
    options: &Options,
    client: &Client,
    codes: &Codes,
    origine: Option<char>,
) -> Result<u32> {
    let filter = Filter { origine, ..Filter::default() };
    let ask = Query::over(&filter, options.period.span()).count(0);
    let base = Base {
        departement: codes.departement.clone(),
        code_rome: codes.rome.clone(),
        mots_cles: options.parameters.search.clone(),
    };
    let request = ask.request(&args.service.url(Api::Offres, "offres/search"), CLOCK, &base, "a walk");
    client
        .get(&request, |response| {
            let range = response.header("content-range").and_then(|range| range.parse::<ContentRange>().ok());
            let range =
                range.ok_or_else(|| ResponseError::Malformed("an answer without `Content-Range`".to_owned()))?;
            Ok(range.total)
        })
        .await
}

/// Pages of a walk with so many offers: full windows, each of which begins with the second in which the one before ends.
fn pages(paging: Paging, total: u32) -> u64 {
    let overlap = paging.overlap.unwrap_or(1);
    let full = paging.starts(u32::MAX, overlap);
    let last = *full.last().expect("there is always a first page");
    let reach = last + paging.size;
    let (mut left, mut pages) = (total, 0);
    while left > reach {
        pages += full.len() as u64;
        left -= reach - 1;
    }
    pages + paging.starts(left, overlap).len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_as_they_will_be_asked_for() {
        let of_150 = paging(150);
        for (total, expected) in [(0, 1), (150, 1), (151, 2), (3_090, 21), (3_091, 22), (30_000, 204), (100_000, 680)] {
            assert_eq!(pages(of_150, total), expected, "{total}");
        }
        assert_eq!(pages(paging(2), 4), 3);
    }
}
