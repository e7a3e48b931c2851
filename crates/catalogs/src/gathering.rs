//! Takes what a dialect finds, item by item, and makes lines of it.
//!
//! A dialect goes through a listing like this:
//!
//! ```ignore
//! match portal.get(&question).await? {
//!     Answer::AsBefore(unit) => {
//!         gathering.carry(&unit)?;
//!         next = of(&unit.data);
//!     }
//!     Answer::Fresh(body) => {
//!         let page = read(&body)?;
//!         gathering.begin(Part::of_answer(&body));
//!         for item in page.items {
//!             gathering.add(item)?;
//!         }
//!         gathering.end(json!({ "next": page.next }))?;
//!     }
//! }
//! ```
//!
//! Of a CKAN search, whose pages hold many packages, each package is a part: `Part::of_item(id)`, with
//! `{"metadata_modified": ..}` as data; a later listing of ids and dates looks with [`Portal::remembered`] whether a
//! package has to be asked for, and carries it if not.
//!
//! [`Portal::remembered`]: crate::portal::Portal::remembered

mod carrying;
mod keeping;
mod lines;
mod telling;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Result;
use report::{Findings, FindingsArgs};
use serde_json::Value;
use step::Progress;
use uuid::Uuid;

use crate::changes::{Changes, Items, Names};
use crate::coverage::Coverage;
use crate::item::{Finding, Item, Kind, Outcome};
use crate::ledger::Ledger;
use crate::memory::{self, PartTold, State, Unit, UnitItem, UnitService};
use crate::portal::Body;
use crate::rules::rules;
use crate::service::Service;
use crate::settings::Settings;
use crate::store::{Place, Store};

use telling::Told;
pub(crate) use telling::{ItemLine, kind_name};

/// What was gathered up to now.
#[derive(Debug)]
pub(crate) struct Gathering {
    settings: Rc<Settings>,
    findings_args: FindingsArgs,
    folder: PathBuf,
    /// The run's one instant, as files have it.
    pub(crate) now: String,
    pub(crate) datasets: Ledger,
    pub(crate) dataservices: Ledger,
    pub(crate) findings: Findings,
    /// A line of `items.jsonl` for each item.
    pub(crate) items: Store,
    /// Items so far.
    pub(crate) count: u64,
    pub(crate) counts: Items,
    pub(crate) changes: Changes,
    pub(crate) names: Names,
    pub(crate) coverage: Coverage,
    pub(crate) format: Option<String>,
    /// Warnings that an item got once all had come.
    later: HashMap<u64, u64>,
    /// Items that the portal did not answer for: asked again later, they may come.
    pub(crate) unanswered: u64,
    /// Identifiers of datasets by the numbers of the addresses of their nodes, where these are not what they are known by.
    by_uri: HashMap<u64, Uuid>,
    /// Bytes of what items are known by.
    kept: u64,
    pub(crate) units: Store,
    pub(crate) unit_keys: HashSet<u64>,
    part: Option<Unit>,
    /// What came of it so far, as it will be remembered: a page may have any number of items.
    told: PartTold,
    progress: Progress,
}

/// What the next items come from: whatever can be told to be unchanged by one sign.
#[derive(Debug)]
pub(crate) struct Part(Unit);

impl Part {
    /// An answer: known by its address, unchanged by 304 or its bytes.
    pub(crate) fn of_answer(body: &Body) -> Self {
        let hash = memory::hex(&body.hash);
        Self(Unit { validators: body.validators.clone(), hash, ..Unit::new(body.asked.as_str()) })
    }

    /// SHA-256 of the answer, in hexadecimal.
    pub(crate) fn hash(&self) -> &str {
        &self.0.hash
    }

    /// One item of a listing, known by its identifier; `data` of its unit tells when it is unchanged (a date).
    pub(crate) fn of_item(remote_id: &str) -> Self {
        Self(Unit::new(&memory::key_of_item(remote_id)))
    }
}

impl Gathering {
    /// `folder` holds what is remembered, and what is too much for memory.
    pub(crate) fn new(
        settings: Rc<Settings>,
        findings_args: FindingsArgs,
        folder: &Path,
        datasets: Ledger,
        dataservices: Ledger,
    ) -> Result<Self> {
        let findings = Findings::new(rules(findings_args.lang), &findings_args, folder);
        Ok(Self {
            now: crate::values::date::show(settings.now),
            settings,
            findings_args,
            folder: folder.to_owned(),
            datasets,
            dataservices,
            findings,
            items: Store::new(folder)?,
            count: 0,
            counts: Items::default(),
            changes: Changes::default(),
            names: Names::default(),
            coverage: Coverage::default(),
            format: None,
            later: HashMap::new(),
            unanswered: 0,
            by_uri: HashMap::new(),
            kept: 0,
            units: Store::new(folder)?,
            unit_keys: HashSet::new(),
            part: None,
            told: PartTold::default(),
            progress: Progress::unwatched(),
        })
    }

