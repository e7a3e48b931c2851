//! To come.

mod contact;
mod lists;
mod options;
mod schema;
