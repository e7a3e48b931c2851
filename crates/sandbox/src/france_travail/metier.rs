//! The ROME tree: 14 grands domaines (public), 110 domaines, 1,911 métiers and their appellations, labelled by rule.

/// Letter and label.
pub(crate) const GRANDS_DOMAINES: [(&str, &str); 14] = [
    ("A", "Agriculture et Pêche, Espaces naturels et Espaces verts, Soins aux animaux"),
    ("B", "Arts et Façonnage d'ouvrages d'art"),
    ("C", "Banque, Assurance, Immobilier"),
    ("D", "Commerce, Vente et Grande distribution"),
    ("E", "Communication, Média et Multimédia"),
    ("F", "Construction, Bâtiment et Travaux publics"),
    ("G", "Hôtellerie-Restauration, Tourisme, Loisirs et Animation"),
    ("H", "Industrie"),
    ("I", "Installation et Maintenance"),
    ("J", "Santé"),
    ("K", "Services à la personne et à la collectivité"),
    ("L", "Spectacle"),
    ("M", "Support à l'entreprise"),
    ("N", "Transport et Logistique"),
];

/// The numbers of the domaines of each grand domaine: 110 in all.
const DOMAINES: [(&str, &[(u8, u8)]); 14] = [
    ("A", &[(11, 15)]),
    ("B", &[(11, 18)]),
    ("C", &[(11, 15)]),
    ("D", &[(11, 15)]),
    ("E", &[(11, 14)]),
    ("F", &[(11, 17)]),
    ("G", &[(11, 18)]),
    ("H", &[(11, 15), (21, 29), (31, 34)]),
    ("I", &[(11, 16)]),
    ("J", &[(11, 15)]),
    ("K", &[(11, 19), (21, 26)]),
    ("L", &[(11, 15)]),
    ("M", &[(11, 18)]),
    ("N", &[(11, 13), (21, 22), (31, 32), (41, 44)]),
];

/// Métiers of ROME 4.0, as measured in August 2026.
pub(crate) const METIERS: usize = 1_911;
pub(crate) const APPELLATIONS: usize = 12_107;
const FIRST_APPELLATION: usize = 10_200;

/// Domaines with many more métiers than the others, as in ROME 4.0, where codes such as M1855 exist.
const LARGE: [(&str, usize); 4] = [("M18", 64), ("K21", 52), ("D12", 44), ("I13", 40)];

/// The codes most offers have, most frequent first; what follows is drawn by rule.
const FREQUENT: [&str; 20] = [
    "K1302", "K1304", "K1311", "J1501", "J1506", "H2105", "N1103", "D1507", "F1302", "K2111", "G1603", "K2107",
    "I1304", "H2602", "H2909", "H2905", "N1105", "H2906", "H3202", "D1106",
];

/// How many codes share the three quarters of the offers that fall on frequent ones.
const FREQUENT_COUNT: usize = 175;

#[derive(Debug, Clone)]
pub(crate) struct Metier {
    pub(crate) code: String,
    pub(crate) libelle: String,
    /// Offers of this métier, among a million.
    pub(crate) weight: u64,
}

/// Code and label of each domaine.
pub(crate) fn domaines() -> Vec<(String, String)> {
    let mut domaines = Vec::with_capacity(110);
    for (grand, (letter, spans)) in DOMAINES.iter().enumerate() {
        let numbers = spans.iter().flat_map(|(first, last)| *first..=*last);
        for (nth, number) in numbers.enumerate() {
            let field = FIELDS[grand][nth % FIELDS[grand].len()];
            let suffix = ["", " et services associés"][nth / FIELDS[grand].len()];
            domaines.push((format!("{letter}{number}"), format!("Métiers {field}{suffix}")));
        }
    }
    domaines
}

/// Every métier, in the order of its code.
pub(crate) fn metiers() -> Vec<Metier> {
    let domaines = domaines();
    let large: usize = LARGE.iter().map(|(_, count)| count).sum();
    let (others, left) = (domaines.len() - LARGE.len(), METIERS - large);
    let mut metiers = Vec::with_capacity(METIERS);
    let (mut nth, mut in_grand, mut last_letter) = (0, 0, "");
    for (domaine, _) in &domaines {
        let count = LARGE.iter().find(|(code, _)| code == domaine).map_or_else(
            || {
                nth += 1;
                left / others + usize::from(nth <= left % others)
            },
            |(_, count)| *count,
        );
        if &domaine[..1] != last_letter {
            (in_grand, last_letter) = (0, &domaine[..1]);
        }
        for number in 1..=count {
            let libelle = libelle(domaine, in_grand);
            metiers.push(Metier { code: format!("{domaine}{number:02}"), libelle, weight: 0 });
            in_grand += 1;
        }
    }
    weigh(&mut metiers);
    metiers
}

