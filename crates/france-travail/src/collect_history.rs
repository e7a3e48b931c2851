//! `collect-history`: months of offers as one table, and what it covers.
//!
//! - **Input**: the service; by default the last twelve months of five ROME codes.
//! - **Output**: one table, `historique/france_travail_jobs_{YYYYMMDD}.csv` by default, as CSV, JSON Lines or Parquet; beside
//!   it a report for machines and a page for people, findings and rejected items where there are any. With `--plan` one line
//!   on stdout, and nothing else.
//! - **Receipt**: the period, what was announced, how it was asked for, the report.
//! - **Failures**: 2 options or codes that cannot be meant so, other parameters than were begun with, an output in the way;
//!   65 a spoilt checkpoint or journal; 69 the service is unavailable; 74 the disk refuses; 75 something is not proven
//!   complete, or another run is at it: run again to go on; 77 access refused.
//!
//! Offers that were withdrawn are gone from the service: the table is what is left of a period, and the report says how old
//! that is. How it is walked and proven is told in `survey`, what becomes of an offer in `offre`.

pub(crate) mod account;
mod checkpoint;
mod coverage;
mod forecast;
mod guard;
mod items;
mod keeper;
mod kept;
mod ledger;
pub(crate) mod options;
mod page;
mod period;
mod publish;
mod referentials;
pub(crate) mod rules;
mod start;
pub(crate) mod table;
mod tally;
mod walk;

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use files::OutputSet;
use jiff::civil::Date;
use report::{FindingsArgs, Levels};
use schemars::JsonSchema;
use serde::Serialize;
use step::{Outcome, RootArgs, Task, paris};
use transfer::{Client, parse_rate};

use crate::collect_history::checkpoint::Places;
use crate::collect_history::kept::Kept;
use crate::collect_history::ledger::Ledger;
use crate::collect_history::options::{Form, Options};
use crate::collect_history::publish::{End, Published, publish};
use crate::collect_history::referentials::Referentials;
use crate::collect_history::start::{begin, finished, look_for_unfinished};
use crate::collect_history::walk::{Course, collect_all, pack};
use crate::service::{Api, ServiceArgs};
use crate::survey::heard::Heard;
use crate::survey::served::Served;

/// Requests under way at once: what a kill costs is asked for again, and is not to be more than one search reaches.
const IN_FLIGHT: usize = 20;

pub(crate) const STEP: &str = "collect-history";

/// Collect the job offers of months that are still online, as one table, with a report of what it covers.
#[derive(Debug, Parser)]
#[command(name = "collect-history", version)]
pub struct Args {
    /// Months that end with the last day; by default 12
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120), conflicts_with = "since")]
    months: Option<u32>,
    /// First day, in Paris, in place of `--months`
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Last day, in Paris; by default today, as far as it is over
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Key words, separated by commas: all must match
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// ROME codes, or `all`: those without a code too; by default M1811,M1827,M1851,K1906,M1405
    #[arg(long, value_name = "CODE,..|all")]
    rome: Option<String>,
    /// Départements, or `all`: offers without a place too
    #[arg(long, value_name = "CODE,..|all", default_value = "all")]
    departement: String,
    /// The table, in place of `historique/france_travail_jobs_{YYYYMMDD}.csv` below the root
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Form of the table; by default by the extension of `--output`, else CSV
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
    /// Offers of a page
    #[arg(long, value_name = "N", default_value = "150", value_parser = clap::value_parser!(u32).range(2..=150))]
    results_per_page: u32,
    /// The checkpoint is written after so many offers at the latest
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_interval: u64,
    /// Seconds between two searches at least; by default the service's own pace
    #[arg(long, value_name = "S", value_parser = parse_delay)]
    rate_limit_delay: Option<f64>,
    /// Say how many requests and minutes it takes, and collect nothing
    #[arg(long)]
    plan: bool,
    /// Forget what an unfinished run gathered, and replace what is there, whatever it is
    #[arg(long)]
    force: bool,
    /// Calls per second
    #[arg(long, value_name = "N", env = "FRANCE_TRAVAIL_RATE", default_value = "10", value_parser = parse_rate)]
    rate: f64,
    #[command(flatten)]
    findings: FindingsArgs,
    #[command(flatten)]
    root: RootArgs,
    #[command(flatten)]
    service: ServiceArgs,
}

/// What the receipt of `collect-history` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// First day of the period.
    since: String,
    /// Last day of the period.
    until: String,
    /// The clock that days, stamps and bounds are read on.
    zone: &'static str,
    /// Form of the table.
    format: &'static str,
    /// Totals that the service announced, at the beginning of each walk; some neighbours of the period are among them.
    announced: u64,
    /// Sets of codes that were asked for in turn.
    walks: usize,
    /// Searches that the walks were cut into.
    windows: usize,
    /// Requests that this run sent, those for a token included.
    requests: u64,
    /// Requests that were sent because an earlier one failed.
    retries: u64,
    /// Items that could be no row.
    rejected: u64,
    /// Findings by level: error, warning, info.
    findings: serde_json::Value,
    /// The report for machines.
    report: String,
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Collects the table.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let begun = Instant::now();
    let options = Options::read(&args, paris::now()?)?;
    if args.plan {
        return forecast::tell(&args, &options).await;
    }
    let set = publish::claim(&options.output)?;
    let places = Places::beside(&options.output);
    let unfinished = look_for_unfinished(&args, &options, &places)?;
    if unfinished.is_none()
        && let Some(done) = finished(&args, &options, &task).await?
    {
        tracing::info!("`{}` is done: it is as its report says", done.output.display());
        return Ok(Outcome::Done(receipt_of_kept(&done, &options)?));
    }
    let client = args.service.client_of(Api::Offres, options.per_second, IN_FLIGHT)?;
    let referentials = Referentials::fetch(&client, &args.service).await?;
    let (ledger, served, options) = begin(&args, options, &places, unfinished, &referentials, &client)?;
    let published =
        collect(&args, &task, options.clone(), set, &places, ledger, served, referentials, &client, begun).await?;
    places.remove()?;
    Ok(Outcome::Done(receipt(&published, &options, &client)?))
}

