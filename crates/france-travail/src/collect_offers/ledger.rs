//! The journal of a day: every answer as it came.

use std::cell::RefCell;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use files::{Extent, Journal};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure, paris};
use transfer::{Counts, Response, ResponseError, StatusCode};

use crate::collect_offers::part::Part;
use crate::collect_offers::plan::Plan;
use crate::survey::answer::{self, Read};
use crate::survey::day::Day;
use crate::survey::moment::Span;
use crate::survey::query::PageRequest;
use crate::survey::served::{Arrival, Served};
use crate::survey::{Answered, Keep};

/// The journal of one day, and what it was begun with.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) day: Day,
    pub(crate) plan: Plan,
    /// What each run that worked at it sent and received; the last one is this.
    parts: RefCell<Vec<Part>>,
    journal: RefCell<Journal>,
}

/// Header of a journal record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Record {
    Plan(Plan),
    Run {
        #[serde(default)]
        part: Part,
    },
    Page {
        ask: PageRequest,
        status: u16,
        content_range: String,
        waited_ms: u64,
        /// What the run had sent and received by then: whoever is killed leaves no other word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Part>,
    },
}

impl Ledger {
    /// Opens the journal at `path`: what an unfinished run left is gone on with, unless `plan` asks for something else.
    ///
    /// # Errors
    /// 2 when what was left comes from another service.
    pub(crate) fn open(path: &Path, day: Day, plan: Plan) -> Result<(Self, Served)> {
        let left = Left::read(path, day);
        let Left { plan: found, journal, mut parts, served } = match left {
            Ok(left) if left.plan.as_ref().is_some_and(|found| plan.supersedes(found)) => {
                Left::forget(path, left, day)?
            }
            Err(_) if plan.forced => {
                Journal::remove_at(path)?;
                Left::read(path, day)?
            }
            left => left?,
        };
        if let Some(found) = found.as_ref().filter(|found| found.service != plan.service) {
            return Err(other_service(path, &found.service, &plan.service));
        }
        let begun = found.is_some();
        let part = Part::begin(&plan.begun);
        parts.push(part.clone());
        let (parts, journal) = (RefCell::new(parts), RefCell::new(journal));
        let ledger = Self { day, plan: found.unwrap_or(plan), parts, journal };
        if !begun {
            ledger.record(&Record::Plan(ledger.plan.clone()), b"")?;
        }
        ledger.record(&Record::Run { part }, b"")?;
        Ok((ledger, served))
    }

    /// Runs that worked at it, this one included.
    pub(crate) fn runs(&self) -> u32 {
        self.parts.borrow().len() as u32
    }

    /// What each run sent and received, this one up to its last page.
    pub(crate) fn parts(&self) -> Vec<Part> {
        self.parts.borrow().clone()
    }

    /// What this run sent and received, up to a moment.
    pub(crate) fn count(&self, now: DateTime, counts: Counts) -> Part {
        let mut parts = self.parts.borrow_mut();
        let last = parts.last_mut().expect("a ledger is opened by a run");
        *last = last.at(Plan::moment(now), counts);
        last.clone()
    }

    /// Whether the day was over when its collection began.
    pub(crate) fn is_whole_day(&self) -> bool {
        self.plan.whole_day
    }

    /// The seconds to collect.
    pub(crate) fn span(&self) -> Span {
        Span { from: 0, to: self.plan.to }
    }

    /// Reads an offer's text back.
    pub(crate) fn read_back(&self, place: Extent, buffer: &mut Vec<u8>) -> Result<()> {
        self.journal.borrow().read(place, buffer)
    }

    /// The day is done: the journal goes.
    pub(crate) fn close(self) -> Result<()> {
        self.journal.into_inner().remove()
    }

    fn record(&self, record: &Record, body: &[u8]) -> Result<Extent> {
        let header = serde_json::to_vec(record).context("could not write a journal record")?;
        self.journal.borrow_mut().append(&header, body)
    }
}

impl Keep for Ledger {
    fn read(&self, ask: &PageRequest, response: &Response) -> Result<(Read, Option<Vec<u8>>), ResponseError> {
        let range = response.header("content-range");
        let read = answer::read(ask, self.day.clock(), response.status, range, &response.body)?;
        Ok((read, None))
    }

    fn keep(&self, answered: &Answered<'_>) -> Result<u64> {
        let Answered { ask, response, body, counts, .. } = answered;
        let record = Record::Page {
            ask: (*ask).clone(),
            status: response.status.as_u16(),
            content_range: response.header("content-range").unwrap_or_default().to_owned(),
            waited_ms: response.took.as_millis() as u64,
            part: Some(self.count(paris::now()?, counts.clone())),
        };
        Ok(self.record(&record, body)?.offset)
    }
}

/// What an earlier run left.
struct Left {
    plan: Option<Plan>,
    journal: Journal,
    parts: Vec<Part>,
    served: Served,
}

impl Left {
    fn read(path: &Path, day: Day) -> Result<Self> {
        let (mut plan, mut parts, mut served) = (None, Vec::new(), Served::of(Day::span()));
        let journal = Journal::open(path, |header, body, place| {
            match serde_json::from_slice(header).context("a record of another version")? {
                Record::Plan(found) => plan = Some(found),
                Record::Run { part } => parts.push(part),
                Record::Page { ask, status, content_range, waited_ms, part } => {
                    if let (Some(last), Some(part)) = (parts.last_mut(), part) {
                        *last = part;
                    }
                    let status = StatusCode::from_u16(status).context("a record of another version")?;
                    let read = answer::read(&ask, day.clock(), status, Some(&content_range), body).map_err(spoilt)?;
                    let arrival = Arrival { offset: place.offset, waited_ms, run: parts.len() as u32 };
                    served.add(ask, read, arrival);
                }
            }
            Ok(())
        })
        .map_err(|error| unreadable(path, error))?;
        Ok(Self { plan, journal, parts, served })
    }

    fn forget(path: &Path, left: Self, day: Day) -> Result<Self> {
        tracing::info!("forgetting what an unfinished run left in `{}`", path.display());
        left.journal.remove()?;
        Self::read(path, day)
    }
}

/// What was taken once is refused now: the journal was written by another version of this program.
fn spoilt(refusal: ResponseError) -> anyhow::Error {
    match refusal {
        ResponseError::Malformed(why) | ResponseError::Inconsistent(why) => anyhow!(why),
        ResponseError::Final(error) => error,
    }
}

fn unreadable(path: &Path, error: anyhow::Error) -> anyhow::Error {
    if error.downcast_ref::<Failure>().is_some() {
        return error;
    }
    Failure::new(ExitCode::Usage, format!("could not go on with `{}`", path.display()))
        .hint("begin anew with `--force`, or remove that file")
        .because(error)
        .into()
}

fn other_service(path: &Path, was: &str, is: &str) -> anyhow::Error {
    Failure::new(
        ExitCode::Usage,
        format!("could not go on with `{}`: it was begun with `{was}`, not `{is}`", path.display()),
    )
    .hint("choose another folder with `DONNEES_BRUTES`, or begin anew with `--force`")
    .into()
}
