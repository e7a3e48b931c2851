//! A sweep beside what is known of its day: what has become of the offers since.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::{Context, Result};
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::content::{Content, on_one_line};
use crate::days::journal::Evenement;
use crate::days::withdrawn::SWEEP;
use crate::mirror_offers::chronicle::Lines;
use crate::mirror_offers::detail::Told;
use crate::mirror_offers::stock::Stock;

/// How a journal writes a moment.
pub(crate) const MOMENT: &str = "%Y-%m-%dT%H:%M:%S";

/// How many events of each kind there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) created: u64,
    pub(crate) changed: u64,
    pub(crate) withdrawn: u64,
    pub(crate) reappeared: u64,
    /// Of the withdrawn, those of which the service itself said so.
    pub(crate) confirmed: u64,
}

/// What a day's offers online say, and those that are not.
#[derive(Debug)]
pub(crate) struct Comparison {
    online: HashSet<String>,
    /// By id, the event and the offer as served.
    told: BTreeMap<String, (Evenement, Box<RawValue>)>,
}

/// A line of the journal; its keys in their order.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    jour: Date,
    evenement: Evenement,
    preuve: &'static str,
    vue: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    presente_le: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offre: Option<&'a RawValue>,
}

/// By the offer itself, not by the search.
const DETAIL: &str = "detail";

impl Comparison {
    pub(crate) fn new() -> Self {
        Self { online: HashSet::new(), told: BTreeMap::new() }
    }

    /// Takes in an offer that is online, as served.
    ///
    /// # Errors
    /// When it is no offer, which the sweep has made sure of.
    pub(crate) fn meet(&mut self, stock: &Stock, served: &[u8]) -> Result<()> {
        let offre: &RawValue = serde_json::from_slice(served).context("could not read an offer back")?;
        let content = Content::of(offre).context("could not read an offer back: it has no id")?;
        let event = match stock.get(&content.id) {
            None => Some(Evenement::Creee),
            Some(known) if known.is_withdrawn => Some(Evenement::Reapparue),
            Some(known) if known.digest != content.digest => Some(Evenement::Modifiee),
            Some(_) => None,
        };
        if let Some(event) = event {
            self.told.insert(content.id.clone(), (event, on_one_line(offre)));
        }
        self.online.insert(content.id);
        Ok(())
    }

    /// The offers that were online when last heard of, and that the sweep did not find.
    pub(crate) fn absent<'s>(&self, stock: &'s Stock) -> BTreeSet<&'s str> {
        stock.online().map(|(id, _)| id).filter(|id| !self.online.contains(*id)).collect()
    }

    /// Those that were not known to be online in this day, and are.
    pub(crate) fn arrived(&self) -> impl Iterator<Item = &str> {
        let is_new = |event: Evenement| matches!(event, Evenement::Creee | Evenement::Reapparue);
        self.told.iter().filter(move |(_, (event, _))| is_new(*event)).map(|(id, _)| &**id)
    }

    /// Writes the events of the day, by id. Of those that are absent, whose absence proves something only if `told` leaves
    /// no doubt of the search, those are withdrawn that are gone.
    pub(crate) fn write(
        &self,
        jour: Date,
        seen: DateTime,
        (stock, absent): (&Stock, &BTreeSet<&str>),
        told: &BTreeMap<&str, Told>,
        out: &mut Lines<'_>,
    ) -> Result<Tally> {
        let absence_proves = told.values().all(|told| matches!(told, Told::Gone));
        let vue = seen.strftime(MOMENT).to_string();
        let mut tally = Tally::default();
        let ids: BTreeSet<&str> = absent.iter().copied().chain(self.told.keys().map(String::as_str)).collect();
        for id in ids {
            let mut line = Line {
                id,
                jour,
                evenement: Evenement::Retiree,
                preuve: SWEEP,
                vue: &vue,
                presente_le: None,
                offre: None,
            };
            match (self.told.get(id), told.get(id)) {
                (Some((evenement, offre)), _) => (line.evenement, line.offre) = (*evenement, Some(&**offre)),
                (None, Some(Told::Elsewhere(offre))) => {
                    (line.evenement, line.preuve, line.offre) = (Evenement::Modifiee, DETAIL, Some(&**offre));
                }
                (None, Some(Told::Hidden)) => continue,
                (None, None) if !absence_proves => continue,
                (None, gone) => {
                    line.preuve = if gone.is_some() { DETAIL } else { SWEEP };
                    line.presente_le = stock.get(id).map(|known| known.held.strftime(MOMENT).to_string());
                }
            }
            tally.count(&line);
            out.push(&line)?;
        }
        Ok(tally)
    }
}

impl Tally {
    /// How many events.
    pub(crate) fn events(&self) -> u64 {
        self.created + self.changed + self.withdrawn + self.reappeared
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.withdrawn += other.withdrawn;
        self.reappeared += other.reappeared;
        self.confirmed += other.confirmed;
    }

    fn count(&mut self, line: &Line<'_>) {
        match line.evenement {
            Evenement::Creee => self.created += 1,
            Evenement::Modifiee => self.changed += 1,
            Evenement::Reapparue => self.reappeared += 1,
            Evenement::Retiree => {
                self.withdrawn += 1;
                self.confirmed += u64::from(line.preuve == DETAIL);
            }
        }
    }
}
