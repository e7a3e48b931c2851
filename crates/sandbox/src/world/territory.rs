//! Regions and départements (public tables), and communes made up by rule.

/// Code and label.
pub(crate) const REGIONS: [(&str, &str); 18] = [
    ("01", "Guadeloupe"),
    ("02", "Martinique"),
    ("03", "Guyane"),
    ("04", "La Réunion"),
    ("06", "Mayotte"),
    ("11", "Île-de-France"),
    ("24", "Centre-Val de Loire"),
    ("27", "Bourgogne-Franche-Comté"),
    ("28", "Normandie"),
    ("32", "Hauts-de-France"),
    ("44", "Grand Est"),
    ("52", "Pays de la Loire"),
    ("53", "Bretagne"),
    ("75", "Nouvelle-Aquitaine"),
    ("76", "Occitanie"),
    ("84", "Auvergne-Rhône-Alpes"),
    ("93", "Provence-Alpes-Côte d'Azur"),
    ("94", "Corse"),
];

/// Code, label, region, and the share of offers (inhabitants in tens of thousands, roughly).
#[rustfmt::skip]
pub(crate) const DEPARTEMENTS: [(&str, &str, &str, u64); 101] = [
    ("01", "Ain", "84", 67), ("02", "Aisne", "32", 52), ("03", "Allier", "84", 33), ("04", "Alpes-de-Haute-Provence", "93", 17),
    ("05", "Hautes-Alpes", "93", 14), ("06", "Alpes-Maritimes", "93", 111), ("07", "Ardèche", "84", 33), ("08", "Ardennes", "44", 26),
    ("09", "Ariège", "76", 15), ("10", "Aube", "44", 31), ("11", "Aude", "76", 38), ("12", "Aveyron", "76", 28),
    ("13", "Bouches-du-Rhône", "93", 206), ("14", "Calvados", "28", 70), ("15", "Cantal", "84", 14), ("16", "Charente", "75", 35),
    ("17", "Charente-Maritime", "75", 67), ("18", "Cher", "24", 30), ("19", "Corrèze", "75", 24), ("2A", "Corse-du-Sud", "94", 16),
    ("2B", "Haute-Corse", "94", 19), ("21", "Côte-d'Or", "27", 54), ("22", "Côtes-d'Armor", "53", 61), ("23", "Creuse", "75", 11),
    ("24", "Dordogne", "75", 41), ("25", "Doubs", "27", 55), ("26", "Drôme", "84", 53), ("27", "Eure", "28", 60),
    ("28", "Eure-et-Loir", "24", 43), ("29", "Finistère", "53", 93), ("30", "Gard", "76", 76), ("31", "Haute-Garonne", "76", 147),
    ("32", "Gers", "76", 19), ("33", "Gironde", "75", 168), ("34", "Hérault", "76", 121), ("35", "Ille-et-Vilaine", "53", 112),
    ("36", "Indre", "24", 22), ("37", "Indre-et-Loire", "24", 62), ("38", "Isère", "84", 129), ("39", "Jura", "27", 26),
    ("40", "Landes", "75", 43), ("41", "Loir-et-Cher", "24", 33), ("42", "Loire", "84", 77), ("43", "Haute-Loire", "84", 23),
    ("44", "Loire-Atlantique", "52", 149), ("45", "Loiret", "24", 69), ("46", "Lot", "76", 17), ("47", "Lot-et-Garonne", "75", 33),
    ("48", "Lozère", "76", 8), ("49", "Maine-et-Loire", "52", 83), ("50", "Manche", "28", 49), ("51", "Marne", "44", 57),
    ("52", "Haute-Marne", "44", 17), ("53", "Mayenne", "52", 31), ("54", "Meurthe-et-Moselle", "44", 73), ("55", "Meuse", "44", 18),
    ("56", "Morbihan", "53", 78), ("57", "Moselle", "44", 105), ("58", "Nièvre", "27", 20), ("59", "Nord", "32", 261),
    ("60", "Oise", "32", 83), ("61", "Orne", "28", 27), ("62", "Pas-de-Calais", "32", 146), ("63", "Puy-de-Dôme", "84", 67),
    ("64", "Pyrénées-Atlantiques", "75", 70), ("65", "Hautes-Pyrénées", "76", 23), ("66", "Pyrénées-Orientales", "76", 49), ("67", "Bas-Rhin", "44", 116),
    ("68", "Haut-Rhin", "44", 77), ("69", "Rhône", "84", 191), ("70", "Haute-Saône", "27", 23), ("71", "Saône-et-Loire", "27", 55),
    ("72", "Sarthe", "52", 57), ("73", "Savoie", "84", 44), ("74", "Haute-Savoie", "84", 85), ("75", "Paris", "11", 211),
    ("76", "Seine-Maritime", "28", 126), ("77", "Seine-et-Marne", "11", 146), ("78", "Yvelines", "11", 148), ("79", "Deux-Sèvres", "75", 37),
    ("80", "Somme", "32", 57), ("81", "Tarn", "76", 39), ("82", "Tarn-et-Garonne", "76", 26), ("83", "Var", "93", 110),
    ("84", "Vaucluse", "93", 57), ("85", "Vendée", "52", 70), ("86", "Vienne", "75", 44), ("87", "Haute-Vienne", "75", 37),
    ("88", "Vosges", "44", 36), ("89", "Yonne", "27", 33), ("90", "Territoire de Belfort", "27", 14), ("91", "Essonne", "11", 132),
    ("92", "Hauts-de-Seine", "11", 164), ("93", "Seine-Saint-Denis", "11", 168), ("94", "Val-de-Marne", "11", 142), ("95", "Val-d'Oise", "11", 127),
    ("971", "Guadeloupe", "01", 38), ("972", "Martinique", "02", 35), ("973", "Guyane", "03", 29), ("974", "La Réunion", "04", 88),
    ("976", "Mayotte", "06", 30),
];

