use crate::code::{Flaw, check_shape, code};

code! {
    /// A commune: its département and a number in it, five characters, `01001`, `2A004`, `97411`.
    ///
    /// The arrondissements of Paris, Lyon and Marseille have codes of the same shape (`75108`), and so do the communes
    /// of the overseas collectivities (`98818`). It is not a postal code: `20000` and `01000` are refused, most
    /// others (`35200`) cannot be told from a commune without INSEE's list.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeInsee, "a commune's INSEE code", like "35238",
    pattern "^(?:(?:0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5])[0-9]{3}|(?:97[1-8]|98[46-9])[0-9]{2})$", read_commune
}

code! {
    /// A département, or an overseas collectivity: two characters, three overseas, `01`, `2A`, `974`.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeDepartement, "a département's code", like "35",
    pattern "^(?:0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5]|97[1-8]|98[46-9])$", read_departement
}

code! {
    /// A region: two digits, `53` (Bretagne).
    ///
    /// The 18 regions of 2016 and those before them share the shape and, in part, the numbers; `53` is also a
    /// département (Mayenne): only the context tells.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeRegion, "a region's code", like "53", pattern "^(?:0[1-9]|[1-9][0-9])$", read_region
}

impl CodeInsee {
    /// The département or overseas collectivity that holds the commune.
    pub fn departement(&self) -> CodeDepartement {
        CodeDepartement(departement_of(&self.0).to_owned())
    }
}

fn read_commune(text: &str) -> Result<String, Flaw> {
    check_shape(text, if is_corsican(text) { "9A999" } else { "99999" })?;
    let departement = departement_of(text);
    read_departement(departement)?;
    if text[departement.len()..].bytes().all(|digit| digit == b'0') {
        return Err(Flaw::Shape("communes are numbered from 1: a postal code?".to_owned()));
    }
    Ok(text.to_owned())
}

fn read_departement(text: &str) -> Result<String, Flaw> {
    if is_corsican(text) && text.len() == 2 {
        return Ok(text.to_owned());
    }
    check_shape(text, if is_overseas(text) { "999" } else { "99" })?;
    match text.parse() {
        Ok(20) => Err(Flaw::Shape("Corsica is 2A and 2B since 1976, 20 begins its postal codes".to_owned())),
        Ok(1..=95 | 971..=978 | 984 | 986..=989) => Ok(text.to_owned()),
        _ => Err(Flaw::Shape(format!(
            "there is no département {text}, only 01 to 95, 2A, 2B, 971 to 978, 984, 986 to 989"
        ))),
    }
}

fn read_region(text: &str) -> Result<String, Flaw> {
    check_shape(text, "99")?;
    if text == "00" {
        return Err(Flaw::Shape("regions are numbered from 01".to_owned()));
    }
    Ok(text.to_owned())
}

fn departement_of(commune: &str) -> &str {
    &commune[..if is_overseas(commune) { 3 } else { 2 }]
}

fn is_corsican(text: &str) -> bool {
    text.starts_with("2A") || text.starts_with("2B")
}

/// Overseas, a third digit says which département or collectivity.
fn is_overseas(text: &str) -> bool {
    text.starts_with("97") || text.starts_with("98")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why<T: std::str::FromStr<Err = crate::CodeError> + std::fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().flaw.to_string()
    }

    #[test]
    fn knows_the_departement_of_a_commune() {
        for (commune, departement) in [
            ("01001", "01"),
            ("2A004", "2A"),
            ("2B033", "2B"),
            ("75056", "75"),
            ("75108", "75"),
            ("95680", "95"),
            ("97120", "971"),
            ("97411", "974"),
            ("97502", "975"),
            ("98818", "988"),
        ] {
            let commune: CodeInsee = commune.parse().unwrap();
            assert_eq!(commune.departement(), departement.parse().unwrap(), "{commune}");
        }
    }

    #[test]
    fn refuses_what_is_no_commune() {
        assert_eq!(why::<CodeInsee>("1001"), "it has 4 characters, not 5");
        assert_eq!(why::<CodeInsee>("2C004"), "character 2, `C`, is not a digit");
        assert_eq!(why::<CodeInsee>("2a004"), "character 2, `a`, is not a digit");
        assert_eq!(why::<CodeInsee>("2A0O4"), "character 4, `O`, is not a digit");
        assert_eq!(why::<CodeInsee>("20004"), "Corsica is 2A and 2B since 1976, 20 begins its postal codes");
        assert_eq!(why::<CodeInsee>("75000"), "communes are numbered from 1: a postal code?");
        assert_eq!(why::<CodeInsee>("97400"), "communes are numbered from 1: a postal code?");
        let absent = "only 01 to 95, 2A, 2B, 971 to 978, 984, 986 to 989";
        assert_eq!(why::<CodeInsee>("99100"), format!("there is no département 99, {absent}"));
        assert_eq!(why::<CodeInsee>("98501"), format!("there is no département 985, {absent}"));
    }

    #[test]
    fn refuses_what_is_no_departement() {
        for text in ["", "1", "00", "96", "97", "99", "001", "20", "2A0", "2C", "970", "979", "985", "é1", "٠١"] {
            assert!(text.parse::<CodeDepartement>().is_err(), "{text}");
        }
        assert_eq!(why::<CodeDepartement>("97"), "it has 2 characters, not 3");
    }

    #[test]
    fn reads_the_regions() {
        let named = ["01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84"];
        assert!(named.iter().all(|text| text.parse::<CodeRegion>().is_ok()));
        assert!(["", "0", "00", "5", "053", "2A", "é"].iter().all(|text| text.parse::<CodeRegion>().is_err()));
    }

    proptest! {
        #[test]
        fn writes_what_it_read(
            text in "((0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5])[0-9]{2}|(97[1-8]|98[46-9])[0-9])[1-9]"
        ) {
            let code: CodeInsee = text.parse().unwrap();
            prop_assert!(text.starts_with(code.departement().as_str()));
            prop_assert_eq!(code.departement().as_str().parse(), Ok(code.departement()));
            prop_assert_eq!(code.to_string(), text);
        }

        #[test]
        fn never_panics_on_any_text(text in "(2A|2B|97|98|20|)[0-9é٣𝟚]{0,4}") {
            let _ = (text.parse::<CodeInsee>(), text.parse::<CodeDepartement>(), text.parse::<CodeRegion>());
        }
    }
}
