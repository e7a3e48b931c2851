//! The closed lists of the format that a table may give values of.

use crate::version::Version;

const PROCEDURES_1_4: [&str; 7] = [
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Procédure concurrentielle avec négociation",
    "Procédure négociée avec mise en concurrence préalable",
    "Marché négocié sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
];

const PROCEDURES_1_5: [&str; 6] = [
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Appel d'offres restreint",
    "Marché passé sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
    "Procédure avec négociation",
];

const NATURES_1: [&str; 4] = ["Marché", "Marché de partenariat", "Accord-cadre", "Marché subséquent"];

/// Those of 1.x too: what they become is derived.
const NATURES_2: [&str; 5] =
    ["Marché", "Marché de partenariat", "Marché de défense ou de sécurité", "Accord-cadre", "Marché subséquent"];

pub(crate) const FORMES_PRIX_1: [&str; 3] = ["Ferme", "Ferme et actualisable", "Révisable"];

/// Those of 1.x too: what they become is derived.
const FORMES_PRIX_2: [&str; 6] = ["Unitaire", "Forfaitaire", "Mixte", "Ferme", "Ferme et actualisable", "Révisable"];

pub(crate) const TYPES_CODE: [&str; 7] = [
    "Code postal",
    "Code commune",
    "Code arrondissement",
    "Code canton",
    "Code département",
    "Code région",
    "Code pays",
];

pub(crate) const TYPES_IDENTIFIANT: [&str; 8] = ["SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "UE", "HORS-UE"];

pub(crate) const TECHNIQUES: [&str; 7] = [
    "Accord-cadre",
    "Concours",
    "Système de qualification",
    "Système d'acquisition dynamique",
    "Catalogue électronique",
    "Enchère électronique",
    "Sans objet",
];

pub(crate) const MODALITES: [&str; 4] = ["Tranches", "Bons de commande", "Marchés subséquents", "Sans objet"];

pub(crate) const CCAG: [&str; 7] = [
    "Travaux",
    "Maitrise d'œuvre",
    "Fournitures courantes et services",
    "Marchés industriels",
    "Prestations intellectuelles",
    "Techniques de l'information et de la communication",
    "Pas de CCAG",
];

pub(crate) const GROUPEMENTS: [&str; 3] = ["Conjoint", "Solidaire", "Pas de groupement"];

pub(crate) const TYPES_PRIX: [&str; 4] =
    ["Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire"];

pub(crate) const CONSIDERATIONS_SOCIALES: [&str; 4] =
    ["Clause sociale", "Critère social", "Marché réservé", "Pas de considération sociale"];

pub(crate) const CONSIDERATIONS_ENVIRONNEMENTALES: [&str; 3] =
    ["Clause environnementale", "Critère environnemental", "Pas de considération environnementale"];

/// The procedures of a version.
pub(crate) fn procedures(version: Version) -> &'static [&'static str] {
    if version >= Version::V1_5_0 { &PROCEDURES_1_5 } else { &PROCEDURES_1_4 }
}

/// The natures that a table may give for a version.
pub(crate) fn natures(version: Version) -> &'static [&'static str] {
    if version.is_2_0() { &NATURES_2 } else { &NATURES_1 }
}

/// The forms of price that a table may give for a version.
pub(crate) fn formes_prix(version: Version) -> &'static [&'static str] {
    if version.is_2_0() { &FORMES_PRIX_2 } else { &FORMES_PRIX_1 }
}
