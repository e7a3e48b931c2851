//! `mirror-offers`: what has become of the offers of days that were collected, proven.
//!
//! - **Input**: a folder of days (`offres-{date}.json` with their logs), and the journals of earlier runs beside them.
//! - **Output**: `miroir-{today}.jsonl`, one event a line: offers created late, changed, withdrawn, back again; and
//!   `miroir-{today}.log`, the proof.
//! - **Failures**: 2 the days are of another service, or no credentials; 65 days of two services, a journal of today that is
//!   not proven; 66 no day; 69 the service is unavailable; 74 the disk refuses; 75 a day could not be proven, the search
//!   hides offers of it, some of them are dated to another day so that others are left open, or another run is at it; 77
//!   access refused.
//!
//! Each day is searched again with the walk and the proof of `collect-offers`. What such a sweep does not find was withdrawn
//! only if the service says so of a sample of it, offer by offer: an outage, an empty answer, a search that hides offers
//! withdraws nothing. What is dated to another day now is followed there (`elsewhere`).

mod arrivals;
mod changes;
mod chronicle;
mod detail;
mod done;
mod elsewhere;
mod past;
mod schedule;
mod stock;
mod sweep;

use std::path::Path;

use anyhow::Result;
use clap::Parser;
use files::Lock;
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, RootArgs, Task, paris};
use transfer::{Client, UsedUp, parse_rate};

use crate::days::Folder;
use crate::days::journal::Balayage;
use crate::mirror_offers::changes::{Comparison, MOMENT, Tally};
use crate::mirror_offers::chronicle::Chronicle;
use crate::mirror_offers::detail::{Absence, Sample};
use crate::mirror_offers::done::Done;
use crate::mirror_offers::elsewhere::Elsewhere;
use crate::mirror_offers::past::Past;
use crate::mirror_offers::schedule::{Due, Schedule, most_searches};
use crate::mirror_offers::stock::{Found, Stock};
use crate::mirror_offers::sweep::Swept;
use crate::service::{Api, ServiceArgs};
use crate::survey;

/// Find out what has become of the offers of days that were collected: created late, changed, withdrawn, back again.
#[derive(Debug, Parser)]
#[command(name = "mirror-offers", version)]
pub struct Args {
    /// Folder of the days, by default `offre_emploi` below the root; a file means its folder, `-` the receipt of the step
    /// before
    #[arg(value_name = "FOLDER|-")]
    folder: Option<Input>,
    /// First day to look at; by default the first there is
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Last day to look at; by default the last there is
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Send no more searches and details than that; the days that remain are for the next run
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
    /// How many of the offers that a sweep does not find are asked for one by one: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "20")]
    sample: Sample,
    /// Sweep also the days that were swept today
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

/// What the receipt of `mirror-offers` says besides the common keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    /// The log with the proof of the journal.
    log: String,
    /// Days that this run swept.
    days_swept: u64,
    /// Complete days that were not swept today.
    days_left: u64,
    /// When the day that was checked longest ago was checked; null without a complete day.
    oldest_check: Option<String>,
    /// Offers that this run found created late.
    created: u64,
    /// Offers that this run found changed.
    changed: u64,
    /// Offers that this run found withdrawn.
    withdrawn: u64,
    /// Offers that this run found back again.
    reappeared: u64,
    /// Of the withdrawn, those of which the service itself said so.
    confirmed: u64,
    /// Requests that this run sent, those for a token included.
    requests: u64,
    /// Requests that were sent because an earlier one failed.
    retries: u64,
}

/// What a run has to work with.
struct Run<'a> {
    args: &'a Args,
    folder: &'a Folder,
    past: Past,
    elsewhere: Elsewhere<'a>,
    client: Client,
    task: &'a Task,
}

