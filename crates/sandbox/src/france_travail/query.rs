//! The parameters of a search: read, and refused in the service's own words.

use std::collections::{HashMap, HashSet};

use super::contract::{NATURES, TYPES};
use super::error_response::ErrorResponse;
use super::metier::GRANDS_DOMAINES;
use super::stamp::read_bound;
use super::tables::code;
use crate::world::clock::Stamp;

/// Most items of a page, and the last positions a page may start and end at.
pub(crate) const PAGE: usize = 150;
const LAST_START: usize = 3_000;
const LAST_END: usize = 3_149;

/// Domaines that the `grandDomaine` filter takes out of their letter and names apart.
pub(crate) const APART: [&str; 8] = ["C15", "L14", "M13", "M14", "M15", "M16", "M17", "M18"];

/// What a search asks for. An absent list means any value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// First and last position, both included.
    pub(crate) range: Range,
    pub(crate) sort: u8,
    pub(crate) bounds: Option<(Stamp, Stamp)>,
    pub(crate) code_rome: Option<HashSet<[u8; 5]>>,
    pub(crate) appellation: Option<String>,
    pub(crate) domaine: Option<[u8; 3]>,
    pub(crate) theme: Option<String>,
    pub(crate) grand_domaine: Option<Vec<String>>,
    pub(crate) departement: Option<Vec<[u8; 3]>>,
    pub(crate) commune: Option<Vec<[u8; 5]>>,
    pub(crate) region: Option<Vec<[u8; 2]>>,
    pub(crate) secteur: Option<Vec<[u8; 2]>>,
    pub(crate) code_naf: Option<Vec<[u8; 6]>>,
    pub(crate) mots_cles: Option<Vec<String>>,
    pub(crate) type_contrat: Option<Vec<u8>>,
    pub(crate) nature_contrat: Option<Vec<u8>>,
    pub(crate) experience: Option<Vec<u8>>,
    pub(crate) exigence: Option<u8>,
    pub(crate) qualification: Option<Vec<u8>>,
    pub(crate) origine: Option<u8>,
    pub(crate) temps_plein: Option<bool>,
    pub(crate) publiee_depuis: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl Default for Range {
    fn default() -> Self {
        Self { first: 0, last: PAGE - 1 }
    }
}

/// The codes that exist: those of the tables and those of loaded offers.
pub(crate) trait Codes {
    fn has_rome(&self, code: &str) -> bool;
    fn has_domaine(&self, code: &str) -> bool;
    fn has_commune(&self, code: &str) -> bool;
    fn has_departement(&self, code: &str) -> bool;
    fn has_region(&self, code: &str) -> bool;
    fn has_theme(&self, code: &str) -> bool;
}

impl Query {
    /// Reads the query string. `page` and `size` are ignored (observed 2026-10); a parameter that the documents do not
    /// name is refused, lest a client's misspelt filter pass for one.
    pub(crate) fn read(query: &str, codes: &impl Codes) -> Result<Self, ErrorResponse> {
        let mut parameters = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            parameters.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        if let Some(unknown) = parameters.keys().find(|name| !is_known(name)) {
            return Err(ErrorResponse::bad(format!("Le paramètre « {unknown} » n'existe pas.")));
        }
        let get = |name: &str| parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
        booleans(&get)?;
        Ok(Self {
            range: get("range").map_or(Ok(Range::default()), read_range)?,
            sort: one_of(&get, "sort", &["0", "1", "2"], "0, 1 ou 2 attendu.")?.map_or(0, |sort| sort - b'0'),
            bounds: read_bounds(get("minCreationDate"), get("maxCreationDate"))?,
            code_rome: {
                let many = "Le nombre de codes ROME maximum autorisé pour la recherche est de 200";
                known(&get, "codeROME", 200, many, |code| codes.has_rome(code))?
                    .map(|list| list.iter().map(|text| code(text)).collect())
            },
            appellation: get("appellation").map(str::to_owned),
            domaine: known(&get, "domaine", usize::MAX, "", |code| codes.has_domaine(code))
                .and_then(|list| single("domaine", list))?
                .map(|text| code(&text)),
            theme: known(&get, "theme", usize::MAX, "", |code| codes.has_theme(code))
                .and_then(|list| single("theme", list))?,
            grand_domaine: read_grand_domaine(get("grandDomaine"))?,
            departement: {
                let many = "Le nombre de départements maximum autorisé pour la recherche est de 5";
                known(&get, "departement", 5, many, |code| codes.has_departement(code))?.map(encoded)
            },
            commune: {
                let many = "Le nombre de communes maximum autorisé pour la recherche est de 5";
                known(&get, "commune", 5, many, |code| codes.has_commune(code))?.map(encoded)
            },
            region: known(&get, "region", usize::MAX, "", |code| codes.has_region(code))?.map(encoded),
            secteur: at_most_two(&get, "secteurActivite")?.map(encoded),
            code_naf: at_most_two(&get, "codeNAF")?.map(encoded),
            mots_cles: read_mots_cles(get("motsCles"))?,
            type_contrat: positions(&get, "typeContrat", TYPES.iter().map(|(code, ..)| *code))?,
            nature_contrat: positions(&get, "natureContrat", NATURES.iter().map(|(code, ..)| *code))?,
            experience: letters(&get, "experience", b"01234", "0, 1, 2, 3 ou 4 attendu.")?,
            exigence: one_of(&get, "experienceExigence", &["D", "E", "S"], "D, E ou S attendu.")?,
            qualification: letters(&get, "qualification", b"09X", "0 ou 9 attendu.")?,
            origine: one_of(&get, "origineOffre", &["1", "2"], "1 ou 2 attendu.")?,
            temps_plein: get("tempsPlein").map(|value| value == "true"),
            publiee_depuis: {
                let allowed = ["1", "3", "7", "14", "31"];
                match get("publieeDepuis") {
                    Some(days) if !allowed.contains(&days) => return Err(ErrorResponse::value("publieeDepuis")),
                    days => days.and_then(|days| days.parse().ok()),
                }
            },
        })
    }
}

