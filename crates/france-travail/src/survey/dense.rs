//! Seconds that hold more offers than one search reaches, or whose list does not hold still: split until each part is one
//! page, or a chain of linked pages.
//!
//! A split is only as good as its accounting: an offer without the attribute that a second is split by is in no part. The
//! contract types come first, since the service counts them in the same answer as the total; the parts of the other
//! attributes must together be as many as the whole.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, try_join_all};
use serde::Deserialize;
use transfer::{Request, ResponseError};

use crate::content_range::ContentRange;
use crate::survey::page::Page;
use crate::survey::proof::{Order, Window, gaps};
use crate::survey::query::{Filter, PageRequest, Query, ROME_CODES_AT_ONCE};
use crate::survey::served::StoredOffre;
use crate::survey::{Survey, incomplete};

/// Neighbours that must be able to show their order, for a page to be worth asking again.
const TIES_WORTH_A_PROBE: usize = 20;

/// How often a whole and its parts are counted while they change.
const COUNTS: u8 = 5;

/// Distinguishes the page that is asked to see whether a list stood still.
const AGAIN_IF_QUIET: u8 = 9;

/// An attribute to split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    TypeContrat,
    Origine,
    CodeRome,
}

#[derive(Deserialize)]
struct Metier {
    code: String,
}

