//! The steps as their users meet them: the built executables, against the sandbox.

mod offers;
mod referentials;
mod rome;
mod stub;
mod support;