/// Three quarters of the mass on few codes, most on the first, and a quarter spread over all others.
fn weigh(metiers: &mut [Metier]) {
    let named = FREQUENT.iter().filter_map(|code| metiers.iter().position(|metier| metier.code == *code));
    // 11 does not divide 1,911 (3 x 7 x 7 x 13), so this walk meets each métier once.
    let by_rule = (0..metiers.len()).map(|step| (step * 11 + 5) % metiers.len());
    let mut frequent: Vec<usize> = named.collect();
    for index in by_rule {
        if frequent.len() < FREQUENT_COUNT && !frequent.contains(&index) {
            frequent.push(index);
        }
    }
    let share = |rank: usize| 1.0 / (rank as f64 + 1.0).powf(0.72);
    let sum: f64 = (0..frequent.len()).map(share).sum();
    let rare = 250_000 / (metiers.len() - frequent.len()) as u64;
    metiers.iter_mut().for_each(|metier| metier.weight = rare);
    for (rank, index) in frequent.iter().enumerate() {
        metiers[*index].weight = (750_000.0 * share(rank) / sum) as u64;
    }
}

fn libelle(domaine: &str, nth: usize) -> String {
    let grand = GRANDS_DOMAINES.iter().position(|(letter, _)| *letter == &domaine[..1]).unwrap_or(0);
    format!("{} {}", TITLES[nth % TITLES.len()], FIELDS[grand][nth / TITLES.len() % FIELDS[grand].len()])
}

/// Code and label of the appellation of that number, and the métier it belongs to.
pub(crate) fn appellation(metiers: &[Metier], number: usize) -> (String, String, usize) {
    const VARIANTS: [&str; 7] =
        ["", " confirmé", " débutant", " polyvalent", " itinérant", " de nuit", " chef d'équipe"];
    let metier = number % metiers.len();
    let variant = VARIANTS[number / metiers.len() % VARIANTS.len()];
    ((FIRST_APPELLATION + number).to_string(), format!("{}{variant}", metiers[metier].libelle), metier)
}

/// The métier of an appellation.
pub(crate) fn metier_of_appellation(metiers: &[Metier], code: &str) -> Option<usize> {
    let number = code.parse::<usize>().ok()?.checked_sub(FIRST_APPELLATION)?;
    (number < APPELLATIONS).then(|| number % metiers.len())
}

/// Themes of the real list, each over many métiers.
pub(crate) const THEMES: usize = 22;

/// The theme of a métier, by rule.
pub(crate) fn theme_of(rome: &[u8; 5]) -> String {
    let sum: usize = rome.iter().map(|byte| usize::from(*byte)).sum();
    (1 + sum % THEMES).to_string()
}

pub(crate) fn has_theme(code: &str) -> bool {
    code.parse::<usize>().is_ok_and(|number| (1..=THEMES).contains(&number) && number.to_string() == code)
}

const TITLES: [&str; 30] = [
    "Technicien / Technicienne",
    "Conducteur / Conductrice",
    "Assistant / Assistante",
    "Responsable",
    "Agent / Agente",
    "Chargé / Chargée",
    "Ouvrier / Ouvrière",
    "Conseiller / Conseillère",
    "Chef / Cheffe",
    "Opérateur / Opératrice",
    "Animateur / Animatrice",
    "Contrôleur / Contrôleuse",
    "Directeur / Directrice",
    "Formateur / Formatrice",
    "Employé / Employée",
    "Monteur / Monteuse",
    "Ingénieur / Ingénieure",
    "Aide",
    "Expert / Experte",
    "Préparateur / Préparatrice",
    "Gestionnaire",
    "Dessinateur / Dessinatrice",
    "Vendeur / Vendeuse",
    "Inspecteur / Inspectrice",
    "Coordinateur / Coordinatrice",
    "Régleur / Régleuse",
    "Secrétaire",
    "Artisan / Artisane",
    "Acheteur / Acheteuse",
    "Analyste",
];

