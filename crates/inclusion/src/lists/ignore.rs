//! The column by which the template of the online validator sets rows aside.

use report::{Lang, Level, Rule};
use tables::{Header, Record, fold};

use super::cell::is_null;

/// What the template calls it.
const NAME: &str = "__ignore__";

/// What does not set a row aside.
const NO: [&str; 5] = ["false", "faux", "non", "n", "no"];

/// Whether records of a list are to be set aside.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ignore {
    column: Option<usize>,
}

impl Ignore {
    pub(crate) fn of(header: &Header) -> Self {
        Self { column: header.column(NAME) }
    }

    /// Whether there is such a column: then records need name no source.
    pub(crate) fn is_there(self) -> bool {
        self.column.is_some()
    }

    /// Whether that is such a column.
    pub(crate) fn is_it(self, column: usize) -> bool {
        self.column == Some(column)
    }

    /// Whether a record says that it is to be set aside.
    #[inline]
    pub(crate) fn sets_aside(self, record: &Record<'_>) -> bool {
        self.column.is_some_and(|column| says_yes(record.cell(column)))
    }
}

/// The rule by which such a record is dropped.
pub(crate) const IGNORED: &str = "record.ignored";

/// The rule in words.
pub(crate) fn ignored(lang: Lang) -> Rule {
    let (message, remedy) = match lang {
        Lang::Fr => ("la ligne est marquée dans la colonne `__ignore__` : elle est écartée", "rien à faire"),
        Lang::En => ("the row is marked in the column `__ignore__`: it is set aside", "nothing to do"),
    };
    Rule::new(IGNORED, Level::Info, message, remedy)
}

/// Whether what stands in the column sets a record aside.
pub(crate) fn says_yes(cell: &str) -> bool {
    if is_null(cell) {
        return false;
    }
    let said = fold(cell);
    said != "0" && !NO.contains(&said.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_but_a_no_sets_aside() {
        for no in ["", "  ", "false", "FAUX", "Non", "n", "no", "0", " Faux "] {
            assert!(!says_yes(no), "{no:?}");
        }
        for yes in ["true", "x", "VRAI", "1", "oui", "exemple", "00"] {
            assert!(says_yes(yes), "{yes:?}");
        }
    }
}