/// Parameters that are taken and change nothing here.
const IDLE: [&str; 15] = [
    "page",
    "size",
    "distance",
    "paysContinent",
    "niveauFormation",
    "permis",
    "salaireMin",
    "periodeSalaire",
    "partenaires",
    "modeSelectionPartenaires",
    "dureeHebdoMin",
    "dureeHebdoMax",
    "dureeHebdo",
    "dureeContratMin",
    "dureeContratMax",
];

fn is_known(name: &str) -> bool {
    const FILTERS: [&str; 22] = [
        "range",
        "sort",
        "minCreationDate",
        "maxCreationDate",
        "codeROME",
        "appellation",
        "domaine",
        "theme",
        "grandDomaine",
        "departement",
        "commune",
        "region",
        "secteurActivite",
        "codeNAF",
        "motsCles",
        "typeContrat",
        "natureContrat",
        "experience",
        "experienceExigence",
        "qualification",
        "origineOffre",
        "publieeDepuis",
    ];
    FILTERS.contains(&name) || IDLE.contains(&name) || BOOLEANS.contains(&name)
}

fn read_range(text: &str) -> Result<Range, ErrorResponse> {
    let wrong = || ErrorResponse::format("range", "<entier>-<entier> attendu.");
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let (first, last): (usize, usize) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
    if last < first {
        return Err(wrong());
    }
    if last - first >= PAGE {
        return Err(ErrorResponse::bad("La plage de résultats demandée est trop importante."));
    }
    if first > LAST_START {
        return Err(ErrorResponse::bad(format!("La position de début doit être inférieure ou égale à {LAST_START}.")));
    }
    if last > LAST_END {
        return Err(ErrorResponse::bad(format!("La position de fin doit être inférieure ou égale à {LAST_END}.")));
    }
    Ok(Range { first, last })
}

fn read_bounds(min: Option<&str>, max: Option<&str>) -> Result<Option<(Stamp, Stamp)>, ErrorResponse> {
    let (min, max) = match (min, max) {
        (None, None) => return Ok(None),
        (Some(min), Some(max)) => (min, max),
        _ => {
            let rule = "les paramètres sont dépendants et doivent être renseignés ensemble";
            return Err(ErrorResponse::bad(format!("« minCreationDate » et « maxCreationDate » : {rule}")));
        }
    };
    let read =
        |name, text| read_bound(text).ok_or_else(|| ErrorResponse::format(name, "yyyy-MM-dd'T'HH:mm:ss'Z' attendu."));
    Ok(Some((read("minCreationDate", min)?, read("maxCreationDate", max)?)))
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|value| value.trim().to_owned()).collect()
}

fn encoded<const N: usize>(list: Vec<String>) -> Vec<[u8; N]> {
    list.iter().map(|text| code(text)).collect()
}

