//! The step as its users meet it: the built executable, against portals that say what a test wants, and the sandbox's.

// Clippy takes helpers of tests for code that is no test.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod archive;
mod cases;
mod comparison;
mod exits;
mod folders;
mod hostile;
mod memory;
mod places;
mod portal;
mod portals;
mod raw;
mod resume;
mod rules;
mod told;
