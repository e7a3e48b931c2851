//! `merge-offers`: rows against what they should be, whatever the order, the instant of a kill, or what is remembered.

mod archive;
mod columns;
mod contract;
mod held;
mod journals;
mod journey;
mod kills;
mod memory;
mod order;
mod redated;
mod states;
mod told;
pub(crate) mod world;

use trial::Run;

const MERGE_OFFERS: &str = env!("CARGO_BIN_EXE_merge-offers");
