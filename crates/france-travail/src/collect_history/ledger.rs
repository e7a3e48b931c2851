//! The journal of a collection: of each page its rows, normalised, and what proves it. Nothing of a contact is in it.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use files::{Access, Backwards, Extent, Journal, ReplacedFile};
use serde::{Deserialize, Serialize};
use step::paris;

use crate::collect_history::checkpoint::{Checkpoint, Position, spoilt};
use crate::collect_history::items::read_kept;
use crate::collect_history::tally::Tally;
use crate::offre::time;
use crate::survey::Answered;
use crate::survey::answer::Read;
use crate::survey::moment::{Second, Span};
use crate::survey::query::PageRequest;
use crate::survey::served::{Arrival, Served};

/// What is asked for in turn, as it was decided at the first start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agenda {
    /// The first start, as the checkpoint has it: a journal belongs to one checkpoint.
    pub(crate) started: String,
    pub(crate) unknown_rome: Vec<String>,
    pub(crate) walks: Vec<Codes>,
}

/// The codes of one walk; none is any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Codes {
    pub(crate) departement: Vec<String>,
    pub(crate) rome: Vec<String>,
}

/// Header of a journal record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
enum Record {
    Agenda(Agenda),
    Run,
    /// Whether a search without origin hides some offers.
    Guard {
        trap: bool,
    },
    Page {
        walk: usize,
        ask: PageRequest,
        total: u32,
        items: u32,
        types_contrat: Vec<(String, u32)>,
        waited_ms: u64,
        /// What the run had sent by then: whoever is killed leaves no other word.
        tally: Tally,
    },
}

/// The journal, and the checkpoint that tells of it.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) agenda: Agenda,
    pub(crate) trap: Cell<Option<bool>>,
    journal: RefCell<Journal>,
    checkpoint: RefCell<Checkpoint>,
    file: RefCell<ReplacedFile>,
    /// The checkpoint is written after so many offers.
    interval: u64,
    since_written: Cell<u64>,
    /// What each run sent; the last one is this.
    tallies: RefCell<Vec<Tally>>,
    /// Pages that this run asked for, and what had been tried again before the first.
    pages: Cell<u64>,
    retries_before: u64,
    /// How far each walk is.
    walks: RefCell<Vec<Progress>>,
}

/// How far one walk is.
#[derive(Debug, Clone, Default)]
struct Progress {
    is_done: bool,
    /// The windows that are whole, each from its newest to its oldest second.
    windows: Vec<Span>,
    inside: u64,
}

/// What an earlier run left.
#[derive(Debug)]
pub(crate) struct Left {
    journal: Journal,
    /// None in a journal that is torn up to its begin.
    pub(crate) agenda: Option<Agenda>,
    /// Whether the journal has yet to be told of it.
    is_new: bool,
    served: Vec<Served>,
    tallies: Vec<Tally>,
    trap: Option<bool>,
}

impl Left {
    /// Opens the journal at `path`, made if need be; the checkpoint tells of which start it must be.
    ///
    /// # Errors
    /// 65 when it is not there, though a checkpoint is, or is none.
    pub(crate) fn read(path: &Path, started: &str, wanted: Span) -> Result<Self> {
        if !path.is_file() || !Journal::is_one(path)? {
            return Err(spoilt(path, "it is not the journal of this checkpoint"));
        }
        let left = Self::open(path, wanted)?;
        match left.agenda.as_ref().is_some_and(|agenda| agenda.started != started) {
            true => Err(spoilt(path, "it is the journal of another collection")),
            false => Ok(left),
        }
    }

    /// A journal without a page.
    pub(crate) fn nothing(path: &Path, wanted: Span) -> Result<Self> {
        Journal::remove_at(path)?;
        Self::open(path, wanted)
    }

    fn open(path: &Path, wanted: Span) -> Result<Self> {
        let (mut agenda, mut served, mut tallies, mut trap) = (None, Vec::<Served>::new(), Vec::new(), None);
        let journal = Journal::open(path, |header, body, place| {
            match serde_json::from_slice(header).context("a record of another version")? {
                Record::Agenda(found) => agenda = Some(found),
                Record::Run => tallies.push(Tally::default()),
                Record::Guard { trap: found } => trap = Some(found),
                Record::Page { walk, ask, total, items, types_contrat, waited_ms, tally } => {
                    let Some(last) = tallies.last_mut() else { bail!("a page before its run") };
                    *last = tally;
                    while served.len() <= walk {
                        served.push(Served::of(wanted));
                    }
                    let read = Read { total, items, types_contrat, ..read_kept(body)? };
                    let arrival = Arrival { offset: place.offset, waited_ms, run: tallies.len() as u32 };
                    served[walk].add(ask, read, arrival);
                }
            }
            Ok(())
        });
        let journal = journal.map_err(|error| match error.downcast_ref::<step::Failure>() {
            Some(_) => error,
            None => spoilt(path, &format!("{error:#}")),
        })?;
        Ok(Self { journal, agenda, is_new: false, served, tallies, trap })
    }

    /// The same, with what is to be asked for.
    pub(crate) fn with(self, agenda: Agenda) -> Self {
        Self { is_new: true, agenda: Some(agenda), ..self }
    }

