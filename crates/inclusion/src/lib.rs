//! To come.

mod contact;
mod lists;
pub mod map_contribution;
mod options;
mod repair;
mod schema;
mod target;
mod v0;
mod verdict;
