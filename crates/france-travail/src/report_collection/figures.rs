//! What is told of each day, and of all of them.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::civil::Date;
use serde::Serialize;
use step::{ExitCode, Failure, Task};

use crate::days::log::Log;
use crate::days::{Folder, State, delay_days};

/// The states, in the order in which they are counted.
pub(crate) const STATES: [&str; 5] = ["complete", "partial", "missing", "unproven", "altered"];

/// Some hundred years: more are a date that somebody mistyped.
const MOST_DAYS: usize = 40_000;

/// One day; what its log does not say is null.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DayFigures {
    pub(crate) date: Date,
    pub(crate) state: &'static str,
    pub(crate) offers: Option<u64>,
    pub(crate) announced: Option<u64>,
    pub(crate) requests: Option<u64>,
    pub(crate) retries: Option<u64>,
    pub(crate) duration_s: Option<i64>,
    pub(crate) delay_days: Option<i64>,
}

/// Where to look, and how closely.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) since: Option<Date>,
    pub(crate) until: Option<Date>,
    /// Whether each file is read.
    pub(crate) verify: bool,
}

/// The days of a folder, each once, in order.
///
/// # Errors
/// 2 when the range is none, 66 when a file cannot be read.
pub(crate) fn days(folder: &Folder, asked: Asked, task: &Task) -> Result<Vec<DayFigures>> {
    let all = || folder.days.keys().chain(&folder.partial).copied();
    let since = asked.since.or(all().min());
    let until = asked.until.or(all().max());
    let (since, until) = since.zip(until).expect("a folder has a day");
    let days: Vec<_> =
        since.series(jiff::Span::new().days(1)).take_while(|date| *date <= until).take(MOST_DAYS + 1).collect();
    if days.is_empty() || days.len() > MOST_DAYS {
        let why = if days.is_empty() { "none" } else { "too many" };
        let failure =
            Failure::new(ExitCode::Usage, format!("could not take the days from {since} to {until}: there are {why}"));
        return Err(failure.hint("give `--since` and `--until`").into());
    }
    let progress = task.progress("looking at days", "days");
    progress.set_total(days.len() as u64);
    let look = |date| {
        task.go_on()?;
        progress.add(1);
        day(folder, date, asked.verify)
    };
    days.into_iter().map(look).collect()
}

/// How many days there are of each state; each state is there.
pub(crate) fn states(days: &[DayFigures]) -> BTreeMap<&'static str, u64> {
    let count = |state| (state, days.iter().filter(|day| day.state == state).count() as u64);
    STATES.into_iter().map(count).collect()
}

fn day(folder: &Folder, date: Date, verify: bool) -> Result<DayFigures> {
    let Some(day) = folder.days.get(&date) else {
        let is_partial = folder.partial.binary_search(&date).is_ok();
        let log = is_partial.then(|| Log::read(&folder.path.join(format!("partiel-offres-{date}.log")))).flatten();
        let log = log.filter(|log| log.is_of(date));
        return Ok(DayFigures::of(date, if is_partial { "partial" } else { "missing" }, log.as_ref()));
    };
    let judged = if verify { day.judge(&day.read(|_| Ok(()))?) } else { day.judge_by_size()? };
    if let Some(why) = judged.why {
        tracing::warn!("`offres-{date}.json` {why}");
    }
    let state = match judged.state {
        State::Complete => "complete",
        State::Altered => "altered",
        State::Unproven | State::Archived | State::Missing => "unproven",
    };
    Ok(DayFigures::of(date, state, judged.log.as_ref()))
}

impl DayFigures {
    fn of(date: Date, state: &'static str, log: Option<&Log>) -> Self {
        let preuve = log.and_then(|log| log.preuve.as_ref());
        Self {
            date,
            state,
            offers: log.and_then(|log| log.total_offres_collecte),
            announced: log.and_then(|log| log.total_offres),
            requests: preuve.map(|preuve| preuve.requests()),
            retries: preuve.map(|preuve| preuve.nouvelles_tentatives),
            duration_s: log.and_then(Log::duration_s),
            delay_days: log.and_then(Log::ended).map(|ended| delay_days(date, ended)),
        }
    }

    /// The command that mends it, unless there is nothing to mend.
    pub(crate) fn command(&self) -> Option<String> {
        let date = self.date;
        match self.state {
            "complete" => None,
            // What no log proves may be all that is left: it is replaced only by force.
            "unproven" | "altered" => Some(format!("collect-offers --date {date} --force")),
            _ => Some(format!("collect-offers --date {date}")),
        }
    }
}
