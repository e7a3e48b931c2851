//! A configuration as its producer has it, and the same as a mapping.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use super::super::support::{SERVICES, STRUCTURES};

/// Which of our lists a mapping fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Structures,
    Services,
}

pub(super) struct Configuration {
    pub(super) name: String,
    own: Map<String, Value>,
}

/// One rule of a closed field: what it gives, and of which columns what must be true.
pub(super) struct Rule {
    pub(super) target: String,
    pub(super) columns: Vec<String>,
    pub(super) terms: Vec<String>,
    pub(super) except: Vec<String>,
}

/// Their fields of one value that v1 has, by both names, and whether services have them too.
const SINGLE: [(&str, &str, bool); 14] = [
    ("pivot", "siret", false),
    ("code_postal", "code_postal", true),
    ("code_insee", "code_insee", true),
    ("commune", "commune", true),
    ("complement_adresse", "complement_adresse", true),
    ("telephone", "telephone", true),
    ("courriels", "courriel", true),
    ("courriel", "courriel", true),
    ("site_web", "site_web", false),
    ("fiche_acces_libre", "accessibilite_lieu", false),
    ("accessibilite", "accessibilite_lieu", false),
    ("presentation_detail", "description", false),
    ("nom", "nom", true),
    ("prise_rdv", "lien_mobilisation", true),
];

/// What their words are in v1, by our field; what v1 has no word for is left out.
const WORDS: &[(&str, &str, &str)] = &[
    ("publics", "Jeunes", "jeunes"),
    ("publics", "Étudiants", "etudiants"),
    ("publics", "Familles et/ou enfants", "familles"),
    ("publics", "Seniors", "seniors"),
    ("publics", "Femmes", "femmes"),
    ("publics", "Surdité", "personnes-en-situation-de-handicap"),
    ("publics", "Handicaps moteurs", "personnes-en-situation-de-handicap"),
    ("publics", "Handicaps mentaux", "personnes-en-situation-de-handicap"),
    ("publics", "Déficience visuelle", "personnes-en-situation-de-handicap"),
    ("publics", "Langues étrangères (anglais)", "personnes-exilees"),
    ("publics", "Langues étrangères (autres)", "personnes-exilees"),
    ("frais", "Gratuit", "gratuit"),
    ("frais", "Gratuit sous condition", "gratuit"),
    ("frais", "Payant", "payant"),
    ("modes_mobilisation", "Se présenter", "se-presenter"),
    ("modes_mobilisation", "Téléphoner", "telephoner"),
    ("modes_mobilisation", "Contacter par mail", "envoyer-un-courriel"),
    ("modes_mobilisation", "Prendre un RDV en ligne", "utiliser-lien-mobilisation"),
    ("thematiques", "Aide aux démarches administratives", "numerique--acceder-a-des-services-en-ligne"),
    (
        "thematiques",
        "Maîtrise des outils numériques du quotidien",
        "numerique--maitriser-les-fondamentaux-du-numerique",
    ),
    ("thematiques", "Utilisation sécurisée du numérique", "numerique--maitriser-les-fondamentaux-du-numerique"),
    ("thematiques", "Accès internet et matériel informatique", "numerique--acceder-a-une-connexion-internet"),
    ("thematiques", "Acquisition de matériel informatique à prix solidaire", "numerique--acquerir-un-equipement"),
    ("reseaux_porteurs", "CCAS", "ccas-cias"),
    ("reseaux_porteurs", "ML", "mission-locale"),
    ("reseaux_porteurs", "MUNI", "communes"),
    ("reseaux_porteurs", "MJC", "mjc"),
    ("reseaux_porteurs", "RFS", "france-service"),
    ("reseaux_porteurs", "LA_POSTE", "la-poste"),
    ("reseaux_porteurs", "EPN", "espaces-publics-numeriques"),
    ("reseaux_porteurs", "CS", "fcsf"),
    ("reseaux_porteurs", "France Services", "france-service"),
    ("reseaux_porteurs", "Aidants Connect", "aidants-connect"),
    ("reseaux_porteurs", "Conseillers numériques", "conseillers-numeriques"),
];

