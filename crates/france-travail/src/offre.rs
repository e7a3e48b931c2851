//! The normalised offer: one row of the table that `collect-history` writes, and `merge-offers` too.
//!
//! The 28 columns of the collector that this one succeeds, its names, order and labels, then six typed readings of the
//! labels. An item of the service is read once (`item`); what it says becomes the cells of a [`Row`], of which a compact
//! form can be kept and read back (`kept`). Nothing is guessed: what a rule does not read is empty, and told as a
//! [`Notice`]. What `contact` (but the address for applying) and `agence` say never gets here.

mod contract;
mod experience;
mod fill;
pub(crate) mod given;
mod hours;
pub(crate) mod item;
pub(crate) mod kept;
pub(crate) mod mended;
mod notice;
pub(crate) mod place;
pub(crate) mod reject;
mod salary;
pub(crate) mod scan;
pub(crate) mod text;
pub(crate) mod time;

use std::borrow::Cow;

pub(crate) use fill::{fill, read, read_item, read_next};
#[cfg(test)]
pub(crate) use notice::NOTICES;
pub(crate) use notice::{Flaw, Notice};

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Truth,
    /// Paris wall time, to the millisecond.
    Time,
    /// A list of texts.
    List,
}

/// Number of columns.
pub(crate) const WIDTH: usize = 34;

/// The columns, in order.
pub(crate) const COLUMNS: [(&str, Kind); WIDTH] = [
    ("id", Kind::Text),
    ("source", Kind::Text),
    ("title", Kind::Text),
    ("description", Kind::Text),
    ("company_name", Kind::Text),
    ("location_name", Kind::Text),
    ("latitude", Kind::Number),
    ("longitude", Kind::Number),
    ("date_created", Kind::Time),
    ("date_updated", Kind::Time),
    ("contract_type", Kind::Text),
    ("contract_duration", Kind::Text),
    ("working_hours", Kind::Text),
    ("salary_min", Kind::Number),
    ("salary_max", Kind::Number),
    ("salary_currency", Kind::Text),
    ("salary_period", Kind::Text),
    ("experience_required", Kind::Text),
    ("category", Kind::Text),
    ("sector", Kind::Text),
    ("application_url", Kind::Text),
    ("source_url", Kind::Text),
    ("skills", Kind::List),
    ("remote_work", Kind::Text),
    ("is_handicap_accessible", Kind::Truth),
    ("code_rome", Kind::Text),
    ("langues", Kind::List),
    ("date_extraction", Kind::Time),
    ("commune", Kind::Text),
    ("departement", Kind::Text),
    ("contract_length", Kind::Number),
    ("contract_unit", Kind::Text),
    ("weekly_hours", Kind::Number),
    ("experience_months", Kind::Number),
];

/// Where a column is.
pub(crate) mod at {
    pub(crate) const ID: usize = 0;
    pub(crate) const SOURCE: usize = 1;
    pub(crate) const TITLE: usize = 2;
    pub(crate) const DESCRIPTION: usize = 3;
    pub(crate) const COMPANY_NAME: usize = 4;
    pub(crate) const LOCATION_NAME: usize = 5;
    pub(crate) const LATITUDE: usize = 6;
    pub(crate) const LONGITUDE: usize = 7;
    pub(crate) const DATE_CREATED: usize = 8;
    pub(crate) const DATE_UPDATED: usize = 9;
    pub(crate) const CONTRACT_TYPE: usize = 10;
    pub(crate) const CONTRACT_DURATION: usize = 11;
    pub(crate) const WORKING_HOURS: usize = 12;
    pub(crate) const SALARY_MIN: usize = 13;
    pub(crate) const SALARY_MAX: usize = 14;
    pub(crate) const SALARY_CURRENCY: usize = 15;
    pub(crate) const SALARY_PERIOD: usize = 16;
    pub(crate) const EXPERIENCE_REQUIRED: usize = 17;
    pub(crate) const CATEGORY: usize = 18;
    pub(crate) const SECTOR: usize = 19;
    pub(crate) const APPLICATION_URL: usize = 20;
    pub(crate) const SOURCE_URL: usize = 21;
    pub(crate) const SKILLS: usize = 22;
    pub(crate) const REMOTE_WORK: usize = 23;
    pub(crate) const IS_HANDICAP_ACCESSIBLE: usize = 24;
    pub(crate) const CODE_ROME: usize = 25;
    pub(crate) const LANGUES: usize = 26;
    pub(crate) const DATE_EXTRACTION: usize = 27;
    pub(crate) const COMMUNE: usize = 28;
    pub(crate) const DEPARTEMENT: usize = 29;
    pub(crate) const CONTRACT_LENGTH: usize = 30;
    pub(crate) const CONTRACT_UNIT: usize = 31;
    pub(crate) const WEEKLY_HOURS: usize = 32;
    pub(crate) const EXPERIENCE_MONTHS: usize = 33;
}

/// What `source` says.
pub(crate) const SOURCE: &str = "france_travail";

/// One value of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Cell<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Number(f64),
    Truth(bool),
    /// Milliseconds of the wall clock since 1970-01-01T00:00:00.
    Time(i64),
    List(Vec<Cow<'a, str>>),
}

impl<'a> Cell<'a> {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn of(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }
}

/// One offer, normalised. `date_extraction` is left to whoever writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row<'a> {
    pub(crate) cells: [Cell<'a>; WIDTH],
    pub(crate) notices: Vec<Notice<'a>>,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self { cells: std::array::from_fn(|_| Cell::Absent), notices: Vec::new() }
    }
}

impl Row<'_> {
    /// The identifier; empty only in a row that is not filled yet.
    pub(crate) fn id(&self) -> &str {
        self.cells[at::ID].text().unwrap_or_default()
    }

    /// When it was created, in milliseconds of the wall clock.
    pub(crate) fn created(&self) -> i64 {
        match self.cells[at::DATE_CREATED] {
            Cell::Time(created) => created,
            _ => i64::MIN,
        }
    }

    /// Whether something is told of it.
    pub(crate) fn has(&self, flaw: Flaw) -> bool {
        self.notices.iter().any(|notice| notice.flaw == flaw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_where_its_name_says() {
        for (place, name) in [
            (at::ID, "id"),
            (at::DATE_CREATED, "date_created"),
            (at::SALARY_PERIOD, "salary_period"),
            (at::SKILLS, "skills"),
            (at::DATE_EXTRACTION, "date_extraction"),
            (at::COMMUNE, "commune"),
            (at::EXPERIENCE_MONTHS, "experience_months"),
        ] {
            assert_eq!(COLUMNS[place].0, name);
        }
    }
}
