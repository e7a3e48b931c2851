//! What `merge-offers` reported of its table, as far as the page tells it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use step::{ExitCode, Failure};

/// The report of years of days, each with its figures, has a hundredth of that.
const MOST_BYTES: u64 = 256 << 20;

/// A report, and what is read of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// These three as they stand there.
    pub(crate) joins: Value,
    pub(crate) counts: Value,
    pub(crate) withdrawn: Value,
    pub(crate) told: Told,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    pub(crate) joins: BTreeMap<String, Join>,
    pub(crate) counts: Counts,
    pub(crate) withdrawn: u64,
    pub(crate) days: Vec<Day>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Join {
    pub(crate) with_code: u64,
    pub(crate) without_code: u64,
    pub(crate) matched: u64,
    pub(crate) unmatched: Vec<Counted>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Counts {
    pub(crate) grand_domaine: Vec<Counted>,
    pub(crate) departement: Vec<Counted>,
}

/// Offers of a code; of none, of those without.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Counted {
    pub(crate) code: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) offers: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Day {
    pub(crate) date: Date,
    pub(crate) state: String,
}

impl Table {
    /// The report of the table that the user names, else of the lake, if it is there.
    ///
    /// # Errors
    /// 66 when the user names one that has no report, 65 when a report cannot be read.
    pub(crate) fn find(named: Option<&Path>, lake: &Path) -> Result<Option<Self>> {
        let path = report_of(named.unwrap_or(lake));
        if named.is_none() && !path.exists() {
            return Ok(None);
        }
        files::open(&path)?;
        let broken = |why: &dyn std::fmt::Display| {
            let message = format!("could not read the report `{}`: {why}", path.display());
            Failure::new(ExitCode::BadInput, message).hint("`merge-offers` makes it anew")
        };
        let text = files::read_left(&path, MOST_BYTES).ok_or_else(|| broken(&"it is no report"))?;
        let value: Value = serde_json::from_slice(&text).map_err(|error| broken(&error))?;
        if value["step"] != "merge-offers" {
            return Err(broken(&"it is not of `merge-offers`").into());
        }
        let told = Told::deserialize(&value).map_err(|error| broken(&error))?;
        let part = |key: &str| value.get(key).cloned().unwrap_or_default();
        Ok(Some(Self { joins: part("joins"), counts: part("counts"), withdrawn: part("withdrawn"), told }))
    }
}

/// Beside a folder or a file.
fn report_of(table: &Path) -> PathBuf {
    let table = table.components().as_path();
    match table.is_file() {
        true => report::Names::beside(table).report,
        false => report::Names::beside_folder(table).report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Result<Option<Table>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("offres.report.json"), text).unwrap();
        Table::find(None, &folder.path().join("offres"))
    }

    #[test]
    fn what_is_read_of_a_report_stands_there_too() {
        let text = r#"{"step":"merge-offers","joins":{"rome":{"with_code":2,"without_code":1,"matched":1,
            "unmatched":[{"code":"Z9","offers":1}]}},"counts":{"departement":[{"code":null,"label":null,"offers":3}]},
            "withdrawn":4,"days":[{"date":"2024-06-04","state":"archived","offers":1}]}"#;
        let table = find(text).unwrap().unwrap();
        assert_eq!(table.told.joins["rome"].unmatched[0].code.as_deref(), Some("Z9"));
        assert_eq!(table.told.counts.departement, [Counted { code: None, label: None, offers: 3 }]);
        assert_eq!((table.withdrawn, table.told.withdrawn), (4.into(), 4));
        assert_eq!(table.joins["rome"]["matched"], 1);
    }

    #[test]
    fn what_is_no_report_is_65_and_a_named_one_must_be_there() {
        for text in ["", "[]", "{\"step\":\"harvest\"}", "{\"step\":\"merge-offers\",\"joins\":3}"] {
            let error = find(text).unwrap_err();
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::BadInput, "{text}");
        }
        let nowhere = Path::new("/nowhere/offres");
        assert!(Table::find(None, nowhere).unwrap().is_none());
        let error = Table::find(Some(nowhere), nowhere).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::NoInput);
    }
}
