use crate::code::{Flaw, check_shape, code};

code! {
    /// A legal unit of the SIRENE register: nine digits, the last of which is the Luhn key of the others.
    ///
    /// An EPCI is named by its SIREN too.
    ///
    /// Source: INSEE, <https://www.insee.fr/fr/metadonnees/definition/c2047>.
    Siren, "a SIREN", like "732829320", pattern "^[0-9]{9}$", check_siren
}

code! {
    /// An establishment of the SIRENE register: the SIREN of its legal unit and five digits (the NIC), the last of
    /// which is the Luhn key of all.
    ///
    /// La Poste has more establishments than keys allow: for its SIREN, 356000000, the plain sum of the digits may be
    /// a multiple of 5 instead. Fourteen zeros fit the key, as do some other placeholders: a step that minds must say so.
    ///
    /// Source: INSEE, <https://www.insee.fr/fr/metadonnees/definition/c1841>.
    Siret, "a SIRET", like "73282932000074", pattern "^[0-9]{14}$", check_siret
}

impl Siret {
    /// Its first nine digits; their own Luhn key is not checked.
    pub fn siren(&self) -> &str {
        &self.0[..9]
    }

    /// Its last five digits, the number of the establishment among those of its legal unit.
    pub fn nic(&self) -> &str {
        &self.0[9..]
    }
}

const LA_POSTE: &str = "356000000";
const WRONG_KEY: Flaw = Flaw::Key("its last digit is not the Luhn key of the others");

fn check_siren(text: &str) -> Result<(), Flaw> {
    check_shape(text, "999999999")?;
    if fits_luhn(text) { Ok(()) } else { Err(WRONG_KEY) }
}

fn check_siret(text: &str) -> Result<(), Flaw> {
    check_shape(text, "99999999999999")?;
    let fits_la_poste = text.starts_with(LA_POSTE) && digits(text).sum::<u32>().is_multiple_of(5);
    if fits_luhn(text) || fits_la_poste { Ok(()) } else { Err(WRONG_KEY) }
}

/// From the right, every second digit is doubled and counts as the sum of its own digits; all make a multiple of ten.
fn fits_luhn(text: &str) -> bool {
    let from_the_right = digits(text).rev().enumerate();
    let counts =
        from_the_right.map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 });
    counts.sum::<u32>().is_multiple_of(10)
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> {
    text.bytes().map(|digit| u32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Misfit;
    use proptest::prelude::*;

    #[test]
    fn accepts_the_numbers_of_public_bodies() {
        for text in ["23350001600040", "81223113200034", "55204599900869", "13001898900017", "00000000000000"] {
            let siret: Siret = text.parse().unwrap();
            assert_eq!(format!("{}{}", siret.siren(), siret.nic()), text);
            assert!(siret.siren().parse::<Siren>().is_ok(), "{text}");
        }
    }

    #[test]
    fn lets_la_poste_have_its_own_key() {
        assert!("35600000000048".parse::<Siret>().is_ok(), "by Luhn");
        assert!("35600000049837".parse::<Siret>().is_ok(), "by the sum of its digits");
        assert!("35600000049838".parse::<Siret>().is_err(), "by neither");
        assert!("73282932000024".parse::<Siret>().is_err(), "the sum of another's digits does not count");
    }

    #[test]
    fn tells_a_wrong_key_from_a_wrong_shape() {
        let flaw = |text: &str| text.parse::<Siret>().unwrap_err().flaw;
        assert_eq!(flaw("12345678900022"), WRONG_KEY);
        assert_eq!(flaw("7328293200007"), Flaw::Shape(Misfit::Length { found: 13, needed: 14 }));
        assert_eq!(flaw("732 829 320 00074").to_string(), "it has 17 characters, not 14");
        assert_eq!(flaw("7328293200007X"), Flaw::Shape(Misfit::Character { at: 14, found: 'X', shape: '9' }));
        assert_eq!(flaw("7328293200007X").to_string(), "character 14, `X`, is not a digit");
        assert_eq!("732829321".parse::<Siren>().unwrap_err().flaw, WRONG_KEY);
    }

    /// A number of `length` digits that ends with its key.
    fn keyed(length: usize) -> impl Strategy<Value = String> {
        proptest::string::string_regex(&format!("[0-9]{{{}}}", length - 1)).unwrap().prop_map(|start| {
            let keys = (0..10).map(|key| format!("{start}{key}"));
            keys.into_iter().find(|text| fits_luhn(text)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn writes_what_it_read(siren in keyed(9), siret in keyed(14)) {
            prop_assert_eq!(siren.parse::<Siren>().unwrap().to_string(), siren);
            prop_assert_eq!(siret.parse::<Siret>().unwrap().to_string(), siret);
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(siret in keyed(14), at in 0..14_usize, added in 1..10_u32) {
            prop_assume!(!siret.starts_with("35600"));
            let mut digits: Vec<u32> = digits(&siret).collect();
            digits[at] = (digits[at] + added) % 10;
            let mistyped: String = digits.iter().map(u32::to_string).collect();
            prop_assume!(!mistyped.starts_with(LA_POSTE));
            prop_assert_eq!(mistyped.parse::<Siret>().unwrap_err().flaw, WRONG_KEY);
        }

        #[test]
        fn never_panics_on_any_text(text in "[0-9é٣ ]{0,14}") {
            let _ = (text.parse::<Siren>(), text.parse::<Siret>());
        }
    }
}
