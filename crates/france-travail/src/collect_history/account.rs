//! What a report says of a collection, for machines; the page for people is made of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use report::{Levels, Records, RuleEntry};
use serde::Serialize;

use crate::collect_history::STEP;
use crate::collect_history::coverage::Told;
use crate::collect_history::options::{Form, Parameters};
use crate::collect_history::period::Period;
use crate::collect_history::walk::WalkTold;

const SCHEMA: &str = "collecte.report/1";

pub(crate) const SOURCE: &str = "France Travail, API Offres d'emploi v2";
pub(crate) const LICENCE: &str = "Licence de réutilisation de la base de données des offres d'emploi";
pub(crate) const LICENCE_URL: &str =
    "https://francetravail.io/produits-partages/documentation/conditions-dutilisation-api/licence-offres-emploi";

/// What normalising changes, as the licence asks to be told.
pub(crate) const MODIFICATIONS: [&str; 7] = [
    "Chaque offre est réduite à 34 colonnes ; contacts, agence, logos et autres champs en sont absents.",
    "Les codes de contrat et d'expérience sont remplacés par leur libellé.",
    "Les montants de salaire, la durée du contrat, les heures hebdomadaires et les mois d'expérience sont lus dans les libellés ; ce qui ne se lit pas est laissé vide.",
    "Le département est déduit du code de la commune, sinon du libellé du lieu.",
    "Les dates sont des heures de Paris, sans le « Z » que le service y ajoute à tort.",
    "Les fins de ligne sont unifiées et les autres caractères de contrôle retirés.",
    "Les offres sont triées par date de création, puis par identifiant ; chacune est présente une seule fois, dans sa dernière version reçue.",
];

/// The file of the table, as the report has it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OutputTold {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) format: Form,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Requests {
    pub(crate) search: u64,
    pub(crate) other: u64,
    pub(crate) retries: u64,
    pub(crate) floor: u64,
    pub(crate) by_status: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Licence {
    pub(crate) name: Cow<'static, str>,
    pub(crate) url: Cow<'static, str>,
}

/// The step's own keys of the report, in order.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Own {
    pub(crate) output: OutputTold,
    pub(crate) service: String,
    pub(crate) parameters: Parameters,
    pub(crate) period: Period,
    pub(crate) unknown_rome: Vec<String>,
    pub(crate) complete: bool,
    pub(crate) announced: u64,
    pub(crate) collected: u64,
    pub(crate) neighbours: u64,
    pub(crate) requests: Requests,
    pub(crate) walks: Vec<WalkTold>,
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) withdrawn: &'static str,
    pub(crate) licence: Licence,
    pub(crate) source: Cow<'static, str>,
    pub(crate) modifications: [&'static str; MODIFICATIONS.len()],
    pub(crate) started: String,
    pub(crate) finished: String,
    pub(crate) duration_s: f64,
    pub(crate) runs: u32,
    /// For the page alone: the report has it among its records.
    #[serde(skip)]
    pub(crate) rejected: u64,
}

/// The report.
#[derive(Serialize)]
pub(crate) struct Complete<'a> {
    schema: &'static str,
    step: &'static str,
    input: Input<'a>,
    records: Records,
    levels: Levels,
    rules: &'a [RuleEntry],
    #[serde(flatten)]
    own: &'a Own,
}

#[derive(Serialize)]
struct Input<'a> {
    service: &'a str,
    format: &'static str,
}

impl<'a> Complete<'a> {
    pub(crate) fn of(records: Records, levels: Levels, rules: &'a [RuleEntry], own: &'a Own) -> Self {
        let input = Input { service: &own.service, format: "json" };
        Self { schema: SCHEMA, step: STEP, input, records, levels, rules, own }
    }
}
