//! The task contract: arguments in, one receipt out, exit codes, notes, signals.
//!
//! A step is a module with `Args`, `Receipt`, `run` and `check`; its executable holds one statement:
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     step::main(collect_offers::run, collect_offers::check)
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
//!
//! An argument declared with `hide = true, hide_env_values = true` and an environment variable is a **secret**: it comes
//! from the variable, or from the file that `<NAME>_FILE` names, never from the command line, and is shown nowhere.

#![expect(clippy::disallowed_methods, reason = "this crate alone writes to the streams of a step, and ends it")]

mod arguments;
mod exit;
mod failure;
mod input;
mod notes;
mod progress;
mod receipt;
mod root;
mod run;
mod spec;

pub use exit::{ExitCode, Retry};
pub use failure::Failure;
pub use input::{Given, Input};
pub use progress::Progress;
pub use receipt::{Outcome, Receipt};
pub use root::RootArgs;
pub use run::{Task, main, nothing_remote};
pub use secrecy::{ExposeSecret, SecretString};

/// The example of `crates/README.md` compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct NewStep;
