//! What is counted of the rows of one file of the table, and told of them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use columns::Value;
use files::{Access, Output};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::content::of_bytes;
use crate::joins::{self, Counts, References, WIDTH};
use crate::merge_offers::lines::Noted;
use crate::merge_offers::row::{Told, Values, place};

/// Offers by code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    by_code: BTreeMap<String, (Option<String>, u64)>,
    without: u64,
}

impl Tally {
    fn add(&mut self, code: Option<&str>, label: Option<&str>) {
        let Some(code) = code else {
            self.without += 1;
            return;
        };
        match self.by_code.get_mut(code) {
            Some((_, offers)) => *offers += 1,
            None => drop(self.by_code.insert(code.to_owned(), (label.map(str::to_owned), 1))),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.without += other.without;
        for (code, (label, offers)) in &other.by_code {
            self.by_code.entry(code.clone()).or_insert_with(|| (label.clone(), 0)).1 += offers;
        }
    }

    /// By code; those without one last.
    pub(crate) fn told(&self) -> Vec<Counted> {
        let counted = |(code, (label, offers)): (&String, &(Option<String>, u64))| Counted {
            code: Some(code.clone()),
            label: label.clone(),
            offers: *offers,
        };
        let without = (self.without > 0).then_some(Counted { code: None, label: None, offers: self.without });
        self.by_code.iter().map(counted).chain(without).collect()
    }
}

/// Offers of one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Counted {
    pub(crate) code: Option<String>,
    pub(crate) label: Option<String>,
    pub(crate) offers: u64,
}

/// Something to tell of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remark {
    pub(crate) rule: String,
    /// The name of the source.
    pub(crate) file: String,
    pub(crate) record: u64,
    pub(crate) column: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) value: String,
}

/// All that is known of the rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) rows: u64,
    pub(crate) withdrawn: u64,
    pub(crate) points: u64,
    /// West, south, east, north.
    pub(crate) bounds: Option<[f64; 4]>,
    /// The latest time at which anything was known.
    pub(crate) updated: Option<i64>,
    pub(crate) joins: Counts,
    pub(crate) grand_domaine: Tally,
    pub(crate) departement: Tally,
    pub(crate) section: Tally,
    /// What is told of them, [`Remark`]s.
    pub(crate) remarks: Noted,
}

impl Part {
    /// Counts a row that is written.
    pub(crate) fn add(&mut self, values: &Values<'_>, told: Told<'_>, references: &References) {
        let Told { codes, cells } = told;
        self.rows += 1;
        self.joins.add(references, codes, cells);
        self.count(codes.departement, cells);
        self.withdrawn += u64::from(values[place::RETIREE] == Value::Truth(true));
        for at in [crate::offre::at::DATE_EXTRACTION, place::DERNIERE_VUE, place::RETIREE_LE] {
            if let Value::Time(time) = values[at] {
                self.know(time);
            }
        }
        if let Value::Point { x, y } = values[place::GEOMETRY] {
            self.points += 1;
            let [west, south, east, north] = self.bounds.unwrap_or([x, y, x, y]);
            self.bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        }
    }

    fn count(&mut self, departement: Option<&str>, cells: &[Option<&str>; WIDTH]) {
        use joins::at;
        self.grand_domaine.add(cells[at::GRAND_DOMAINE], cells[at::GRAND_DOMAINE_LIBELLE]);
        self.departement.add(departement, cells[at::DEPARTEMENT_LIBELLE]);
        self.section.add(cells[at::SECTION], cells[at::SECTION_LIBELLE]);
    }

    /// Something was known at that time.
    pub(crate) fn know(&mut self, time: i64) {
        self.updated = self.updated.max(Some(time));
    }

    /// Adds what was counted of another file, but what is told of it.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.withdrawn += other.withdrawn;
        self.points += other.points;
        self.bounds = match (self.bounds, other.bounds) {
            (Some([west, south, east, north]), Some([w, s, e, n])) => {
                Some([west.min(w), south.min(s), east.max(e), north.max(n)])
            }
            (one, other) => one.or(other),
        };
        self.updated = self.updated.max(other.updated);
        self.joins.merge(&other.joins);
        self.grand_domaine.merge(&other.grand_domaine);
        self.departement.merge(&other.departement);
        self.section.merge(&other.section);
    }
}

/// Remembers a value: its hash, then JSON.
///
/// # Errors
/// 74 when the disk refuses.
pub(crate) fn remember(path: &Path, value: &impl Serialize) -> Result<()> {
    let json = serde_json::to_vec(value).context("could not write what is remembered as JSON")?;
    let mut text = format!("{:016x}\n", of_bytes(&json)).into_bytes();
    text.extend_from_slice(&json);
    Output::write_with(path, Access::OwnerAndGroup, &text).map(drop)
}

/// What was remembered, if it is there and whole.
pub(crate) fn recall<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let text = files::read_left(path, 1 << 30)?;
    let (hash, json) = text.split_at_checked(17)?;
    (hash == format!("{:016x}\n", of_bytes(json)).as_bytes()).then_some(())?;
    serde_json::from_slice(json).ok()
}
