//! What the journals say up to now: when each day was swept, and where the events of a day stand.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::civil::{Date, DateTime};

use crate::days::journal::{Balayage, Event, Journal, JournalLog};
use crate::days::{Folder, State};
use crate::mirror_offers::arrivals::Arrivals;

/// What was done before.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// By the day swept, in the order of time.
    sweeps: BTreeMap<Date, Vec<Sweep>>,
    /// Where the events of a day stand, in the order of time.
    parts: BTreeMap<Date, Vec<Part>>,
    /// Where offers arrived that their day had not.
    pub(crate) arrivals: Arrivals,
    /// Each service that a journal is of, and one of its journals.
    pub(crate) services: Vec<(String, PathBuf)>,
}

/// A sweep of a day that was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sweep {
    /// The Paris day of the run.
    pub(crate) on: Date,
    pub(crate) begun: DateTime,
    pub(crate) ended: DateTime,
    /// Whether an offer that it did not find was gone.
    pub(crate) is_settled: bool,
}

/// Lines of a journal that are of one day, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    journal: PathBuf,
    offset: u64,
    bytes: u64,
}

impl Past {
    /// Reads all journals of a folder once. What is not proven is never used, and named.
    ///
    /// # Errors
    /// 66 when one cannot be read.
    pub(crate) fn read(folder: &Folder) -> Result<Self> {
        let mut past = Self::default();
        for journal in folder.journals.values() {
            let (mut parts, mut arrivals): (Vec<(Date, Part)>, _) = (Vec::new(), Arrivals::default());
            let measured = journal.read(|line| {
                match parts.last_mut() {
                    Some((jour, _)) if *jour == line.event.jour => {}
                    _ => {
                        let part = Part { journal: journal.data.clone(), offset: line.offset, bytes: 0 };
                        parts.push((line.event.jour, part));
                    }
                }
                let (_, part) = parts.last_mut().expect("one was just put there");
                part.bytes = line.offset + line.bytes - part.offset;
                arrivals.note(&line.event);
                Ok(())
            })?;
            let judged = journal.judge(&measured);
            match (judged.state, judged.log, measured.elements) {
                (State::Complete, Some(log), Ok(lines)) => {
                    past.add(journal, &log, lines, parts);
                    past.arrivals.extend(arrivals);
                }
                _ => tracing::warn!(
                    "`{}` {}: it is not used",
                    journal.data.display(),
                    judged.why.unwrap_or("is no journal")
                ),
            }
        }
        Ok(past)
    }

    fn add(&mut self, journal: &Journal, log: &JournalLog, lines: u64, parts: Vec<(Date, Part)>) {
        self.services.push((log.service.clone(), journal.data.clone()));
        for swept in log.balayages_held(lines) {
            if let Some((jour, sweep)) = Sweep::of(journal.date, swept) {
                self.sweeps.entry(jour).or_default().push(sweep);
            }
        }
        for (jour, part) in parts {
            self.parts.entry(jour).or_default().push(part);
        }
    }

    /// The sweeps of a day, in the order of time.
    pub(crate) fn sweeps(&self, jour: Date) -> &[Sweep] {
        self.sweeps.get(&jour).map_or(&[], Vec::as_slice)
    }

    /// Hands over each event of a day, in the order of time.
    ///
    /// # Errors
    /// 66 when a journal cannot be read.
    pub(crate) fn events(&self, jour: Date, mut take: impl FnMut(Event<'_>)) -> Result<()> {
        for part in self.parts.get(&jour).into_iter().flatten() {
            let unreadable = |error| files::unreadable(&part.journal, error);
            let mut file = files::open(&part.journal)?;
            file.seek(SeekFrom::Start(part.offset)).map_err(unreadable)?;
            let mut lines: BufReader<std::io::Take<File>> = BufReader::new(file.take(part.bytes));
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).map_err(unreadable)? > 0 {
                let event: Event = serde_json::from_slice(&line)
                    .with_context(|| format!("could not read `{}` again: it has changed", part.journal.display()))?;
                take(event);
                line.clear();
            }
        }
        Ok(())
    }
}

impl Sweep {
    fn of(on: Date, swept: &Balayage) -> Option<(Date, Self)> {
        let moment = |text: &str| text.parse::<DateTime>().ok();
        let (begun, ended) = (moment(&swept.debut)?, moment(&swept.fin)?);
        Some((swept.jour?, Self { on, begun, ended, is_settled: !swept.absences_douteuses }))
    }
}
