//! A file whose elements become rows: which it is, and what is known of it.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::merge_offers::sheet::Known;

/// What of a folder a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The rows of a day whose file is gone.
    Archive,
    Day,
    Journal,
}

/// A file whose elements become rows.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    pub(crate) date: Date,
    pub(crate) path: PathBuf,
    /// Who is in it, sorted.
    pub(crate) sheet: PathBuf,
    pub(crate) known: Known,
}

impl Source {
    /// Its name alone.
    pub(crate) fn name(&self) -> &str {
        report::name_of(&self.path)
    }

    /// Where its rejected elements stand.
    pub(crate) fn rejects(&self) -> PathBuf {
        rejects_of(&self.sheet)
    }
}

/// Where the rejected elements of a source stand whose sheet that is.
pub(crate) fn rejects_of(sheet: &Path) -> PathBuf {
    sheet.with_extension("rejects")
}
