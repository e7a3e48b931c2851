//! What is told of single records, and in which words.

use anyhow::Result;
use report::{Finding, Findings, Lang, Level, PartId, Rule, Rules};
use tables::Record;

use super::cell::Column;
use crate::lists;

pub(super) const ID_BLANK: &str = "id.blank";
pub(super) const ID_REPEATED: &str = "id.repeated";
pub(super) const ID_RENUMBERED: &str = "id.renumbered";
pub(super) const STRUCTURE_ID_BLANK: &str = "structure_id.blank";
pub(super) const STRUCTURE_ID_UNKNOWN: &str = "structure_id.unknown";
pub(super) const DATE_BLANK: &str = "date_maj.blank";
pub(super) const DATE_UNREADABLE: &str = "date_maj.unreadable";
pub(super) const DATE_FUTURE: &str = "date_maj.future";
pub(super) const SIRET_PLACEHOLDER: &str = "siret.placeholder";
pub(super) const SIRET_ZEROS: &str = "siret.zeros";
pub(super) const SIRET_FORMAT: &str = "siret.format";
pub(super) const SIRET_LUHN: &str = "siret.luhn";

/// Name; message and remedy in French; the same in English.
type Words = (&'static str, [&'static str; 2], [&'static str; 2]);

const WARNINGS: [Words; 12] = [
    (
        ID_BLANK,
        ["l'identifiant est vide", "donner un identifiant à chaque enregistrement, et ne plus le changer"],
        ["the identifier is blank", "give each record an identifier, and never change it"],
    ),
    (
        ID_REPEATED,
        [
            "cet identifiant est déjà celui d'un enregistrement plus haut",
            "donner à chaque enregistrement un identifiant qu'aucun autre n'a",
        ],
        ["a record above has this identifier already", "give each record an identifier that no other has"],
    ),
    (
        ID_RENUMBERED,
        [
            "cet enregistrement avait un autre identifiant dans la livraison précédente",
            "exporter l'identifiant de votre outil, qui suit l'enregistrement, plutôt qu'un numéro donné à l'export",
        ],
        [
            "this record had another identifier in the delivery before",
            "export the identifier of your tool, which stays with the record, rather than a number given at export",
        ],
    ),
    (
        STRUCTURE_ID_BLANK,
        ["l'identifiant de la structure est vide", "dire de chaque service quelle structure le propose"],
        ["the identifier of the structure is blank", "say of each service which structure offers it"],
    ),
    (
        STRUCTURE_ID_UNKNOWN,
        [
            "aucune structure n'a cet identifiant",
            "ajouter la structure à la liste des structures, ou corriger l'identifiant",
        ],
        ["no structure has this identifier", "add the structure to the list of structures, or correct the identifier"],
    ),
    (
        DATE_BLANK,
        [
            "la date de mise à jour est vide",
            "dater chaque enregistrement du jour où on l'a vérifié pour la dernière fois",
        ],
        ["the update date is blank", "date each record by the day on which it was last checked"],
    ),
    (
        DATE_UNREADABLE,
        ["la date de mise à jour n'est pas lisible", "écrire les dates sous la forme AAAA-MM-JJ"],
        ["the update date cannot be read", "write dates as YYYY-MM-DD"],
    ),
    (
        DATE_FUTURE,
        ["la date de mise à jour est dans l'avenir", "donner le jour de la dernière modification"],
        ["the update date is to come", "give the day of the last change"],
    ),
    (
        SIRET_PLACEHOLDER,
        [
            "ce SIRET est un numéro de remplissage, qu'aucun établissement n'a",
            "laisser vide, ou chercher le vrai numéro",
        ],
        ["this SIRET is a placeholder that no establishment has", "leave it blank, or look the true number up"],
    ),
    (
        SIRET_ZEROS,
        [
            "ce SIRET a perdu ses zéros de tête dans un tableur",
            "donner à la colonne le format « texte » avant de saisir ou d'importer",
        ],
        [
            "this SIRET has lost its leading zeros in a spreadsheet",
            "make the column one of text before typing or importing",
        ],
    ),
    (
        SIRET_FORMAT,
        [
            "ce n'est pas un SIRET : il en faut les 14 chiffres",
            "chercher le numéro sur annuaire-entreprises.data.gouv.fr",
        ],
        ["this is no SIRET, which has 14 digits", "look the number up at annuaire-entreprises.data.gouv.fr"],
    ),
    (
        SIRET_LUHN,
        [
            "la clé de contrôle de ce SIRET est fausse : un chiffre est sans doute mal saisi",
            "vérifier le numéro sur annuaire-entreprises.data.gouv.fr",
        ],
        [
            "the control digit of this SIRET is wrong: a digit was probably mistyped",
            "check the number at annuaire-entreprises.data.gouv.fr",
        ],
    ),
];

/// All that can be told.
pub(super) fn rules(lang: Lang) -> Rules {
    let mut rules = Rules::of_reading(lang);
    rules.add(lists::ignored(lang));
    rules.extend(WARNINGS.map(|(name, fr, en)| {
        let [message, remedy] = if lang == Lang::Fr { fr } else { en };
        Rule::new(name, Level::Warning, message, remedy)
    }));
    rules
}

/// Where findings about one list go.
#[derive(Debug)]
pub(super) struct Teller<'f> {
    pub(super) findings: &'f mut Findings,
    pub(super) part: PartId,
}

impl Teller<'_> {
    /// Tells something of a record, in a column.
    pub(super) fn tell(&mut self, rule: &str, record: &Record<'_>, column: &Column, value: Option<&str>) -> Result<()> {
        let finding = Finding::new(self.findings.rule(rule)).part(self.part).at(record).column(&column.name);
        let value = value.and_then(|value| column.shown(value));
        self.findings.add(value.map_or(finding, |value| finding.value(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_words_of_its_own_in_both_languages() {
        let mut messages = std::collections::HashSet::new();
        for (name, fr, en) in WARNINGS {
            assert_ne!(fr, en, "{name}");
            assert!(fr.iter().chain(&en).all(|text| messages.insert(*text) || text.contains("annuaire")), "{name}");
        }
    }
}
