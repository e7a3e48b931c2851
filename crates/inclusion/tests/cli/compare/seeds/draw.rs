//! Tables drawn by seed: few names, places and numbers, so that much is shared, in many spellings.

use super::Draws;

const COLUMNS: [&str; 15] = [
    "source",
    "id",
    "nom",
    "adresse",
    "code_postal",
    "code_insee",
    "commune",
    "latitude",
    "longitude",
    "siret",
    "telephone",
    "courriel",
    "site_web",
    "description",
    "date_maj",
];

/// Each in several spellings that are one folded name.
const NAMES: [&[&str]; 12] = [
    &["Mairie de Rennes", "MAIRIE DE RENNES"],
    &["CCAS", "ccas"],
    &["La Poste"],
    &["France services", "FRANCE SERVICES", "France Services"],
    &["France services de Rennes"],
    &["Emmaüs", "EMMAÜS", "Emmaus"],
    &["Le Relais", "le relais"],
    &["Centre social \"Nord\"", "CENTRE SOCIAL \"NORD\""],
    &["Association l'Étape, antenne", "ASSOCIATION L'ÉTAPE, ANTENNE"],
    &["Médiathèque", "mediatheque"],
    &["Accueil 1"],
    &["Accueil 2"],
];

/// Each in several spellings of one street.
const STREETS: [&[&str]; 5] = [
    &["rue Haute", "R. HAUTE", "rue Haute BP 12"],
    &["avenue de la Gare", "av. de la Gare", "AVENUE DE LA GARE CEDEX"],
    &["boulevard Saint-Michel", "bd St Michel"],
    &["place de l'Église", "PL EGLISE"],
    &["quai Dujardin"],
];

/// Postal code, INSEE code, name, latitude, longitude.
const TOWNS: [[&str; 5]; 5] = [
    ["35000", "35238", "Rennes", "48.11", "-1.68"],
    ["35200", "35238", "RENNES", "48.10", "-1.67"],
    ["29200", "29019", "Brest", "48.39", "-4.49"],
    ["20200", "2B033", "Bastia", "42.70", "9.45"],
    ["97400", "97411", "Saint-Denis", "-20.88", "55.45"],
];

/// The first five are right, two of them of one legal unit; the others are no evidence.
const SIRETS: [&str; 8] = [
    "73282932000074",
    "21350238800019",
    "13003013300016",
    "35600000068539",
    "35600000000048",
    "73282932000075",
    "00000000000000",
    "123",
];

/// A file before it is written.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) rows: Vec<Drawn>,
}

/// A record, and which of the drawn things it has.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawn {
    cells: [String; COLUMNS.len()],
    /// Of [`NAMES`].
    pub(super) name: usize,
    /// Number of the house, and which of [`STREETS`]; none without an address.
    pub(super) address: Option<(usize, usize)>,
}

impl Drawn {
    pub(super) fn cell(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|own| *own == column).expect("it is a column");
        &self.cells[at]
    }

    fn set(&mut self, column: &str, value: impl Into<String>) {
        let at = COLUMNS.iter().position(|own| *own == column).expect("it is a column");
        self.cells[at] = value.into();
    }

    /// All that is compared but `source` and `id`.
    pub(super) fn content(&self) -> &[String] {
        &self.cells[2..]
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

impl Table {
    pub(super) fn csv(&self) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Drawn| row.cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        COLUMNS.join(",") + "\n" + &self.rows.iter().map(line).collect::<String>()
    }

    /// Whose records are that do not say it.
    pub(super) fn source(&self) -> &str {
        self.name.split('.').next().expect("a name has a begin")
    }
}

/// FILE and up to three others.
pub(super) fn tables(draws: &mut Draws) -> Vec<Table> {
    let mut tables = vec![];
    for nth in 0..1 + draws.below(4) {
        let name = ["a.csv", "b.x.csv", "c.csv", "d.csv"][nth].to_owned();
        let sources: &[&str] = if nth == 0 { &["", "mine"] } else { &["", "alpha", "beta", "mine", "a"] };
        let count = [1, 12, 40, 70][draws.below(4)] + usize::from(nth == 0) * 5;
        let mut rows: Vec<Drawn> = vec![];
        for number in 0..count {
            let mut row = match draws.one_in(5) && !rows.is_empty() {
                true => draws.one_of(&rows).clone(),
                false => record(draws),
            };
            row.set("source", *draws.one_of(sources));
            row.set("id", format!("{nth}-{number}"));
            match draws.below(40) {
                0 if number > 0 => row.set("id", ""),
                1 if number > 0 => row.set("nom", ""),
                2 if number > 0 => row = Drawn::default(),
                _ => {}
            }
            rows.push(row);
        }
        tables.push(Table { name, rows });
    }
    tables
}

fn record(draws: &mut Draws) -> Drawn {
    let mut row = Drawn { name: draws.below(NAMES.len()), ..Drawn::default() };
    row.set("nom", *draws.one_of(NAMES[row.name]));
    if !draws.one_in(4) {
        let (house, street) = (1 + draws.below(3), draws.below(STREETS.len()));
        row.address = Some((house, street));
        row.set("adresse", format!("{house} {}", draws.one_of(STREETS[street])));
    }
    let [postal, insee, town, latitude, longitude] = *draws.one_of(&TOWNS);
    row.set("code_postal", postal);
    row.set("code_insee", if draws.one_in(2) { insee } else { "" });
    row.set("commune", if draws.one_in(6) { "" } else { town });
    match draws.below(4) {
        0 => ["latitude", "longitude"].iter().for_each(|column| row.set(column, "0")),
        1 => {}
        _ => {
            row.set("latitude", format!("{latitude}{}", draws.below(10)));
            row.set("longitude", longitude);
        }
    }
    if draws.one_in(3) {
        row.set("siret", *draws.one_of(&SIRETS));
    }
    if draws.one_in(2) {
        let last = draws.below(6);
        let forms = [format!("029900000{last}"), format!("+33 2 99 00 00 0{last}"), format!("02.99.00.00.0{last}")];
        row.set("telephone", draws.one_of(&forms).as_str());
    }
    if draws.one_in(3) {
        let name = draws.one_of(&["accueil", "Accueil", "contact"]);
        row.set("courriel", format!("{name}@{}", draws.one_of(&["ville.exemple", "orange.fr"])));
    }
    row.set("site_web", if draws.one_in(4) { "https://exemple.fr" } else { "" });
    row.set("description", if draws.one_in(4) { format!("Texte {}", draws.below(3)) } else { String::new() });
    row.set("date_maj", if draws.one_in(6) { String::new() } else { format!("2024-05-{:02}", 1 + draws.below(28)) });
    row
}
