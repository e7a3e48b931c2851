//! The walks of a collection: each asks for some départements and some ROME codes, packed as the service takes them.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;
use files::Extent;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde::Serialize;
use step::{Progress, list_some};
use transfer::{Client, Url};

use crate::collect_history::keeper::WalkKeeper;
use crate::collect_history::ledger::{Codes, Ledger};
use crate::collect_history::period::CLOCK;
use crate::collect_history::referentials::Asked;
use crate::offre::time;
use crate::survey::Survey;
use crate::survey::heard::Heard;
use crate::survey::moment::{Second, Span};
use crate::survey::proof::Window;
use crate::survey::query::{Base, Filter, PAGE_SIZE, Paging, ROME_CODES_AT_ONCE};
use crate::survey::served::Served;
use crate::survey::sweep::Swept;

/// Départements that `departement` takes at once (observed 2026).
const DEPARTEMENTS_AT_ONCE: usize = 5;

/// Walks under way at once: most are one page, and would wait for each other's answers.
const AT_ONCE: usize = 6;

/// Offers that pages repeat at least of the one before. Over months hardly two offers share a second: two would do, three
/// cost two per cent more pages and spare nearly all requests for a border by itself.
const OVERLAP: u32 = 3;

/// Codes that a message names.
const CODES_NAMED: usize = 5;

/// How a walk is paged: small pages repeat less.
pub(crate) fn paging(size: u32) -> Paging {
    Paging { size, overlap: Some((size * OVERLAP).div_ceil(PAGE_SIZE).min(size - 1)), is_frugal: false }
}

/// One walk for each pair of groups of codes; no code is any.
pub(crate) fn pack(asked: &Asked) -> Vec<Codes> {
    let groups = |codes: &[String], size: usize| -> Vec<Vec<String>> {
        match codes {
            [] => vec![vec![]],
            codes => codes.chunks(size).map(<[String]>::to_vec).collect(),
        }
    };
    let romes = groups(&asked.rome, ROME_CODES_AT_ONCE);
    let departements = groups(&asked.departement, DEPARTEMENTS_AT_ONCE);
    let of_departement = |departement: &Vec<String>| {
        let departement = departement.clone();
        romes.iter().map(move |rome| Codes { departement: departement.clone(), rome: rome.clone() })
    };
    departements.iter().flat_map(of_departement).collect()
}

/// What all walks are asked with.
#[derive(Clone)]
pub(crate) struct Course {
    pub(crate) client: Client,
    pub(crate) search: Url,
    pub(crate) metiers: Url,
    pub(crate) span: Span,
    pub(crate) mots_cles: Option<String>,
    pub(crate) results_per_page: u32,
    pub(crate) progress: Progress,
    pub(crate) gathered: Rc<Cell<u64>>,
    pub(crate) codes_rome: Rc<OnceCell<Vec<String>>>,
    pub(crate) asked: Rc<Cell<u64>>,
    pub(crate) heard: Rc<Heard>,
}

impl Course {
    /// All that one walk asks for.
    pub(crate) fn survey(
        &self,
        codes: &Codes,
        keeper: Rc<dyn crate::survey::Keep>,
        served: Served,
        run: u32,
    ) -> Survey {
        Survey {
            client: self.client.clone(),
            search: self.search.clone(),
            metiers: self.metiers.clone(),
            subject: self.name(codes),
            clock: CLOCK,
            span: self.span,
            base: Base {
                departement: codes.departement.clone(),
                code_rome: codes.rome.clone(),
                mots_cles: self.mots_cles.clone(),
            },
            paging: paging(self.results_per_page),
            served: RefCell::new(served),
            keeper,
            run,
            progress: self.progress.clone(),
            gathered: self.gathered.clone(),
            codes_rome: self.codes_rome.clone(),
            asked: self.asked.clone(),
            heard: self.heard.clone(),
        }
    }

    /// As messages name it: `the offers of 35, 44 and M1811`.
    fn name(&self, codes: &Codes) -> String {
        let some = |codes: &[String]| list_some(codes.iter(), CODES_NAMED);
        let mut name = match (codes.departement.as_slice(), codes.rome.as_slice()) {
            ([], []) => "all offers".to_owned(),
            (departement, []) => format!("the offers of départements {}", some(departement)),
            ([], rome) => format!("the offers of ROME {}", some(rome)),
            (departement, rome) => format!("the offers of départements {} and ROME {}", some(departement), some(rome)),
        };
        if let Some(mots_cles) = &self.mots_cles {
            name.push_str(&format!(" with `{mots_cles}`"));
        }
        name
    }
}

/// An offer of the table to come.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// When it was created, in milliseconds of the wall clock.
    pub(crate) created: i64,
    pub(crate) id: Box<str>,
    pub(crate) place: Extent,
}

/// What a walk came to.
#[derive(Debug)]
pub(crate) struct Walked {
    pub(crate) told: WalkTold,
    pub(crate) found: Vec<Found>,
    /// Different items that were no offers.
    pub(crate) set_aside: u32,
}

