//! What the referentials hold, for people of the field and for tools, in the words of the API's description (OpenAPI, read
//! 2025-11).

use tables::DataPackage;

/// Of the folder; its files are still to be told of.
pub(super) fn package() -> DataPackage {
    DataPackage {
        name: "referentiels",
        title: "Référentiels des offres d'emploi de France Travail".to_owned(),
        description:
            "Les codes que portent les offres, et leurs libellés, tels que France Travail les sert. Les codes \
                      sont du texte."
                .to_owned(),
        version: None,
        resources: Vec::new(),
    }
}

pub(super) fn title(name: &str) -> &str {
    match name {
        "appellations" => "Appellations du ROME",
        "communes" => "Communes, une ligne par code postal",
        "continents" => "Continents",
        "departements" => "Départements",
        "domaines" => "Domaines professionnels",
        "langues" => "Langues",
        "metiers" => "Métiers du ROME",
        "nafs" => "Codes NAF",
        "naturesContrats" => "Natures de contrats",
        "niveauxFormations" => "Niveaux de formation",
        "pays" => "Pays",
        "permis" => "Permis de conduire",
        "regions" => "Régions",
        "secteursActivites" => "Secteurs d'activité",
        "themes" => "Thèmes de métiers",
        "typesContrats" => "Types de contrats",
        other => other,
    }
}

/// What a key means in a list; nothing, if the description does not have it.
pub(super) fn meaning(name: &str, key: &str) -> Option<&'static str> {
    Some(match (name, key) {
        ("communes", "code") => "Code INSEE de la commune",
        ("communes", "libelle") => "Nom de la commune",
        ("communes", "codePostal") => "Code postal de la commune ; une commune en a parfois plusieurs",
        ("communes", "codeDepartement") => "Code du département de la commune, ou de la collectivité",
        ("departements", "code") => "Code du département",
        ("departements", "libelle") => "Nom du département",
        ("departements", "region") => "La région du département : `code` et `libelle`",
        ("regions", "code") => "Code de la région",
        ("regions", "libelle") => "Nom de la région",
        ("metiers", "code") => "Code ROME du métier",
        ("nafs", "code") => "Code NAF de la sous-classe",
        ("secteursActivites", "code") => "Code de la division NAF",
        (_, "code") => "Code du référentiel, que portent les offres",
        (_, "libelle") => "Libellé associé au code",
        _ => return None,
    })
}
