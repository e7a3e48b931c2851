//! Contracts that the tests make up.

use serde_json::{Value, json};

/// A marché of 1.5 in which nothing is wrong.
pub(crate) fn marche_1_5(id: &str) -> Value {
    json!({
        "id": id, "acheteur": { "id": "21350238800019", "nom": "Ville d'essai" }, "nature": "Marché",
        "objet": "Entretien des espaces verts", "codeCPV": "77310000-6", "procedure": "Procédure adaptée",
        "lieuExecution": { "code": "35238", "typeCode": "Code commune", "nom": "Rennes" }, "dureeMois": 12,
        "dateNotification": "2019-03-01", "datePublicationDonnees": "2019-03-20", "montant": 41_250.5,
        "formePrix": "Ferme", "modifications": [],
        "titulaires": [{ "typeIdentifiant": "SIRET", "id": "73282932000074", "denominationSociale": "Dupont Jeanne" }],
    })
}

/// A marché of 2.0 in which nothing is wrong.
pub(crate) fn marche_2_0(id: &str) -> Value {
    json!({
        "id": id, "acheteur": { "id": "21350238800019" }, "nature": "Marché", "objet": "Entretien des espaces verts",
        "codeCPV": "77310000-6", "techniques": { "technique": ["Sans objet"] },
        "modalitesExecution": { "modaliteExecution": ["Sans objet"] }, "marcheInnovant": false, "ccag": "Travaux",
        "offresRecues": 3, "attributionAvance": false, "typeGroupementOperateurs": "Pas de groupement",
        "sousTraitanceDeclaree": false, "procedure": "Procédure adaptée",
        "lieuExecution": { "code": "35238", "typeCode": "Code commune" }, "dureeMois": 12,
        "dateNotification": "2024-03-01", "datePublicationDonnees": "2024-04-01", "montant": 41_250.5,
        "typesPrix": { "typePrix": ["Définitif révisable"] }, "formePrix": "Unitaire",
        "titulaires": [{ "titulaire": { "typeIdentifiant": "SIRET", "id": "73282932000074" } }],
        "considerationsSociales": { "considerationSociale": ["Pas de considération sociale"] },
        "considerationsEnvironnementales": { "considerationEnvironnementale": ["Clause environnementale"] },
    })
}

/// A contract with one key set anew.
pub(crate) fn with(mut contract: Value, key: &str, value: Value) -> Value {
    contract[key] = value;
    contract
}

/// The bytes of a document in one list.
pub(crate) fn list(contracts: &[Value]) -> Vec<u8> {
    json!({ "marches": contracts }).to_string().into_bytes()
}

/// The bytes of a document with a list of marchés.
pub(crate) fn lists(contracts: &[Value]) -> Vec<u8> {
    json!({ "marches": { "marche": contracts } }).to_string().into_bytes()
}
