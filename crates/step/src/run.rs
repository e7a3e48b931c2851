//! From the command line to the exit code.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use clap::{Command, Parser};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::arguments::{self, Contract, Request};
use crate::failure::Diagnostic;
use crate::notes::{Format, Notes, Verbosity};
use crate::receipt::{Outcome, to_line, to_receipt_line, write_file};
use crate::supervisor::{Task, Work, supervise};
use crate::{ExitCode, spec, stdout};

/// The check of a step that needs neither a remote nor an input.
pub async fn nothing_remote<A>(_args: A) -> Result<Vec<String>> {
    Ok(Vec::new())
}

/// Runs a step: reads its arguments, lets it work, writes its receipt, and says how it ended.
///
/// `check` serves `--check`: it tries credentials and reachability, and returns what answered.
pub fn main<A, R, Run, Check>(run: Run, check: Check) -> std::process::ExitCode
where
    A: Parser + Send + 'static,
    R: Serialize + JsonSchema,
    Run: AsyncFnOnce(A, Task) -> Result<Outcome<R>> + Send + 'static,
    Check: AsyncFnOnce(A) -> Result<Vec<String>> + Send + 'static,
{
    let command = arguments::command::<A>();
    let given: Vec<_> = std::env::args_os().collect();
    let asked_format = arguments::asked_format(&given);
    let ended = match arguments::read::<A>(&command, given) {
        Ok(Request::Run(request)) => {
            let (args, contract) = *request;
            return execute(&command, contract, |contract, start, step| work(args, contract, start, step, run, check))
                .into();
        }
        Ok(Request::Spec) => to_line(&spec::describe::<R>(&command)).and_then(|line| show(&line)),
        Ok(Request::Print(text)) => show(&text),
        Err(error) => Err(error),
    };
    match ended {
        Ok(()) => ExitCode::Done.into(),
        Err(error) => {
            let format = asked_format.unwrap_or_else(Format::of_stderr);
            fail(&Notes::start(command.get_name(), format, Verbosity::Info), error).into()
        }
    }
}

/// The step's own part: all that depends on its types.
fn work<A, R, Run, Check>(
    args: A,
    contract: Arc<Contract>,
    start: Instant,
    step: String,
    run: Run,
    check: Check,
) -> Work
where
    A: Send + 'static,
    R: Serialize + JsonSchema,
    Run: AsyncFnOnce(A, Task) -> Result<Outcome<R>> + Send + 'static,
    Check: AsyncFnOnce(A) -> Result<Vec<String>> + Send + 'static,
{
    Box::new(move |task| {
        Box::pin(async move {
            if contract.check {
                return checked_line(&step, check(args).await?, start).map(Some);
            }
            match run(args, task).await? {
                Outcome::Done(receipt) => {
                    let line = to_receipt_line(&receipt.complete(&step, rounded_s(start))?)?;
                    if let Some(file) = &contract.receipt_file {
                        write_file(file, &line)?;
                    }
                    Ok(Some(line))
                }
                Outcome::Told(line) => to_receipt_line(&line).map(Some),
                Outcome::NothingNew(why) => {
                    tracing::info!("nothing new: {why}");
                    Ok(None)
                }
            }
        })
    })
}

fn execute(
    command: &Command,
    contract: Contract,
    work: impl FnOnce(Arc<Contract>, Instant, String) -> Work,
) -> ExitCode {
    let start = Instant::now();
    let step = command.get_name();
    let notes = Notes::start(step, contract.log_format.unwrap_or_else(Format::of_stderr), contract.log_level);
    note_panics();
    let contract = Arc::new(contract);
    if contract.receipt_file.is_none()
        && let Err(error) = stdout::ensure_open()
    {
        return fail(&notes, error);
    }
    let work = work(contract.clone(), start, step.to_owned());
    let line = match supervise(Task::new(notes.clone()), work) {
        Some(Ok(Some(line))) => line,
        Some(Ok(None)) => {
            notes.close();
            return ExitCode::NothingNew;
        }
        Some(Err(error)) => return fail(&notes, error),
        // The hook has told what and where.
        None => return ExitCode::Panicked,
    };
    notes.close();
    match stdout::write(&line) {
        Ok(()) => ExitCode::Done,
        Err(error) => fail(&notes, error),
    }
}

/// Writes what was asked for in place of a run.
fn show(text: &str) -> Result<()> {
    stdout::ensure_open()?;
    stdout::write(text)
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
    let diagnostic = Diagnostic::from(error);
    notes.fail(&diagnostic);
    let _ = std::io::stderr().flush();
    diagnostic.code
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