impl Survey {
    /// Proves that everything `query` finds is in the ledger; returns how many offers that are.
    pub(crate) fn settle(&self, query: Query) -> LocalBoxFuture<'_, Result<u32>> {
        async move {
            let first = self.page(self.first(&query)).await?;
            if !first.is_whole() && !self.chain(&query, &first).await? {
                self.split(&query, &first).await?;
            }
            Ok(first.total)
        }
        .boxed_local()
    }

    /// Whether linked pages lead from the first offer to the last.
    async fn chain(&self, query: &Query, first: &Arc<Page>) -> Result<bool> {
        if first.total > self.paging_of(query).reach() || self.order_shown().await? != Order::Stable {
            return Ok(false);
        }
        let paging = self.paging_of(query);
        let starts = paging.starts(first.total, 1).into_iter();
        let pages = try_join_all(starts.map(|start| self.page(query.page(start, paging.size)))).await?;
        let window = Window { query: query.clone(), pages, mends: true };
        Ok(gaps(query.span(), window.complete(Order::Stable)).is_empty())
    }

    /// Whether the order inside a second is stable; if nothing has shown it yet, one page is asked again.
    async fn order_shown(&self) -> Result<Order> {
        let (order, tied) = {
            let served = self.served.borrow();
            (served.order(), served.most_tied(TIES_WORTH_A_PROBE))
        };
        match (order, tied) {
            (Order::Unknown, Some(ask)) => self.probe(&ask).await,
            _ => Ok(order),
        }
    }

    async fn split(&self, query: &Query, first: &Page) -> Result<()> {
        tracing::info!(
            "{} offers in {} of {}{}: splitting them",
            first.total,
            self.clock.name(query.span()),
            self.subject,
            query.filter.name()
        );
        let mut short = Vec::new();
        for cut in [Cut::TypeContrat, Cut::Origine, Cut::CodeRome] {
            let parts = self.parts(cut, &query.filter, first).await?;
            if parts.is_empty() {
                continue;
            }
            let totals = try_join_all(parts.iter().map(|part| self.settle(query.part(part)))).await?;
            let found = match cut {
                Cut::TypeContrat => first.types_contrat.iter().map(|(_, count)| count).sum(),
                Cut::Origine | Cut::CodeRome => totals.iter().sum(),
            };
            if self.accounts_for_all(cut, query, first, &parts, found).await? {
                return Ok(());
            }
            short.push((cut, first.total.saturating_sub(found)));
        }
        if self.others_are_held(query, &short) && self.is_quiet(query, first).await? {
            return Ok(());
        }
        Err(self.indivisible(query, first, &short))
    }

    /// Whether the parts, of which `found` offers were counted, hold every offer of the whole.
    async fn accounts_for_all(
        &self,
        cut: Cut,
        query: &Query,
        first: &Page,
        parts: &[Filter],
        mut found: u32,
    ) -> Result<bool> {
        match cut {
            // Counted in the same instant as the total.
            Cut::TypeContrat => return Ok(found >= first.total),
            // Every offer of these codes has one of these codes.
            Cut::CodeRome if !self.codes_of(&query.filter).is_empty() => return Ok(true),
            Cut::Origine | Cut::CodeRome => {}
        }
        if self.some_lack(cut) {
            // An offer that vanishes could stand for one that lacks the attribute: only a list that stood still counts.
            return Ok(found == first.total && self.is_quiet(query, first).await?);
        }
        for again in 1..=COUNTS {
            if found >= first.total.min(self.page(query.count(again)).await?.total) {
                return Ok(true);
            }
            let counts =
                parts.iter().map(|part| self.page(Query { filter: part.clone(), ..query.clone() }.count(again)));
            found = try_join_all(counts).await?.iter().map(|page| page.total).sum();
        }
        Ok(false)
    }

    /// Whether the list is still what it was when it was first asked for.
    async fn is_quiet(&self, query: &Query, first: &Page) -> Result<bool> {
        let now = self.page(PageRequest { again: AGAIN_IF_QUIET, ..self.first(query) }).await?;
        let ids = |page: &Page| page.offres.iter().map(|seen| seen.offre).collect::<HashSet<_>>();
        let order = self.served.borrow().order();
        Ok(now.total == first.total
            && now.types_contrat == first.types_contrat
            && (order != Order::Stable || ids(&now) == ids(first)))
    }

    /// The parts of a filter by one attribute; none if it is split by it already, or would not get smaller.
    async fn parts(&self, cut: Cut, filter: &Filter, first: &Page) -> Result<Vec<Filter>> {
        let base = || filter.clone();
        let parts: Vec<Filter> = match cut {
            Cut::TypeContrat if filter.type_contrat.is_none() && filter.code_rome.is_empty() => {
                let types = first.types_contrat.iter().map(|(code, _)| code.clone());
                types.map(|code| Filter { type_contrat: Some(code), ..base() }).collect()
            }
            Cut::Origine if filter.origine.is_none() && filter.code_rome.is_empty() => {
                ['1', '2'].map(|origine| Filter { origine: Some(origine), ..base() }).into()
            }
            Cut::CodeRome if self.codes_of(filter).is_empty() => {
                let packs = self.codes_rome().await?.chunks(ROME_CODES_AT_ONCE);
                packs.map(|codes| Filter { code_rome: codes.to_vec(), ..base() }).collect()
            }
            Cut::CodeRome if self.codes_of(filter).len() > 1 => {
                let codes = self.codes_of(filter);
                let halves = codes.chunks(codes.len().div_ceil(2));
                halves.map(|codes| Filter { code_rome: codes.to_vec(), ..base() }).collect()
            }
            _ => Vec::new(),
        };
        Ok(if parts.len() > 1 { parts } else { Vec::new() })
    }

    /// The ROME codes that a search with this filter asks for; empty means any.
    fn codes_of<'a>(&'a self, filter: &'a Filter) -> &'a [String] {
        if filter.code_rome.is_empty() { &self.base.code_rome } else { &filter.code_rome }
    }

    /// All ROME codes, in order, asked for once.
    async fn codes_rome(&self) -> Result<&[String]> {
        if self.codes_rome.get().is_none() {
            let request = Request::new("the referential `metiers`", self.metiers.clone());
            let codes =
                self.client.get(&request, |answer| {
                    let metiers: Vec<Metier> = serde_json::from_slice(&answer.body)
                        .map_err(|_| ResponseError::Malformed("an answer that is no list of codes".to_owned()))?;
                    let announced = answer.header("content-range").and_then(|range| range.parse::<ContentRange>().ok());
                    match announced {
                        Some(range) if range.total as usize != metiers.len() => Err(ResponseError::Inconsistent(
                            format!("{} codes, though {} are announced", metiers.len(), range.total),
                        )),
                        _ => Ok(metiers.into_iter().map(|metier| metier.code).collect::<Vec<_>>()),
                    }
                });
            let mut codes = codes.await?;
            codes.sort();
            // Two parts may have asked at once; the lists are the same.
            let _ = self.codes_rome.set(codes);
        }
        Ok(self.codes_rome.get().expect("it was set just now"))
    }

    /// Whether the offers that lack an attribute, as many as are missing from its parts, were found by another one.
    fn others_are_held(&self, query: &Query, short: &[(Cut, u32)]) -> bool {
        if query.filter != Filter::default() {
            return false;
        }
        let served = self.served.borrow();
        let bounds = query.min..=query.max;
        short.iter().any(|(cut, missing)| {
            let in_bounds = served.offres().filter(|(_, held)| bounds.contains(&held.stamp.second()));
            in_bounds.filter(|(_, held)| self.lacks(*cut, held)).count() as u32 >= *missing
        })
    }

    fn some_lack(&self, cut: Cut) -> bool {
        self.served.borrow().offres().any(|(_, held)| self.lacks(cut, held))
    }

    /// Whether no part finds an offer.
    fn lacks(&self, cut: Cut, held: &StoredOffre) -> bool {
        match cut {
            Cut::TypeContrat => !held.attributes.has_type_contrat,
            Cut::Origine => !held.attributes.has_origine,
            Cut::CodeRome => {
                let known = self.codes_rome.get().map(Vec::as_slice).unwrap_or_default();
                let is_known = |code: [u8; 5]| known.binary_search_by(|known| known.as_bytes().cmp(&code)).is_ok();
                !held.attributes.code_rome.is_some_and(is_known)
            }
        }
    }

    fn indivisible(&self, query: &Query, first: &Page, short: &[(Cut, u32)]) -> anyhow::Error {
        let why = match short {
            [] => "nothing is left to split them by".to_owned(),
            _ => {
                let cuts: Vec<_> = short.iter().map(|(cut, missing)| format!("{missing} by {}", cut.name())).collect();
                format!("some are in no part of it ({})", cuts.join(", "))
            }
        };
        incomplete(format!(
            "could not prove {} complete: {} offers share {}{}, and {why}",
            self.subject,
            first.total,
            self.clock.name(query.span()),
            query.filter.name()
        ))
    }
}

impl Cut {
    fn name(self) -> &'static str {
        match self {
            Self::TypeContrat => "contract type",
            Self::Origine => "origin",
            Self::CodeRome => "ROME code",
        }
    }
}
