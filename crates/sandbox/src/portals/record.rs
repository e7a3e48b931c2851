//! A dataset that does not exist, whatever portal shows it.

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

use crate::world::dice::Dice;

/// Where its files would be: a domain that nobody can own.
pub(crate) const FILES: &str = "https://fichiers.ormeville.example";

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a portal knows of a dataset; dates are UTC.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) title: String,
    /// Paragraphs, without any markup.
    pub(crate) notes: [String; 2],
    pub(crate) tags: Vec<&'static str>,
    pub(crate) theme: &'static str,
    pub(crate) licence: Licence,
    /// The code of the EU's table; one in twelve is no code at all.
    pub(crate) frequency: &'static str,
    pub(crate) organisation: Organisation,
    pub(crate) created: DateTime,
    pub(crate) modified: DateTime,
    /// First and last year that it covers.
    pub(crate) years: (i16, i16),
    /// West, south, east, north.
    pub(crate) bounds: [f64; 4],
    pub(crate) files: Vec<File>,
}

/// What portals say of a licence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Licence {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) url: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Organisation {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
}

/// A file of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) format: &'static str,
    pub(crate) mime: &'static str,
    /// None: the portal says what is no size.
    pub(crate) bytes: Option<u64>,
    pub(crate) md5: String,
    /// A leaflet about the data, no data.
    pub(crate) is_documentation: bool,
    pub(crate) created: DateTime,
    pub(crate) modified: DateTime,
}

impl Record {
    /// The dataset of that number, as it is at that release.
    pub(crate) fn make(seed: u64, nth: u64, release: u64) -> Self {
        let mut dice = Dice::of(&[seed, 0xca7, nth]);
        let (at, place) = (nth as usize, PLACES[nth as usize / SUBJECTS.len() % PLACES.len()]);
        let (subject, tag, theme) = SUBJECTS[at % SUBJECTS.len()];
        let again = at / (SUBJECTS.len() * PLACES.len());
        let number = if again > 0 { format!(" ({})", again + 1) } else { String::new() };
        let title = format!("{subject} de {place}{number}");
        let name = slug(&title);
        let created = date(2019, 1, 7).at(8, 30, 0, 0).saturating_add(HOUR * (nth as i32 % 1_500 * 25));
        let revisions = revisions(nth, release);
        let modified = created.saturating_add(HOUR * (24 * (5 + nth as i32 % 300) + revisions as i32 * 31));
        let year = 2010 + dice.below(10) as i16;
        let (west, south) = (dice.below(600) as f64 / 100.0, 43.0 + dice.below(600) as f64 / 100.0);
        let organisation = ORGANISATIONS[at % ORGANISATIONS.len()];
        let state = if revisions > 0 { format!(", état n° {}", revisions + 1) } else { String::new() };
        Self {
            notes: [
                format!("{subject} : relevé tenu par {}{state}.", organisation.title),
                "Données inventées, pour l'essai des outils.".to_owned(),
            ],
            files: files(&mut dice, &name, at, (created, modified)),
            id: uuid(&mut dice),
            tags: vec![tag, "Données ouvertes", dice.pick(&["Territoire", "Usagers", "Équipements", "Budget"])],
            theme,
            licence: LICENCES[at % LICENCES.len()],
            frequency: if at % 12 == 5 {
                "à l'occasion"
            } else {
                dice.pick(&["ANNUAL", "MONTHLY", "WEEKLY", "DAILY"])
            },
            organisation,
            created,
            modified,
            years: (year, year + dice.below(5) as i16),
            bounds: [west, south, west + 0.5, south + 0.25],
            name,
            title,
        }
    }
}

/// How often it was changed up to that release: each release changes one in ten.
fn revisions(nth: u64, release: u64) -> u64 {
    (2..=release).filter(|release| nth % 10 == release % 10).count() as u64
}

fn files(dice: &mut Dice, name: &str, at: usize, (created, modified): (DateTime, DateTime)) -> Vec<File> {
    let kinds = [("CSV", "text/csv"), ("GeoJSON", "application/geo+json"), ("XLSX", XLSX)];
    let data = kinds.into_iter().take(1 + at % 3).map(|kind| (kind, false));
    let leaflet = (at % 7 == 3).then_some((("PDF", "application/pdf"), true));
    let mut files = vec![];
    for (nth, ((format, mime), is_documentation)) in data.chain(leaflet).enumerate() {
        let bytes = 1_000 + dice.below(900_000) as u64;
        files.push(File {
            id: uuid(dice),
            title: if is_documentation { "Notice".to_owned() } else { format!("Fichier {format}") },
            url: format!("{FILES}/{name}.{}", format.to_lowercase()),
            format,
            mime,
            bytes: (at % 15 != 4 || nth > 0).then_some(bytes),
            md5: format!("{:016x}{:016x}", dice.next(), dice.next()),
            is_documentation,
            created,
            modified,
        });
    }
    files
}

