//! What the service has answered so far: every page in the journal, every offer by its id.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use files::{Extent, Journal};
use indexmap::IndexMap;
use indexmap::map::Entry as Slot;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure};
use transfer::{ResponseError, StatusCode};

use crate::collect_offers::answer::{self, Attributes, Read};
use crate::collect_offers::day::{Day, Span, Stamp};
use crate::collect_offers::page::{Page, PageEntry};
use crate::collect_offers::part::Part;
use crate::collect_offers::plan::Plan;
use crate::collect_offers::proof::{self, Order};
use crate::collect_offers::search::PageRequest;

/// An offer that was served, in its last version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredOffre {
    pub(crate) stamp: Stamp,
    pub(crate) place: Extent,
    pub(crate) attributes: Attributes,
    hash: u64,
    /// Whether it was served in more than one version.
    pub(crate) changed: bool,
}

/// Everything served for one day.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) day: Day,
    pub(crate) plan: Plan,
    /// What each run that worked at it sent and received; the last one is this.
    pub(crate) parts: Vec<Part>,
    journal: Journal,
    served: Served,
}

#[derive(Debug, Default)]
struct Served {
    pages: HashMap<PageRequest, Arc<Page>>,
    offres: IndexMap<Box<str>, StoredOffre>,
    in_day: u64,
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

/// An answer as it came.
pub(crate) struct Answered<'a> {
    pub(crate) status: StatusCode,
    pub(crate) content_range: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) waited_ms: u64,
    /// What this run sent and received up to it.
    pub(crate) part: Part,
}

impl Ledger {
    /// Opens the journal at `path`: what an unfinished run left is gone on with, unless `plan` asks for something else.
    ///
    /// # Errors
    /// 2 when what was left comes from another service.
    pub(crate) fn open(path: &Path, day: Day, plan: Plan) -> Result<Self> {
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
        let mut ledger = Self { day, plan: found.unwrap_or(plan), parts, journal, served };
        if !begun {
            ledger.record(&Record::Plan(ledger.plan.clone()), b"")?;
        }
        ledger.record(&Record::Run { part }, b"")?;
        Ok(ledger)
    }

    /// The answer to `ask`, if it was given.
    pub(crate) fn page(&self, ask: &PageRequest) -> Option<Arc<Page>> {
        self.served.pages.get(ask).cloned()
    }

    /// Keeps an answer that was found good.
    pub(crate) fn add(&mut self, ask: PageRequest, read: Read, answered: &Answered<'_>) -> Result<Arc<Page>> {
        let record = Record::Page {
            ask: ask.clone(),
            status: answered.status.as_u16(),
            content_range: answered.content_range.to_owned(),
            waited_ms: answered.waited_ms,
            part: Some(answered.part.clone()),
        };
        let place = self.record(&record, answered.body)?;
        Ok(self.served.add(ask, read, place, answered.waited_ms, self.day))
    }

    /// Runs that worked at it, this one included.
    pub(crate) fn runs(&self) -> u32 {
        self.parts.len() as u32
    }

    /// What this run sent and received, up to now.
    pub(crate) fn set_part(&mut self, part: Part) {
        *self.parts.last_mut().expect("a ledger is opened by a run") = part;
    }

    /// Whether the day was over when its collection began.
    pub(crate) fn is_whole_day(&self) -> bool {
        self.plan.whole_day
    }

    /// All pages and what they answer.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&PageRequest, &Arc<Page>)> {
        self.served.pages.iter()
    }

    /// Whether the order inside a second is stable, as far as all pages show.
    pub(crate) fn order(&self) -> Order {
        proof::order(self.served.pages.values())
    }

    /// The page whose order could be seen best, if it were asked again, and by at least so many neighbours.
    pub(crate) fn most_tied(&self, least: usize) -> Option<PageRequest> {
        let tied = |page: &Page| (page.ties(), Reverse(page.number));
        let (ask, page) = self.asked().max_by_key(|(_, page)| tied(page))?;
        (page.ties() >= least).then(|| PageRequest { again: 0, ..ask.clone() })
    }

    /// The seconds to collect.
    pub(crate) fn span(&self) -> Span {
        Span { from: 0, to: self.plan.to }
    }

    /// All offers ever served, with their ids.
    pub(crate) fn offres(&self) -> impl Iterator<Item = (&str, &StoredOffre)> {
        self.served.offres.iter().map(|(id, held)| (&**id, held))
    }

    /// Offers of the day itself.
    pub(crate) fn in_day(&self) -> u64 {
        self.served.in_day
    }

    /// Reads an offer's text back.
    pub(crate) fn read(&self, place: Extent, buffer: &mut Vec<u8>) -> Result<()> {
        self.journal.read(place, buffer)
    }

    /// The day is done: the journal goes.
    pub(crate) fn close(self) -> Result<()> {
        self.journal.remove()
    }

    fn record(&mut self, record: &Record, body: &[u8]) -> Result<Extent> {
        let header = serde_json::to_vec(record).context("could not write a journal record")?;
        self.journal.append(&header, body)
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
        let (mut plan, mut parts, mut served) = (None, Vec::new(), Served::default());
        let journal = Journal::open(path, |header, body, place| {
            match serde_json::from_slice(header).context("a record of another version")? {
                Record::Plan(found) => plan = Some(found),
                Record::Run { part } => parts.push(part),
                Record::Page { ask, status, content_range, waited_ms, part } => {
                    if let (Some(last), Some(part)) = (parts.last_mut(), part) {
                        *last = part;
                    }
                    let status = StatusCode::from_u16(status).context("a record of another version")?;
                    let read = answer::read(&ask, day, status, Some(&content_range), body).map_err(spoilt)?;
                    served.add(ask, read, place, waited_ms, day);
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

impl Served {
    fn add(&mut self, ask: PageRequest, read: Read, body: Extent, waited_ms: u64, day: Day) -> Arc<Page> {
        let mut offres = Vec::with_capacity(read.offres.len());
        for offre in read.offres {
            let place = Extent { offset: body.offset + offre.offset as u64, bytes: offre.bytes as u32 };
            let mut held = StoredOffre {
                stamp: offre.stamp,
                place,
                attributes: offre.attributes,
                hash: offre.hash,
                changed: false,
            };
            let number = match self.offres.entry(offre.id) {
                Slot::Occupied(mut known) => {
                    let before = known.get();
                    held.changed = before.changed || before.hash != held.hash;
                    self.in_day -= u64::from(day.holds(before.stamp));
                    known.insert(held);
                    known.index()
                }
                Slot::Vacant(new) => {
                    let number = new.index();
                    new.insert(held);
                    number
                }
            };
            self.in_day += u64::from(day.holds(offre.stamp));
            offres.push(PageEntry { stamp: offre.stamp, offre: number as u32 });
        }
        let page = Arc::new(Page {
            start: ask.start,
            total: read.total,
            offres,
            types_contrat: read.types_contrat,
            waited_ms,
            number: self.pages.len() as u32,
        });
        self.pages.insert(ask, page.clone());
        page
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
