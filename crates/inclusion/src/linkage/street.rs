//! Words of addresses that are written in many ways.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// Kinds of ways, written out and short, as `words` gives them.
const WAYS: [(&str, &str); 49] = [
    ("all", "allee"),
    ("av", "avenue"),
    ("ave", "avenue"),
    ("bd", "boulevard"),
    ("bld", "boulevard"),
    ("blvd", "boulevard"),
    ("bvd", "boulevard"),
    ("boul", "boulevard"),
    ("che", "chemin"),
    ("chem", "chemin"),
    ("ch", "chemin"),
    ("chm", "chemin"),
    ("crs", "cours"),
    ("cour", "cours"),
    ("esp", "esplanade"),
    ("fg", "faubourg"),
    ("ham", "hameau"),
    ("imp", "impasse"),
    ("ld", "lieudit"),
    ("mte", "montee"),
    ("pas", "passage"),
    ("pass", "passage"),
    ("pl", "place"),
    ("plc", "place"),
    ("pro", "promenade"),
    ("prom", "promenade"),
    ("pte", "porte"),
    ("qu", "quai"),
    ("qua", "quartier"),
    ("quart", "quartier"),
    ("r", "rue"),
    ("rle", "ruelle"),
    ("res", "residence"),
    ("rpt", "rond"),
    ("rd", "rond"),
    ("rte", "route"),
    ("sq", "square"),
    ("tra", "traverse"),
    ("trav", "traverse"),
    ("voi", "voie"),
    ("za", "zone"),
    ("zi", "zone"),
    ("zac", "zone"),
    ("bat", "batiment"),
    ("bt", "batiment"),
    ("imm", "immeuble"),
    ("lot", "lotissement"),
    ("sen", "sente"),
    ("pt", "petit"),
];

/// Kinds of ways that have no other spelling.
const OTHER_WAYS: [&str; 9] = ["lieu", "dit", "venelle", "villa", "mail", "parvi", "point", "sentier", "cite"];

/// Titles that one writes before a name and another leaves out.
const TITLES: [&str; 9] =
    ["general", "docteur", "professeur", "marechal", "president", "commandant", "colonel", "capitaine", "lieutenant"];

/// The kind of way that a word is; none of another word.
pub(super) fn way(word: &str) -> Option<&'static str> {
    WRITTEN_OUT.get(word).copied()
}

/// All spellings, to be looked up; of one that stands twice the first counts.
static WRITTEN_OUT: LazyLock<HashMap<&str, &str, FixedState>> = LazyLock::new(|| {
    let ways = WAYS.into_iter().flat_map(|(short, long)| [(short, long), (long, long)]);
    let mut written_out = HashMap::default();
    for (way, long) in ways.chain(OTHER_WAYS.map(|way| (way, way))) {
        written_out.entry(way).or_insert(long);
    }
    written_out
});

/// Whether a word is a title.
pub(super) fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_one_however_they_are_written() {
        assert_eq!(way("av"), way("avenue"));
        assert_eq!(way("lieu"), Some("lieu"));
        assert_eq!(way("gare"), None);
    }
}
