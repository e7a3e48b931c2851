//! From the files of days and journals to what is known of them: read once each, or remembered.

use std::borrow::Cow;
use std::cell::Cell;
use std::path::{Path, PathBuf};

use anyhow::Result;
use step::{ExitCode, Failure, Progress, Provenance, Task};

use crate::content::{Said, Scanned};
use crate::days::elements::{Element, Flaw};
use crate::days::journal::{Evenement, Journal, Line};
use crate::days::{Day, State};
use crate::merge_offers::draft::Drafts;
use crate::merge_offers::head::{self, Head};
use crate::merge_offers::lines::Lines;
use crate::merge_offers::making::Offer;
use crate::merge_offers::sheet::{self, Gone, Known, Note, Notes, Place, Rejected, Seen, Stat};
use crate::merge_offers::source::{Kind, Source, rejects_of};
use crate::offre::reject::Reject;
use crate::offre::time;

/// The folder in which sheets are remembered.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pub(crate) folder: PathBuf,
    /// Whether files are read again even if they are remembered.
    pub(crate) verifies: bool,
}

impl Memory {
    fn sheet(&self, source: &Path) -> PathBuf {
        self.folder.join(format!("{}.sheet", report::name_of(source)))
    }

    /// What is remembered of a source, if its files are still those that were read.
    fn recall(&self, source: &Path, data: Option<Stat>, log: Option<Stat>) -> Option<Known> {
        if self.verifies || data.is_none() {
            return None;
        }
        let sheet = self.sheet(source);
        let is_same = |known: &Known| known.data == data && known.log == log;
        sheet::recall(&sheet).filter(|known| is_same(known) && known.rejects.is_whole(&rejects_of(&sheet)))
    }
}

/// What is known of a day; its sheet is there unless it is altered.
///
/// Its rows are drafted on the way, where that is of use.
pub(crate) fn day(
    day: &Day,
    memory: &Memory,
    drafts: &mut Drafts<'_>,
    progress: &Progress,
    task: &Task,
) -> Result<Source> {
    let sheet = memory.sheet(&day.data);
    let (data, log) = (Stat::of(&day.data), Stat::of(&day.log));
    let source =
        |known| Source { kind: Kind::Day, date: day.date, path: day.data.clone(), sheet: sheet.clone(), known };
    if let Some(known) = memory.recall(&day.data, data, log) {
        progress.add(known.elements);
        return Ok(source(known));
    }
    ensure_file(&day.data, data)?;
    let (mut notes, mut rejects) = (Notes::default(), Lines::new(rejects_of(&sheet)));
    // Known before, since the log is small and each note says when it was seen.
    let vue = time::of(day.seen());
    let mut drafting = drafts.begin(day, vue);
    let with_items = Cell::new(drafting.is_some());
    let measured = day.read_scanned(&with_items, |element, scanned| {
        task.go_on()?;
        progress.add(1);
        let (said, item) = scanned.map(|Scanned { said, item }| (said, item)).unzip();
        let draft = |id: &str, seen: &Seen| {
            let (file, day) = (report::name_of(&day.data), Some(day.date));
            drafts.add(&mut drafting, Offer { text: element.text, item: item.flatten(), id, file, day }, seen);
            with_items.set(drafting.is_some());
        };
        note_element(element, said, vue, day, (&mut notes, &mut rejects), draft)
    })?;
    let judged = day.judge(&measured);
    let known = Known {
        data,
        log,
        state: judged.state,
        why: judged.why.map(str::to_owned),
        sha256: measured.sha256,
        service: judged.log.as_ref().and_then(|log| log.preuve.as_ref()).map(|preuve| preuve.service.clone()),
        is_invented: judged.log.as_ref().is_some_and(crate::days::log::Log::is_invented),
        vue,
        elements: measured.elements.unwrap_or(0),
        rejects: rejects.end()?,
    };
    if Stat::of(&day.data) != data || Stat::of(&day.log) != log {
        return Err(changed(&day.data));
    }
    if known.state != State::Altered {
        notes.write(&sheet, &known)?;
        drafts.end(drafting);
    }
    Ok(source(known))
}

/// # Errors
/// 66 when it is none: a pipe would keep us waiting.
fn ensure_file(path: &Path, stat: Option<Stat>) -> Result<()> {
    if stat.is_some() {
        return Ok(());
    }
    let message = format!("could not read `{}`: it is no file", path.display());
    Err(Failure::new(ExitCode::NoInput, message).hint("move it out of the folder").into())
}

