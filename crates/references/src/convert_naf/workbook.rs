//! INSEE's workbooks: how large one may be, and what to do about one that cannot be read.

use std::path::Path;

use anyhow::{Error, Result};
use step::{ExitCode, Failure};
use tables::workbook::{Limits, Workbook};

pub(super) use tables::workbook::{Row, Rows, Value};

/// INSEE's largest has 100,864 bytes, that of 2025 would unpack to about a megabyte, and its texts fill some hundred
/// kilobytes.
const LIMITS: Limits = Limits { file_bytes: 1 << 20, unpacked_bytes: 8 << 20, texts_bytes: 4 << 20 };

pub(super) fn open(path: &Path) -> Result<Workbook> {
    Workbook::open(path, LIMITS).map_err(fetch_again)
}

/// The rows of a sheet, by its place in the workbook.
pub(super) fn rows(workbook: &mut Workbook, sheet: usize) -> Result<Rows> {
    workbook.rows(sheet).map_err(fetch_again)
}

/// The next row that is not blank.
pub(super) fn next(rows: &mut Rows) -> Result<Option<&Row>> {
    rows.next().map_err(fetch_again)
}

fn fetch_again(error: Error) -> Error {
    match error.downcast::<Failure>() {
        Ok(failure) if failure.code() == ExitCode::BadInput => {
            failure.hint("fetch it again with `download naf`").into()
        }
        Ok(failure) => failure.into(),
        Err(other) => other,
    }
}
