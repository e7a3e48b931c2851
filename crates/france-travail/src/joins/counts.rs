//! What of each join matched, and which codes did not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::joins::{Cells, Codes, References, at};

/// Of all four joins. Those of several days are added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) rome: JoinCounts,
    pub(crate) naf: JoinCounts,
    pub(crate) commune: JoinCounts,
    pub(crate) departement: JoinCounts,
}

/// Of one join. Where its reference was left out on purpose, nothing matches, and no code is told as unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JoinCounts {
    /// Offers that have a code.
    pub(crate) with_code: u64,
    pub(crate) without_code: u64,
    /// Offers whose code is in the reference.
    pub(crate) matched: u64,
    /// Offers by a code that is not in the reference.
    pub(crate) unmatched: BTreeMap<Box<str>, u64>,
}

impl Counts {
    /// Counts an offer, before anything of it is taken away.
    pub(crate) fn add(&mut self, references: &References, codes: Codes<'_>, cells: &Cells<'_>) {
        let joins = [
            (&mut self.rome, codes.rome, at::ROME_LIBELLE, references.rome.is_some()),
            (&mut self.naf, codes.naf, at::NAF_NOMENCLATURE, references.naf.is_some()),
            (&mut self.commune, codes.commune, at::COMMUNE_LIBELLE, references.communes.is_some()),
            (&mut self.departement, codes.departement, at::DEPARTEMENT_LIBELLE, references.departements.is_some()),
        ];
        for (counts, code, told_by, is_joined) in joins {
            counts.add(code, cells[told_by].is_some(), is_joined);
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rome.merge(&other.rome);
        self.naf.merge(&other.naf);
        self.commune.merge(&other.commune);
        self.departement.merge(&other.departement);
    }

    /// Each join by its name, in the order of reports.
    pub(crate) fn named(&self) -> [(&'static str, &JoinCounts); 4] {
        [("rome", &self.rome), ("naf", &self.naf), ("commune", &self.commune), ("departement", &self.departement)]
    }
}

impl JoinCounts {
    fn add(&mut self, code: Option<&str>, is_matched: bool, is_joined: bool) {
        let Some(code) = code else {
            self.without_code += 1;
            return;
        };
        self.with_code += 1;
        if is_matched {
            self.matched += 1;
        } else if is_joined {
            match self.unmatched.get_mut(code) {
                Some(offers) => *offers += 1,
                None => drop(self.unmatched.insert(code.into(), 1)),
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.with_code += other.with_code;
        self.without_code += other.without_code;
        self.matched += other.matched;
        for (code, offers) in &other.unmatched {
            *self.unmatched.entry(code.clone()).or_default() += offers;
        }
    }

    /// Offers whose code is not in the reference.
    pub(crate) fn offers_unmatched(&self) -> u64 {
        self.unmatched.values().sum()
    }

    /// Codes that are not in the reference, most offers first, then by code.
    pub(crate) fn unmatched_by_offers(&self) -> Vec<(&str, u64)> {
        let mut codes: Vec<_> = self.unmatched.iter().map(|(code, offers)| (&**code, *offers)).collect();
        // Stable: codes stay in order among those with as many offers.
        codes.sort_by_key(|(_, offers)| std::cmp::Reverse(*offers));
        codes
    }

    /// As a report tells it.
    pub(crate) fn told(&self) -> serde_json::Value {
        let unmatched = self.unmatched_by_offers();
        let unmatched: Vec<_> =
            unmatched.into_iter().map(|(code, offers)| serde_json::json!({ "code": code, "offers": offers })).collect();
        serde_json::json!({
            "with_code": self.with_code,
            "without_code": self.without_code,
            "matched": self.matched,
            "unmatched": unmatched,
        })
    }
}
