//! What is known of the offers of a day: its file, then what the journals have of it.

use std::collections::HashMap;

use anyhow::Result;
use jiff::civil::DateTime;
use step::Task;

use crate::content::Content;
use crate::days::journal::{Evenement, Event};
use crate::days::{Day, State};
use crate::mirror_offers::past::{Past, Sweep};

/// The offers of a day, by id.
#[derive(Debug, Default)]
pub(crate) struct Stock(HashMap<Box<str>, Known>);

/// What is known of one offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// Of its latest version.
    pub(crate) digest: u64,
    pub(crate) is_withdrawn: bool,
    /// Whether its latest version is dated to this day: then a search of the day finds it, if it is online.
    pub(crate) is_of_day: bool,
    /// When its latest version was seen.
    pub(crate) seen: DateTime,
    /// When what last held it for certain began.
    pub(crate) held: DateTime,
}

/// What was found of a day on the disk.
#[derive(Debug)]
pub(crate) enum Found {
    Stock(Stock),
    /// It is not complete; why, after its name.
    Unproven(&'static str),
}

impl Stock {
    /// Reads the day's file, which is hashed on the way, and its events.
    ///
    /// # Errors
    /// 66 when a file cannot be read.
    pub(crate) fn read(day: &Day, past: &Past, task: &Task) -> Result<Found> {
        let mut stock = Self::default();
        let (on_day, seen) = (day.date.to_string(), day.seen());
        let measured = day.read(|element| {
            task.go_on()?;
            if let Some(content) = element.raw().ok().and_then(Content::of) {
                stock.know(&content, &on_day, seen, DateTime::MIN);
            }
            Ok(())
        })?;
        let judged = day.judge(&measured);
        if judged.state != State::Complete {
            return Ok(Found::Unproven(judged.why.unwrap_or("is not proven")));
        }
        let collected = judged.log.as_ref().and_then(|log| log.begun()).unwrap_or_default();
        let sweeps = past.sweeps(day.date);
        past.events(day.date, |event| stock.apply(&event, &on_day, sweeps))?;
        let settled = sweeps.iter().filter(|sweep| sweep.is_settled).map(|sweep| sweep.begun).max();
        let held = settled.map_or(collected, |settled| settled.max(collected));
        for known in stock.0.values_mut().filter(|known| !known.is_withdrawn) {
            known.held = known.held.max(held);
        }
        Ok(Found::Stock(stock))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Known> {
        self.0.get(id)
    }

    /// Those that a search of the day is to find, as far as is known.
    pub(crate) fn online(&self) -> impl Iterator<Item = (&str, &Known)> {
        let is_online = |known: &Known| !known.is_withdrawn && known.is_of_day;
        self.0.iter().filter(move |(_, known)| is_online(known)).map(|(id, known)| (&**id, known))
    }

    fn apply(&mut self, event: &Event<'_>, on_day: &str, sweeps: &[Sweep]) {
        let vue: Option<DateTime> = event.vue.parse().ok();
        let of_sweep = sweeps.iter().find(|sweep| Some(sweep.ended) == vue).map(|sweep| sweep.begun);
        match event.offre.and_then(Content::of) {
            Some(content) if content.id == event.id => {
                self.know(&content, on_day, vue.unwrap_or(DateTime::MIN), of_sweep.unwrap_or(DateTime::MIN));
            }
            _ => {
                let is_withdrawn = event.evenement == Evenement::Retiree;
                if let Some(known) = self.0.get_mut(&*event.id).filter(|_| is_withdrawn) {
                    known.is_withdrawn = true;
                }
            }
        }
    }

    fn know(&mut self, content: &Content, on_day: &str, seen: DateTime, held: DateTime) {
        let is_of_day = content.date_creation.get(..10) == Some(on_day);
        let known = Known { digest: content.digest, is_withdrawn: false, is_of_day, seen, held };
        self.0.insert(content.id.as_str().into(), known);
    }
}
