//! To come.

mod model;
