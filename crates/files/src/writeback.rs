//! Sends what was written to the disk while more is written, so that the end need not wait for all of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::Result;

use crate::error::unwritable;

/// Far fewer cost more than they save; far more would leave much for the end.
const EVERY_BYTES: u64 = 32 << 20;

/// Flushes files on a thread of its own, which is begun when there is much to flush.
///
/// It only comes before the flush at the end, which is still needed: a file may be passed over while another is flushed.
#[derive(Debug, Default)]
pub struct Writeback {
    thread: OnceLock<Thread>,
    written: AtomicU64,
}

#[derive(Debug)]
struct Thread {
    hand: SyncSender<(File, PathBuf)>,
    done: JoinHandle<Result<(), (PathBuf, io::Error)>>,
}

impl Writeback {
    /// Tells that `bytes` more were written to `file`, at `path`.
    pub fn wrote(&self, file: &File, path: &Path, bytes: usize) {
        let written = self.written.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if written < EVERY_BYTES {
            return;
        }
        self.written.store(0, Ordering::Relaxed);
        if let Ok(file) = file.try_clone() {
            // It is busy, or has failed, which is told in the end.
            let _ = self.thread.get_or_init(Thread::begin).hand.try_send((file, path.to_owned()));
        }
    }

    /// Waits until what was handed over is on the disk.
    ///
    /// # Errors
    /// 74 when the disk refused what was written: the flush at the end would not hear of it again.
    pub fn end(self) -> Result<()> {
        let Some(Thread { hand, done }) = self.thread.into_inner() else { return Ok(()) };
        drop(hand);
        let flushed = done.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(flushed.map_err(|(path, error)| unwritable("write", &path, error))?)
    }
}

impl Thread {
    fn begin() -> Self {
        // Nothing waits: who is told while it is busy goes on.
        let (hand, handed) = sync_channel::<(File, PathBuf)>(0);
        let done = thread::spawn(move || {
            handed.into_iter().try_for_each(|(file, path)| file.sync_data().map_err(|error| (path, error)))
        });
        Self { hand, done }
    }
}

#[cfg(test)]
mod tests {
    use step::{ExitCode, Failure};

    use super::*;

    #[test]
    fn a_little_is_left_for_the_end() {
        let writeback = Writeback::default();
        writeback.wrote(&tempfile::tempfile().unwrap(), Path::new("a"), EVERY_BYTES as usize - 1);
        assert!(writeback.thread.get().is_none());
        writeback.end().unwrap();
    }

    #[test]
    fn what_the_disk_refuses_is_told_in_the_end() {
        let writeback = Writeback::default();
        // Nobody can flush a pipe.
        let (pipe, _end) = std::io::pipe().unwrap();
        let pipe = File::from(std::os::fd::OwnedFd::from(pipe));
        // The thread may not be there yet, and nothing waits for it.
        while writeback.thread.get().is_none_or(|thread| !thread.done.is_finished()) {
            writeback.wrote(&pipe, Path::new("there/a.csv"), EVERY_BYTES as usize);
            thread::yield_now();
        }
        let error = writeback.end().unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::DiskRefused);
        assert!(error.to_string().contains("there/a.csv"), "{error}");
    }
}
