//! To come.

mod schema;
