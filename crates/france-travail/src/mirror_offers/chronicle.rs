//! The journal of a Paris day, and its log: what is there already, and behind it what this run adds, day by day.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use files::{Access, OutputSet};
use jiff::civil::Date;
use serde::Serialize;
use step::{ExitCode, Failure, Provenance, Task, paris};

use crate::days::State;
use crate::days::journal::{Balayage, Journal, JournalLog};
use crate::days::log::Anonymisation;
use crate::service::PROVENANCE;

/// The journal that this run writes.
#[derive(Debug)]
pub(crate) struct Chronicle {
    pub(crate) journal: Journal,
    log: JournalLog,
    /// What was there when the run began, and is kept byte for byte.
    before: Option<File>,
    /// The events of this run, one day behind the other as they were swept.
    events: File,
    /// Where in `events` those of a day are.
    days: BTreeMap<Date, (u64, u64)>,
    end: u64,
}

/// The events of one day, under way.
pub(crate) struct Lines<'a> {
    out: BufWriter<&'a File>,
    bytes: u64,
}

impl Chronicle {
    /// Opens the journal of `date`, which may not be there.
    ///
    /// # Errors
    /// 65 when it is there, and is not proven: what would be added could not be either.
    pub(crate) fn open(folder: &Path, date: Date, service: &str) -> Result<Self> {
        let journal = Journal::of(folder, date);
        let mut log = JournalLog {
            date: Some(date.to_string()),
            service: service.to_owned(),
            fuseau: paris::ZONE.to_owned(),
            fichier: format!("miroir-{date}.jsonl"),
            ..JournalLog::default()
        };
        let mut before = None;
        // A log alone was renamed before the first journal was: it is as if it were not there.
        if journal.data.exists() {
            let measured = journal.read(|_| Ok(()))?;
            let judged = journal.judge(&measured);
            let (State::Complete, Some(there), Ok(lines)) = (judged.state, judged.log, measured.elements) else {
                return Err(unproven(&journal, judged.why.unwrap_or("is no journal")));
            };
            log.balayages = there.balayages_held(lines).to_vec();
            (log.octets, log.sha256) = (measured.octets, measured.sha256.clone());
            (log.source, log.licence) = (there.source, there.licence);
            log.anonymisation =
                Some(Anonymisation { sha256_avant: measured.sha256, ..there.anonymisation.unwrap_or_default() });
            before = Some(files::open(&journal.data)?);
        }
        Ok(Self { journal, log, before, events: files::scratch(folder)?, days: BTreeMap::new(), end: 0 })
    }

    /// Whether the journal is there.
    pub(crate) fn is_there(&self) -> bool {
        self.journal.data.exists()
    }

    /// Begins the events of a day.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn begin(&self) -> Result<Lines<'_>> {
        let mut events = &self.events;
        // What a day that was given up has left is written over.
        events.seek(SeekFrom::Start(self.end)).map_err(|error| self.unwritable(error))?;
        Ok(Lines { out: BufWriter::new(events), bytes: 0 })
    }

    /// Takes a day whose events were written, so many bytes of them, and makes it appear: the log first, then the journal.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn add(&mut self, swept: Balayage, bytes: u64, is_invented: bool, task: &Task) -> Result<()> {
        let jour = swept.jour.expect("a sweep has a day");
        self.days.insert(jour, (self.end, bytes));
        self.end += bytes;
        self.log.balayages.push(swept);
        let Provenance { source, licence } = if is_invented { Provenance::invented() } else { PROVENANCE };
        (self.log.source, self.log.licence) = (source.into_owned(), licence.into_owned());
        self.publish(task)
    }

    /// Size and hash of the journal that is there.
    pub(crate) fn written(&self) -> Option<(u64, &str)> {
        self.is_there().then_some((self.log.octets, &*self.log.sha256))
    }

    fn publish(&mut self, task: &Task) -> Result<()> {
        let folder = self.journal.data.parent().unwrap_or(Path::new("."));
        let names = [format!("miroir-{}.log", self.journal.date), self.log.fichier.clone()];
        let mut set = OutputSet::claim(folder, &names, Access::OwnerAndGroup)?;
        let mut output = set.create(&names[1])?;
        self.copy(&mut output, task).map_err(|error| match error.downcast::<io::Error>() {
            Ok(error) => self.unwritable(error),
            Err(other) => other,
        })?;
        let written = set.put(output)?;
        (self.log.octets, self.log.sha256) = (written.bytes, written.sha256.clone());
        let mut text = serde_json::to_vec_pretty(&self.log).context("could not write the log as JSON")?;
        text.push(b'\n');
        set.write(&names[0], &text)?;
        set.commit()?;
        // What is there now is what the next log speaks of as the journal before.
        let sha256_avant = self.log.sha256.clone();
        let before = self.log.anonymisation.take().unwrap_or_default();
        self.log.anonymisation = Some(Anonymisation { sha256_avant, ..before });
        Ok(())
    }

    fn copy(&self, output: &mut impl Write, task: &Task) -> Result<()> {
        let mut copy = |mut file: &File, from: u64, bytes: u64| -> Result<()> {
            task.go_on()?;
            file.seek(SeekFrom::Start(from))?;
            io::copy(&mut file.take(bytes), output)?;
            Ok(())
        };
        if let Some(before) = &self.before {
            copy(before, 0, u64::MAX)?;
        }
        self.days.values().try_for_each(|(from, bytes)| copy(&self.events, *from, *bytes))
    }

    fn unwritable(&self, error: io::Error) -> anyhow::Error {
        files::unwritable("write", &self.journal.data, error).into()
    }
}

impl Lines<'_> {
    /// Writes a line.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn push(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec(line).context("could not write an event as JSON")?;
        text.push(b'\n');
        self.bytes += text.len() as u64;
        self.write(|out| out.write_all(&text))
    }

    /// How many bytes there are, all of them written.
    ///
    /// # Errors
    /// 74.
    pub(crate) fn end(mut self) -> Result<u64> {
        self.write(|out| out.flush())?;
        Ok(self.bytes)
    }

    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let written = write(&mut self.out);
        written.map_err(|error| files::unwritable("write", Path::new("the events of a day"), error).into())
    }
}

fn unproven(journal: &Journal, why: &str) -> anyhow::Error {
    let message = format!("could not go on with `{}`: it {why}", journal.data.display());
    Failure::new(ExitCode::BadInput, message).hint("move it and its log away, and run again").into()
}
