//! Structures and services as they are told: in the words of the API, or in those of the published file.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::json::{Object, quoted};
use super::row::Row;
use crate::world::clock::midnight;
use crate::world::dice::Dice;
use crate::world::firms::{siren, siret};
use crate::world::territory::{Commune, communes};

/// Whoever tells of them.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) seed: u64,
    indented: bool,
    communes: Vec<Commune>,
}

/// For whom a record is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Telling<'a> {
    /// In a list of the API, with the others of its cluster: source and identifier.
    Listed(&'a [(&'static str, String)]),
    /// In the published file.
    Dumped,
    /// In the published JSON, whose dates are milliseconds since 1970.
    DumpedJson,
}

/// What it really is, whoever tells of it.
struct Place<'a> {
    nom: String,
    commune: &'a Commune,
    adresse: String,
    siret: String,
    telephone: String,
    domain: String,
    longitude: f64,
    latitude: f64,
}

const FIRST_DAY: Date = date(2024, 1, 8);

const KINDS: [&str; 8] = [
    "Mairie",
    "France services",
    "Centre communal d'action sociale",
    "Mission locale",
    "Médiathèque",
    "Régie de quartier",
    "Maison de l'emploi",
    "Espace numérique",
];
const THEMATIQUES: [&str; 8] = [
    "numerique--prendre-en-main-un-ordinateur",
    "numerique--acceder-a-une-connexion-internet",
    "choisir-un-metier--decouvrir-un-metier-ou-un-secteur-dactivite",
    "difficultes-financieres--ameliorer-sa-gestion-budgetaire",
    "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    "creer-une-entreprise--definir-son-projet-de-creation-dentreprise",
    "mobilite--acceder-a-un-vehicule",
    "logement-hebergement--rechercher-une-solution-dhebergement-temporaire",
];
/// What a reader might take for the end of a record, or might write otherwise than it came; JSON already.
const TRAPS: [&str; 6] = [
    r#""Fin : \"}],\"total\":0,\"page\":1,\"size\":0} puis [{\"id\":\"x\"}, et la suite.""#,
    r#""\u00c9crit ainsi\u00a0: acc\u00e8s \/ rue, \ud83d\ude80 compris.""#,
    "\"Deux lignes\\net\\tune tabulation ; 🚲 et \\\\ pour finir \\\\\"",
    "\"<b onclick=\\\"alert(1)\\\">=1+1</b> 'cité' ; \\u2028 fin de ligne\"",
    "\"id : {\\\"id\\\": \\\"dora--1\\\"}\"",
    "\"Un point final.\"",
];

impl Maker {
    pub(crate) fn new(seed: u64, indented: bool) -> Self {
        Self { seed, indented, communes: communes().0 }
    }

