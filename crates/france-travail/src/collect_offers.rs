//! `collect-offers`: every offer that France Travail published on a day, proven.
//!
//! - **Input**: the service; by default the day before, in Paris.
//! - **Output**: `offre_emploi/offres-{date}.json`, one JSON array, one offer a line, each byte for byte as served, and
//!   `offre_emploi/offres-{date}.log`, the proof. With `--partial`: `partiel-offres-{date}.json` and `.log`.
//! - **Failures**: 2 a day that is not over, or no credentials; 69 the service is unavailable; 74 the disk refuses; 75 the
//!   day is not proven complete, or another run is at it: run again to go on; 77 access refused.
//!
//! How a day is walked is told in `sweep`, what makes it complete in `proof`, and what is done about a second with more
//! offers than a search reaches in `dense`.

mod answer;
mod ask;
mod day;
mod dense;
mod ledger;
mod plan;
mod proof;
mod publish;
mod survey;
mod sweep;

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use files::Lock;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Outcome, RootArgs, Task, paris};
use transfer::{Client, Metrics, parse_rate};

use crate::collect_offers::ask::{Filter, Query};
use crate::collect_offers::day::{Day, LAST_SECOND, Span};
use crate::collect_offers::ledger::Ledger;
use crate::collect_offers::plan::Plan;
use crate::collect_offers::publish::Log;
use crate::collect_offers::survey::Survey;
use crate::service::{Api, ServiceArgs};

/// Collect every job offer that France Travail published on a day, and prove that none is missing.
#[derive(Debug, Parser)]
#[command(name = "collect-offers", version)]
pub struct Args {
    /// The day, on the Paris clock; by default yesterday
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Collect what there is of a day that is not over, into `partiel-offres-{date}.json`
    #[arg(long)]
    partial: bool,
    /// Collect again, even if the day is done, and forget what an unfinished run gathered
    #[arg(long)]
    force: bool,
    /// Calls per second
    #[arg(long, value_name = "N", env = "FRANCE_TRAVAIL_RATE", default_value = "10", value_parser = parse_rate)]
    rate: f64,
    #[command(flatten)]
    root: RootArgs,
    #[command(flatten)]
    service: ServiceArgs,
}

/// What the receipt of `collect-offers` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// The day collected.
    date: String,
    /// The clock that the day, the stamps and the bounds are read on.
    zone: &'static str,
    /// Lower bound sent to the service.
    min_creation_date: String,
    /// Upper bound sent to the service.
    max_creation_date: String,
    /// Total that the service announced for these bounds, at the beginning; neighbours of the day are among them.
    total_announced: u32,
    /// Whether the day was not over.
    partial: bool,
    /// The log with the proof.
    log: String,
    /// Requests that this run sent, those for a token included.
    requests: u64,
    /// Requests that were sent because an earlier one failed.
    retries: u64,
}

/// Where everything of a day is.
struct Place {
    data: PathBuf,
    log: PathBuf,
    /// Hidden, so that no reader's pattern takes it.
    journal: PathBuf,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Collects the day.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let now = paris::now()?;
    let (day, span) = choose_day(&args, now)?;
    let place = Place::of(&args, day);
    let _lock = Lock::claim(&place.data)?;
    files::remove_staged(&place.log)?;
    if let Some(done) = finished(&args, &place, day)? {
        tracing::info!("{day} is done: `{}` is as its log says", place.data.display());
        return Ok(Outcome::Done(receipt(&place, &done, args.partial, None)?.unchanged(true)));
    }
    let client = args.service.client(Api::Offres, args.rate)?;
    let whole_day = day.0 < now.date();
    let plan =
        Plan { service: args.service.host(), to: span.to, whole_day, forced: args.force, begun: Plan::moment(now) };
    let ledger = Ledger::open(&place.journal, day, plan)?;
    note_start(&ledger);
    let survey = survey(&args, &task, &client, ledger);
    let surveyed = survey.run().await?;
    let ledger = survey.ledger.into_inner();
    let written = publish::write_offres(&ledger, &place.data)?;
    let log = publish::log(&ledger, &surveyed, client.metrics().counts(), &written, paris::now()?);
    publish::write_log(&log, &place.log)?;
    ledger.close()?;
    note_end(&log, client.metrics());
    Ok(Outcome::Done(receipt(&place, &log, args.partial, Some(client.metrics()))?))
}

/// Gets a token and counts the offers of the day.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let (day, span) = choose_day(&args, paris::now()?)?;
    let client = args.service.client(Api::Offres, args.rate)?;
    client.authenticate().await?;
    let ask = Query::over(&Filter::default(), span).count(0);
    let request = ask.request(&args.service.url(Api::Offres, "offres/search"), day);
    let read = client
        .get(&request, |answer| answer::read(&ask, day, answer.status, answer.header("content-range"), &answer.body))
        .await?;
    Ok(vec![args.service.auth_url.to_string(), format!("{}: {} offers on {day}", args.service.api_url, read.total)])
}

