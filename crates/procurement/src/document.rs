//! A regulatory document in JSON, contract by contract, in the memory of one.
//!
//! It is `{"marches": [...]}`, `{"marches": {"marche": [...], "contrat-concession": [...]}}`, a list of contracts, or one
//! contract alone.

mod entry;
mod probe;
mod reader;
mod refusal;
mod stream;

pub(crate) use entry::{Container, Entry, Shape};
pub(crate) use probe::{OF_2_0, Probe, is_of_2_0};
pub(crate) use reader::Reader;
pub(crate) use refusal::refuse;

#[cfg(test)]
mod tests;
