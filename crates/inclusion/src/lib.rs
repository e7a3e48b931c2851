#![doc = include_str!("../README.md")]

pub mod assess_contribution;
pub mod compare_contributions;
mod contact;
pub mod fetch_inclusion;
mod linkage;
mod lists;
pub mod map_contribution;
mod near;
mod options;
mod repair;
mod schema;
mod seen;
mod suggest;
mod target;
mod v0;
pub mod validate_contribution;
mod verdict;
