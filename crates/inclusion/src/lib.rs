//! To come.

mod contact;
mod lists;
mod near;
mod options;
mod repair;
mod schema;
mod target;
pub mod validate_contribution;
mod verdict;
