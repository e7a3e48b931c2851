//! What earlier runs have left: which days they merged, and what was known of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use step::Provenance;

use crate::collect_history::options::Form;
use crate::days::Folder;
use crate::merge_offers::account::{DayTold, KEY_SERVICE, KEY_SOURCE, PAGE_SERVICE, PAGE_SOURCE};
use crate::merge_offers::archive::Rows;
use crate::merge_offers::lake::Lake;
use crate::merge_offers::part::{recall, remember};
use crate::merge_offers::target::Target;

/// Where it is remembered what the report says of its days.
pub(crate) const TOLD: &str = "told";

/// What the report of an earlier run says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) days: BTreeMap<Date, DayTold>,
    pub(crate) service: Option<String>,
    pub(crate) is_invented: bool,
}

/// Nothing where there is no report.
pub(crate) type Earlier = Option<Told>;

impl Told {
    /// Reads a report; none where it is none.
    pub(crate) fn read(path: &Path) -> Earlier {
        let report: serde_json::Value = serde_json::from_slice(&files::read_left(path, 1 << 30)?).ok()?;
        let days: Vec<DayTold> = serde_json::from_value(report.get("days")?.clone()).ok()?;
        Some(Self {
            days: days.into_iter().map(|day| (day.date, day)).collect(),
            service: report["service"].as_str().map(str::to_owned),
            is_invented: report["source"] == *Provenance::invented().source,
        })
    }

    pub(crate) fn day(earlier: &Earlier, date: Date) -> Option<&DayTold> {
        earlier.as_ref()?.days.get(&date)
    }
}

/// What the report of the earlier run says of its days, or said before it was lost; one file is made of what there is.
pub(crate) fn earlier(target: &Target) -> Earlier {
    match target {
        Target::Lake(_) => Told::read(&target.names().report).or_else(|| recall(&target.memory().join(TOLD))),
        Target::File(_) => None,
    }
}

/// Remembers what the report says of its days.
pub(crate) fn remember_told(target: &Target) -> Result<()> {
    match (target, Told::read(&target.names().report)) {
        (Target::Lake(_), Some(told)) => remember(&target.memory().join(TOLD), &told),
        _ => Ok(()),
    }
}

/// Days that the table holds and whose file is gone; and days that were merged before.
#[derive(Debug, Default)]
pub(crate) struct Before {
    pub(crate) archived: BTreeSet<Date>,
    pub(crate) merged: BTreeSet<Date>,
    pub(crate) whence: Whence,
}

/// Where the days come from that were merged before.
#[derive(Debug, Default)]
pub(crate) struct Whence {
    pub(crate) service: Option<String>,
    pub(crate) is_invented: bool,
}

impl Before {
    /// Looks at the report of the earlier run, else at the files of the table, and what stands beside them on the licence.
    pub(crate) fn look(lake: &Lake, form: Form, folder: &Folder, earlier: &Earlier, licence: &Path) -> Self {
        // A day that was left out has no rows.
        let is_merged = |day: &DayTold| day.rows.is_some() && lake.files.contains_key(&day.date);
        let merged: BTreeSet<Date> = match earlier {
            Some(told) => told.days.values().filter(|day| is_merged(day)).map(|day| day.date).collect(),
            None => lake.files.iter().filter(|(_, path)| holds_day(path, form)).map(|(date, _)| *date).collect(),
        };
        let archived = merged.iter().filter(|day| !folder.days.contains_key(day) && lake.files.contains_key(day));
        let archived: BTreeSet<Date> = archived.copied().collect();
        let whence = match (earlier, archived.first()) {
            (Some(told), _) => Whence { service: told.service.clone(), is_invented: told.is_invented },
            (None, Some(day)) if form == Form::Parquet => Whence::of_file(&lake.files[day]).unwrap_or_default(),
            (None, Some(_)) => Whence::of_page(licence).unwrap_or_default(),
            (None, None) => Whence::default(),
        };
        Self { archived, merged, whence }
    }
}

impl Whence {
    fn of(source: &str, service: Option<&str>) -> Self {
        Self { service: service.map(str::to_owned), is_invented: source == Provenance::invented().source }
    }

    fn of_file(path: &Path) -> Option<Self> {
        let rows = Rows::open(path, Form::Parquet).ok()?;
        Some(Self::of(rows.told(KEY_SOURCE)?, rows.told(KEY_SERVICE)))
    }

    fn of_page(path: &Path) -> Option<Self> {
        let text = String::from_utf8(files::read_left(path, 1 << 20)?).ok()?;
        let after = |begin: &str| text.lines().find_map(|line| line.strip_prefix(begin));
        Some(Self::of(after(PAGE_SOURCE)?, after(PAGE_SERVICE)))
    }
}

/// Whether a daily file was merged into a file of the table. The forms that cannot say so might have it.
fn holds_day(path: &Path, form: Form) -> bool {
    form != Form::Parquet || sha256_jour(path).is_some()
}

pub(crate) fn sha256_jour(path: &Path) -> Option<String> {
    let rows = Rows::open(path, Form::Parquet).ok()?;
    rows.told("collecte.sha256_jour").map(str::to_owned)
}
