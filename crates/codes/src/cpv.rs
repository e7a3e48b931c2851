use crate::code::{Flaw, check_shape, code};

code! {
    /// What a public contract buys: an entry of the Common Procurement Vocabulary, eight digits, then perhaps a dash
    /// and its key, `45000000-7`.
    ///
    /// The key of an entry is the one that the regulation's list gives. It is no check digit that could be computed: of
    /// the 9,454 entries, 8,922 have the sum of their digits times 3, 7, 1, 3, 7, 1, 3, 7, modulo 10, and 532 do not
    /// (`03311000-2`), for they were moved from an older list with their key. Comparing is for whoever has the list.
    ///
    /// With and without key are two texts, so two values: compare [`Cpv::digits`].
    ///
    /// Source: Regulation (EC) No 213/2008, <https://eur-lex.europa.eu/eli/reg/2008/213/oj>.
    Cpv, "a CPV code", like "45000000-7", pattern "^[0-9]{8}(?:-[0-9])?$", check
}

impl Cpv {
    /// The eight digits, without the key.
    pub fn digits(&self) -> &str {
        &self.0[..8]
    }

    /// The key, where there is one: `7`.
    pub fn key(&self) -> Option<&str> {
        self.0.get(9..)
    }
}

fn check(text: &str) -> Result<(), Flaw> {
    check_shape(text, if text.contains('-') { "99999999-9" } else { "99999999" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_with_and_without_the_key() {
        let parts = |text: &str| text.parse::<Cpv>().map(|cpv| (cpv.digits().to_owned(), cpv.key().map(str::to_owned)));
        assert_eq!(parts("45000000").unwrap(), ("45000000".to_owned(), None));
        assert_eq!(parts("45000000-7").unwrap(), ("45000000".to_owned(), Some("7".to_owned())));
    }

    #[test]
    fn refuses_what_a_report_must_mention() {
        for text in
            ["", "71", "4500000", "450000007", "45 000 000", "45.00.00.00", "4500000A", "45000000-", "45000000–7"]
        {
            assert!(text.parse::<Cpv>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn writes_what_it_read(text in "[0-9]{8}(-[0-9])?") {
            prop_assert_eq!(text.parse::<Cpv>().unwrap().to_string(), text);
        }

        #[test]
        fn never_panics_on_any_text(text in "[0-9é٣-]{0,10}") {
            let _ = text.parse::<Cpv>();
        }
    }
}
