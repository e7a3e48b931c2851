//! Contracts for tests, sound ones.

use serde_json::{Value, json};

/// A marché of 1.5.
pub(super) fn old(id: &str) -> Value {
    json!({
        "_type": "Marché", "id": id, "uid": format!("80008710900479{id}"),
        "acheteur": { "id": "80008710900479", "nom": "Ville d'essai" }, "nature": "Accord-cadre",
        "objet": "Réfection de la toiture du gymnase", "codeCPV": "45261210-9", "procedure": "Appel d'offres ouvert",
        "lieuExecution": { "code": "29019", "typeCode": "Code commune", "nom": "Brest" }, "dureeMois": 13,
        "dateNotification": "2019-03-02", "datePublicationDonnees": "2019-04-02", "montant": 30620.75,
        "formePrix": "Révisable",
        "titulaires": [{ "typeIdentifiant": "SIRET", "id": "80396741900158", "denominationSociale": "Entreprise d'essai" }],
        "modifications": [{
            "objetModification": "Avenant", "dateNotificationModification": "2019-07-01",
            "datePublicationDonneesModification": "2019-07-10", "montant": 40000,
        }],
    })
}

/// A marché of 2.0.
pub(super) fn new(id: &str) -> Value {
    json!({
        "id": id, "acheteur": { "id": "80008710900479" }, "nature": "Marché", "objet": "Réfection de la toiture",
        "codeCPV": "45261210-9", "techniques": { "technique": ["Concours", "Accord-cadre"] },
        "modalitesExecution": { "modaliteExecution": ["Bons de commande"] }, "marcheInnovant": false, "ccag": "Travaux",
        "offresRecues": 2, "attributionAvance": true, "tauxAvance": 0.05, "typeGroupementOperateurs": "Pas de groupement",
        "sousTraitanceDeclaree": true, "procedure": "Appel d'offres ouvert",
        "lieuExecution": { "code": "29019", "typeCode": "Code commune" }, "dureeMois": 13,
        "dateNotification": "2024-03-02", "datePublicationDonnees": "2024-04-02", "montant": 42250.5,
        "typesPrix": { "typePrix": ["Définitif révisable"] }, "formePrix": "Forfaitaire",
        "titulaires": [{ "titulaire": { "typeIdentifiant": "SIRET", "id": "80396741900158" } }],
        "considerationsSociales": { "considerationSociale": ["Pas de considération sociale"] },
        "considerationsEnvironnementales": { "considerationEnvironnementale": ["Clause environnementale"] },
        "actesSousTraitance": [{ "acteSousTraitance": {
            "id": 1, "sousTraitant": { "typeIdentifiant": "SIRET", "id": "80713501900741" }, "dureeMois": 6,
            "dateNotification": "2024-05-02", "datePublicationDonnees": "2024-05-20", "montant": 8000,
            "variationPrix": "Ferme",
        } }],
        "modificationsActesSousTraitance": [{ "modificationActeSousTraitance": {
            "id": 1, "dateNotificationModificationSousTraitance": "2024-06-02", "datePublicationDonnees": "2024-06-20",
            "montant": 9000,
        } }],
        "modifications": [{ "modification": {
            "id": 1, "dateNotificationModification": "2024-07-01", "datePublicationDonneesModification": "2024-07-10",
            "montant": 60000,
        } }],
    })
}

/// A concession of 1.5.
pub(super) fn concession(id: &str) -> Value {
    json!({
        "_type": "Contrat de concession", "id": id, "autoriteConcedante": { "id": "80032467900490", "nom": "Syndicat" },
        "nature": "Délégation de service public", "objet": "Exploitation du camping",
        "procedure": "Procédure non négociée ouverte",
        "lieuExecution": { "code": "56121", "typeCode": "Code commune", "nom": "Lorient" }, "dureeMois": 61,
        "dateSignature": "2019-02-02", "datePublicationDonnees": "2019-03-02", "dateDebutExecution": "2019-05-01",
        "valeurGlobale": 251000, "montantSubventionPublique": 0,
        "donneesExecution": [{
            "datePublicationDonneesExecution": "2020-01-31", "depensesInvestissement": 1200.5,
            "tarifs": [{ "intituleTarif": "Plein <12 ans>", "tarif": 12.5 }],
        }],
        "concessionnaires": [{ "typeIdentifiant": "SIRET", "id": "80555121900936", "denominationSociale": "Exploitant" }],
        "modifications": [],
    })
}

/// A contract with another value under a key.
pub(super) fn with(mut contract: Value, key: &str, value: Value) -> Value {
    contract[key] = value;
    contract
}

/// A document of 1.x.
pub(super) fn list(contracts: &[Value]) -> String {
    json!({ "marches": contracts }).to_string()
}