    /// Where what is too much for memory goes.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Shows how many items have come.
    pub(crate) fn show(&mut self, progress: Progress) {
        self.progress = progress;
    }

    /// Items so far whose identifier had not come before.
    pub(crate) fn new_items(&self) -> u64 {
        self.datasets.named() + self.dataservices.named()
    }

    /// Whether no further item is wanted: nothing more is to be asked.
    pub(crate) fn is_full(&self) -> bool {
        self.settings.most_items.is_some_and(|most| self.count >= most)
    }

    /// The items that came are dropped: the listing is gone through once more.
    pub(crate) fn begin_again(&mut self) -> Result<()> {
        self.datasets.begin_again()?;
        self.dataservices.begin_again()?;
        self.take_findings();
        self.items.clear()?;
        self.units.clear()?;
        self.unit_keys.clear();
        self.by_uri.clear();
        self.later.clear();
        (self.count, self.unanswered, self.kept, self.part) = (0, 0, 0, None);
        (self.counts, self.changes) = (Items::default(), Changes::default());
        (self.names, self.coverage) = (Names::default(), Coverage::default());
        Ok(())
    }

    /// Takes an item. One whose remote identifier has come already is told as `item.duplicate` here.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn add(&mut self, item: Item) -> Result<()> {
        let Item { remote_id, name, remote_url, outcome, findings } = item;
        let kind = outcome.kind();
        let findings: Vec<Finding> = findings.into_iter().map(telling::without_contacts).collect();
        let mut told = Told { item: self.count + 1, remote_id, name, remote_url, kind, state: State::Done, findings };
        let line = match outcome {
            Outcome::Failed(_) => {
                told.state = State::Failed;
                None
            }
            Outcome::Unanswered(_) => {
                // It is not remembered: the next run asks again.
                self.part = None;
                self.unanswered += 1;
                told.state = State::Failed;
                None
            }
            Outcome::Skipped(_) => {
                told.state = State::Skipped;
                None
            }
            Outcome::Dataset(_) | Outcome::Dataservice(_) if self.is_duplicate(&told) => {
                told.fail_as_duplicate();
                None
            }
            Outcome::Dataset(dataset) => Some(self.line_of_dataset(*dataset, &mut told)?),
            Outcome::Dataservice(service) => Some(self.line_of_dataservice(*service, &mut told)?),
        };
        if self.part.is_some() {
            self.told.add_item(&told.as_unit_item())?;
        }
        self.take(told, line)
    }

    /// The format of the answers, as reports name it: `JSON`, `RDF/XML`; the first counts.
    pub(crate) fn set_format(&mut self, format: &str) {
        self.format.get_or_insert_with(|| format.to_owned());
    }

    /// What is to be told of the listing and of no item.
    pub(crate) fn tell(&mut self, finding: Finding) -> Result<()> {
        self.tell_of(None, None, &telling::without_contacts(finding))
    }

    /// The items that come until [`Gathering::end`] are `part`'s.
    pub(crate) fn begin(&mut self, part: Part) {
        self.part = Some(part.0);
        self.told = PartTold::default();
    }

    /// The part has a service, which waits for the end of all pages.
    pub(crate) fn note_service(&mut self, service: &Service) -> Result<()> {
        self.told.add_service(&as_unit_service(service))
    }

    /// The part has given all its items; `data` comes back with it next time.
    pub(crate) fn end(&mut self, data: Value) -> Result<()> {
        let told = std::mem::take(&mut self.told);
        match self.part.take() {
            Some(part) => self.remember(&Unit { data, ..part }, &told),
            None => Ok(()),
        }
    }

    /// The findings, which go into their file.
    pub(crate) fn take_findings(&mut self) -> Findings {
        let none = Findings::new(rules(self.findings_args.lang), &self.findings_args, &self.folder);
        std::mem::replace(&mut self.findings, none)
    }

    fn remember(&mut self, unit: &Unit, told: &PartTold) -> Result<()> {
        self.units.add(|held| told.write(unit, held)).map(drop::<Place>)?;
        self.unit_keys.insert(memory::number_of(&unit.key));
        Ok(())
    }

    fn ledger(&mut self, kind: Kind) -> &mut Ledger {
        match kind {
            Kind::Dataset => &mut self.datasets,
            Kind::Dataservice => &mut self.dataservices,
        }
    }
}

/// What is remembered of a service that waits.
fn as_unit_service(service: &Service) -> UnitService {
    let Service { uri, item } = service;
    let (state, serves) = match &item.outcome {
        Outcome::Dataservice(service) => (State::Done, service.datasets.clone()),
        Outcome::Skipped(_) => (State::Skipped, Vec::new()),
        _ => (State::Failed, Vec::new()),
    };
    let item = UnitItem {
        remote_id: item.remote_id.clone(),
        name: item.name.clone(),
        remote_url: item.remote_url.clone(),
        kind: Kind::Dataservice,
        state,
        findings: item.findings.iter().cloned().map(telling::without_contacts).collect(),
    };
    UnitService { uri: uri.clone(), item, serves }
}