/// The day asked for, and the seconds of it that are over.
fn choose_day(args: &Args, now: DateTime) -> Result<(Day, Span)> {
    let yesterday = || now.date().yesterday().expect("the present is not the first day of the calendar");
    let day = Day(args.date.unwrap_or_else(yesterday));
    if day.0 >= now.date() && !args.partial {
        let message = format!("could not collect {day}: the day is not over in Paris");
        return Err(Failure::new(ExitCode::Usage, message)
            .hint("wait until midnight in Paris, or collect what there is with `--partial`")
            .into());
    }
    // Of a day to come nothing can be served but its bounds are valid: the file says that there is nothing.
    Ok((day, day.span_before(now).unwrap_or(Span { from: 0, to: LAST_SECOND })))
}

impl Place {
    fn of(args: &Args, day: Day) -> Self {
        let folder = args.root.join("offre_emploi");
        let name = if args.partial { format!("partiel-offres-{day}") } else { format!("offres-{day}") };
        Self {
            data: folder.join(format!("{name}.json")),
            log: folder.join(format!("{name}.log")),
            journal: folder.join(format!(".{name}.journal")),
        }
    }
}

/// The log of a day that is done. A partial day is never done, nor one at which an unfinished run is.
///
/// # Errors
/// 2 when there is a file that is not what such a run left: the service may no longer have what is in it.
fn finished(args: &Args, place: &Place, day: Day) -> Result<Option<Log>> {
    if args.partial || args.force || place.journal.exists() || !place.data.exists() {
        return Ok(None);
    }
    let keep = |why: String| {
        Failure::new(ExitCode::Usage, format!("could not collect {day}: `{}` {why}", place.data.display()))
            .hint("move it away, choose another folder with `DONNEES_BRUTES`, or replace it with `--force`")
    };
    let log: Option<Log> = std::fs::read(&place.log).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let Some(log) = log.filter(|log| log.date_creation == day.to_string()) else {
        return Err(keep("is there, without a log that proves it".to_owned()).into());
    };
    if log.preuve.service != args.service.host() {
        let (was, is) = (&log.preuve.service, args.service.host());
        return Err(keep(format!("was collected from `{was}`, not `{is}`")).into());
    }
    if files::sha256(&place.data)? != log.preuve.sha256 {
        return Err(keep("is not as its log says: it was changed, or the log is of another file".to_owned()).into());
    }
    Ok(Some(log))
}

fn note_start(ledger: &Ledger) {
    let (day, held) = (ledger.day, ledger.in_day());
    let until = if ledger.is_whole_day() { String::new() } else { format!(", {}", day.name(ledger.span())) };
    match ledger.runs {
        1 => tracing::info!("collecting the offers of {day}{until}"),
        runs => tracing::info!("going on with {day}{until}: {held} offers are there, this is run {runs}"),
    }
}

fn note_end(log: &Log, metrics: &Metrics) {
    tracing::info!(
        "{} is complete: {} offers, {} MB, {} requests",
        log.date_creation,
        log.total_offres_collecte,
        log.preuve.octets / 1_000_000,
        metrics.counts().requests.values().sum::<u64>()
    );
}

fn survey(args: &Args, task: &Task, client: &Client, ledger: Ledger) -> Survey {
    Survey {
        client: client.clone(),
        search: args.service.url(Api::Offres, "offres/search"),
        metiers: args.service.url(Api::Offres, "referentiel/metiers"),
        day: ledger.day,
        progress: task.progress(format!("collecting {}", ledger.day), "offers"),
        ledger: RefCell::new(ledger),
        codes_rome: OnceCell::new(),
        asked: Cell::new(0),
    }
}

fn receipt(place: &Place, log: &Log, partial: bool, metrics: Option<&Metrics>) -> Result<step::Receipt<Receipt>> {
    let counts = metrics.map(Metrics::counts).unwrap_or_default();
    let own = Receipt {
        date: log.date_creation.clone(),
        zone: paris::ZONE,
        min_creation_date: log.preuve.borne_min.clone(),
        max_creation_date: log.preuve.borne_max.clone(),
        total_announced: log.total_offres,
        partial,
        log: step::absolute(&place.log)?,
        requests: counts.requests.values().sum(),
        retries: counts.retries,
    };
    let receipt = step::Receipt::new(&place.data, own).bytes(log.preuve.octets).sha256(&log.preuve.sha256);
    Ok(receipt.records(log.total_offres_collecte))
}
