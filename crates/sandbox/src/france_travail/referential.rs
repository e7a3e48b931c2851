//! The referentials of the offers service: arrays of `{code,libelle}`, some with more.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::contract::{NATURES, TYPES};
use super::error_response::{ErrorResponse, json};
use super::metier::{APPELLATIONS, THEMES, appellation, domaines};
use super::state::FranceTravail;
use super::tables::Tables;
use crate::world::naf::label;
use crate::world::territory::{DEPARTEMENTS, REGIONS};

pub(crate) async fn answer(State(service): State<Arc<FranceTravail>>, Path(name): Path<String>) -> Response {
    let Some(rows) = rows(&service.tables, &name) else {
        let message = format!("Le référentiel « {name} » n'existe pas.");
        return ErrorResponse { status: StatusCode::NOT_FOUND, message }.into_response();
    };
    let range = format!("{name} */{}", rows.len());
    let mut response = json(StatusCode::OK, &rows);
    if let Ok(range) = HeaderValue::try_from(range) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

fn rows(tables: &Tables, name: &str) -> Option<Vec<Row>> {
    let pairs = |rows: &[(&str, &str)]| rows.iter().map(|(code, libelle)| row(code, libelle)).collect();
    Some(match name {
        "appellations" => (0..APPELLATIONS)
            .map(|number| {
                let (code, libelle, _) = appellation(&tables.metiers, number);
                row(&code, &libelle)
            })
            .collect(),
        "communes" => tables
            .communes
            .iter()
            .map(|commune| {
                let departement = DEPARTEMENTS[commune.departement].0;
                Row {
                    code_postal: Some(commune.code_postal.clone()),
                    code_departement: Some(departement),
                    ..row(&commune.code, &commune.libelle)
                }
            })
            .collect(),
        "continents" => pairs(&CONTINENTS),
        "departements" => DEPARTEMENTS
            .iter()
            .map(|(code, libelle, region, _)| {
                let label = REGIONS.iter().find(|(known, _)| known == region).map_or("", |(_, libelle)| *libelle);
                Row { region: Some(Region { code: region, libelle: label }), ..row(code, libelle) }
            })
            .collect(),
        "domaines" => domaines().iter().map(|(code, libelle)| row(code, libelle)).collect(),
        "langues" => {
            LANGUES.iter().enumerate().map(|(nth, libelle)| row(&format!("{:02}", nth + 1), libelle)).collect()
        }
        "metiers" => tables.living_metiers().map(|metier| row(&metier.code, &metier.libelle)).collect(),
        "nafs" => tables.nafs().iter().map(|code| row(code, &label(4, code))).collect(),
        "naturesContrats" => NATURES.iter().map(|(code, libelle, _)| row(code, libelle)).collect(),
        "niveauxFormations" => pairs(&NIVEAUX),
        "pays" => (0..PAYS).map(|number| row(&country_code(number), &country_label(number))).collect(),
        "permis" => pairs(&PERMIS),
        "regions" => pairs(&REGIONS),
        "secteursActivites" => tables.divisions().iter().map(|code| row(code, &label(1, code))).collect(),
        "themes" => (1..=THEMES).map(|number| row(&number.to_string(), &format!("Thème {number}"))).collect(),
        "typesContrats" => TYPES.iter().map(|(code, libelle, _)| row(code, libelle)).collect(),
        _ => return None,
    })
}

/// A row of any referential; most have a code and a label only.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    code: String,
    libelle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_postal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_departement: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Region {
    code: &'static str,
    libelle: &'static str,
}

fn row(code: &str, libelle: &str) -> Row {
    Row { code: code.to_owned(), libelle: libelle.to_owned(), code_postal: None, code_departement: None, region: None }
}

/// Countries of the real list; the names of most are made up here.
const PAYS: usize = 221;

fn country_code(number: usize) -> String {
    if number == 0 { "01".to_owned() } else { format!("{}{}", number / 26 + 1, char::from(b'A' + (number % 26) as u8)) }
}

fn country_label(number: usize) -> String {
    const COUNTRIES: [&str; 20] = [
        "France",
        "Allemagne",
        "Belgique",
        "Espagne",
        "Italie",
        "Luxembourg",
        "Pays-Bas",
        "Portugal",
        "Suisse",
        "Royaume-Uni",
        "Irlande",
        "Autriche",
        "Danemark",
        "Suède",
        "Norvège",
        "Finlande",
        "Pologne",
        "Canada",
        "Maroc",
        "Monaco",
    ];
    COUNTRIES.get(number).map_or_else(|| format!("Pays n° {number}"), |label| (*label).to_owned())
}

const CONTINENTS: [(&str, &str); 6] =
    [("1", "Europe"), ("2", "Asie"), ("3", "Afrique"), ("4", "Amérique"), ("5", "Océanie"), ("6", "Antarctique")];

const LANGUES: [&str; 24] = [
    "Allemand",
    "Anglais",
    "Arabe",
    "Bulgare",
    "Chinois",
    "Coréen",
    "Danois",
    "Espagnol",
    "Finnois",
    "Français",
    "Grec",
    "Hébreu",
    "Hongrois",
    "Italien",
    "Japonais",
    "Langue des signes",
    "Néerlandais",
    "Norvégien",
    "Polonais",
    "Portugais",
    "Roumain",
    "Russe",
    "Suédois",
    "Turc",
];

const NIVEAUX: [(&str, &str); 9] = [
    ("AFS", "Aucune formation scolaire"),
    ("C12", "2nd ou 1ère achevée"),
    ("C3A", "BEPC ou 3ème achevée"),
    ("CFG", "6ème à 4ème achevée"),
    ("CP4", "Primaire à 4ème"),
    ("NV1", "Bac+5 et plus ou équivalents"),
    ("NV2", "Bac+3, Bac+4 ou équivalents"),
    ("NV3", "Bac+2 ou équivalents"),
    ("NV5", "CAP, BEP et équivalents"),
];

const PERMIS: [(&str, &str); 8] = [
    ("A", "A - Moto"),
    ("AM", "AM - Cyclomoteur"),
    ("B", "B - Véhicule léger"),
    ("BE", "BE - Véhicule léger et remorque"),
    ("C", "C - Poids lourd"),
    ("CE", "CE - Poids lourd et remorque"),
    ("D", "D - Transport en commun"),
    ("DE", "DE - Transport en commun et remorque"),
];
