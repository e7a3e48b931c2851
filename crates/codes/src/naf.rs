use crate::code::{Flaw, check_shape, code};

code! {
    /// An activity: a sub-class of NAF rév. 2 (2008) or of NAF 2025, four digits and a letter, `62.01Z`, `62.10Y`.
    ///
    /// Read with its dot or without (`6201Z`), written with it. The two editions share the shape, and SIRENE gives both
    /// until January 2027: which one a column holds is for its name to say. Codes of the years before 2008 (`722C`) and
    /// of the crafts (`6201ZZ`) have other shapes and are refused.
    ///
    /// Source: INSEE, <https://www.insee.fr/fr/information/2120875>.
    CodeNaf, "a NAF code", like "62.01Z", pattern r"^[0-9]{2}\.?[0-9]{2}[A-Z]$", check, written by write
}

impl CodeNaf {
    /// The class above it: `62.01`.
    pub fn classe(&self) -> &str {
        &self.0[..5]
    }

    /// The group above that: `62.0`.
    pub fn groupe(&self) -> &str {
        &self.0[..4]
    }

    /// The division above that: `62`. The section is not in the code.
    pub fn division(&self) -> &str {
        &self.0[..2]
    }
}

fn check(text: &str) -> Result<(), Flaw> {
    match check_shape(text, "9999A") {
        Ok(()) => Ok(()),
        Err(_) => check_shape(text, "99.99A"),
    }
}

/// With its dot, whether it came with it or not.
fn write(text: &str) -> String {
    match text.len() {
        5 => format!("{}.{}", &text[..2], &text[2..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_spellings_as_one_code() {
        let dotted: CodeNaf = "62.01Z".parse().unwrap();
        assert_eq!("6201Z".parse::<CodeNaf>().unwrap(), dotted);
        assert_eq!((dotted.classe(), dotted.groupe(), dotted.division()), ("62.01", "62.0", "62"));
    }

    #[test]
    fn refuses_other_levels_and_other_nomenclatures() {
        for text in
            ["", "62", "62.0", "62.01", "62.01z", "62,01Z", "722C", "72.2C", "6201ZZ", "62.01ZZ", "6é.01Z", "é01Z"]
        {
            assert!(text.parse::<CodeNaf>().is_err(), "{text}");
        }
        assert_eq!(
            "62.O1Z".parse::<CodeNaf>().unwrap_err().to_string(),
            "`62.O1Z` is not a NAF code (such as `62.01Z`): character 4, `O`, is not a digit"
        );
    }

    proptest! {
        #[test]
        fn writes_what_it_read_with_the_dot(text in "[0-9]{2}\\.?[0-9]{2}[A-Z]") {
            let code: CodeNaf = text.parse().unwrap();
            prop_assert_eq!(code.to_string().replace('.', ""), text.replace('.', ""));
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }

        #[test]
        fn never_panics_on_any_text(text in "[0-9é٣.Z]{0,6}") {
            let _ = text.parse::<CodeNaf>();
        }
    }
}
