//! The steps as their users meet them: the built executables.

// Clippy takes helpers of tests for code that is no test.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod assess;
mod compare;
mod fetch;
mod map;
mod suggest;
mod validate;
