//! Words of other producers, as the platform maps them.

use mapping::{Kind, Target};

/// Field, word, value; each a line.
const KNOWN: &str = include_str!("../../data/known_values.tsv");

/// Adds to the closed lists of a target what others mean by their words.
pub(super) fn add_known(target: &mut Target) {
    for field in &mut target.fields {
        if let Kind::Choice(choices) = &mut field.kind {
            *choices = std::mem::take(choices).with_known(of_field(&field.path));
        }
    }
}

fn of_field(field: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.lines().skip(1).filter_map(move |line| {
        let (name, rest) = line.split_once('\t')?;
        rest.split_once('\t').filter(|_| name == field)
    })
}

#[cfg(test)]
mod tests {
    use crate::schema::{Kind, Version};
    use crate::suggest::target;

    use super::*;

    #[test]
    fn the_words_of_other_producers_are_known() {
        let target = target(Version::LATEST, Kind::Services);
        let choices = target.fields[target.find("publics").unwrap()].choices().unwrap();
        assert_eq!(choices.known("Familles et/ou enfants"), ["familles"]);
        assert_eq!(KNOWN.lines().next(), Some("field\tsource\ttarget"));
        let fields: std::collections::BTreeSet<&str> =
            KNOWN.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
        let structures = crate::suggest::target(Version::LATEST, Kind::Structures);
        let is_field = |field: &&&str| target.find(field).or_else(|| structures.find(field)).is_some();
        assert!(fields.iter().all(|field| is_field(&field)), "{fields:?}");
    }
}
