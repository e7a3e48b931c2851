//! `collect-offers`: every offer that France Travail published on a day, proven.
//!
//! - **Input**: the service; by default the day before, in Paris.
//! - **Output**: `offre_emploi/offres-{date}.json`, one JSON array, one offer a line, each byte for byte as served, and
//!   `offre_emploi/offres-{date}.log`, the proof. With `--partial`: `partiel-offres-{date}.json` and `.log`.
//! - **Failures**: 2 a day that is not over, or no credentials; 69 the service is unavailable; 74 the disk refuses; 75 the
//!   day is not proven complete, or another run is at it: run again to go on; 77 access refused.
//!
//! How it is walked and proven is told in `survey`.

mod kept;
mod ledger;
mod part;
mod plan;
mod publish;

use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use clap::Parser;
use files::Lock;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Outcome, RootArgs, Task, paris};
use transfer::{Client, Metrics, parse_rate};

use crate::collect_offers::kept::{Kept, fewer};
use crate::collect_offers::ledger::Ledger;
use crate::collect_offers::plan::Plan;
use crate::collect_offers::publish::{Circumstances, Log};
use crate::service::{Api, ServiceArgs};
use crate::survey::day::Day;
use crate::survey::moment::Span;
use crate::survey::origins::Surveyed;
use crate::survey::query::{Base, Filter, Query};
use crate::survey::served::Served;
use crate::survey::{Survey, answer};

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
    /// With `--force`: replace a proven file even by one with fewer offers, or one that another service gave
    #[arg(long, requires = "force")]
    shrink: bool,
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
#[derive(Debug, Clone)]
struct Paths {
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
    let (day, span) = choose_day(&args, now);
    let paths = Paths::of(&args, day);
    let _lock = Lock::claim(&paths.data)?;
    files::remove_staged(&paths.log)?;
    let kept = look(&args, &paths, day, &task).await?;
    if let Some(done) = finished(&args, &paths, day, &kept)? {
        tracing::info!("{day} is done: `{}` is as its log says", paths.data.display());
        return Ok(Outcome::Done(receipt(&paths, &done, args.partial, None)?.unchanged(true)));
    }
    let client = args.service.client(Api::Offres, args.rate)?;
    let (ledger, served) = Ledger::open(&paths.journal, day, plan(&args, day, span, now))?;
    if let Some(done) = kept.result_of(&ledger.plan, served.inside()).filter(|_| !args.partial && !args.force) {
        tracing::info!("{day} is done: the run before was killed between its last file and the end");
        ledger.close()?;
        return Ok(Outcome::Done(receipt(&paths, done, args.partial, None)?.unchanged(true)));
    }
    let ledger = Rc::new(ledger);
    let survey = survey(&args, &task, &client, &ledger, served);
    let collected = collect(&args, &paths, &survey, &ledger, &kept).await;
    if collected.as_ref().is_err_and(is_refusal) {
        drop(survey);
        // Nobody is to go on with what was refused: not even tomorrow, when the day is over.
        let_go(ledger).close()?;
        return Err(collected.err().expect("it was refused"));
    }
    let log = finish(survey, ledger, collected?, &paths, &task).await?;
    note_end(&log, client.metrics());
    Ok(Outcome::Done(receipt(&paths, &log, args.partial, Some(client.metrics()))?))
}

/// Gets a token and counts the offers of the day.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let (day, span) = choose_day(&args, paris::now()?);
    let client = args.service.client(Api::Offres, args.rate)?;
    client.authenticate().await?;
    let ask = Query::over(&Filter::default(), span).count(0);
    let search = args.service.url(Api::Offres, "offres/search");
    let request = ask.request(&search, day.clock(), &Base::default(), &day.to_string());
    let read = client
        .get(&request, |answer| {
            answer::read(&ask, day.clock(), answer.status, answer.header("content-range"), &answer.body)
        })
        .await?;
    Ok(vec![args.service.auth_url.to_string(), format!("{}: {} offers on {day}", args.service.api_url, read.total)])
}

/// The day asked for, and the seconds of it that are wanted: of a day that may go on, those that are over.
fn choose_day(args: &Args, now: DateTime) -> (Day, Span) {
    let yesterday = || now.date().yesterday().expect("the present is not the first day of the calendar");
    let day = Day(args.date.unwrap_or_else(yesterday));
    // Of a day to come nothing can be served but its bounds are valid: the file says that there is nothing.
    let over = if args.partial { day.span_before(now) } else { None };
    (day, over.unwrap_or(Day::span()))
}

fn plan(args: &Args, day: Day, span: Span, now: DateTime) -> Plan {
    Plan {
        service: args.service.host(),
        to: span.to,
        // Of a day that is asked for whole, the service says whether it is over.
        whole_day: !args.partial || day.0 < now.date(),
        forced: args.force,
        shrinks: args.shrink,
        begun: Plan::moment(now),
    }
}

