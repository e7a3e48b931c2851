//! Which days are merged, what is known of each, and whether that is good enough.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::civil::Date;
use step::{ExitCode, Failure, Task};

use crate::collect_history::options::Form;
use crate::days::{Folder, State};
use crate::merge_offers::Args;
use crate::merge_offers::account::{DayTold, moment};
use crate::merge_offers::allowed::Flawed;
use crate::merge_offers::archive::note_rows;
use crate::merge_offers::before::{Before, Earlier, Told, sha256_jour};
use crate::merge_offers::draft::Drafts;
use crate::merge_offers::gather::{self, Memory};
use crate::merge_offers::lake::Lake;
use crate::merge_offers::lines::Noted;
use crate::merge_offers::sheet::{Known, Notes, Stat};
use crate::merge_offers::source::{Kind, Source};

/// The days of a table, and what its rows are made of.
#[derive(Debug)]
pub(crate) struct Days {
    pub(crate) since: Date,
    pub(crate) until: Date,
    /// Days and archives by date, then journals.
    pub(crate) sources: Vec<Source>,
    pub(crate) told: Vec<DayTold>,
    pub(crate) missing: u64,
    /// Unproven and altered, journals among them.
    pub(crate) unproven: u64,
    pub(crate) service: Option<String>,
    pub(crate) is_invented: bool,
}

/// The first and last day.
///
/// # Errors
/// 2 when days merged before would be left out.
fn range(args: &Args, folder: &Folder, before: &Before) -> Result<(Date, Date)> {
    let all: BTreeSet<Date> = folder.days.keys().chain(&before.archived).copied().collect();
    let first = all.first().copied().unwrap_or_default();
    let last = all.last().copied().unwrap_or_default();
    let (since, until) = (args.since.unwrap_or(first), args.until.unwrap_or(last));
    let refuse = |message: String, hint: &str| Err(Failure::new(ExitCode::Usage, message).hint(hint).into());
    if since > until {
        return refuse(format!("could not take days from {since} to {until}: there are none"), "turn them round");
    }
    if let Some(outside) = before.merged.iter().find(|day| **day < since || **day > until) {
        let message = format!("could not merge {since} to {until} only: the table holds {outside} already");
        return refuse(message, "widen `--since` and `--until`, or choose another `--dir`");
    }
    Ok((since, until))
}

/// Reads what is not remembered.
///
/// # Errors
/// 2 days left out; 65 days that are not as they should be, or of two services.
pub(crate) fn gather(
    args: &Args,
    folder: &Folder,
    (lake, form): (&Lake, Form),
    (before, earlier): (&Before, &Earlier),
    memory: &Memory,
    drafts: &mut Drafts<'_>,
    task: &Task,
) -> Result<Days> {
    let (since, until) = range(args, folder, before)?;
    let progress = task.progress("reading days", "offers");
    let mut read = BTreeMap::new();
    // The last one first: an offer that is in several is mostly shown as the last one has it.
    for (date, day) in folder.days.range(since..=until).rev() {
        read.insert(*date, gather::day(day, memory, drafts, &progress, task)?);
    }
    let (mut sources, mut told, mut flawed) = (Vec::new(), Vec::new(), Flawed::default());
    let mut date = since;
    loop {
        if let Some(source) = read.remove(&date) {
            told.push(tell(&source));
            flawed.note(source.known.state, date.to_string(), source.known.why.as_deref());
            if args.unproven.takes(source.known.state) {
                sources.push(source);
            }
        } else if before.archived.contains(&date) {
            let source = archive((lake, form), date, (before, earlier), memory)?;
            told.push(tell_archive(&source, earlier));
            sources.push(source);
        } else {
            told.push(absent(date));
            flawed.missing.push(date.to_string());
        }
        if date == until {
            break;
        }
        date = date.tomorrow()?;
    }
    for journal in folder.journals.values() {
        let source = gather::journal(journal, memory, task)?;
        let name = format!("miroir-{}", journal.date);
        flawed.note(source.known.state, name, source.known.why.as_deref());
        if source.known.state == State::Complete {
            sources.push(source);
        }
    }
    flawed.refuse(args.missing, args.unproven)?;
    let service = one_service(&sources)?;
    let is_invented = one_origin(&sources)?;
    let (missing, unproven) = (flawed.missing.len() as u64, (flawed.unproven.len() + flawed.altered.len()) as u64);
    Ok(Days { since, until, sources, told, missing, unproven, service, is_invented })
}

