//! Invented structures of several sources, each entity up to five times, with misspellings and gaps.

use std::io::{BufWriter, Write};
use std::path::Path;

const SOURCES: [&str; 6] = ["dora", "soliguide", "fredo", "monenfant", "france-travail", "cd35"];

const KINDS: [&str; 16] = [
    "Mairie",
    "Mission locale",
    "Centre social",
    "France services",
    "Médiathèque",
    "Épicerie sociale",
    "Association Familles rurales",
    "Emmaüs",
    "Régie de quartier",
    "Point justice",
    "Micro-crèche",
    "Chantier d'insertion",
    "Tiers-lieu",
    "Foyer de jeunes travailleurs",
    "Cap emploi",
    "Auto-école sociale",
];

const OWN: [&str; 14] = [
    "Le Phare",
    "La Ruche",
    "Mosaïque",
    "Arc-en-ciel",
    "Tremplin",
    "L'Escale",
    "Solidarité",
    "Renaissance",
    "Espoir",
    "Jean Moulin",
    "Simone Veil",
    "Le Kiosque",
    "La Passerelle",
    "Avenir",
];

const STREETS: [&str; 12] = [
    "rue Jean Jaurès",
    "avenue de la Gare",
    "place de l'Église",
    "chemin des Tilleuls",
    "rue Victor Hugo",
    "route de Paris",
    "boulevard Gambetta",
    "impasse du Moulin",
    "allée Pasteur",
    "rue de la République",
    "quai Voltaire",
    "rue des Écoles",
];

/// Draws the same numbers in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// A letter too many, too few, or two changed about, one time in eight.
    fn misspell(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        if letters.len() > 6 && self.one_in(8) {
            let at = 1 + self.below(letters.len() - 2);
            match self.below(3) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, 'e'),
                _ => letters.swap(at, at - 1),
            }
        }
        letters.into_iter().collect()
    }

    fn maybe<'t>(&mut self, text: &'t str) -> &'t str {
        if self.one_in(3) { "" } else { text }
    }
}

/// Writes about `count` records; the last column, `truth`, is the number of the entity.
pub(crate) fn write(path: &Path, count: usize) {
    let file = std::fs::File::create(path).expect("a benchmark can write");
    let mut output = BufWriter::new(file);
    let mut draws = Draws(7);
    let mut line = |text: String| output.write_all(text.as_bytes()).expect("a benchmark can write");
    line("id,source,nom,adresse,code_postal,commune,latitude,longitude,siret,telephone,courriel,truth\n".to_owned());
    let towns = (count / 8).max(10);
    let (mut written, mut entity) = (0, 0);
    while written < count {
        entity += 1;
        let town = draws.below(towns);
        let (postal, commune) = (format!("{:05}", 1_000 + town % 95_000), town_name(town));
        let nom = format!("{} {}", KINDS[draws.below(KINDS.len())], OWN[draws.below(OWN.len())]);
        let adresse = format!("{} {}", draws.below(140) + 1, STREETS[draws.below(STREETS.len())]);
        let siret = siret(&mut draws);
        let telephone = format!("0{}{:08}", 1 + draws.below(7), draws.below(100_000_000));
        let courriel = format!("contact{entity}@exemple{}.fr", draws.below(10_000));
        let (latitude, longitude) = (42.0 + (town % 900) as f64 / 100.0, -1.0 + (town / 900 % 800) as f64 / 100.0);
        let times = if draws.one_in(7) { 2 + draws.below(4) } else { 1 };
        for _ in 0..times {
            written += 1;
            let source = SOURCES[draws.below(SOURCES.len())];
            let (nom, adresse) = (draws.misspell(&nom), draws.misspell(&adresse));
            let nom = if draws.one_in(3) { nom.to_uppercase() } else { nom };
            let [siret, telephone, courriel] = [&siret, &telephone, &courriel].map(|text| draws.maybe(text));
            let [up, right] = [0, 0].map(|_| draws.below(100) as f64 / 100_000.0);
            line(format!(
                "{source}--{written},{source},{nom},{adresse},{postal},{commune},{:.6},{:.6},{siret},{telephone},{courriel},{entity}\n",
                latitude + up,
                longitude + right
            ));
        }
    }
}

fn town_name(town: usize) -> String {
    const FIRST: [&str; 10] = ["Ville", "Mont", "Roche", "Pont", "Champ", "Val", "Bois", "Fontaine", "Castel", "Beau"];
    const SECOND: [&str; 10] =
        ["neuve", "fort", "clair", "ouest", "noir", "sur Loire", "en Bresse", "le Haut", "la Forêt", "des Prés"];
    const THIRD: [&str; 8] =
        ["", " Saint Paul", " le Grand", " du Lac", " les Bains", " d'Aval", " Sainte Anne", " le Vieux"];
    format!("{}{}{}", FIRST[town % 10], SECOND[town / 10 % 10], THIRD[town / 100 % 8])
}

/// Fourteen digits, the last of which is the key.
fn siret(draws: &mut Draws) -> String {
    let mut digits: Vec<u32> =
        (0..13).map(|nth| if nth == 0 { 1 + draws.below(8) as u32 } else { draws.below(10) as u32 }).collect();
    digits[9] = 0;
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    digits.push((10 - sum % 10) % 10);
    digits.iter().map(u32::to_string).collect()
}
