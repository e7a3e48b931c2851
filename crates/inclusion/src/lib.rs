//! To come.

mod repair;
mod schema;
mod target;