    /// Goes on, or begins.
    pub(crate) fn go_on(
        self,
        checkpoint: Checkpoint,
        file: &Path,
        interval: u64,
        retries_before: u64,
    ) -> Result<(Rc<Ledger>, Vec<Served>)> {
        let Self { journal, agenda, is_new, mut served, mut tallies, trap } = self;
        let agenda = agenda.context("could not go on: nothing is to be asked for")?;
        tallies.push(Tally::default());
        let wanted = checkpoint.period.span();
        served.resize_with(agenda.walks.len().max(served.len()), || Served::of(wanted));
        let walks = served.iter().map(|served| Progress { inside: served.inside(), ..Progress::default() }).collect();
        let ledger = Ledger {
            agenda,
            trap: Cell::new(trap),
            journal: RefCell::new(journal),
            checkpoint: RefCell::new(checkpoint),
            file: RefCell::new(ReplacedFile::at(file, Access::OwnerAndGroup)),
            interval,
            since_written: Cell::new(0),
            tallies: RefCell::new(tallies),
            pages: Cell::new(0),
            retries_before,
            walks: RefCell::new(walks),
        };
        if is_new {
            ledger.record(&Record::Agenda(ledger.agenda.clone()), b"")?;
        }
        ledger.record(&Record::Run, b"")?;
        ledger.write_checkpoint()?;
        Ok((Rc::new(ledger), served))
    }
}

impl Ledger {
    /// Runs that worked at it, this one included.
    pub(crate) fn runs(&self) -> u32 {
        self.tallies.borrow().len() as u32
    }

    /// What all runs sent, this one up to its last page.
    pub(crate) fn tally(&self) -> Tally {
        Tally::sum(self.tallies.borrow().iter())
    }

    /// Counts what this run sent and received up to now.
    pub(crate) fn count(&self, counts: transfer::Counts) -> Tally {
        let tally = Tally::of(counts, self.pages.get(), self.retries_before);
        *self.tallies.borrow_mut().last_mut().expect("a ledger is opened by a run") = tally.clone();
        tally
    }

    /// A page was asked for that is kept nowhere.
    pub(crate) fn count_page(&self, counts: transfer::Counts) {
        self.pages.update(|pages| pages + 1);
        self.count(counts);
    }

    /// Notes what the guard has found.
    pub(crate) fn note_trap(&self, trap: bool) -> Result<()> {
        self.trap.set(Some(trap));
        self.record(&Record::Guard { trap }, b"").map(drop)
    }

    /// Keeps an answer to a walk, and tells where what is kept of it begins.
    pub(crate) fn keep_page(&self, walk: usize, answered: &Answered<'_>) -> Result<u64> {
        let Answered { ask, read, body, response, counts } = answered;
        self.pages.update(|pages| pages + 1);
        let record = Record::Page {
            walk,
            ask: (*ask).clone(),
            total: read.total,
            items: read.items,
            types_contrat: read.types_contrat.clone(),
            waited_ms: response.took.as_millis() as u64,
            tally: self.count(counts.clone()),
        };
        Ok(self.record(&record, body)?.offset)
    }

    /// So many offers of the period are there of a walk.
    pub(crate) fn set_inside(&self, walk: usize, inside: u64) -> Result<()> {
        let before = std::mem::replace(&mut self.walks.borrow_mut()[walk].inside, inside);
        self.since_written.update(|count| count + inside.saturating_sub(before));
        if self.since_written.get() >= self.interval { self.write_checkpoint() } else { Ok(()) }
    }

    /// A window of a walk is whole.
    pub(crate) fn pass_window(&self, walk: usize, window: Span) -> Result<()> {
        self.walks.borrow_mut()[walk].windows.push(window);
        self.write_checkpoint()
    }

    /// A walk is done.
    pub(crate) fn end_walk(&self, walk: usize) -> Result<()> {
        self.walks.borrow_mut()[walk].is_done = true;
        self.write_checkpoint()
    }

    /// Reads a row back.
    pub(crate) fn read_back<'a>(&self, place: Extent, blocks: &'a mut Backwards) -> Result<&'a [u8]> {
        blocks.read(&self.journal.borrow(), place)
    }

    fn record(&self, record: &Record, body: &[u8]) -> Result<Extent> {
        let header = serde_json::to_vec(record).context("could not write a journal record")?;
        self.journal.borrow_mut().append(&header, body)
    }

    fn write_checkpoint(&self) -> Result<()> {
        let mut checkpoint = self.checkpoint.borrow_mut();
        let walks = self.walks.borrow();
        let count = self.agenda.walks.len();
        let at = walks.iter().take(count).position(|walk| !walk.is_done).unwrap_or(count.saturating_sub(1));
        let span = checkpoint.period.span();
        let created = walks.get(at).and_then(|walk| walk.reached(span));
        checkpoint.position =
            Position { walk: at + 1, walks: count, created: created.map(|second| time::text(second * 1_000)) };
        checkpoint.records = walks.iter().map(|walk| walk.inside).sum();
        checkpoint.requests = self.tally().search;
        checkpoint.runs = self.runs();
        checkpoint.updated = moment(paris::now()?);
        self.since_written.set(0);
        checkpoint.write(&mut self.file.borrow_mut())
    }
}

/// A moment of the Paris clock, to the second.
pub(crate) fn moment(at: jiff::civil::DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Progress {
    /// The oldest second down to which, from the newest, all windows are whole.
    fn reached(&self, span: Span) -> Option<Second> {
        let mut reached = span.to + 1;
        let mut windows = self.windows.clone();
        windows.sort_unstable_by_key(|window| std::cmp::Reverse(window.to));
        for window in windows {
            if window.to + 1 < reached {
                break;
            }
            reached = reached.min(window.from);
        }
        (reached <= span.to).then_some(reached)
    }
}
