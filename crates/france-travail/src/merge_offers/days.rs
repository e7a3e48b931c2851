//! Which days are merged, what is known of each, and whether that is good enough.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use step::{ExitCode, Failure, Provenance, Task};

use crate::collect_history::options::Form;
use crate::days::{Folder, State};
use crate::merge_offers::account::{DayTold, moment};
use crate::merge_offers::archive::note_rows;
use crate::merge_offers::gather::{self, Kind, Memory, Source};
use crate::merge_offers::lake::Lake;
use crate::merge_offers::lines::Noted;
use crate::merge_offers::sheet::{Known, Notes, Stat};
use crate::merge_offers::{Args, Missing, Unproven};

/// So many dates are named of each state.
const NAMED: usize = 5;

/// What the report of an earlier run says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) days: BTreeMap<Date, DayTold>,
    service: Option<String>,
    is_invented: bool,
}

/// Nothing where there is no report.
pub(crate) type Earlier = Option<Told>;

impl Told {
    /// Reads a report; none where it is none.
    pub(crate) fn read(path: &Path) -> Earlier {
        let report: serde_json::Value = serde_json::from_slice(&files::read_left(path, 1 << 30)?).ok()?;
        let days: Vec<DayTold> = serde_json::from_value(report.get("days")?.clone()).ok()?;
        Some(Self {
            days: days.into_iter().map(|day| (day.date, day)).collect(),
            service: report["service"].as_str().map(str::to_owned),
            is_invented: report["source"] == *Provenance::invented().source,
        })
    }

    fn day(earlier: &Earlier, date: Date) -> Option<&DayTold> {
        earlier.as_ref()?.days.get(&date)
    }
}

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

/// Days that the table holds and whose file is gone; and days that were merged before.
#[derive(Debug, Default)]
pub(crate) struct Before {
    pub(crate) archived: BTreeSet<Date>,
    merged: BTreeSet<Date>,
}

impl Before {
    /// Looks at the report of the earlier run, else at the files of the table.
    pub(crate) fn look(lake: &Lake, form: Form, folder: &Folder, earlier: &Earlier) -> Self {
        // A day that was left out has no rows.
        let is_merged = |day: &DayTold| day.rows.is_some() && lake.files.contains_key(&day.date);
        let merged: BTreeSet<Date> = match earlier {
            Some(told) => told.days.values().filter(|day| is_merged(day)).map(|day| day.date).collect(),
            None => lake.files.iter().filter(|(_, path)| holds_day(path, form)).map(|(date, _)| *date).collect(),
        };
        let archived = merged.iter().filter(|day| !folder.days.contains_key(day) && lake.files.contains_key(day));
        Self { archived: archived.copied().collect(), merged }
    }
}

/// Whether a daily file was merged into a file of the table. The forms that cannot say so might have it.
fn holds_day(path: &Path, form: Form) -> bool {
    form != Form::Parquet || sha256_jour(path).is_some()
}

fn sha256_jour(path: &Path) -> Option<String> {
    let rows = crate::merge_offers::archive::Rows::open(path, Form::Parquet).ok()?;
    rows.told("collecte.sha256_jour").map(str::to_owned)
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
    task: &Task,
) -> Result<Days> {
    let (since, until) = range(args, folder, before)?;
    let progress = task.progress("reading days", "offers");
    let (mut sources, mut told, mut flawed) = (Vec::new(), Vec::new(), Flawed::default());
    let mut date = since;
    loop {
        let day = folder.days.get(&date);
        if let Some(day) = day {
            let source = gather::day(day, memory, &progress, task)?;
            told.push(tell(&source));
            flawed.note(source.known.state, date.to_string(), source.known.why.as_deref());
            if is_taken(args, source.known.state) {
                sources.push(source);
            }
        } else if before.archived.contains(&date) {
            let source = archive(lake, form, date, earlier, memory)?;
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
    flawed.refuse(args)?;
    let service = one_service(&sources)?;
    let is_invented = one_origin(&sources)?;
    let (missing, unproven) = (flawed.missing.len() as u64, (flawed.unproven.len() + flawed.altered.len()) as u64);
    Ok(Days { since, until, sources, told, missing, unproven, service, is_invented })
}

/// Whether a day takes part; who is refused has been told so.
fn is_taken(args: &Args, state: State) -> bool {
    match state {
        State::Complete => true,
        State::Unproven => args.unproven == Unproven::Keep,
        _ => false,
    }
}

/// The rows of a day whose file is gone.
fn archive(lake: &Lake, form: Form, date: Date, earlier: &Earlier, memory: &Memory) -> Result<Source> {
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
        service: earlier.as_ref().and_then(|told| told.service.clone()),
        is_invented: earlier.as_ref().is_some_and(|told| told.is_invented),
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

/// Days and journals that are not as they should be, by name.
#[derive(Debug, Default)]
struct Flawed {
    missing: Vec<String>,
    unproven: Vec<String>,
    altered: Vec<String>,
}

impl Flawed {
    fn note(&mut self, state: State, name: String, why: Option<&str>) {
        if let Some(why) = why {
            tracing::warn!("{name}: its file {why}");
        }
        match state {
            State::Unproven => self.unproven.push(name),
            State::Altered => self.altered.push(name),
            _ => {}
        }
    }

    /// # Errors
    /// 65 when there are any that the user does not allow.
    fn refuse(&self, args: &Args) -> Result<()> {
        let (allows_missing, allows_unproven) = (args.missing == Missing::Allow, args.unproven != Unproven::Refuse);
        let all = [
            ("missing", &self.missing, allows_missing),
            ("unproven", &self.unproven, allows_unproven),
            ("altered", &self.altered, allows_unproven),
        ];
        for (state, names, _) in all.iter().filter(|(_, names, is_allowed)| *is_allowed && !names.is_empty()) {
            let what = match (*state, args.unproven) {
                ("unproven", Unproven::Keep) => "taken as they are",
                _ => "left out",
            };
            tracing::warn!("{} {state}: {what}, as was asked ({})", names.len(), some(names));
        }
        let refused: Vec<String> = all
            .iter()
            .filter(|(_, names, is_allowed)| !is_allowed && !names.is_empty())
            .map(|(state, names, _)| format!("{} {state} ({})", names.len(), some(names)))
            .collect();
        if refused.is_empty() {
            return Ok(());
        }
        let message = format!("could not merge days that are not all proven: {}", refused.join(", "));
        let first = all.iter().filter(|(_, _, is_allowed)| !is_allowed).find_map(|(_, names, _)| names.first());
        let date = first.map_or_else(String::new, |name| name.trim_start_matches("miroir-").to_owned());
        let hint = format!(
            "collect them with `collect-offers --date {date}` (`--force` where there is a file); `--missing allow` goes over \
             gaps, `--unproven skip` leaves out what is not proven"
        );
        Err(Failure::new(ExitCode::BadInput, message).hint(hint).into())
    }
}

fn some(names: &[String]) -> String {
    let mut named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        named.push_str(", …");
    }
    named
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
