use crate::code::{Flaw, check_shape, code};

code! {
    /// A département, or an overseas collectivity: two characters, three overseas, `01`, `2A`, `974`.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeDepartement, "a département's code", like "35",
    pattern "^(?:0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5]|97[1-8]|98[46-9])$", check
}

/// All of them by code, with the name that INSEE gives them (Code officiel géographique of 2025, with the collectivities
/// overseas, whose codes stand in the same columns).
const NOMS: [(&str, &str); 109] = [
    ("01", "Ain"),
    ("02", "Aisne"),
    ("03", "Allier"),
    ("04", "Alpes-de-Haute-Provence"),
    ("05", "Hautes-Alpes"),
    ("06", "Alpes-Maritimes"),
    ("07", "Ardèche"),
    ("08", "Ardennes"),
    ("09", "Ariège"),
    ("10", "Aube"),
    ("11", "Aude"),
    ("12", "Aveyron"),
    ("13", "Bouches-du-Rhône"),
    ("14", "Calvados"),
    ("15", "Cantal"),
    ("16", "Charente"),
    ("17", "Charente-Maritime"),
    ("18", "Cher"),
    ("19", "Corrèze"),
    ("21", "Côte-d'Or"),
    ("22", "Côtes-d'Armor"),
    ("23", "Creuse"),
    ("24", "Dordogne"),
    ("25", "Doubs"),
    ("26", "Drôme"),
    ("27", "Eure"),
    ("28", "Eure-et-Loir"),
    ("29", "Finistère"),
    ("2A", "Corse-du-Sud"),
    ("2B", "Haute-Corse"),
    ("30", "Gard"),
    ("31", "Haute-Garonne"),
    ("32", "Gers"),
    ("33", "Gironde"),
    ("34", "Hérault"),
    ("35", "Ille-et-Vilaine"),
    ("36", "Indre"),
    ("37", "Indre-et-Loire"),
    ("38", "Isère"),
    ("39", "Jura"),
    ("40", "Landes"),
    ("41", "Loir-et-Cher"),
    ("42", "Loire"),
    ("43", "Haute-Loire"),
    ("44", "Loire-Atlantique"),
    ("45", "Loiret"),
    ("46", "Lot"),
    ("47", "Lot-et-Garonne"),
    ("48", "Lozère"),
    ("49", "Maine-et-Loire"),
    ("50", "Manche"),
    ("51", "Marne"),
    ("52", "Haute-Marne"),
    ("53", "Mayenne"),
    ("54", "Meurthe-et-Moselle"),
    ("55", "Meuse"),
    ("56", "Morbihan"),
    ("57", "Moselle"),
    ("58", "Nièvre"),
    ("59", "Nord"),
    ("60", "Oise"),
    ("61", "Orne"),
    ("62", "Pas-de-Calais"),
    ("63", "Puy-de-Dôme"),
    ("64", "Pyrénées-Atlantiques"),
    ("65", "Hautes-Pyrénées"),
    ("66", "Pyrénées-Orientales"),
    ("67", "Bas-Rhin"),
    ("68", "Haut-Rhin"),
    ("69", "Rhône"),
    ("70", "Haute-Saône"),
    ("71", "Saône-et-Loire"),
    ("72", "Sarthe"),
    ("73", "Savoie"),
    ("74", "Haute-Savoie"),
    ("75", "Paris"),
    ("76", "Seine-Maritime"),
    ("77", "Seine-et-Marne"),
    ("78", "Yvelines"),
    ("79", "Deux-Sèvres"),
    ("80", "Somme"),
    ("81", "Tarn"),
    ("82", "Tarn-et-Garonne"),
    ("83", "Var"),
    ("84", "Vaucluse"),
    ("85", "Vendée"),
    ("86", "Vienne"),
    ("87", "Haute-Vienne"),
    ("88", "Vosges"),
    ("89", "Yonne"),
    ("90", "Territoire de Belfort"),
    ("91", "Essonne"),
    ("92", "Hauts-de-Seine"),
    ("93", "Seine-Saint-Denis"),
    ("94", "Val-de-Marne"),
    ("95", "Val-d'Oise"),
    ("971", "Guadeloupe"),
    ("972", "Martinique"),
    ("973", "Guyane"),
    ("974", "La Réunion"),
    ("975", "Saint-Pierre-et-Miquelon"),
    ("976", "Mayotte"),
    ("977", "Saint-Barthélemy"),
    ("978", "Saint-Martin"),
    ("984", "Terres australes et antarctiques françaises"),
    ("986", "Wallis et Futuna"),
    ("987", "Polynésie française"),
    ("988", "Nouvelle-Calédonie"),
    ("989", "La Passion-Clipperton"),
];

