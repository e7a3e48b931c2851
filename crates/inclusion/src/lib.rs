//! To come.

mod contact;
mod lists;
mod options;
mod repair;
mod schema;
mod target;
mod verdict;
