//! The value of a closed list that somebody may have meant.
//!
//! First one that is the same but for blanks, hyphens, case and accents, whole, by what stands after `--`, or by its label;
//! then the one that took its place when v1 came; then the most similar one, if it is similar enough.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rapidfuzz::distance::damerau_levenshtein;
use tables::fold;

use crate::schema::Enumeration;

/// Of values less similar none is meant.
const LEAST_SIMILAR: f64 = 0.7;

/// Longer texts are no misspelt value, and would take long to compare.
const LONGEST_CHARS: usize = 120;

/// What stands between a category and what is in it.
const OF_CATEGORY: &str = "--";

/// Table, value of v0, value of v1; none where it was dropped on purpose.
const REPLACED: &str = include_str!("../data/mappings/v0_values.tsv");

/// A closed list, ready to be asked.
#[derive(Debug)]
pub(crate) struct Near<'e> {
    values: Vec<&'e str>,
    by_name: HashMap<String, &'e str, RandomState>,
    replaced: HashMap<String, &'e str, RandomState>,
    categories: HashMap<String, String, RandomState>,
}

impl<'e> Near<'e> {
    /// Of an enumeration of the schema.
    pub(crate) fn of(enumeration: &'e Enumeration) -> Self {
        let choices = enumeration.choices();
        let mut near = Self::among(choices.iter().map(|choice| &*choice.value));
        for choice in choices {
            if let Some((_, rest)) = choice.value.split_once(OF_CATEGORY) {
                near.by_name.entry(normal(rest)).or_insert(&choice.value);
            }
        }
        for choice in choices {
            near.by_name.entry(normal(&choice.label)).or_insert(&choice.value);
        }
        near.replaced = replaced(enumeration);
        near.categories = categories(&near.values);
        near
    }

    /// Of any names.
    pub(crate) fn among(values: impl IntoIterator<Item = &'e str>) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        let by_name = values.iter().rev().map(|value| (normal(value), *value)).collect();
        Self { values, by_name, replaced: HashMap::default(), categories: HashMap::default() }
    }

    /// The value that is meant, if one is near.
    pub(crate) fn find(&self, text: &str) -> Option<&'e str> {
        let name = normal(text);
        if name.is_empty() {
            return None;
        }
        self.by_name.get(&name).or_else(|| self.replaced.get(&name)).copied().or_else(|| self.most_similar(text))
    }

    /// The values of a category, where a text names one in place of them.
    pub(crate) fn of_category(&self, text: &str) -> Option<&str> {
        if self.categories.is_empty() || text.contains(OF_CATEGORY) || text.len() > LONGEST_CHARS {
            return None;
        }
        self.categories.get(&normal(text)).map(String::as_str)
    }

    fn most_similar(&self, text: &str) -> Option<&'e str> {
        let text = text.trim().to_lowercase();
        if text.chars().count() > LONGEST_CHARS {
            return None;
        }
        let alike = damerau_levenshtein::BatchComparator::new(text.chars());
        let mut best: Option<(f64, &str)> = None;
        for value in &self.values {
            let similarity = alike.normalized_similarity(value.chars());
            if similarity >= LEAST_SIMILAR && best.is_none_or(|(most, _)| similarity > most) {
                best = Some((similarity, value));
            }
        }
        best.map(|(_, value)| value)
    }
}

/// As values are compared: `-`, `_` and a blank alike.
fn normal(text: &str) -> String {
    fold(&text.replace(['-', '_'], " "))
}

/// What v0 had in place of the values of an enumeration: the first that is one of them.
fn replaced(enumeration: &Enumeration) -> HashMap<String, &str, RandomState> {
    let tables = tables_of(enumeration.name);
    let mut replaced = HashMap::default();
    for row in REPLACED.lines() {
        let mut cells = row.split('\t');
        let (table, old) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let choice = cells.next().and_then(|new| enumeration.choice(new));
        if let (true, Some(choice)) = (tables.contains(&table), choice) {
            replaced.entry(normal(old)).or_insert(&*choice.value);
        }
    }
    replaced
}

/// The tables that lead to an enumeration, by its name.
fn tables_of(enumeration: &str) -> &'static [&'static str] {
    match enumeration {
        "Frais" => &["frais"],
        "Public" => &["publics"],
        "ReseauPorteur" => &["labels", "typologie"],
        "Thematique" => &["thematiques"],
        _ => &[],
    }
}

/// Categories by name, each with its values as a list to read.
fn categories(values: &[&str]) -> HashMap<String, String, RandomState> {
    let mut categories: HashMap<String, String, RandomState> = HashMap::default();
    for value in values {
        let Some((category, _)) = value.split_once(OF_CATEGORY) else { continue };
        let listed = categories.entry(normal(category)).or_default();
        if !listed.is_empty() {
            listed.push_str(", ");
        }
        listed.push_str(value);
    }
    // A value that is its own category, as in v0, needs no advice.
    categories.retain(|name, _| !values.iter().any(|value| normal(value) == *name));
    categories
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Kind, Version};

    fn find(field: &str, text: &str) -> Option<&'static str> {
        near(field).find(text)
    }

    fn near(field: &str) -> Near<'static> {
        let schema = Version::LATEST.schema();
        let found = Kind::ALL.into_iter().find_map(|kind| schema.list(kind).field(field)?.enumeration());
        Near::of(found.expect("an enumeration"))
    }

    #[test]
    fn the_same_but_for_writing_comes_first() {
        assert_eq!(find("frais", "Gratuit"), Some("gratuit"));
        assert_eq!(find("modes_accueil", "En présentiel"), Some("en-presentiel"));
        assert_eq!(find("modes_accueil", "a_distance"), Some("a-distance"));
        assert_eq!(find("thematiques", "Préparer un permis"), Some("mobilite--preparer-un-permis"));
        assert_eq!(find("thematiques", "louer un logement"), Some("logement-hebergement--louer-un-logement"));
        assert_eq!(find("reseaux_porteurs", "60 000 Rebonds"), Some("60000-rebonds"));
    }

    #[test]
    fn then_what_took_its_place_then_what_looks_alike() {
        assert_eq!(find("frais", "gratuit-sous-conditions"), Some("gratuit"));
        assert_eq!(find("reseaux_porteurs", "CAP_EMPLOI"), Some("cap-emploi-reseau-cheops"));
        assert_eq!(find("publics", "beneficiaires-rsa"), Some("beneficiaires-des-minimas-sociaux"));
        assert_eq!(
            find("thematiques", "logement-hebergement--louer-un-appartement"),
            Some("logement-hebergement--louer-un-logement")
        );
        assert_eq!(find("publics", "femme"), Some("femmes"));
        assert_eq!(find("type", "xyz"), None);
        assert_eq!(find("type", " "), None);
    }

    #[test]
    fn a_category_is_no_value_but_has_some() {
        let near = near("thematiques");
        let listed = near.of_category("Numérique").expect("a category");
        assert!(listed.starts_with("numerique--") && listed.contains(", numerique--"), "{listed}");
        assert_eq!(near.of_category("numerique--x"), None);
        assert_eq!(near.of_category("autre"), None);
    }
}
