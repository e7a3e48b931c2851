//! What a step looks for.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::Serialize;
use tables::Told;

use crate::args::Lang;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The record or file breaks a rule of its format.
    Error,
    /// It is probably wrong, or something was lost.
    Warning,
    /// Something was changed or deserves a look.
    Info,
}

impl Level {
    /// All of them, worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];
}

/// One thing to look for, as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Dotted, such as `siret.luhn`.
    pub name: Cow<'static, str>,
    pub level: Level,
    /// What is the matter.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub remedy: Cow<'static, str>,
}

impl Rule {
    /// A rule in the words of the language that was asked for.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        level: Level,
        message: impl Into<Cow<'static, str>>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name: name.into(), level, message: message.into(), remedy: remedy.into() }
    }
}

/// A rule of a table, cheap to hand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) u16);

/// All rules of a step. A rule that comes later under the same name stands in for the earlier one.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    by_name: HashMap<Cow<'static, str>, RuleId, FixedState>,
}

impl Rules {
    /// The rules of whatever reads a table.
    pub fn of_reading(lang: Lang) -> Self {
        let mut rules = Self::default();
        for rule in reading_rules(lang) {
            rules.add(rule);
        }
        rules
    }

    /// Adds a rule, or replaces the one of its name.
    pub fn add(&mut self, rule: Rule) -> RuleId {
        if let Some(id) = self.by_name.get(&rule.name) {
            let id = *id;
            self.rules[usize::from(id.0)] = rule;
            return id;
        }
        let id = RuleId(u16::try_from(self.rules.len()).expect("rules are counted in hundreds"));
        self.by_name.insert(rule.name.clone(), id);
        self.rules.push(rule);
        id
    }

    /// The rule of a name.
    pub fn find(&self, name: &str) -> Option<RuleId> {
        self.by_name.get(name).copied()
    }

    /// The rule of a name that the step has added itself.
    ///
    /// # Panics
    /// When there is none: a mistake in the step.
    pub fn id(&self, name: &str) -> RuleId {
        self.find(name).unwrap_or_else(|| panic!("no rule is called `{name}`"))
    }

    /// A rule by its number.
    pub fn get(&self, id: RuleId) -> &Rule {
        &self.rules[usize::from(id.0)]
    }

    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }
}

impl Extend<Rule> for Rules {
    fn extend<I: IntoIterator<Item = Rule>>(&mut self, rules: I) {
        for rule in rules {
            self.add(rule);
        }
    }
}

/// The rules of whatever reads a table, in the words that all steps share.
pub fn reading_rules(lang: Lang) -> Vec<Rule> {
    let rules = Told::ALL.into_iter().map(|told| {
        let (level, fr, en) = words(told);
        let (message, remedy) = if lang == Lang::Fr { fr } else { en };
        Rule::new(told.rule(), level, message, remedy)
    });
    rules.collect()
}

type Words = (&'static str, &'static str);

fn words(told: Told) -> (Level, Words, Words) {
    match told {
        Told::TextEncoding => (
            Level::Warning,
            (
                "des octets ne sont pas de l'UTF-8 : chacun est lu comme un caractère perdu (U+FFFD)",
                "enregistrer le fichier en UTF-8",
            ),
            ("some bytes are not UTF-8: each is read as a lost character (U+FFFD)", "save the file as UTF-8"),
        ),
        Told::ColumnRepeated => (
            Level::Warning,
            ("ce nom de colonne figure deux fois : la première colonne compte", "renommer ou retirer l'autre colonne"),
            ("this column name stands twice: the first column counts", "rename or remove the other column"),
        ),
        Told::CellError => (
            Level::Warning,
            ("la cellule contient une erreur de tableur : elle est lue comme vide", "corriger la formule"),
            ("the cell holds a spreadsheet error: it is read as blank", "correct the formula"),
        ),
        Told::RecordTooShort => (
            Level::Info,
            ("la ligne a moins de cellules que l'en-tête : les manquantes sont lues comme vides", "vérifier la ligne"),
            ("the record has fewer cells than the header: the missing ones are read as blank", "check the record"),
        ),
        Told::RecordTooLong => (
            Level::Warning,
            (
                "la ligne a plus de cellules que l'en-tête : le surplus n'est pas lu",
                "vérifier le séparateur et les guillemets de la ligne",
            ),
            (
                "the record has more cells than the header: those beyond it are not read",
                "check the record's separators and quotes",
            ),
        ),
        Told::RepeatedHeader => (
            Level::Info,
            ("l'en-tête est répété : la ligne est écartée", "rien à faire"),
            ("the header stands here once more: the record is dropped", "nothing to do"),
        ),
        Told::DuplicateKey => (
            Level::Warning,
            ("une clé figure deux fois dans le même objet : la dernière compte", "n'en garder qu'une"),
            ("a key stands twice in one object: the last counts", "keep one of them"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_rule_stands_in_for_the_earlier() {
        let mut rules = Rules::of_reading(Lang::Fr);
        let before = rules.id("record.too_short");
        assert_eq!(rules.get(before).level, Level::Info);
        let after = rules.add(Rule::new("record.too_short", Level::Warning, "moins de cellules", "vérifier"));
        assert_eq!(before, after);
        assert_eq!(rules.get(after).level, Level::Warning);
    }

    #[test]
    fn what_the_reader_tells_has_words_in_both_languages() {
        let (fr, en) = (reading_rules(Lang::Fr), reading_rules(Lang::En));
        assert_eq!(fr.len(), Told::ALL.len());
        for (fr, en) in fr.iter().zip(&en) {
            assert_eq!((&fr.name, fr.level), (&en.name, en.level));
            assert_ne!(fr.message, en.message);
        }
    }
}
