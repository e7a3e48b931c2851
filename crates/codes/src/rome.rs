use crate::code::{Flaw, check_shape, code};

code! {
    /// A métier of the ROME, the directory of jobs of France Travail: a letter from A to N and four digits, `M1805`.
    ///
    /// Its first character is the grand domaine, its first three the domaine professionnel. Codes come, go and change
    /// meaning between versions of the ROME (532 in version 3, 1,584 in 2025, 1,911 in June 2026).
    ///
    /// Source: France Travail, API ROME 4.0 Métiers, <https://francetravail.io/produits-partages/catalogue/rome-4-0-metiers>.
    CodeRome, "a ROME code", like "M1805", pattern "^[A-N][0-9]{4}$", check
}

impl CodeRome {
    /// The code of its grand domaine: `M`.
    pub fn grand_domaine(&self) -> &str {
        &self.0[..1]
    }

    /// The code of its domaine professionnel: `M18`.
    pub fn domaine_professionnel(&self) -> &str {
        &self.0[..3]
    }
}

fn check(text: &str) -> Result<(), Flaw> {
    check_shape(text, "A9999")?;
    match text.starts_with(|letter| letter <= 'N') {
        true => Ok(()),
        false => Err(Flaw::value("its letter is not one of the 14 grands domaines, A to N")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_the_levels_above_it() {
        let code: CodeRome = "M1805".parse().unwrap();
        assert_eq!((code.grand_domaine(), code.domaine_professionnel()), ("M", "M18"));
    }

    #[test]
    fn refuses_the_other_levels_and_other_letters() {
        for text in ["M", "M18", "m1805", "O1101", "M18O5", "M1805 ", "", "M1é5", "é1805"] {
            assert!(text.parse::<CodeRome>().is_err(), "{text}");
        }
        assert_eq!(
            "O1101".parse::<CodeRome>().unwrap_err().to_string(),
            "`O1101` is not a ROME code (such as `M1805`): its letter is not one of the 14 grands domaines, A to N"
        );
    }

    proptest! {
        #[test]
        fn writes_what_it_read(text in "[A-N][0-9]{4}") {
            prop_assert_eq!(text.parse::<CodeRome>().unwrap().to_string(), text);
        }
    }
}
