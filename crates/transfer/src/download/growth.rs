//! Reading a file while it comes.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How far a file has come; clones speak of the same file.
#[derive(Debug, Clone, Default)]
pub struct Growth(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct State {
    path: PathBuf,
    /// How often the file was begun; what was read of an earlier beginning is void.
    beginnings: u64,
    bytes: u64,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Complete,
    Abandoned,
}

/// Reads the file from its start, and waits where it ends as yet. It ends once the file is complete and proven.
#[derive(Debug)]
pub struct Follow {
    growth: Growth,
    beginning: u64,
    file: Option<File>,
    position: u64,
}

/// Dropped without [`Growing::complete`], it tells those who read that no more will come.
pub(super) struct Growing(Growth);

impl Growth {
    /// Waits for the file's first bytes, and reads it from there. None: no file comes.
    pub fn follow(&self) -> Option<Follow> {
        let state = self.wait(|state| state.bytes > 0 || state.end.is_some());
        let comes = state.bytes > 0 && state.end != Some(End::Abandoned);
        comes.then(|| Follow { growth: self.clone(), beginning: state.beginnings, file: None, position: 0 })
    }

    /// Whether the file has begun anew since `follow` began.
    pub fn outran(&self, follow: &Follow) -> bool {
        self.state().beginnings != follow.beginning
    }

    pub(super) fn begin(&self) -> Growing {
        Growing(self.clone())
    }

    pub(super) fn restart(&self, path: &Path, bytes: u64) {
        self.change(|state| {
            state.path = path.to_owned();
            state.beginnings += 1;
            state.bytes = bytes;
        });
    }

    pub(super) fn grow(&self, bytes: u64) {
        self.change(|state| state.bytes = bytes);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.grown.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let mut state = self.state();
        while !until(&state) {
            state = self.0.grown.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state
    }
}

impl Growing {
    pub(super) fn complete(self) {
        self.0.change(|state| state.end = Some(End::Complete));
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.end.get_or_insert(End::Abandoned);
        });
    }
}

impl Read for Follow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let over = |why: &str| io::Error::new(io::ErrorKind::Interrupted, why.to_owned());
        let over = |why| io::Error::other(over(why));
        let (beginning, position) = (self.beginning, self.position);
        let state =
            self.growth.wait(|state| state.beginnings != beginning || state.bytes > position || state.end.is_some());
        if state.beginnings != beginning {
            return Err(over("the file was begun anew"));
        }
        let available = state.bytes - position;
        if available == 0 {
            return if state.end == Some(End::Complete) { Ok(0) } else { Err(over("no more of the file will come")) };
        }
        let path = state.path.clone();
        drop(state);
        let count = buffer.len().min(usize::try_from(available).unwrap_or(usize::MAX));
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(File::open(path)?),
        };
        let count = file.read_at(&mut buffer[..count], position)?;
        // What was read while the file was begun anew is of no version.
        if self.growth.outran(self) || count == 0 {
            return Err(over("the file was begun anew"));
        }
        self.position += count as u64;
        Ok(count)
    }
}
