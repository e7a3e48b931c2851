//! The steps as their users meet them: the built executables.

mod download;
mod extract;
mod locate;
mod naf;
mod support;
