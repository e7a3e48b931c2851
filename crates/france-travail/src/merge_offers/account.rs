//! What is said of the table as a whole: of its source and licence, in its files and beside them; and its report.

use jiff::civil::Date;
use report::{Levels, Records, RuleEntry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use step::Provenance;

use crate::collect_history::account::{LICENCE, LICENCE_URL, SOURCE};
use crate::days::State;
use crate::joins::Reference;
use crate::merge_offers::part::Part;
use crate::merge_offers::resolve::Versions;
use crate::merge_offers::row::Keep;
use crate::merge_offers::tell::SourceTold;
use crate::offre::time;

/// What the table changes, as the licence asks to be told.
pub(crate) const MODIFICATIONS: [&str; 9] = [
    "Chaque offre est réduite à 72 colonnes ; contacts (sauf l'adresse de candidature en ligne), agence, logos et autres champs en sont absents.",
    "Une ligne par offre, dans sa dernière version connue, avec la première et la dernière date où elle a été vue et le nombre de ses versions.",
    "Les codes de contrat et d'expérience sont remplacés par leur libellé.",
    "Les montants de salaire, la durée du contrat, les heures hebdomadaires et les mois d'expérience sont lus dans les libellés ; ce qui ne se lit pas est laissé vide.",
    "Le département est déduit du code de la commune, sinon du libellé du lieu.",
    "Les libellés et niveaux du ROME, de la NAF, de la commune, du département et de la région sont ajoutés à partir des codes de l'offre.",
    "Les dates sont des heures de Paris, sans le « Z » que le service y ajoute à tort.",
    "Les fins de ligne sont unifiées et les autres caractères de contrôle retirés.",
    "Une offre retirée du service perd ce que l'article 7 de la licence demande de retirer.",
];

/// Fields that an offer loses with its withdrawal, in words.
const TAKEN: [&str; 9] = [
    "le nom de l'entreprise",
    "la description",
    "l'intitulé",
    "l'adresse de candidature",
    "l'adresse de l'offre",
    "la commune (code et libellé)",
    "le code postal",
    "les coordonnées géographiques",
    "le libellé du lieu, réduit au code du département",
];

/// Source and licence.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) provenance: Provenance,
    pub(crate) url: &'static str,
    /// The host that the offers were collected from, as far as it is known.
    pub(crate) service: Option<String>,
}

/// How the file beside the table begins the lines that say where it comes from.
pub(crate) const PAGE_SOURCE: &str = "- Source : ";
pub(crate) const PAGE_SERVICE: &str = "- Service : ";

/// The keys under which a Parquet file says so.
pub(crate) const KEY_SOURCE: &str = "collecte.source";
pub(crate) const KEY_SERVICE: &str = "collecte.service";

impl Origin {
    pub(crate) fn of(is_invented: bool, service: Option<String>) -> Self {
        match is_invented {
            true => Self { provenance: Provenance::invented(), url: "", service },
            false => Self { provenance: Provenance::new(SOURCE, LICENCE), url: LICENCE_URL, service },
        }
    }

    /// What a Parquet file says of itself.
    pub(crate) fn told(&self, part: &Part, sha256_jour: Option<&str>) -> Vec<(&'static str, String)> {
        let mut told = vec![
            ("geo", geo(part)),
            ("collecte.schema", "collecte.offres/1".to_owned()),
            (KEY_SOURCE, self.provenance.source.to_string()),
            ("collecte.licence", self.provenance.licence.to_string()),
            ("collecte.licence_url", self.url.to_owned()),
        ];
        if let Some(service) = &self.service {
            told.push((KEY_SERVICE, service.clone()));
        }
        if let Some(updated) = part.updated {
            told.push(("collecte.date_mise_a_jour", moment(updated)));
        }
        told.push(("collecte.modifications", MODIFICATIONS.join(" ")));
        if let Some(sha256) = sha256_jour {
            told.push(("collecte.sha256_jour", sha256.to_owned()));
        }
        told
    }