/// In the shape of version 4.
fn uuid(dice: &mut Dice) -> String {
    let (high, low) = (dice.next(), dice.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | low >> 48 & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// The name by which an address knows it.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' => slug.push('a'),
            'é' | 'è' | 'ê' | 'ë' => slug.push('e'),
            'î' | 'ï' => slug.push('i'),
            'ô' => slug.push('o'),
            'ù' | 'û' => slug.push('u'),
            'ç' => slug.push('c'),
            letter if letter.is_ascii_alphanumeric() => slug.push(letter),
            _ if slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_matches('-').to_owned()
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[rustfmt::skip]
const LICENCES: [Licence; 3] = [
    Licence { id: "lov2", title: "Licence Ouverte / Open Licence version 2.0", url: "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf" },
    Licence { id: "odc-odbl", title: "Open Data Commons Open Database License (ODbL)", url: "https://opendatacommons.org/licenses/odbl/summary/" },
    Licence { id: "reserves", title: "Conditions de la maison", url: "https://ormeville.example/conditions" },
];

const ORGANISATIONS: [Organisation; 4] = [
    Organisation { name: "ville-d-ormeville", title: "Ville d'Ormeville" },
    Organisation { name: "agglomeration-du-brevois", title: "Agglomération du Brévois" },
    Organisation { name: "regie-des-eaux", title: "Régie des eaux & de l'assainissement" },
    Organisation { name: "office-du-tourisme", title: "Office du tourisme" },
];

const PLACES: [&str; 8] = [
    "Saint-Aubrin",
    "Montclar-sur-Orvanne",
    "Fontvieille-le-Haut",
    "Grandval",
    "Neuvecelle-du-Gué",
    "Bois-Clair",
    "Châtelneuf",
    "Pontauban-lès-Tilleuls",
];

/// What it is about, a keyword, a theme.
#[rustfmt::skip]
const SUBJECTS: [(&str, &str, &str); 20] = [
    ("Arbres d'alignement", "Arbre", "Environnement"), ("Bornes de recharge", "Véhicule électrique", "Transports"),
    ("Budget primitif", "Finances", "Économie"), ("Équipements sportifs", "Sport", "Culture"),
    ("Qualité de l'eau potable", "Eau potable", "Environnement"), ("Points d'apport volontaire", "Déchets", "Environnement"),
    ("Menus des cantines", "Cantine", "Éducation"), ("Délibérations du conseil", "Délibération", "Administration"),
    ("Comptages de vélos", "Vélo", "Transports"), ("Consommation d'énergie", "Énergie", "Énergie"),
    ("Subventions versées", "Subvention", "Économie"), ("Travaux sur la voirie", "Voirie", "Transports"),
    ("Fréquentation des musées", "Musée", "Culture"), ("Résultats des élections", "Élection", "Administration"),
    ("Écoles publiques", "École", "Éducation"), ("Arrêts de bus", "Bus", "Transports"),
    ("Parcs & jardins", "Parc", "Environnement"), ("Prénoms des nouveau-nés", "État civil", "Administration"),
    ("Marchés forains", "Commerce", "Économie"), ("Stationnement payant", "Stationnement", "Transports"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_of_many_share_an_identifier_or_a_name() {
        let records: Vec<Record> = (0..500).map(|nth| Record::make(1, nth, 1)).collect();
        assert_eq!(records.iter().map(|record| &record.id).collect::<HashSet<_>>().len(), 500);
        assert_eq!(records.iter().map(|record| &record.name).collect::<HashSet<_>>().len(), 500);
        assert!(records.iter().all(|record| record.id.len() == 36 && record.id.as_bytes()[14] == b'4'));
    }

    #[test]
    fn a_name_has_no_accent_and_no_sign() {
        assert_eq!(slug("Qualité de l'eau — N° 2 (été)"), "qualite-de-l-eau-n-2-ete");
    }

    #[test]
    fn what_changes_keeps_its_identifier_and_is_newer() {
        let (old, new) = (Record::make(1, 2, 1), Record::make(1, 2, 2));
        assert_eq!((&old.id, &old.name), (&new.id, &new.name));
        assert!(old.modified < new.modified && old.notes != new.notes);
        assert_eq!(Record::make(1, 3, 1), Record::make(1, 3, 2));
    }
}
