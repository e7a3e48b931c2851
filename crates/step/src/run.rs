//! From the command line to the exit code.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{self, Contract, Request};
use crate::failure::Verdict;
use crate::notes::{Format, Notes, Verbosity};
use crate::progress::Progress;
use crate::receipt::{Outcome, to_line, to_receipt_line, write_file, write_stdout};
use crate::{ExitCode, Failure, spec};

/// What blocking work gets to notice a signal and tidy up; a stopped container has ten seconds in all.
const GRACE: Duration = Duration::from_secs(5);

/// What a step is given besides its arguments; clones are the same task.
#[derive(Debug, Clone)]
pub struct Task {
    notes: Arc<Notes>,
    stopped: Arc<AtomicBool>,
}

impl Task {
    /// Shows how far the work on `subject` is, counted in `noun`s: `collecting 2024-06-01`, `offers`.
    pub fn progress(&self, subject: impl Into<String>, noun: &'static str) -> Progress {
        Progress::count(&self.notes, subject.into(), noun)
    }

    /// Shows how far the work on `subject` is, counted in bytes.
    pub fn progress_bytes(&self, subject: impl Into<String>) -> Progress {
        Progress::bytes(&self.notes, subject.into())
    }

    /// Runs work that computes or waits for the disk, so that signals are heard meanwhile.
    ///
    /// Long work asks [`Task::go_on`] now and then.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let task = self.clone();
        match tokio::task::spawn_blocking(move || work(&task)).await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// An error as soon as the process was told to stop.
    pub fn go_on(&self) -> Result<()> {
        match self.stopped.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(Failure::new(ExitCode::Terminated, "stopped by a signal").into()),
        }
    }
}

/// The check of a step that needs no remote.
pub async fn nothing_remote<A>(_args: A) -> Result<Vec<String>> {
    Ok(Vec::new())
}

/// Runs a step: reads its arguments, lets it work, writes its receipt, and says how it ended.
///
/// `check` serves `--check`: it tries credentials and reachability, and returns what answered.
pub fn main<A, R, Run, Check>(run: Run, check: Check) -> std::process::ExitCode
where
    A: Parser,
    R: Serialize + JsonSchema,
    Run: AsyncFnOnce(A, Task) -> Result<Outcome<R>>,
    Check: AsyncFnOnce(A) -> Result<Vec<String>>,
{
    let command = arguments::command::<A>();
    let step = command.get_name().to_owned();
    let ended = match arguments::read::<A>(command.clone(), std::env::args_os().collect()) {
        Ok(Request::Run(request)) => {
            let (args, contract) = *request;
            return execute(&step, args, &contract, run, check).into();
        }
        Ok(Request::Spec) => to_line(&spec::describe::<R>(&command)).and_then(|line| write_stdout(&line)),
        Ok(Request::Print(text)) => write_stdout(&text),
        Err(error) => Err(error),
    };
    match ended {
        Ok(()) => ExitCode::Done.into(),
        Err(error) => fail(&Notes::start(&step, Format::of_stderr(), Verbosity::Info), error).into(),
    }
}

fn execute<A, R, Run, Check>(step: &str, args: A, contract: &Contract, run: Run, check: Check) -> ExitCode
where
    R: Serialize + JsonSchema,
    Run: AsyncFnOnce(A, Task) -> Result<Outcome<R>>,
    Check: AsyncFnOnce(A) -> Result<Vec<String>>,
{
    let start = Instant::now();
    let notes = Notes::start(step, contract.log_format.unwrap_or_else(Format::of_stderr), contract.log_level);
    note_panics();
    let task = Task { notes: notes.clone(), stopped: Arc::default() };
    let work = async |task: Task| -> Result<Option<String>> {
        if contract.check {
            let reached = check(args).await?;
            return checked_line(step, reached, start).map(Some);
        }
        match run(args, task).await? {
            Outcome::Done(receipt) => {
                let line = to_receipt_line(&receipt.complete(step, rounded_s(start))?)?;
                if let Some(file) = &contract.receipt_file {
                    write_file(file, &line)?;
                }
                Ok(Some(line))
            }
            Outcome::NothingNew(why) => {
                tracing::info!("nothing new: {why}");
                Ok(None)
            }
        }
    };
    let ended = catch_unwind(AssertUnwindSafe(|| in_runtime(task, work)));
    let line = match ended {
        Ok(Ok(Some(line))) => line,
        Ok(Ok(None)) => {
            notes.close();
            return ExitCode::NothingNew;
        }
        Ok(Err(error)) => return fail(&notes, error),
        // The hook has told what and where.
        Err(_) => return ExitCode::Panicked,
    };
    notes.close();
    match write_stdout(&line) {
        Ok(()) => ExitCode::Done,
        Err(error) => fail(&notes, error),
    }
}

/// Runs `work` until it ends or a signal comes; dropped work flushes its journals and removes its temporary files.
fn in_runtime<T>(task: Task, work: impl AsyncFnOnce(Task) -> Result<T>) -> Result<T> {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().context("could not start the runtime")?;
    let stopped = task.stopped.clone();
    let result = runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).context("could not listen to SIGINT")?;
        let mut terminate = signal(SignalKind::terminate()).context("could not listen to SIGTERM")?;
        tokio::select! {
            biased;
            _ = interrupt.recv() => Err(stop(ExitCode::Interrupted, "SIGINT")),
            _ = terminate.recv() => Err(stop(ExitCode::Terminated, "SIGTERM")),
            result = work(task) => result,
        }
    });
    stopped.store(true, Ordering::Relaxed);
    runtime.shutdown_timeout(GRACE);
    result
}

fn stop(code: ExitCode, signal: &str) -> anyhow::Error {
    Failure::new(code, format!("could not finish: stopped by {signal}"))
        .hint("what was gathered is kept: run again to go on")
        .into()
}

fn checked_line(step: &str, reached: Vec<String>, start: Instant) -> Result<String> {
    to_receipt_line(&json!({
        "schema": "collecte.check/1",
        "step": step,
        "reached": reached,
        "duration_s": rounded_s(start),
    }))
}

fn rounded_s(start: Instant) -> f64 {
    (start.elapsed().as_secs_f64() * 1_000.0).round() / 1_000.0
}

fn fail(notes: &Notes, error: anyhow::Error) -> ExitCode {
    let verdict = Verdict::from(error);
    notes.fail(&verdict);
    let _ = std::io::stderr().flush();
    verdict.code
}

/// A panic is told like every failure: in one line, in the form that was asked for.
fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let why = panic.payload_as_str().unwrap_or("for an unknown reason");
        tracing::error!(
            exit_code = ExitCode::Panicked.number() as u64,
            hint = "this is a mistake in the step: please report it",
            "could not go on: panicked at {place}: {why}"
        );
    }));
}
