use crate::code::{Flaw, check_shape, code};

code! {
    /// A postal code of La Poste: five digits, `35000`, `20200`, `97400`; armies abroad have `00` in front.
    ///
    /// It begins as its département does, nearly always: some communes have the code of the office next door, in another
    /// département, so [`CodePostal::departement`] is a guess that an INSEE code does not need. Whether a code is in use
    /// is for La Poste's list to say.
    ///
    /// Source: La Poste, <https://datanova.laposte.fr/datasets/laposte-hexasmal>.
    CodePostal, "a postal code", like "35000", pattern "^[0-9]{5}$", check
}

impl CodePostal {
    /// What it begins with: two digits, three overseas; `20` in all of Corsica.
    ///
    /// See [`crate::CodeDepartement::prefixe_postal`], which is the other half of a comparison.
    pub fn prefixe(&self) -> &str {
        &self.0[..if self.0.starts_with("97") || self.0.starts_with("98") { 3 } else { 2 }]
    }

    /// The département whose codes begin so; none for the armies, Monaco, and what nobody has.
    pub fn departement(&self) -> Option<crate::CodeDepartement> {
        let text = match &self.0[..3] {
            // Ajaccio sorts for the south (200, 201), Bastia for the north (202, 206).
            "200" | "201" => "2A",
            "202" | "206" => "2B",
            _ => self.prefixe(),
        };
        text.parse().ok()
    }
}

fn check(text: &str) -> Result<(), Flaw> {
    check_shape(text, "99999")?;
    match text {
        "00000" => Err(Flaw::value("nobody lives at 00000")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn begins_as_its_departement_does() {
        for (text, prefixe, departement) in [
            ("01000", "01", Some("01")),
            ("20000", "20", Some("2A")),
            ("20137", "20", Some("2A")),
            ("20200", "20", Some("2B")),
            ("20620", "20", Some("2B")),
            ("75116", "75", Some("75")),
            ("97133", "971", Some("971")),
            ("98800", "988", Some("988")),
            ("98000", "980", None),
            ("00200", "00", None),
            ("20900", "20", None),
        ] {
            let code: CodePostal = text.parse().unwrap();
            assert_eq!(code.prefixe(), prefixe, "{text}");
            assert_eq!(code.departement().as_ref().map(|code| code.as_str()), departement, "{text}");
        }
    }

    #[test]
    fn refuses_what_a_letter_could_not_carry() {
        for text in ["", "1000", "035000", "3500O", "35 00", "2A000", "00000", "F-350", "3500é"] {
            assert!(CodePostal::check(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(text in "[0-9é٣ ]{0,6}") {
            if let Ok(code) = text.parse::<CodePostal>() {
                prop_assert!(code.departement().is_none_or(|found| found.prefixe_postal() == code.prefixe()));
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