/// The rows of a day whose file is gone.
fn archive(
    (lake, form): (&Lake, Form),
    date: Date,
    (before, earlier): (&Before, &Earlier),
    memory: &Memory,
) -> Result<Source> {
    let path = lake.files[&date].clone();
    let sheet = memory.folder.join(format!("archive-{date}.sheet"));
    let data = Stat::of(&path);
    let source = |known| Source { kind: Kind::Archive, date, path: path.clone(), sheet: sheet.clone(), known };
    let remembered = crate::merge_offers::sheet::recall(&sheet).filter(|known| !memory.verifies && known.data == data);
    if let Some(known) = remembered {
        return Ok(source(known));
    }
    let mut notes = Notes::default();
    let elements = note_rows(&path, form, &mut notes)?;
    let told = Told::day(earlier, date).and_then(|day| day.sha256.clone());
    let sha256 = told.or_else(|| if form == Form::Parquet { sha256_jour(&path) } else { None });
    let known = Known {
        data,
        log: None,
        // What its rows say of their proof counts.
        state: State::Complete,
        why: None,
        sha256: sha256.unwrap_or_default(),
        service: before.whence.service.clone(),
        is_invented: before.whence.is_invented,
        vue: 0,
        elements,
        rejects: Noted::default(),
    };
    notes.write(&sheet, &known)?;
    Ok(source(known))
}

fn tell(source: &Source) -> DayTold {
    let Known { state, sha256, vue, elements, .. } = &source.known;
    let midnight = crate::offre::time::of(crate::days::midnight_after(source.date));
    DayTold {
        date: source.date,
        state: *state,
        offers: (*state != State::Altered).then_some(*elements),
        rows: None,
        sha256: Some(sha256.clone()),
        collected: Some(moment(*vue)),
        delay_days: Some((vue - midnight).div_euclid(86_400_000)),
    }
}

/// As it was told when its file was there.
fn tell_archive(source: &Source, earlier: &Earlier) -> DayTold {
    let told = Told::day(earlier, source.date);
    DayTold {
        date: source.date,
        state: State::Archived,
        offers: told.and_then(|day| day.offers).or(Some(source.known.elements)),
        rows: None,
        sha256: Some(source.known.sha256.clone()).filter(|sha256| !sha256.is_empty()),
        collected: told.and_then(|day| day.collected.clone()),
        delay_days: told.and_then(|day| day.delay_days),
    }
}

fn absent(date: Date) -> DayTold {
    DayTold { date, state: State::Missing, offers: None, rows: None, sha256: None, collected: None, delay_days: None }
}

/// # Errors
/// 65 when the days are of two services.
fn one_service(sources: &[Source]) -> Result<Option<String>> {
    let mut service: Option<&str> = None;
    for other in sources.iter().filter_map(|source| source.known.service.as_deref()) {
        match service {
            Some(one) if one != other => {
                let message = format!("could not merge days of two services, `{one}` and `{other}`");
                let hint = "keep the days of each in a folder of their own";
                return Err(Failure::new(ExitCode::BadInput, message).hint(hint).into());
            }
            _ => service = Some(other),
        }
    }
    Ok(service.map(str::to_owned))
}

/// Whether the sandbox has invented the days.
///
/// # Errors
/// 65 when it has invented some of them only.
fn one_origin(sources: &[Source]) -> Result<bool> {
    let told = sources.iter().filter(|source| source.known.service.is_some());
    let [mut invented, mut real] = [None, None];
    for source in told {
        let place = if source.known.is_invented { &mut invented } else { &mut real };
        place.get_or_insert(source.name());
    }
    match (invented, real) {
        (Some(one), Some(other)) => {
            let message =
                format!("could not merge invented days with real ones: `{one}` is of the sandbox, `{other}` is not");
            let hint = "keep the days of each in a folder of their own";
            Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
        }
        (invented, _) => Ok(invented.is_some()),
    }
}
