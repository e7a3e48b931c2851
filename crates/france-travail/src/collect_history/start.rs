//! How a run begins: with what an unfinished one left, with a table that is there, or with nothing.

use std::rc::Rc;

use anyhow::Result;
use jiff::civil::DateTime;
use step::Task;
use transfer::Client;

use crate::collect_history::Args;
use crate::collect_history::checkpoint::{Checkpoint, Places, spoilt};
use crate::collect_history::kept::Kept;
use crate::collect_history::ledger::{Agenda, Ledger, Left, moment};
use crate::collect_history::options::Options;
use crate::collect_history::referentials::{Asked, Referentials};
use crate::collect_history::walk::pack;
use crate::survey::served::Served;

/// What an unfinished run left that is to be gone on with.
///
/// # Errors
/// 65 when it is spoilt, 2 when it was begun with other parameters.
pub(crate) fn look_for_unfinished(
    args: &Args,
    options: &Options,
    places: &Places,
) -> Result<Option<(Checkpoint, Left)>> {
    // What a killed run had begun to write of it.
    files::remove_staged(&places.checkpoint)?;
    if args.force {
        places.remove()?;
    }
    let Some(checkpoint) = Checkpoint::read(&places.checkpoint)? else { return Ok(None) };
    checkpoint.ensure_same(&places.checkpoint, &args.service.host(), &options.parameters)?;
    let left = Left::read(&places.journal, &checkpoint.started, checkpoint.period.span())?;
    Ok(Some((checkpoint, left)))
}

/// The table that is there, if nothing can be added to it.
pub(crate) async fn finished(args: &Args, options: &Options, task: &Task) -> Result<Option<Kept>> {
    if args.force {
        return Ok(None);
    }
    let (service, asked) = (args.service.host(), options.clone());
    let kept = task.blocking(move |_| Kept::read(&asked.output, &service, &asked.parameters)).await?;
    Ok(kept.filter(|kept| kept.is_final(options)))
}

/// Goes on with what was left, or begins: then the checkpoint is there before the first search.
pub(crate) fn begin(
    args: &Args,
    mut options: Options,
    places: &Places,
    unfinished: Option<(Checkpoint, Left)>,
    referentials: &Referentials,
    client: &Client,
) -> Result<(Rc<Ledger>, Vec<Served>, Options)> {
    let goes_on = unfinished.is_some();
    let (checkpoint, left) = match unfinished {
        Some(unfinished) => unfinished,
        None => {
            let (service, parameters) = (args.service.host(), options.parameters.clone());
            let started = moment(options.started);
            let checkpoint = Checkpoint::begin(&service, parameters, options.period.clone(), started);
            let asked = referentials.choose(&options)?;
            let left = Left::nothing(&places.journal, options.period.span())?.with(agenda(&checkpoint.started, asked));
            (checkpoint, left)
        }
    };
    options.period = checkpoint.period.clone();
    options.started =
        checkpoint.started.parse::<DateTime>().map_err(|_| spoilt(&places.checkpoint, "its start is no time"))?;
    let left = match left.agenda {
        Some(_) => left,
        // It was torn up to its begin.
        None => left.with(agenda(&checkpoint.started, referentials.choose(&options)?)),
    };
    let retries = client.metrics().counts().retries;
    let (ledger, served) = left.go_on(checkpoint, &places.checkpoint, args.checkpoint_interval, retries)?;
    note_start(&options, &ledger, &served, goes_on);
    Ok((ledger, served, options))
}

fn agenda(started: &str, asked: Asked) -> Agenda {
    let walks = pack(&asked);
    Agenda { started: started.to_owned(), unknown_rome: asked.unknown_rome, walks }
}

fn note_start(options: &Options, ledger: &Ledger, served: &[Served], goes_on: bool) {
    let (since, until, walks) = (options.period.since(), options.period.until(), ledger.agenda.walks.len());
    match goes_on {
        false => {
            tracing::info!("collecting the offers from {since} to {until} that are still online, in {walks} walks")
        }
        true => {
            let held: u64 = served.iter().map(Served::inside).sum();
            tracing::info!(
                "going on with the offers from {since} to {until}: {held} are there, this is run {}",
                ledger.runs()
            );
        }
    }
}
