//! To come.

pub mod assess_contribution;
mod contact;
mod lists;
pub mod map_contribution;
mod options;
mod repair;
mod schema;
mod seen;
mod suggest;
mod target;
mod v0;
mod verdict;
