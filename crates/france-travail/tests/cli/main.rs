//! The steps as their users meet them: the built executables, against the sandbox.

#[cfg(feature = "history")]
mod anonymise;
#[cfg(feature = "history")]
mod collection;
#[cfg(feature = "history")]
mod history;
#[cfg(feature = "history")]
mod mirror;
mod offers;
mod referentials;
mod rome;
mod stub;
mod support;
#[cfg(feature = "history")]
mod table;