/// A list of at most `most` codes, each of which must exist.
fn known<'a>(
    get: &impl Fn(&str) -> Option<&'a str>,
    name: &str,
    most: usize,
    too_many: &str,
    exists: impl Fn(&str) -> bool,
) -> Result<Option<Vec<String>>, ErrorResponse> {
    let Some(values) = get(name).map(list) else { return Ok(None) };
    if values.len() > most {
        return Err(ErrorResponse::bad(too_many));
    }
    if values.iter().all(|value| exists(value)) { Ok(Some(values)) } else { Err(ErrorResponse::value(name)) }
}

/// `domaine=M18,C15` is refused like an unknown value (observed 2026-10).
fn single(name: &str, values: Option<Vec<String>>) -> Result<Option<String>, ErrorResponse> {
    match values {
        Some(values) if values.len() > 1 => Err(ErrorResponse::value(name)),
        values => Ok(values.and_then(|mut values| values.pop())),
    }
}

fn at_most_two<'a>(get: &impl Fn(&str) -> Option<&'a str>, name: &str) -> Result<Option<Vec<String>>, ErrorResponse> {
    match get(name).map(list) {
        Some(values) if values.len() > 2 => {
            Err(ErrorResponse::format(name, "2 chaînes de caractères séparées par des virgules maximum."))
        }
        values => Ok(values),
    }
}

fn positions<'a>(
    get: &impl Fn(&str) -> Option<&'a str>,
    name: &str,
    table: impl Iterator<Item = &'static str>,
) -> Result<Option<Vec<u8>>, ErrorResponse> {
    let Some(values) = get(name).map(list) else { return Ok(None) };
    let table: Vec<&str> = table.collect();
    let find = |value: &String| table.iter().position(|code| code == value).map(|position| position as u8);
    values.iter().map(find).collect::<Option<Vec<u8>>>().map(Some).ok_or_else(|| ErrorResponse::value(name))
}

fn letters<'a>(
    get: &impl Fn(&str) -> Option<&'a str>,
    name: &str,
    allowed: &[u8],
    expected: &str,
) -> Result<Option<Vec<u8>>, ErrorResponse> {
    let Some(values) = get(name).map(list) else { return Ok(None) };
    let read = |value: &String| match value.as_bytes() {
        [letter] if allowed.contains(letter) => Some(*letter),
        _ => None,
    };
    values.iter().map(read).collect::<Option<Vec<u8>>>().map(Some).ok_or_else(|| ErrorResponse::format(name, expected))
}

fn one_of<'a>(
    get: &impl Fn(&str) -> Option<&'a str>,
    name: &str,
    allowed: &[&str],
    expected: &str,
) -> Result<Option<u8>, ErrorResponse> {
    match get(name) {
        Some(value) if !allowed.contains(&value) => Err(ErrorResponse::format(name, expected)),
        value => Ok(value.and_then(|value| value.bytes().next())),
    }
}

fn read_grand_domaine(text: Option<&str>) -> Result<Option<Vec<String>>, ErrorResponse> {
    let Some(values) = text.map(list) else { return Ok(None) };
    let exists =
        |value: &String| GRANDS_DOMAINES.iter().any(|(code, _)| code == value) || APART.contains(&value.as_str());
    if values.iter().all(exists) {
        return Ok(Some(values));
    }
    // The order is the service's own (observed 2026-10).
    Err(ErrorResponse::format(
        "grandDomaine",
        "A, B, C, C15, D, E, F, G, H, I, J, K, L, L14, M15, M18, M, M16, M17, M13, M14 ou N attendu.",
    ))
}

fn read_mots_cles(text: Option<&str>) -> Result<Option<Vec<String>>, ErrorResponse> {
    let Some(words) = text.map(list) else { return Ok(None) };
    if words.len() > 7 || words.iter().any(|word| word.chars().count() < 2) {
        return Err(ErrorResponse::format(
            "motsCles",
            "7 mots-clé au maximum séparés par des virgules et d'au moins 2 caractères.",
        ));
    }
    Ok(Some(words.iter().map(|word| word.to_lowercase()).collect()))
}

const BOOLEANS: [&str; 7] = [
    "tempsPlein",
    "accesTravailleurHandicape",
    "offresMRS",
    "offresManqueCandidats",
    "entreprisesAdaptees",
    "employeursHandiEngages",
    "inclureLimitrophes",
];

fn booleans<'a>(get: &impl Fn(&str) -> Option<&'a str>) -> Result<(), ErrorResponse> {
    match BOOLEANS.iter().find(|name| get(name).is_some_and(|value| !["true", "false"].contains(&value))) {
        Some(name) => Err(ErrorResponse::format(name, "Booléen attendu.")),
        None => Ok(()),
    }
}
