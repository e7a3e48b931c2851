use crate::CodeDepartement;
use crate::code::{Flaw, check_shape, code};
use crate::departement::{self, departement_of, is_corsican};

code! {
    /// A commune: its département and a number in it, five characters, `01001`, `2A004`, `97411`.
    ///
    /// The arrondissements of Paris, Lyon and Marseille have codes of the same shape (`75108`), and so do the communes
    /// of the overseas collectivities (`98818`). It is not a postal code: `20000` and `01000` are refused, most
    /// others (`35200`) cannot be told from a commune without INSEE's list.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeInsee, "a commune's INSEE code", like "35238",
    pattern "^(?:(?:0[1-9]|[13-8][0-9]|2[1-9AB]|9[0-5])[0-9]{3}|(?:97[1-8]|98[46-9])[0-9]{2})$", check_commune
}

code! {
    /// A region: two digits, `53` (Bretagne).
    ///
    /// The 18 regions of 2016 and those before them share the shape and, in part, the numbers; `53` is also a
    /// département (Mayenne): only the context tells.
    ///
    /// Source: INSEE, Code officiel géographique, <https://www.insee.fr/fr/information/2560452>.
    CodeRegion, "a region's code", like "53", pattern "^(?:0[1-9]|[1-9][0-9])$", check_region
}

impl CodeInsee {
    /// The département or overseas collectivity that holds the commune.
    pub fn departement(&self) -> CodeDepartement {
        CodeDepartement::of_commune(&self.0)
    }
}

fn check_commune(text: &str) -> Result<(), Flaw> {
    check_shape(text, if is_corsican(text) { "9A999" } else { "99999" })?;
    let departement = departement_of(text);
    departement::check(departement)?;
    match text[departement.len()..].bytes().all(|digit| digit == b'0') {
        true => Err(Flaw::value("communes are numbered from 1: a postal code?")),
        false => Ok(()),
    }
}

fn check_region(text: &str) -> Result<(), Flaw> {
    check_shape(text, "99")?;
    match text {
        "00" => Err(Flaw::value("regions are numbered from 01")),
        _ => Ok(()),
    }
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
        let absent = "the départements are 01 to 95, 2A, 2B, 971 to 978, 984, 986 to 989";
        assert_eq!(why::<CodeInsee>("99100"), absent);
        assert_eq!(why::<CodeInsee>("98501"), absent);
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