impl CodeDepartement {
    /// All of them: the 101 départements, then the overseas collectivities, by code.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        NOMS.iter().map(|(code, _)| Self((*code).to_owned()))
    }

    /// Its name: `Ille-et-Vilaine`.
    pub fn nom(&self) -> &'static str {
        name_of(&self.0).expect("a code that was read is in the list")
    }

    /// Whether it is one of the 101 départements, and no overseas collectivity.
    pub fn is_departement(&self) -> bool {
        !matches!(self.as_str(), "975" | "977" | "978") && !self.0.starts_with("98")
    }

    /// What the postal codes of its communes begin with: `35`, `974`; `20` in all of Corsica.
    pub fn prefixe_postal(&self) -> &str {
        if is_corsican(&self.0) { "20" } else { &self.0 }
    }

    /// The département of a commune's code that was found right.
    pub(crate) fn of_commune(commune: &str) -> Self {
        Self(departement_of(commune).to_owned())
    }
}

fn name_of(code: &str) -> Option<&'static str> {
    let at = NOMS.binary_search_by(|(listed, _)| listed.cmp(&code)).ok()?;
    Some(NOMS[at].1)
}

pub(crate) fn check(text: &str) -> Result<(), Flaw> {
    if name_of(text).is_some() {
        return Ok(());
    }
    check_shape(text, if is_overseas(text) { "999" } else { "99" })?;
    match text {
        "20" => Err(Flaw::value("Corsica is 2A and 2B since 1976, 20 begins its postal codes")),
        _ => Err(Flaw::value("the départements are 01 to 95, 2A, 2B, 971 to 978, 984, 986 to 989")),
    }
}

/// The part of a commune's code that says its département.
pub(crate) fn departement_of(commune: &str) -> &str {
    &commune[..if is_overseas(commune) { 3 } else { 2 }]
}

pub(crate) fn is_corsican(text: &str) -> bool {
    text.starts_with("2A") || text.starts_with("2B")
}

/// Overseas, a third digit says which département or collectivity.
fn is_overseas(text: &str) -> bool {
    text.starts_with("97") || text.starts_with("98")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there_once_and_in_order() {
        assert!(NOMS.is_sorted_by(|(one, _), (other, _)| one < other), "they are looked up by halving");
        let all: Vec<_> = CodeDepartement::all().collect();
        assert_eq!(all.iter().filter(|code| code.is_departement()).count(), 101);
        assert_eq!(all.len(), 109);
        assert!(all.iter().all(|code| code.as_str().parse().as_ref() == Ok(code)), "each is read");
        let two_digits = (0..=99).map(|number| format!("{number:02}"));
        let three_digits = (960..=999).map(|number| format!("{number}"));
        let read: Vec<_> = two_digits.chain(three_digits).filter(|text| CodeDepartement::check(text).is_ok()).collect();
        assert_eq!(read.len(), 107, "all but 2A and 2B are numbers: {read:?}");
    }

    #[test]
    fn each_has_its_name() {
        let nom = |text: &str| text.parse::<CodeDepartement>().unwrap().nom();
        assert_eq!(
            [nom("01"), nom("2A"), nom("35"), nom("95")],
            ["Ain", "Corse-du-Sud", "Ille-et-Vilaine", "Val-d'Oise"]
        );
        assert_eq!([nom("974"), nom("988")], ["La Réunion", "Nouvelle-Calédonie"]);
    }

    #[test]
    fn refuses_what_is_no_departement() {
        for text in ["", "1", "00", "96", "97", "99", "001", "20", "2A0", "2C", "970", "979", "985", "é1", "٠١"] {
            assert!(CodeDepartement::check(text).is_err(), "{text}");
        }
        assert_eq!(CodeDepartement::check("97").unwrap_err().to_string(), "it has 2 characters, not 3");
    }
}