#[rustfmt::skip]
const FIELDS: [[&str; 12]; 14] = [
    ["de cultures", "d'élevage", "en espaces verts", "en forêt", "de pépinière", "en viticulture", "en machinisme agricole", "de soins aux animaux", "en pisciculture", "en horticulture", "de pêche", "d'exploitation agricole"],
    ["d'art", "en céramique", "du bois d'art", "en reliure", "en joaillerie", "du verre", "en tapisserie", "de décoration", "en gravure", "du cuir", "en lutherie", "en restauration d'œuvres"],
    ["bancaire", "en assurances", "en gestion locative", "en crédit", "en transaction immobilière", "en prévoyance", "en gestion de patrimoine", "de copropriété", "en indemnisation", "en risques financiers", "de guichet", "en souscription"],
    ["de rayon", "en boulangerie", "de caisse", "en boucherie", "en magasin", "en vente à distance", "en prêt-à-porter", "en produits frais", "de vente automobile", "en optique", "en fleurs", "en grande surface"],
    ["de rédaction", "en édition", "en image", "de communication", "en imprimerie", "en médias numériques", "en photographie", "de publicité", "en documentation", "en son", "de presse", "en traduction"],
    ["de maçonnerie", "de chantier", "en plâtrerie", "de peinture", "en couverture", "en voirie", "d'engins de chantier", "en charpente", "en carrelage", "en étanchéité", "en topographie", "de gros œuvre"],
    ["de cuisine", "de salle", "d'étage", "de réception", "en tourisme", "de loisirs", "en restauration rapide", "de plonge", "en hébergement", "de bar", "en voyages", "de collectivité"],
    ["de production", "d'usinage", "en soudure", "en chimie", "en agroalimentaire", "de plasturgie", "en électronique", "en textile", "de métallurgie", "en qualité", "de câblage", "en papeterie"],
    ["de maintenance", "en froid", "en chauffage", "en ascenseurs", "en électricité", "en télésurveillance", "en automatismes", "de carrosserie", "en mécanique", "en électroménager", "de réseaux", "en engins"],
    ["de soins", "en pharmacie", "en radiologie", "de laboratoire", "en rééducation", "en bloc opératoire", "de puériculture", "en optique médicale", "en psychologie", "dentaire", "en pédicurie", "d'accompagnement médical"],
    ["à domicile", "de propreté", "d'enseignement", "en action sociale", "de sécurité", "en petite enfance", "de justice", "en formation", "de collecte", "en insertion", "d'accueil", "en médiation"],
    ["de scène", "de lumière", "de costumes", "en musique", "de danse", "de sport", "de plateau", "de production artistique", "de tournage", "en cirque", "de décors", "en arts de la rue"],
    ["de gestion", "de comptabilité", "de ressources humaines", "en informatique", "data engineer", "d'études", "de marketing", "de direction", "en télécommunications", "de paie", "en systèmes d'information", "d'achats"],
    ["de quai", "de livraison", "en logistique", "de transport routier", "d'entrepôt", "de manutention", "en transport aérien", "ferroviaire", "de navigation", "de planning", "en fret", "de magasin et de stocks"],
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_tree_has_the_measured_size_and_joins_by_prefix() {
        let (domaines, metiers) = (domaines(), metiers());
        assert_eq!((domaines.len(), metiers.len()), (110, METIERS));
        let codes: HashSet<&str> = domaines.iter().map(|(code, _)| code.as_str()).collect();
        assert!(metiers.iter().all(|metier| codes.contains(&metier.code[..3])));
        assert_eq!(metiers.iter().map(|metier| &metier.code).collect::<HashSet<_>>().len(), METIERS);
        assert_eq!(metiers.iter().map(|metier| &metier.libelle).collect::<HashSet<_>>().len(), METIERS);
    }

    #[test]
    fn a_quarter_of_the_mass_lies_on_rare_codes() {
        let metiers = metiers();
        let total: u64 = metiers.iter().map(|metier| metier.weight).sum();
        let mut weights: Vec<u64> = metiers.iter().map(|metier| metier.weight).collect();
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let rare: u64 = weights[FREQUENT_COUNT..].iter().sum();
        assert!((0.2..0.3).contains(&(rare as f64 / total as f64)));
        assert!((0.05..0.11).contains(&(weights[0] as f64 / total as f64)));
    }
}
