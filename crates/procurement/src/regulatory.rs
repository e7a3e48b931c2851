//! To come.

use anyhow::Result;
use step::{ExitCode, Failure, Outcome, Task};
use tables::Source;

use crate::convert_procurement::{Options, Receipt};
use crate::origin::Origin;

/// Converts a file of the regulatory format.
pub(crate) fn convert(options: &Options, _: &Source, _: Origin, _: &Task) -> Result<Outcome<Receipt>> {
    let message = format!("could not convert `{}`: files of the regulatory format are not read yet", options.input.display());
    Err(Failure::new(ExitCode::Unexpected, message).into())
}