impl Paths {
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

/// What is in the day's place; a large file is hashed, which takes a moment.
async fn look(args: &Args, paths: &Paths, day: Day, task: &Task) -> Result<Kept> {
    let (paths, service) = (paths.clone(), args.service.host());
    task.blocking(move |_| Kept::read(&paths.data, &paths.log, day, &service)).await
}

/// The log of a day that is done. A partial day is never done, nor one at which an unfinished run is.
///
/// # Errors
/// 2 when what is there must not be replaced.
fn finished(args: &Args, paths: &Paths, day: Day, kept: &Kept) -> Result<Option<Log>> {
    let is_unfinished = paths.journal.exists();
    if !is_unfinished && !args.shrink {
        kept.ensure_of_service(&paths.data, day, &args.service.host())?;
    }
    if args.partial || args.force || is_unfinished {
        return Ok(None);
    }
    kept.ensure_proven(&paths.data, day)?;
    match kept {
        Kept::Proven(log) => Ok(Some((**log).clone())),
        _ => Ok(None),
    }
}

/// Collects and proves the day, unless it is one that must not be collected, or not take the place of what is there.
async fn collect(args: &Args, paths: &Paths, survey: &Survey, ledger: &Ledger, kept: &Kept) -> Result<Surveyed> {
    let (day, shrinks) = (ledger.day, ledger.plan.shrinks);
    let least = if args.partial || shrinks { 0 } else { kept.offers() };
    if !shrinks {
        kept.ensure_of_service(&paths.data, day, &args.service.host())?;
    }
    note_start(ledger, survey);
    // Known after the first answer, so that a day's requests are not spent in vain.
    let announced = u64::from(survey.announced().await?);
    ensure_over(args, survey, day)?;
    note_other_yesterday(args, survey, day)?;
    if announced < least {
        return Err(fewer(day, &paths.data, least, announced));
    }
    let surveyed = survey.run().await?;
    ensure_over(args, survey, day)?;
    match survey.served.borrow().inside() {
        found if found < least => Err(fewer(day, &paths.data, least, found)),
        _ => Ok(surveyed),
    }
}

/// Whether this machine's clock is ahead or behind, the service's says whether the day is over; this machine's does where
/// that is silent.
///
/// # Errors
/// 2 when it is not.
fn ensure_over(args: &Args, survey: &Survey, day: Day) -> Result<()> {
    let here = paris::now()?;
    let now = match survey.heard.now()? {
        Some(now) => now,
        // All came from the journal up to now.
        None if survey.asked.get() == 0 => return Ok(()),
        None => here,
    };
    if args.partial || now.date() > day.0 {
        return Ok(());
    }
    let whose = if here.date() > day.0 { "by the clock of the service: this machine's is ahead" } else { "in Paris" };
    Err(Failure::new(ExitCode::Usage, format!("could not collect {day}: the day is not over {whose}"))
        .hint("wait until midnight in Paris, or collect what there is with `--partial`")
        .into())
}

/// Nobody named the day: it was chosen by a clock that is off.
fn note_other_yesterday(args: &Args, survey: &Survey, day: Day) -> Result<()> {
    let yesterday = survey.heard.now()?.and_then(|now| now.date().yesterday().ok());
    if let Some(yesterday) = yesterday.filter(|yesterday| args.date.is_none() && *yesterday != day.0) {
        tracing::warn!("for the service, yesterday is {yesterday}, not {day}: name it with `--date`");
    }
    Ok(())
}

/// Writes the day's file, then its log, then forgets the journal.
async fn finish(survey: Survey, ledger: Rc<Ledger>, surveyed: Surveyed, paths: &Paths, task: &Task) -> Result<Log> {
    let circumstances = Circumstances {
        is_over: survey.heard.is_over(ledger.day.0)?,
        ahead_s: survey.heard.ahead_s(),
        is_invented: survey.heard.is_invented(),
    };
    ledger.count(paris::now()?, survey.client.metrics().counts());
    let Survey { served, keeper, .. } = survey;
    drop(keeper);
    let (ledger, served, paths) = (let_go(ledger), served.into_inner(), paths.clone());
    task.blocking(move |task| {
        let written = publish::write_offres(&ledger, &served, &paths.data, task)?;
        let log = publish::log(&ledger, &served, &surveyed, circumstances, &written, paris::now()?);
        publish::write_log(&log, &paths.log)?;
        ledger.close()?;
        Ok(log)
    })
    .await
}

/// Whether going on with what was gathered would be no use.
fn is_refusal(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(|failure| failure.code() == ExitCode::Usage)
}

/// The ledger, which no survey writes in any more.
fn let_go(ledger: Rc<Ledger>) -> Ledger {
    Rc::into_inner(ledger).expect("the survey is at its end")
}

fn note_start(ledger: &Ledger, survey: &Survey) {
    let (day, held) = (ledger.day, survey.served.borrow().inside());
    let until = if ledger.is_whole_day() { String::new() } else { format!(", {}", survey.clock.name(survey.span)) };
    match ledger.runs() {
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

fn survey(args: &Args, task: &Task, client: &Client, ledger: &Rc<Ledger>, served: Served) -> Survey {
    let progress = task.progress(format!("collecting {}", ledger.day), "offers");
    let survey = Survey::of_day(ledger.day, false, client.clone(), &args.service, served, ledger.clone(), progress);
    Survey { span: ledger.span(), run: ledger.runs(), ..survey }
}

fn receipt(paths: &Paths, log: &Log, partial: bool, metrics: Option<&Metrics>) -> Result<step::Receipt<Receipt>> {
    let counts = metrics.map(Metrics::counts).unwrap_or_default();
    let own = Receipt {
        date: log.date_creation.clone(),
        zone: paris::ZONE,
        min_creation_date: log.preuve.borne_min.clone(),
        max_creation_date: log.preuve.borne_max.clone(),
        total_announced: log.total_offres,
        partial,
        log: step::absolute(&paths.log)?,
        requests: counts.requests.values().sum(),
        retries: counts.retries,
    };
    let receipt = step::Receipt::new(&paths.data, own).bytes(log.preuve.octets).sha256(&log.preuve.sha256);
    Ok(receipt.records(log.total_offres_collecte))
}