/// Gets a token and counts the offers of the period.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let options = Options::read(&args, paris::now()?)?;
    let client = args.service.client(Api::Offres, options.per_second)?;
    client.authenticate().await?;
    let asked = Referentials::fetch(&client, &args.service).await?.choose(&options)?;
    let walks = pack(&asked);
    let total = forecast::count(&args, &options, &client, &walks[0], None).await?;
    let of_walks = if walks.len() > 1 { format!(" in the first of {} walks", walks.len()) } else { String::new() };
    Ok(vec![args.service.auth_url.to_string(), format!("{}: {total} offers{of_walks}", args.service.api_url)])
}

fn parse_delay(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(delay) if (0.0..=60.0).contains(&delay) => Ok(delay),
        Ok(_) => Err("not between 0 and 60".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

#[expect(clippy::too_many_arguments, reason = "all of a collection meets here, once")]
async fn collect(
    args: &Args,
    task: &Task,
    options: Options,
    set: OutputSet,
    places: &Places,
    ledger: Rc<Ledger>,
    served: Vec<Served>,
    referentials: Referentials,
    client: &Client,
    begun: Instant,
) -> Result<Published> {
    let course = course(args, task, &options, &referentials, &served, client);
    let trap = guard::is_trap(&course, &ledger).await?;
    let walked = collect_all(&course, &ledger, served, trap).await?;
    ledger.count(client.metrics().counts());
    let end = End {
        tally: ledger.tally(),
        ledger: Rc::into_inner(ledger).context("could not end the collection: a walk goes on")?,
        journal: places.journal.clone(),
        walked,
        referentials,
        service: args.service.host(),
        parameters: options.parameters,
        period: options.period,
        started: options.started,
        findings: args.findings.clone(),
        is_invented: course.heard.is_invented(),
        begun,
    };
    let output = options.output;
    tracing::info!("writing `{}`", output.display());
    // Nothing else goes on: on this thread, which has the room of the pages to give, less memory is taken anew.
    publish(set, &output, end, task)
}

fn course(
    args: &Args,
    task: &Task,
    options: &Options,
    referentials: &Referentials,
    served: &[Served],
    client: &Client,
) -> Course {
    let codes_rome = OnceCell::new();
    // They are there already: no walk has to ask for them.
    let _ = codes_rome.set(referentials.metiers.keys().cloned().collect::<Vec<_>>());
    let gathered = served.iter().map(Served::inside).sum();
    let progress = task.progress("collecting", "offers");
    progress.set_before(gathered);
    Course {
        client: client.clone(),
        search: args.service.url(Api::Offres, "offres/search"),
        metiers: args.service.url(Api::Offres, "referentiel/metiers"),
        span: options.period.span(),
        mots_cles: options.parameters.search.clone(),
        results_per_page: options.parameters.results_per_page,
        progress,
        gathered: Rc::new(Cell::new(gathered)),
        codes_rome: Rc::new(codes_rome),
        asked: Rc::new(Cell::new(0)),
        heard: Rc::new(Heard::default()),
    }
}

fn levels(levels: Levels) -> serde_json::Value {
    serde_json::json!({ "error": levels.error, "warning": levels.warning, "info": levels.info })
}

fn receipt(published: &Published, options: &Options, client: &Client) -> Result<step::Receipt<Receipt>> {
    let counts = client.metrics().counts();
    let own = Receipt {
        since: options.period.since().to_string(),
        until: options.period.until().to_string(),
        zone: paris::ZONE,
        format: options.parameters.format.name(),
        announced: published.announced,
        walks: published.walks,
        windows: published.windows,
        requests: counts.requests.values().sum(),
        retries: counts.retries,
        rejected: published.rejected,
        findings: levels(published.levels),
        report: step::absolute(&published.report)?,
    };
    tracing::info!("{} offers, {} requests: complete", published.records, own.requests);
    let receipt = step::Receipt::new(&published.path, own).bytes(published.bytes).sha256(&published.sha256);
    Ok(receipt.records(published.records))
}

/// Of a table that was there already.
fn receipt_of_kept(kept: &Kept, options: &Options) -> Result<step::Receipt<Receipt>> {
    let (walks, windows) = kept.counts();
    let level = |name: &str| kept.number(&format!("/levels/{name}"));
    let own = Receipt {
        since: options.period.since().to_string(),
        until: options.period.until().to_string(),
        zone: paris::ZONE,
        format: options.parameters.format.name(),
        announced: kept.number("/announced"),
        walks,
        windows,
        requests: 0,
        retries: 0,
        rejected: kept.number("/records/rejected"),
        findings: levels(Levels { error: level("error"), warning: level("warning"), info: level("info") }),
        report: step::absolute(&kept.report_path)?,
    };
    let receipt = step::Receipt::new(&kept.output, own).bytes(kept.number("/output/bytes"));
    Ok(receipt.sha256(kept.text("/output/sha256")).records(kept.number("/records/written")).unchanged(true))
}