    fn place(&self, cluster: u64) -> Place<'_> {
        // A town hall and the France services point in it are two clusters of one address.
        let host = cluster - u64::from(cluster % 8 == 1);
        let mut dice = Dice::of(&[self.seed, 0xad, host]);
        let commune = &self.communes[dice.below(self.communes.len())];
        let number = 1 + dice.below(120);
        let street =
            dice.pick(&["rue des Tilleuls", "avenue de la Gare", "place du Marché", "rue de l'Orvanne", "chemin Vert"]);
        let (longitude, latitude) = (-4.0 + 11.0 * dice.unit(), 42.5 + 8.0 * dice.unit());
        let telephone = format!("+33{}{:08}", 1 + dice.below(5), dice.below(100_000_000));
        let mut own = Dice::of(&[self.seed, 0xc1, cluster]);
        Place {
            nom: format!("{} de {}", KINDS[cluster as usize % KINDS.len()], commune.libelle),
            commune,
            adresse: format!("{number} {street}"),
            siret: siret(&siren(host as usize), 1 + own.below(3)),
            telephone,
            domain: format!("lieu-{host}.exemple.fr"),
            longitude,
            latitude,
        }
    }

    pub(crate) fn structure(&self, row: &Row, telling: Telling<'_>) -> String {
        let place = self.place(row.cluster);
        let mut dice = Dice::of(&[self.seed, 0x57, row.nth]);
        let mut has = |share| dice.chance(share);
        let (has_siret, has_telephone, has_courriel, in_capitals) = (has(0.5), has(0.7), has(0.6), has(0.2));
        let telephone = self.current_telephone(row, &place.telephone);
        let mut object = Object::new(self.indented);
        object.text("source", row.source());
        object.text("id", &row.id(self.seed));
        object.text("nom", &if in_capitals { place.nom.to_uppercase() } else { place.nom.clone() });
        self.tell_date(&mut object, row, telling);
        object.option("lien_source", None);
        object.option("siret", Some(&*place.siret).filter(|_| has_siret));
        object.option("telephone", Some(&*telephone).filter(|_| has_telephone || row.version > 0));
        object.option("courriel", Some(&*format!("contact@{}", place.domain)).filter(|_| has_courriel));
        object.option("site_web", Some(&*format!("https://{}/", place.domain)).filter(|_| has(0.4)));
        self.tell_description(&mut object, row.nth, &place);
        object.option("horaires_accueil", Some("Mo-Fr 08:30-12:30; PH off").filter(|_| has(0.5)));
        object.option("accessibilite_lieu", None);
        let networks: &[&str] = if row.cluster % 8 == 1 { &["france-service"] } else { &[] };
        object.list("reseaux_porteurs", networks);
        self.tell_address(&mut object, &place);
        object.raw("score_qualite", self.score(row));
        if let Telling::Listed(mates) = telling {
            object.raw("adresse_certifiee", if row.nth.is_multiple_of(3) { "true" } else { "false" });
            let mates: Vec<String> = mates
                .iter()
                .map(|(source, id)| format!("{{\"source\":{},\"id\":{}}}", quoted(source), quoted(id)))
                .collect();
            object.raw("doublons", &format!("[{}]", mates.join(",")));
        }
        object.end()
    }

    pub(crate) fn service(&self, row: &Row, of: usize, id: &str, telling: Telling<'_>) -> String {
        let place = self.place(row.cluster);
        let mut dice = Dice::of(&[self.seed, 0x5f, row.nth, of as u64]);
        let thematiques = [dice.pick(&THEMATIQUES), dice.pick(&THEMATIQUES)];
        let thematiques = &thematiques[..if thematiques[0] == thematiques[1] { 1 } else { 2 }];
        let mut object = Object::new(self.indented);
        object.text("source", row.source());
        object.text("structure_id", &row.id(self.seed));
        object.text("id", id);
        object.text(
            "nom",
            dice.pick(&["Atelier numérique", "Accueil et orientation", "Aide aux démarches", "Permanence"]),
        );
        self.tell_description(&mut object, row.nth + of as u64 + 3, &place);
        self.tell_date(&mut object, row, telling);
        object.option("type", Some(dice.pick(&["accompagnement", "atelier", "formation", "information"])));
        object.list("thematiques", thematiques);
        object.option("frais", dice.pick(&[Some("gratuit"), Some("payant"), None]));
        object.option("frais_precisions", None);
        object.list("publics", dice.pick(&[&["tous-publics"], &["jeunes", "seniors"]]));
        object.option("publics_precisions", None);
        object.option("conditions_acces", None);
        object.option("telephone", Some(&self.current_telephone(row, &place.telephone)));
        object.option("courriel", None);
        object.option("contact_nom_prenom", None);
        object.list("modes_accueil", &["en-presentiel"]);
        object.list("zone_eligibilite", &[&place.commune.code]);
        object.option("lien_mobilisation", None);
        object.list("modes_mobilisation", &["se-presenter", "telephoner"]);
        object.list("mobilisable_par", &["usagers"]);
        object.option("mobilisation_precisions", None);
        object.raw("volume_horaire_hebdomadaire", dice.pick(&["null", "1.0", "2.50", "35.0"]));
        object.raw("nombre_semaines", dice.pick(&["null", "1", "12"]));
        object.option("horaires_accueil", None);
        self.tell_address(&mut object, &place);
        object.raw("score_qualite", self.score(row));
        object.end()
    }

    /// Each version has another one.
    fn current_telephone(&self, row: &Row, first: &str) -> String {
        match row.version {
            0 => first.to_owned(),
            version => format!("+339{:08}", Dice::of(&[self.seed, 0x7e, row.nth, version]).below(100_000_000)),
        }
    }

    fn tell_date(&self, object: &mut Object, row: &Row, telling: Telling<'_>) {
        let day = self.day(row);
        match telling {
            Telling::Listed(_) | Telling::Dumped => object.text("date_maj", &day.to_string()),
            Telling::DumpedJson => object.raw("date_maj", &midnight(day).to_string()),
        }
    }

    fn tell_description(&self, object: &mut Object, nth: u64, place: &Place<'_>) {
        match TRAPS.get(nth as usize % 24) {
            Some(trap) => object.raw("description", trap),
            None => object.text("description", &format!("{} accueille et accompagne les habitants.", place.nom)),
        }
    }

    fn tell_address(&self, object: &mut Object, place: &Place<'_>) {
        object.text("commune", &place.commune.libelle);
        object.text("code_postal", &place.commune.code_postal);
        object.text("code_insee", &place.commune.code);
        object.text("adresse", &place.adresse);
        object.option("complement_adresse", None);
        // Six decimals whatever they are: a reader that writes numbers anew drops zeros.
        object.raw("longitude", &format!("{:.6}", (place.longitude * 1e4).round() / 1e4));
        object.raw("latitude", &format!("{:.6}", place.latitude));
    }

    /// Whose is higher, is told in place of its duplicates.
    pub(crate) fn rank(&self, row: &Row) -> (&'static str, Date) {
        (self.score(row), self.day(row))
    }

    fn day(&self, row: &Row) -> Date {
        // Few days, so that those of a cluster are often the same.
        let weeks = Dice::of(&[self.seed, 0xda, row.nth]).below(12) as i64 * 7 + row.version as i64;
        FIRST_DAY.saturating_add(weeks.weeks())
    }

    /// Few values, so that those of a cluster are often the same.
    fn score(&self, row: &Row) -> &'static str {
        Dice::of(&[self.seed, 0x5c, row.nth, row.version]).pick(&["0.25", "0.5", "0.75", "0.83", "1.0"])
    }
}
