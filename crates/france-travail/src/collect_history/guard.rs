//! The guard: whether a search without origin finds the offers of both.
//!
//! Reported once (August 2026): without `origineOffre` only origin 1 is found. That is how a service is, not some of its
//! filters: so one walk is compared by itself, and of several none, but all offers of the period. Pages that guard or count
//! add no row.

use std::rc::Rc;

use anyhow::Result;

use crate::collect_history::keeper::WalkKeeper;
use crate::collect_history::ledger::{Codes, Ledger};
use crate::collect_history::walk::Course;
use crate::survey::answer::Read;
use crate::survey::query::{Filter, PageRequest, Query};
use crate::survey::served::Served;
use crate::survey::{Answered, Keep};

/// Counts are kept nowhere: a run that goes on asks for them again, unless it knows already what they said.
struct Unkept(WalkKeeper);

impl Keep for Unkept {
    fn read(
        &self,
        ask: &PageRequest,
        response: &transfer::Response,
    ) -> Result<(Read, Option<Vec<u8>>), transfer::ResponseError> {
        self.0.read(ask, response)
    }

    fn keep(&self, answered: &Answered<'_>) -> Result<u64> {
        self.0.ledger.count_page(answered.counts.clone());
        Ok(0)
    }
}

/// Whether each origin has to be collected apart.
pub(crate) async fn is_trap(course: &Course, ledger: &Rc<Ledger>) -> Result<bool> {
    if let Some(trap) = ledger.trap.get() {
        return Ok(trap);
    }
    let (codes, mots_cles) = match ledger.agenda.walks.as_slice() {
        [only] => (only.clone(), course.mots_cles.clone()),
        _ => (Codes::default(), None),
    };
    let course = Course { mots_cles, ..course.clone() };
    let keeper = Unkept(WalkKeeper { ledger: ledger.clone(), walk: 0 });
    let survey = course.survey(&codes, Rc::new(keeper), Served::of(course.span), ledger.runs());
    let total = survey.page(Query::over(&Filter::default(), course.span).count(0)).await?.total;
    let origins = survey.compare_origins(course.span, total).await?;
    if origins.trap {
        tracing::warn!("a search without origin does not find all offers: each origin is collected apart");
    }
    ledger.note_trap(origins.trap)?;
    Ok(origins.trap)
}
