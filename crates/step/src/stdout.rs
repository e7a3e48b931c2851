//! Stdout: whether anybody is there to take the receipt, and the one write to it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use rustix::io::fcntl_getfd;

use crate::{ExitCode, Failure};

/// Whether the process was started without a stdout.
static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Has [`look`] called before `main`. Rust's runtime opens `/dev/null` in the place of a stdout that is closed, just as
/// programs do that start others (Python's `DEVNULL`): from then on nothing tells one from the other, and the receipt would
/// be lost in silence.
#[expect(unsafe_code, reason = "the runtime opens what is closed before any safe code runs")]
#[used]
// SAFETY: the loader calls what these sections list, before `main`, once. It passes arguments that `look` does not take,
// which the C calling convention allows; `look` asks the kernel and sets an atomic, and needs nothing of the runtime.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    WAS_CLOSED.store(fcntl_getfd(io::stdout()).is_err(), Ordering::Relaxed);
}

/// Makes sure that what is written to stdout goes somewhere, before anything is done for its sake. `>/dev/null` throws it
/// away on purpose; `>&-` does not.
///
/// # Errors
/// 74.
pub(crate) fn ensure_open() -> Result<()> {
    if !WAS_CLOSED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let message = "could not begin: stdout is closed, and the receipt would be lost";
    let hint = "read stdout, throw it away with `>/dev/null`, or keep the receipt with `--receipt-file`";
    Err(Failure::new(ExitCode::DiskRefused, message).hint(hint).into())
}

/// Writes `line` in one write.
pub(crate) fn write(line: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| {
        Failure::new(ExitCode::DiskRefused, "could not write the receipt to stdout").because(error).into()
    })
}