/// Communes of the whole country, as measured in August 2026.
pub(crate) const COMMUNES: usize = 35_015;

/// A made-up commune of a real département.
#[derive(Debug, Clone)]
pub(crate) struct Commune {
    pub(crate) code: String,
    pub(crate) libelle: String,
    pub(crate) code_postal: String,
    pub(crate) departement: usize,
}

/// All communes, by département; those of the département `d` are at `starts[d]..starts[d + 1]`.
pub(crate) fn communes() -> (Vec<Commune>, Vec<usize>) {
    let mut communes = Vec::with_capacity(COMMUNES);
    let mut starts = vec![0];
    let ordinary = DEPARTEMENTS.iter().filter(|(code, ..)| *code != "75" && code.len() == 2).count();
    let overseas = DEPARTEMENTS.iter().filter(|(code, ..)| code.len() == 3).count();
    let spread = COMMUNES - ARRONDISSEMENTS - overseas * OVERSEAS_COMMUNES;
    let mut nth = 0;
    for (departement, (code, ..)) in DEPARTEMENTS.iter().enumerate() {
        let count = match (*code, code.len()) {
            ("75", _) => ARRONDISSEMENTS,
            (_, 3) => OVERSEAS_COMMUNES,
            _ => {
                nth += 1;
                spread / ordinary + usize::from(nth <= spread % ordinary)
            }
        };
        communes.extend((1..=count).map(|number| commune(departement, code, number)));
        starts.push(communes.len());
    }
    (communes, starts)
}

/// Paris is one commune, but offers and the referential speak of its arrondissements.
const ARRONDISSEMENTS: usize = 20;
const OVERSEAS_COMMUNES: usize = 24;

fn commune(departement: usize, code: &str, number: usize) -> Commune {
    if code == "75" {
        let ordinal = if number == 1 { "1er".to_owned() } else { format!("{number}e") };
        return Commune {
            code: format!("75{}", 100 + number),
            libelle: format!("Paris {ordinal} Arrondissement"),
            code_postal: format!("750{number:02}"),
            departement,
        };
    }
    let postal = match code {
        "2A" | "2B" => "20",
        other => other,
    };
    let (insee, postal) = match code.len() {
        3 => (format!("{code}{number:02}"), format!("{postal}{:02}", number * 3 % 100)),
        // INSEE numbers communes in steps that have become uneven; two is enough to leave holes.
        _ => (format!("{code}{:03}", number * 2), format!("{postal}{:03}", number / 4 * 10)),
    };
    Commune { code: insee, libelle: name(departement * 37 + number), code_postal: postal, departement }
}

fn name(n: usize) -> String {
    const FIRST: [&str; 19] = [
        "Saint-Aubrin",
        "Villeneuve",
        "Montclar",
        "Le Mesnil",
        "La Roche",
        "Saint-Évrard",
        "Châtelneuf",
        "Beaulieu",
        "Sainte-Osane",
        "Neuvecelle",
        "L'Orme",
        "Fontvieille",
        "Grandval",
        "Courtepierre",
        "Vaudremont",
        "Bois-Clair",
        "Pontauban",
        "Les Hauts",
        "Marchéroux",
    ];
    const SECOND: [&str; 21] = [
        "-sur-Orvanne",
        "-en-Brévois",
        "-lès-Tilleuls",
        "",
        "-le-Haut",
        "-de-Valserre",
        "-aux-Bois",
        "-la-Chapelle",
        "-du-Plessier",
        "-sur-Aigreline",
        "-d'Aubépin",
        "-le-Vieux",
        "-sous-Combe",
        "-en-Plaine",
        "-des-Prés",
        "-la-Forêt",
        "-l'Abbaye",
        "-du-Gué",
        "-Saint-Côme",
        "-le-Neuf",
        "-sur-l'Isère-Vive",
    ];
    format!("{}{}", FIRST[n % FIRST.len()], SECOND[n % SECOND.len()])
}

/// A commune's name as partners write it: capitals, no accent, no hyphen.
pub(crate) fn in_capitals(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            '-' | '\'' => ' ',
            'é' | 'è' | 'ê' | 'É' => 'E',
            'â' | 'à' => 'A',
            'ô' => 'O',
            'î' | 'Î' => 'I',
            'ç' => 'C',
            other => other.to_ascii_uppercase(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_as_many_communes_as_measured_each_with_its_own_code() {
        let (communes, starts) = communes();
        assert_eq!(communes.len(), COMMUNES);
        assert_eq!(starts.len(), DEPARTEMENTS.len() + 1);
        assert_eq!(communes.iter().map(|commune| &commune.code).collect::<HashSet<_>>().len(), COMMUNES);
        assert!(communes.iter().all(|commune| commune.code.len() == 5 && commune.code_postal.len() == 5));
    }

    #[test]
    fn each_departement_lies_in_a_region() {
        for (code, _, region, _) in DEPARTEMENTS {
            assert!(REGIONS.iter().any(|(known, _)| *known == region), "{code}");
        }
    }
}
