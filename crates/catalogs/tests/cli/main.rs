//! The step as its users meet it: the built executable.

// Clippy takes helpers of tests for code that is no test.
#![allow(clippy::unwrap_used)]

mod portals;