    /// The file beside the table (article 4).
    pub(crate) fn page(&self, part: &Part, keep: Keep) -> String {
        let Provenance { source, licence } = &self.provenance;
        let mut text = format!("# Source et licence\n\n{PAGE_SOURCE}{source}\n");
        if let Some(service) = &self.service {
            text.push_str(&format!("{PAGE_SERVICE}{service}\n"));
        }
        text.push_str(&format!("- Licence : {licence}\n"));
        if !self.url.is_empty() {
            text.push_str(&format!("- Texte de la licence : <{}>\n", self.url));
        }
        if let Some(updated) = part.updated {
            text.push_str(&format!("- Date de la dernière mise à jour : {}\n", moment(updated)));
        }
        text.push_str("\n## Modifications\n\n");
        for sentence in MODIFICATIONS {
            text.push_str(&format!("- {sentence}\n"));
        }
        text.push_str(&format!(
            "\n## Champs retirés des offres retirées du service\n\nOffres concernées : {}.\n\n",
            part.withdrawn
        ));
        let kept = |field: &&&str| {
            (keep.intitule && **field == "l'intitulé") || (keep.url_origine && **field == "l'adresse de l'offre")
        };
        for field in TAKEN.iter().filter(|field| !kept(field)) {
            text.push_str(&format!("- {field}\n"));
        }
        text
    }
}

/// GeoParquet 1.1.
fn geo(part: &Part) -> String {
    let types: &[&str] = if part.points > 0 { &["Point"] } else { &[] };
    let mut column = json!({ "encoding": "WKB", "geometry_types": types });
    if let Some(bounds) = part.bounds {
        column["bbox"] = json!(bounds);
    }
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } }).to_string()
}

/// `YYYY-MM-DDTHH:MM:SS`
pub(crate) fn moment(ms: i64) -> String {
    let mut text = time::text(ms);
    text.truncate(text.len() - ".000".len());
    text
}

/// A day, as the report tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DayTold {
    pub(crate) date: Date,
    pub(crate) state: State,
    pub(crate) offers: Option<u64>,
    pub(crate) rows: Option<u64>,
    pub(crate) sha256: Option<String>,
    pub(crate) collected: Option<String>,
    pub(crate) delay_days: Option<i64>,
}

/// All that the report says besides findings.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The folder's name.
    pub(crate) input: String,
    pub(crate) records: Records,
    pub(crate) since: Date,
    pub(crate) until: Date,
    pub(crate) service: Option<String>,
    pub(crate) days: Vec<DayTold>,
    pub(crate) versions: Versions,
    pub(crate) part: Part,
    pub(crate) references: Vec<Reference>,
    pub(crate) origin: Origin,
    pub(crate) keep: Keep,
    /// The sources by name, with what of them was rejected.
    pub(crate) sources: Vec<SourceTold>,
}

impl Account {
    /// The report for machines.
    pub(crate) fn report(&self, levels: Levels, rules: &[RuleEntry]) -> Value {
        let mut told = Map::new();
        let mut say = |key: &str, value: Value| drop(told.insert(key.to_owned(), value));
        say("schema", json!("collecte.report/1"));
        say("step", json!(super::STEP));
        say("input", json!({ "path": self.input, "format": "json" }));
        say("records", json!(self.records));
        say("levels", json!(levels));
        say("rules", json!(rules));
        say("since", json!(self.since));
        say("until", json!(self.until));
        say("service", json!(self.service));
        say("days", json!(self.days));
        say("versions", json!(self.versions));
        let joins: Map<String, Value> =
            self.part.joins.named().into_iter().map(|(name, join)| (name.to_owned(), join.told())).collect();
        say("joins", Value::Object(joins));
        say("geometry", json!({ "points": self.part.points, "absent": self.part.rows - self.part.points }));
        say("withdrawn", json!(self.part.withdrawn));
        let counts = json!({
            "grand_domaine": self.part.grand_domaine.told(),
            "departement": self.part.departement.told(),
            "section": self.part.section.told(),
        });
        say("counts", counts);
        say("references", json!(self.references));
        say("licence", json!({ "name": self.origin.provenance.licence, "url": self.origin.url }));
        say("source", json!(self.origin.provenance.source));
        say("modifications", json!(MODIFICATIONS));
        Value::Object(told)
    }
}
