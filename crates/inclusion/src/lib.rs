//! To come.

pub mod assess_contribution;
mod contact;
mod lists;
mod options;
mod repair;
mod schema;
mod seen;
mod suggest;
mod target;
mod verdict;