/// 75: what was read is not what is there now.
pub(crate) fn changed(path: &Path) -> anyhow::Error {
    let message = format!("could not read `{}`: it changed meanwhile", path.display());
    Failure::new(ExitCode::Incomplete, message).hint("wait until whoever writes it has ended, then run again").into()
}

fn note_element(
    element: Element<'_>,
    said: Option<Said<'_>>,
    vue: i64,
    day: &Day,
    (notes, rejects): (&mut Notes, &mut Lines),
    draft: impl FnOnce(&str, &Seen),
) -> Result<Result<(), Flaw>> {
    match head::read_said(said, element.text) {
        Ok(Ok(head)) => {
            let place = place(element.record, element.offset, element.text.len(), &day.data)?;
            let (id, seen) = seen(head, vue, place);
            draft(&id, &seen);
            notes.add(&id, &Note::Seen(seen));
        }
        Ok(Err(reject)) => rejects.add(&rejected(element.record, reject))?,
        Err(flaw) => return Ok(Err(flaw)),
    }
    Ok(Ok(()))
}

fn seen(head: Head<'_>, vue: i64, place: Place) -> (Cow<'_, str>, Seen) {
    let Head { id, created, created_as, updated_as, content } = head;
    (id, Seen { vue, created, created_as, updated_as, content, place })
}

fn rejected(record: u64, (reject, id): (Reject, String)) -> Rejected {
    Rejected { record, rule: reject.rule().to_owned(), id }
}

fn place(record: u64, offset: u64, bytes: usize, path: &Path) -> Result<Place> {
    let refuse = |_| {
        let message = format!("could not read `{}`: it has more than 4 thousand million elements", path.display());
        Failure::new(ExitCode::BadInput, message)
    };
    Ok(Place { offset, bytes: u32::try_from(bytes).map_err(refuse)?, record: u32::try_from(record).map_err(refuse)? })
}

/// What is known of a journal; its sheet is there if it is complete.
pub(crate) fn journal(journal: &Journal, memory: &Memory, task: &Task) -> Result<Source> {
    let sheet = memory.sheet(&journal.data);
    let (data, log) = (Stat::of(&journal.data), Stat::of(&journal.log));
    let source = |known| Source {
        kind: Kind::Journal,
        date: journal.date,
        path: journal.data.clone(),
        sheet: sheet.clone(),
        known,
    };
    if let Some(known) = memory.recall(&journal.data, data, log) {
        return Ok(source(known));
    }
    ensure_file(&journal.data, data)?;
    let (mut notes, mut rejects, mut offers) = (Notes::default(), Lines::new(rejects_of(&sheet)), 0);
    let measured = journal.read(|line| {
        task.go_on()?;
        note_line(&line, journal, &mut notes, &mut rejects, &mut offers)
    })?;
    let judged = journal.judge(&measured);
    let told = judged.log.as_ref();
    let known = Known {
        data,
        log,
        state: judged.state,
        why: judged.why.map(str::to_owned),
        sha256: measured.sha256,
        service: told.map(|log| log.service.clone()),
        is_invented: told.is_some_and(|log| log.source == Provenance::invented().source),
        vue: 0,
        elements: offers,
        rejects: rejects.end()?,
    };
    if Stat::of(&journal.data) != data || Stat::of(&journal.log) != log {
        return Err(changed(&journal.data));
    }
    if known.state == State::Complete {
        notes.write(&sheet, &known)?;
    }
    Ok(source(known))
}

fn note_line(
    line: &Line<'_>,
    journal: &Journal,
    notes: &mut Notes,
    rejects: &mut Lines,
    offers: &mut u64,
) -> Result<()> {
    if line.event.evenement == Evenement::Retiree {
        let preuve = line.event.preuve.clone().into_owned();
        let gone = Gone { jour: Some(line.event.jour), retiree_le: line.vue, presente_le: line.presente_le, preuve };
        if let Some(id) = crate::offre::text::clean(line.event.id.as_ref().into()) {
            notes.add(&id, &Note::Gone(gone));
        }
        return Ok(());
    }
    let Some(raw) = line.event.offre else { return Ok(()) };
    *offers += 1;
    match head::read_text(raw.get()) {
        Ok(Ok(head)) => {
            let place = place(line.record, line.offre_offset, raw.get().len(), &journal.data)?;
            let (id, seen) = seen(head, line.vue, place);
            notes.add(&id, &Note::Seen(seen));
        }
        Ok(Err(reject)) => rejects.add(&rejected(line.record, reject))?,
        // It was read as JSON before.
        Err(flaw) => anyhow::bail!("could not read `{}`: it {}", journal.data.display(), flaw.why()),
    }
    Ok(())
}
