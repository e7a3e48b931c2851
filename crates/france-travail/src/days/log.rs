//! What the log of a day says.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use step::Provenance;

/// A moment as logs of days write it.
const MOMENT: &str = "%d/%m/%Y %H:%M:%S";

/// The log of a large day, each of whose seconds is a window of its own, has a tenth of that.
const LARGEST_BYTES: u64 = 256 << 20;

/// The figures of a log. The collector before ours wrote the first six keys, and no proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Log {
    pub(crate) dt_deb_collecte: Option<String>,
    pub(crate) date_creation: Option<String>,
    pub(crate) dt_fin_collecte: Option<String>,
    /// Announced by the service.
    pub(crate) total_offres: Option<u64>,
    /// Elements of the file.
    pub(crate) total_offres_collecte: Option<u64>,
    pub(crate) preuve: Option<Preuve>,
}

/// Why the file is complete, as far as a reader needs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Preuve {
    pub(crate) octets: u64,
    pub(crate) sha256: String,
    pub(crate) service: String,
    #[serde(default)]
    pub(crate) jour_entier: bool,
    #[serde(default)]
    pub(crate) requetes: BTreeMap<String, u64>,
    #[serde(default)]
    pub(crate) nouvelles_tentatives: u64,
    #[serde(default)]
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) anonymisation: Option<Anonymisation>,
}

/// What was done to a file after it was collected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Anonymisation {
    /// Offers that have lost fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offres: Option<u64>,
    /// The fields that they have lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) champs: Option<Vec<String>>,
    /// The file before.
    pub(crate) sha256_avant: String,
    /// As it was collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sha256_servi: Option<String>,
}

impl Log {
    /// Reads a log; none where there is none that can be read.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&files::read_left(path, LARGEST_BYTES)?).ok()
    }

    /// Whether it is of that day.
    pub(crate) fn is_of(&self, day: Date) -> bool {
        self.date_creation.as_deref() == Some(day.to_string().as_str())
    }

    /// When the collection ended, on the Paris clock.
    pub(crate) fn ended(&self) -> Option<DateTime> {
        moment(self.dt_fin_collecte.as_deref())
    }

    /// When the collection began, on the Paris clock.
    pub(crate) fn begun(&self) -> Option<DateTime> {
        moment(self.dt_deb_collecte.as_deref())
    }

    /// How long it took, in seconds.
    pub(crate) fn duration_s(&self) -> Option<i64> {
        Some(self.ended()?.duration_since(self.begun()?).as_secs())
    }

    /// Whether the sandbox has invented the offers.
    pub(crate) fn is_invented(&self) -> bool {
        self.preuve.as_ref().is_some_and(|preuve| preuve.source == Provenance::invented().source)
    }
}

impl Preuve {
    /// Whether it is about a file of that size and hash: as it is now, or as it was before a change that was cut short.
    pub(crate) fn is_about(&self, octets: u64, sha256: &str) -> bool {
        is_about((self.octets, &self.sha256), self.anonymisation.as_ref(), octets, sha256)
    }

    /// Requests that were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.requetes.values().sum()
    }
}

/// Whether a proof of those `proven` bytes is about a file of that size and hash.
pub(crate) fn is_about(proven: (u64, &str), anonymised: Option<&Anonymisation>, octets: u64, sha256: &str) -> bool {
    proven == (octets, sha256) || anonymised.is_some_and(|before| before.sha256_avant == sha256)
}

fn moment(text: Option<&str>) -> Option<DateTime> {
    DateTime::strptime(MOMENT, text?).ok()
}