/// What the report says of a walk.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WalkTold {
    /// Null is any.
    departement: Option<Vec<String>>,
    rome: Option<Vec<String>>,
    /// Total of the first answer.
    pub(crate) announced: u32,
    pub(crate) collected: u64,
    /// Pages asked for, those that only count included.
    requests: usize,
    pub(crate) windows: Vec<WindowTold>,
}

/// What the report says of a window.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WindowTold {
    from: String,
    to: String,
    announced: u32,
    collected: usize,
    pages: usize,
    /// Borders and dense seconds in it that were asked for by themselves.
    mended: usize,
}

/// Collects all walks, some at once.
///
/// # Errors
/// 75 when one cannot be proven; the others are kept.
pub(crate) async fn collect_all(
    course: &Course,
    ledger: &Rc<Ledger>,
    served: Vec<Served>,
    trap: bool,
) -> Result<Vec<Walked>> {
    let walks = ledger.agenda.walks.iter().zip(served).enumerate();
    let collect = async |(walk, (codes, served)): (usize, (&Codes, Served))| -> Result<Walked> {
        let keeper = WalkKeeper { ledger: ledger.clone(), walk };
        let survey = course.survey(codes, Rc::new(keeper), served, ledger.runs());
        let walked = collect_one(survey, codes, trap).await?;
        ledger.end_walk(walk)?;
        Ok(walked)
    };
    stream::iter(walks.map(collect)).buffered(AT_ONCE).try_collect().await
}

async fn collect_one(survey: Survey, codes: &Codes, trap: bool) -> Result<Walked> {
    let announced = survey.announced().await?;
    let mut sweeps = Vec::new();
    for filter in filters(trap) {
        sweeps.push(survey.sweep(&filter, survey.span).await?);
    }
    survey.reconcile(&mut sweeps, announced, trap).await?;
    let span = survey.span;
    let served = survey.served.into_inner();
    let told = WalkTold {
        departement: (!codes.departement.is_empty()).then(|| codes.departement.clone()),
        rome: (!codes.rome.is_empty()).then(|| codes.rome.clone()),
        announced,
        collected: served.inside(),
        requests: served.asked().count(),
        windows: sweeps.iter().flat_map(|swept| tell_windows(swept, span)).collect(),
    };
    let set_aside = served.set_aside();
    let found = served.into_offres().map(|(id, held)| Found { created: held.stamp.0, id, place: held.place });
    Ok(Walked { told, found: found.collect(), set_aside })
}

/// In the trap no search without origin finds all.
fn filters(trap: bool) -> Vec<Filter> {
    match trap {
        false => vec![Filter::default()],
        true => ['1', '2'].map(|origine| Filter { origine: Some(origine), ..Filter::default() }).into(),
    }
}

fn tell_windows(swept: &Swept, span: Span) -> Vec<WindowTold> {
    let mut windows: Vec<&Window> = swept.windows.iter().filter(|window| !window.mends).collect();
    windows.sort_by_key(|window| std::cmp::Reverse(window.query.max));
    let mends: Vec<Span> = swept
        .windows
        .iter()
        .filter(|window| window.mends)
        .map(|window| window.query.span())
        .chain(swept.settled.iter().copied())
        .collect();
    let tell = |window: &&Window| {
        let reached = window.reached();
        let inside = window.pages.iter().flat_map(|page| &page.offres).filter(|seen| span.holds(seen.stamp));
        WindowTold {
            from: told(reached.from),
            to: told(reached.to),
            announced: window.pages.first().map_or(0, |page| page.total),
            collected: inside.map(|seen| seen.offre).collect::<HashSet<_>>().len(),
            pages: window.pages.len(),
            mended: mends.iter().filter(|mend| (reached.from..=reached.to).contains(&mend.to)).count(),
        }
    };
    windows.iter().map(tell).collect()
}

fn told(second: Second) -> String {
    let mut text = time::text(second * 1_000);
    text.truncate("2025-08-21T06:32:43".len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_packed_as_the_service_takes_them() {
        let codes = |count: usize| -> Vec<String> { (0..count).map(|n| format!("{n:03}")).collect() };
        let asked =
            |rome, departement| Asked { rome: codes(rome), departement: codes(departement), ..Asked::default() };
        assert_eq!(pack(&asked(0, 0)), [Codes::default()]);
        assert_eq!(pack(&asked(5, 0)).len(), 1);
        assert_eq!(pack(&asked(201, 0)).len(), 2);
        assert_eq!(pack(&asked(0, 101)).len(), 21);
        let walks = pack(&asked(401, 11));
        assert_eq!(walks.len(), 9);
        assert!(
            walks.iter().all(|walk| (1..=200).contains(&walk.rome.len()) && (1..=5).contains(&walk.departement.len()))
        );
        assert_eq!(walks.iter().map(|walk| walk.rome.len() * walk.departement.len()).sum::<usize>(), 401 * 11);
    }
}