/// Their closed fields, by the field of ours that they fill, and whether it is one of services.
const CLOSED: [(&str, &str, bool); 7] = [
    ("publics_specifiquement_adresses", "publics", true),
    ("prise_en_charge_specifique", "publics", true),
    ("frais_a_charge", "frais", true),
    ("modalites_acces", "modes_mobilisation", true),
    ("services", "thematiques", true),
    ("typologie", "reseaux_porteurs", false),
    ("dispositif_programmes_nationaux", "reseaux_porteurs", false),
];

impl Configuration {
    pub(super) fn read(path: &Path) -> Self {
        let name = path.file_name().unwrap().to_str().unwrap().strip_suffix(".config.json").unwrap().to_owned();
        Self { name, own: serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() }
    }

    /// The column of one of their fields, if it names one.
    pub(super) fn column(&self, field: &str) -> Option<&str> {
        self.own.get(field)?["colonne"].as_str().filter(|name| !name.is_empty())
    }

    /// The column of a field of ours that holds one value.
    pub(super) fn single(&self, list: List) -> BTreeMap<&'static str, &str> {
        let mut columns = BTreeMap::new();
        for (theirs, ours, is_of_services) in SINGLE {
            let is_there = match list {
                List::Structures => ours != "lien_mobilisation",
                List::Services => is_of_services,
            };
            if let Some(column) = self.column(theirs).filter(|_| is_there) {
                columns.entry(ours).or_insert(column);
            }
        }
        columns
    }

    /// The rules of a field of ours, in order.
    pub(super) fn rules(&self, list: List) -> Vec<(&'static str, Rule)> {
        let texts = |value: &Value| -> Vec<String> {
            let list = value.as_array().into_iter().flatten();
            list.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let mut rules = Vec::new();
        for (theirs, ours, is_of_services) in CLOSED {
            if is_of_services != (list == List::Services) {
                continue;
            }
            let own = self.own.get(theirs).or_else(|| self.own.get("typologies").filter(|_| theirs == "typologie"));
            for rule in own.and_then(Value::as_array).into_iter().flatten() {
                let word = rule["cible"].as_str().unwrap_or_default();
                for (_, _, target) in WORDS.iter().filter(|(field, theirs, _)| *field == ours && *theirs == word) {
                    let rule = Rule {
                        target: (*target).to_owned(),
                        columns: texts(&rule["colonnes"]),
                        terms: texts(&rule["termes"]),
                        except: texts(&rule["sauf"]),
                    };
                    rules.push((ours, rule));
                }
            }
        }
        rules
    }

    /// The columns that are joined to the address, and what stands between them.
    pub(super) fn address(&self) -> Option<(Vec<&str>, &str)> {
        if let Some(column) = self.column("adresse") {
            return Some((vec![column], " "));
        }
        let join = self.own.get("adresse")?.get("joindre")?;
        let columns = join["colonnes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        Some((columns, join["séparateur"].as_str().unwrap()))
    }

    /// The column of a coordinate, and what of it counts where it holds both.
    pub(super) fn coordinate(&self, field: &str) -> Option<(&str, Option<(&str, usize)>)> {
        if let Some(column) = self.column(field) {
            return Some((column, None));
        }
        let split = self.own.get(field)?.get("dissocier")?;
        // Parts count from 0 there.
        let part = split["partie"].as_u64().unwrap() as usize;
        let column = split["colonne"].as_str().or(split["colonne"][0].as_str()).unwrap();
        Some((column, Some((split["séparateur"].as_str().unwrap(), part))))
    }

    /// Planar coordinates, which their programme knows by their size.
    pub(super) fn is_planar(&self) -> bool {
        self.name == "maine-et-loire"
    }

    /// All columns that it names for the fields that v1 has, and those of our own additions.
    pub(super) fn columns(&self) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        for list in [List::Structures, List::Services] {
            columns.extend(self.single(list).into_values().map(str::to_owned));
            columns.extend(self.rules(list).into_iter().flat_map(|(_, rule)| rule.columns));
        }
        columns.extend(self.address().into_iter().flat_map(|(columns, _)| columns).map(str::to_owned));
        columns.extend(
            self.own.get("adresse").and_then(|own| own["joindre"]["ou"]["colonne"].as_str()).map(str::to_owned),
        );
        for field in ["latitude", "longitude"] {
            columns.extend(self.coordinate(field).map(|(column, _)| column.to_owned()));
        }
        for field in ["id", "date_maj", "presentation_resume", "presentation_detail"] {
            columns.extend(self.column(field).map(str::to_owned));
        }
        let hours = self.own.get("horaires");
        for key in ["osm", "semaine", "colonne"] {
            columns.extend(hours.and_then(|hours| hours[key].as_str()).map(str::to_owned));
        }
        for day in hours.and_then(|hours| hours["jours"].as_array()).into_iter().flatten() {
            columns.extend(one_or_all(&day["colonne"]));
        }
        columns
    }

    /// The mapping of one list.
    pub(super) fn mapping(&self, list: List) -> String {
        let head = if list == List::Structures { STRUCTURES } else { SERVICES };
        let mut text = format!("{}[fields]\n", head.replace("ville", &self.name));
        let mut line = |field: &str, form: String| writeln!(text, "{field} = {form}").unwrap();
        let nom = self.column("nom").unwrap();
        let identifier = match self.column("id") {
            Some(id) => quoted(id),
            None => format!("{{ template = {} }}", quoted(&format!("{{{nom}}}"))),
        };
        line("id", identifier.clone());
        if list == List::Services {
            line("structure_id", identifier);
            line("description", format!("{{ template = {} }}", quoted(&format!("Services proposés par {{{nom}}}"))));
        }
        line(
            "date_maj",
            match self.column("date_maj") {
                Some(column) => format!("[{}, {{ const = 2025-02-14 }}]", quoted(column)),
                None => "{ const = 2025-02-14 }".to_owned(),
            },
        );
        for (field, column) in self.single(list) {
            match (field, self.column("presentation_resume")) {
                ("description", Some(resume)) => {
                    line(field, format!("{{ first = [{}, {}] }}", quoted(column), quoted(resume)));
                }
                _ => line(field, quoted(column)),
            }
        }
        if let Some((columns, with)) = self.address() {
            let columns: Vec<String> = columns.into_iter().map(quoted).collect();
            let join = format!("{{ join = [{}], with = {} }}", columns.join(", "), quoted(with));
            match self.own["adresse"]["joindre"]["ou"]["colonne"].as_str() {
                Some(other) => line("adresse", format!("[{join}, {}]", quoted(other))),
                None => line("adresse", join),
            }
        }
        let coordinates = self.coordinate("longitude").zip(self.coordinate("latitude"));
        if let Some(((x, _), (y, _))) = coordinates.filter(|_| self.is_planar()) {
            for field in ["longitude", "latitude"] {
                line(field, format!("{{ lambert93 = [{}, {}], give = \"{field}\" }}", quoted(x), quoted(y)));
            }
        } else {
            for field in ["longitude", "latitude"] {
                match self.coordinate(field) {
                    Some((column, None)) => line(field, quoted(column)),
                    Some((column, Some((split, part)))) => {
                        let (column, split) = (quoted(column), quoted(split));
                        line(field, format!("{{ column = {column}, split = {split}, part = {} }}", part + 1));
                    }
                    None => {}
                }
            }
        }
        if let Some(hours) = self.hours() {
            line("horaires_accueil", hours);
        }
        for (field, rule) in self.rules(list) {
            writeln!(text, "[[fields.{field}]]\nconst = {}", quoted(&rule.target)).unwrap();
            if rule.columns.is_empty() {
                continue;
            }
            let all = |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
            let test = match rule.terms.is_empty() {
                true => "filled = true".to_owned(),
                false => format!("contains = [{}], except = [{}]", all(&rule.terms), all(&rule.except)),
            };
            writeln!(text, "when = {{ columns = [{}], {test} }}", all(&rule.columns)).unwrap();
        }
        text
    }

    fn hours(&self) -> Option<String> {
        let hours = self.own.get("horaires")?;
        if let Some(days) = hours["jours"].as_array() {
            let mut by_day: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for day in days {
                // Sunday has three letters there once.
                let columns = by_day.entry(&day["osm"].as_str().unwrap()[..2]).or_default();
                columns.extend(one_or_all(&day["colonne"]).iter().map(|column| quoted(column)));
            }
            let days: Vec<String> =
                by_day.iter().map(|(day, columns)| format!("{day} = [{}]", columns.join(", "))).collect();
            return Some(format!("{{ hours = {{ {} }} }}", days.join(", ")));
        }
        let column = ["osm", "semaine", "colonne"].iter().find_map(|key| hours[key].as_str())?;
        Some(format!("{{ hours = {} }}", quoted(column)))
    }
}

fn one_or_all(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().map(|text| text.as_str().unwrap().to_owned()).collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t"))
}
