//! The task contract: arguments in, one receipt out, exit codes, notes, signals.
//!
//! A step is a module with `Args`, `Receipt`, `run` and `check`, and a `main` that hands them over; its executable calls
//! that `main`, and holds nothing else:
//!
//! ```ignore
//! pub fn main() -> std::process::ExitCode {
//!     step::main(run, check)
//! }
//! ```
//!
//! - [`main`] reads the arguments, runs the step, writes the receipt, and alone decides the exit code.
//! - [`Failure`] is an error that knows its [`ExitCode`] and what the reader can do about it.
//! - [`Receipt`] is what a step leaves on stdout: one line of JSON, the last thing the process writes.
//! - [`Task`] is what a step is given besides its arguments; its [`Progress`] shows a bar on a terminal and a note
//!   now and then elsewhere. Notes are ordinary `tracing` events.
//! - [`Input`] is a path, or `-`: the receipt of the step before, on stdin.
//! - [`RootArgs`] is the folder below which all outputs are.
//! - [`Provenance`] is what is said of the source and the licence of data, invented ones included.
//! - [`paris`] is the clock that French services go by; [`name_some`] and [`list_some`] name a few of many.
//!
//! An argument declared with `hide = true, hide_env_values = true` and an environment variable is a **secret**: it comes
//! from the variable, or from the file that `<NAME>_FILE` names, never from the command line. `--help` names the two
//! variables; what they hold is shown nowhere.

#![expect(clippy::disallowed_methods, reason = "this crate alone writes to the streams of a step, and ends it")]

mod arguments;
mod counter;
mod exit;
mod failure;
mod input;
mod manual;
mod notes;
pub mod paris;
mod progress;
mod provenance;
mod receipt;
mod root;
mod run;
mod secrets;
mod some;
mod spec;
mod stdout;
mod supervisor;
mod usage;
mod variable;
mod version;

pub use exit::{ExitCode, Retry};
pub use failure::Failure;
pub use input::{Given, Input};
pub use progress::Progress;
pub use provenance::{LICENCE_OUVERTE, LICENCE_OUVERTE_URL, Provenance, is_sandbox};
pub use receipt::{Outcome, Receipt, absolute};
pub use root::RootArgs;
pub use run::{main, nothing_remote};
pub use secrecy::{ExposeSecret, SecretString};
pub use some::{list_some, name_some};
pub use supervisor::Task;

/// The example of `crates/README.md` compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct NewStep;
