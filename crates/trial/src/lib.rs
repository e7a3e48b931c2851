//! For tests alone: steps as their users meet them, and servers that say what a test wants.
//!
//! A trial is a built executable, in a folder and with variables of its own, against a server of its own. Whatever ends
//! otherwise than it should tells command, folder, status and both streams:
//!
//! ```no_run
//! # const FETCH_ROME: &str = "fetch-rome";
//! let server = trial::start_sandbox(sandbox::Options::default());
//! let finished = trial::Run::new(FETCH_ROME).sandbox(&server).run().expect_code(0);
//! assert_eq!(finished.receipt()["records"], 1_911, "{finished}");
//! ```
//!
//! - [`Run`] is a run to be made, [`Running`] one under way, [`Finished`] what it left.
//! - [`start_sandbox`] starts the sandbox; [`kinds_but`] and [`faults_but`] choose what goes wrong in it.
//! - [`Cost`] is what a run takes, for benchmarks; [`children_cpu_s`] and [`peak_memory_mib`] tell what it is made of.
//! - [`SmallDisk`] is a disk that is soon full.
//! - [`Stub`] gives the answers that the sandbox, which is sound, has no reason to give.
//! - [`assert_described`] compares the `datapackage.json` of a folder with its files.
//! - [`data`] is what is real and may not be published, for tests marked `#[trial::test_with_data]` in place of `#[test]`:
//!   where the folder `COLLECTE_DATA` (default `../shared/data`, seen from the checkout) is absent, they are counted as
//!   ignored.
//!
//! It holds what more than one crate's tests need; the rest is in `tests/cli/support.rs` of the family.

mod cost;
mod data;
mod data_package;
mod faults;
mod finished;
mod run;
mod server;
mod small_disk;
mod stub;

pub use cost::{Cost, children_cpu_s, peak_memory_mib};
pub use data::data;
pub use data_package::assert_described;
pub use faults::{faults_but, kinds_but};
pub use finished::Finished;
pub use run::{Run, Running};
pub use rustix::process::Signal;
pub use server::{READ_ONLY, start_sandbox};
pub use small_disk::SmallDisk;
pub use stub::Stub;
pub use trial_data::test_with_data;
