//! A word of a name, and what it says.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::words::is_number;

/// Words that many names have, whatever they are of.
const WEAK: [&str; 65] = [
    "accompagnement",
    "accueil",
    "action",
    "agence",
    "agglo",
    "aide",
    "antenne",
    "as",
    "ass",
    "asso",
    "assoc",
    "association",
    "bureau",
    "centre",
    "comite",
    "communal",
    "communale",
    "communautaire",
    "commune",
    "culturel",
    "culturelle",
    "delegation",
    "departement",
    "departemental",
    "departementale",
    "emploi",
    "equipe",
    "espace",
    "etablissement",
    "federation",
    "fondation",
    "france",
    "groupe",
    "intercommunal",
    "intercommunale",
    "lieu",
    "local",
    "locale",
    "maison",
    "mediation",
    "mobile",
    "municipal",
    "municipale",
    "national",
    "nationale",
    "numerique",
    "pay",
    "permanence",
    "point",
    "pole",
    "public",
    "publique",
    "region",
    "regional",
    "regionale",
    "relai",
    "reseau",
    "residence",
    "service",
    "siege",
    "site",
    "social",
    "sociale",
    "structure",
    "unite",
];

/// [`WEAK`], to be looked up.
static WEAK_WORDS: LazyLock<HashSet<&str, FixedState>> = LazyLock::new(|| WEAK.into_iter().collect());

/// Words that one writes before a name and another leaves out.
const BEFORE: [&str; 5] = ["association", "asso", "assoc", "ass", "antenne"];

/// A word of a name: its number in the vocabulary and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(u32);

impl Word {
    const TELLS_KIND: u32 = 1 << 31;
    const WEAK: u32 = 1 << 30;
    const NUMBER: u32 = 1 << 29;

    /// By its number in the vocabulary, its text, and whether it tells a kind.
    pub(super) fn new(number: u32, text: &str, tells_kind: bool) -> Self {
        let flag = |is_so: bool, flag: u32| if is_so { flag } else { 0 };
        let is_weak = WEAK_WORDS.contains(text);
        Self(
            number
                | flag(tells_kind, Self::TELLS_KIND)
                | flag(is_weak, Self::WEAK)
                | flag(is_number(text), Self::NUMBER),
        )
    }

    pub(super) fn number(self) -> u32 {
        self.0 & (Self::NUMBER - 1)
    }

    /// Whether it is a name of this very structure, unless it is a place's.
    pub(super) fn is_own(self) -> bool {
        self.0 & (Self::TELLS_KIND | Self::WEAK) == 0
    }

    pub(super) fn is_number(self) -> bool {
        self.0 & Self::NUMBER != 0
    }
}

/// Whether one writes this word before a name and another leaves it out.
pub(super) fn is_before(word: &str) -> bool {
    BEFORE.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_whether_it_is_a_name_of_its_own() {
        assert!(Word::new(3, "emmau", false).is_own() && !Word::new(3, "emmau", true).is_own());
        assert!(!Word::new(3, "association", false).is_own());
        assert!(Word::new(3, "84", false).is_number() && Word::new(3, "84", false).number() == 3);
    }
}
