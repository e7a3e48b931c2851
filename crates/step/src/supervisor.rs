//! The work of a step, on a thread of its own, so that signals are heard whatever it does.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::notes::Notes;
use crate::progress::Progress;
use crate::{ExitCode, Failure};

/// What blocking work gets to notice a signal and tidy up; a stopped container has ten seconds in all.
const GRACE: Duration = Duration::from_secs(5);

/// What the working thread gets besides, to end its runtime.
const MARGIN: Duration = Duration::from_secs(1);

/// As much as the main thread of a process usually has.
const STACK_BYTES: usize = 8 << 20;

/// A step at work; what it gives back is the line for stdout, if there is one.
pub(crate) type Work = Box<dyn FnOnce(Task) -> Pin<Box<dyn Future<Output = Result<Option<String>>>>> + Send>;

/// What a step is given besides its arguments; clones are the same task.
#[derive(Debug, Clone)]
pub struct Task {
    notes: Arc<Notes>,
    stopped: Arc<AtomicBool>,
}

impl Task {
    pub(crate) fn new(notes: Arc<Notes>) -> Self {
        Self { notes, stopped: Arc::default() }
    }

    /// Shows how far the work on `subject` is, counted in `noun`s: `collecting 2024-06-01`, `offers`.
    pub fn progress(&self, subject: impl Into<String>, noun: &'static str) -> Progress {
        Progress::count(&self.notes, subject.into(), noun)
    }

    /// Shows how far the work on `subject` is, counted in bytes.
    pub fn progress_bytes(&self, subject: impl Into<String>) -> Progress {
        Progress::bytes(&self.notes, subject.into())
    }

    /// Runs work that computes or waits for the disk, so that what the step waits for meanwhile goes on.
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

/// Runs `work` until it ends or a signal comes; none if it panicked.
///
/// Work that is told to stop is dropped, which flushes its journals and removes its temporary files. Work that hears
/// nothing, because the disk does not answer, is left behind when the process ends.
pub(crate) fn supervise(task: Task, work: Work) -> Option<Result<Option<String>>> {
    let runtime = match new_runtime() {
        Ok(runtime) => runtime,
        Err(error) => return Some(Err(error)),
    };
    runtime.block_on(async {
        match listen(task, work).await {
            Ok(ended) => ended.map(Ok),
            Err(error) => Some(Err(error)),
        }
    })
}

async fn listen(task: Task, work: Work) -> Result<Option<Option<String>>> {
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen to SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("could not listen to SIGTERM")?;
    let stopped = task.stopped.clone();
    let (stop, told_to_stop) = oneshot::channel();
    let (done, mut ended) = oneshot::channel();
    let at_work = move || drop(done.send(drive(task, work, told_to_stop)));
    thread::Builder::new().stack_size(STACK_BYTES).spawn(at_work).context("could not start a thread")?;
    let signalled = tokio::select! {
        biased;
        _ = interrupt.recv() => stopped_by(ExitCode::Interrupted, "SIGINT"),
        _ = terminate.recv() => stopped_by(ExitCode::Terminated, "SIGTERM"),
        // Whoever panics sends nothing.
        result = &mut ended => return result.ok().transpose(),
    };
    stopped.store(true, Ordering::Relaxed);
    let _ = stop.send(());
    let _ = tokio::time::timeout(GRACE + MARGIN, ended).await;
    Err(signalled)
}

/// The working thread: ends early when it is told to.
fn drive(task: Task, work: Work, told_to_stop: oneshot::Receiver<()>) -> Result<Option<String>> {
    let runtime = new_runtime()?;
    let stopped = task.stopped.clone();
    let result = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = told_to_stop => Ok(None),
            result = work(task) => result,
        }
    });
    stopped.store(true, Ordering::Relaxed);
    runtime.shutdown_timeout(GRACE);
    result
}

fn new_runtime() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("could not start the runtime")
}

fn stopped_by(code: ExitCode, signal: &str) -> anyhow::Error {
    Failure::new(code, format!("could not finish: stopped by {signal}"))
        .hint("what was gathered is kept: run again to go on")
        .into()
}