/// How a day ended that did not fail.
enum End {
    Swept(DateTime, Tally, Absence),
    /// It is not complete; why.
    Unproven(&'static str),
    /// So many requests are needed, more than are left.
    TooFew(u64),
}

/// The executable.
pub fn main() -> std::process::ExitCode {
    step::main(run, check)
}

/// Sweeps the days that are due.
pub async fn run(args: Args, task: Task) -> Result<Outcome<Receipt>> {
    let today = paris::now()?.date();
    let folder = list(&args, &task).await?;
    let _lock = Lock::claim(&folder.path.join("miroir"))?;
    let mut past = Past::read(&folder)?;
    let but_today = (!args.force).then_some(today);
    let service = args.service.host();
    let schedule = Schedule::of(&folder, &past, range(&args), but_today, &service)?;
    let mut chronicle = Chronicle::open(&folder.path, today, &service)?;
    files::remove_staged(&chronicle.journal.data)?;
    files::remove_staged(&chronicle.journal.log)?;
    if schedule.due.is_empty() {
        tracing::info!("there is no day to sweep");
        return Ok(Outcome::Done(receipt(&folder, &chronicle, &schedule, &Done::default(), None)?.unchanged(true)));
    }
    let client = args.service.client_within(Api::Offres, args.rate, args.max_requests)?;
    let elsewhere = Elsewhere::new(&folder, std::mem::take(&mut past.arrivals));
    let run = Run { args: &args, folder: &folder, past, elsewhere, client, task: &task };
    let done = run.sweep_all(&schedule, &mut chronicle).await?;
    done.ensure_whole(&chronicle.journal.data)?;
    Ok(Outcome::Done(receipt(&folder, &chronicle, &schedule, &done, Some(&run.client))?))
}

/// Gets a token; nothing is asked of the folder but that it is there.
pub async fn check(args: Args) -> Result<Vec<String>> {
    let folder = args.folder.clone().unwrap_or_else(|| Input::Path(args.root.join("offre_emploi")));
    let mut checked = folder.check()?;
    args.service.client(Api::Offres, args.rate)?.authenticate().await?;
    checked.push(args.service.auth_url.to_string());
    Ok(checked)
}

async fn list(args: &Args, task: &Task) -> Result<Folder> {
    let folder = match &args.folder {
        Some(input) => input.read(task).await?.path,
        None => args.root.join("offre_emploi"),
    };
    Folder::list(&folder)
}

fn range(args: &Args) -> (Date, Date) {
    (args.since.unwrap_or(Date::MIN), args.until.unwrap_or(Date::MAX))
}

impl Run<'_> {
    /// Sweeps one day after the other, and goes on where one cannot be proven.
    ///
    /// # Errors
    /// What stops all of them: 69, 74, 77. What was swept before is in the journal.
    async fn sweep_all(&self, schedule: &Schedule, chronicle: &mut Chronicle) -> Result<Done> {
        let mut done = Done::default();
        for due in &schedule.due {
            let date = due.day.date;
            match self.sweep(due, chronicle).await {
                Ok(End::Swept(ended, tally, absence)) => {
                    note_day(date, &tally);
                    done.tally.add(&tally);
                    done.swept.push((date, ended));
                    done.note(date, absence);
                }
                Ok(End::Unproven(why)) => tracing::warn!("left alone: `{}` {why}", due.day.data.display()),
                Ok(End::TooFew(needs)) if self.args.max_requests.is_some_and(|most| needs > most) => {
                    tracing::warn!(
                        "{date} needs {needs} requests, more than `--max-requests` allows any run: it is left out"
                    );
                }
                Ok(End::TooFew(_)) => break,
                Err(error) if UsedUp::is_in(&error) => break,
                Err(error) if is_incomplete(&error) => done.unproven.push(format!("{error:#}")),
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Requests that a day may need.
    fn needs(&self, stock: &Stock) -> u64 {
        let online = stock.online().count();
        most_searches(online as u64) + self.args.sample.of(online) as u64
    }

    /// Sweeps one day, and puts it into the journal.
    async fn sweep(&self, due: &Due, chronicle: &mut Chronicle) -> Result<End> {
        let stock = match Stock::read(&due.day, &self.past, self.task)? {
            Found::Stock(stock) => stock,
            Found::Unproven(why) => return Ok(End::Unproven(why)),
        };
        let (needs, left) = (self.needs(&stock), self.client.left());
        if needs > left {
            return Ok(End::TooFew(needs));
        }
        let day = survey::day::Day(due.day.date);
        let swept = sweep::sweep(day, &self.client, &self.args.service, &self.folder.path, self.task).await?;
        let mut compared = Comparison::new();
        swept.offres(|offre| compared.meet(&stock, offre))?;
        let mut absent = compared.absent(&stock);
        // Where all are asked for, each speaks for itself.
        if self.args.sample.of(absent.len()) < absent.len() {
            self.elsewhere.leave_out(&mut absent, day.0, &stock, self.task)?;
        }
        let asked = self.args.sample.draw(&absent);
        let offres = self.args.service.url(Api::Offres, "offres");
        let told = detail::ask(&self.client, &offres, &asked, day).await?;
        let absence = Absence::of(&told, absent.len());
        let mut lines = chronicle.begin()?;
        let tally = compared.write(day.0, swept.ended, (&stock, &absent), &told, &mut lines)?;
        let bytes = lines.end()?;
        let balayage = Balayage {
            requetes: left - self.client.left(),
            absences_douteuses: absence != Absence::Settled,
            ..account(day.0, &swept, &tally)
        };
        chronicle.add(balayage, bytes, swept.is_invented, self.task)?;
        self.elsewhere.arrived(compared.arrived(), day.0, swept.ended);
        Ok(End::Swept(swept.ended, tally, absence))
    }
}

/// What the log says of a sweep, but for its requests.
fn account(jour: Date, swept: &Swept, tally: &Tally) -> Balayage {
    Balayage {
        jour: Some(jour),
        debut: swept.begun.strftime(MOMENT).to_string(),
        fin: swept.ended.strftime(MOMENT).to_string(),
        total_annonce: u64::from(swept.announced),
        presentes: swept.present(),
        creees: tally.created,
        modifiees: tally.changed,
        retirees: tally.withdrawn,
        reapparues: tally.reappeared,
        confirmees: tally.confirmed,
        ..Balayage::default()
    }
}

fn note_day(date: Date, tally: &Tally) {
    let Tally { created, changed, withdrawn, reappeared, confirmed } = tally;
    tracing::info!(
        "{date}: {created} created, {changed} changed, {withdrawn} withdrawn ({confirmed} confirmed), {reappeared} back"
    );
}

/// Whether it is this day alone that could not be proven.
fn is_incomplete(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failure>().is_some_and(|failure| failure.code() == ExitCode::Incomplete)
}

fn receipt(
    folder: &Folder,
    chronicle: &Chronicle,
    schedule: &Schedule,
    done: &Done,
    client: Option<&Client>,
) -> Result<step::Receipt<Receipt>> {
    let counts = client.map(|client| client.metrics().counts()).unwrap_or_default();
    let mut checked = schedule.checked.clone();
    checked.extend(done.swept.iter().copied());
    let is_swept = |due: &&Due| done.swept.iter().any(|(date, _)| *date == due.day.date);
    let own = Receipt {
        log: step::absolute(&chronicle.journal.log)?,
        days_swept: done.swept.len() as u64,
        days_left: schedule.due.iter().filter(|due| !is_swept(due)).count() as u64,
        oldest_check: checked.values().min().map(|oldest| oldest.strftime(MOMENT).to_string()),
        created: done.tally.created,
        changed: done.tally.changed,
        withdrawn: done.tally.withdrawn,
        reappeared: done.tally.reappeared,
        confirmed: done.tally.confirmed,
        requests: counts.requests.values().sum(),
        retries: counts.retries,
    };
    // Without a journal, the next step is led to the folder.
    let path: &Path = if chronicle.is_there() { &chronicle.journal.data } else { &folder.path };
    let receipt = step::Receipt::new(path, own).records(done.tally.events());
    Ok(match chronicle.written() {
        Some((bytes, sha256)) => receipt.bytes(bytes).sha256(sha256),
        None => receipt,
    })
}
