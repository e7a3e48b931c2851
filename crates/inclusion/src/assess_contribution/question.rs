//! The four questions of the platform, and how they are answered.

use report::Lang;
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Key {
    Identifiant,
    IdentifiantStructure,
    DateMaj,
    Siret,
}

impl Key {
    /// All of them, in the platform's order.
    pub(super) const ALL: [Self; 4] = [Self::Identifiant, Self::IdentifiantStructure, Self::DateMaj, Self::Siret];

    /// The field of the schema that it is about.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Identifiant => "id",
            Self::IdentifiantStructure => "structure_id",
            Self::DateMaj => "date_maj",
            Self::Siret => "siret",
        }
    }

    /// The flag that names the column.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::Identifiant => "--id",
            Self::IdentifiantStructure => "--structure-id",
            Self::DateMaj => "--date",
            Self::Siret => "--siret",
        }
    }

    /// The question, in the platform's words.
    pub(super) fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Identifiant, Lang::Fr) => "Les données ont-elles un identifiant propre qui ne changera pas ?",
            (Self::IdentifiantStructure, Lang::Fr) => "Avez-vous un identifiant pour la structure ?",
            (Self::DateMaj, Lang::Fr) => "Les données ont-elles une date de mise à jour ?",
            (Self::Siret, Lang::Fr) => "Recueillez-vous le numéro SIRET des structures ?",
            (Self::Identifiant, Lang::En) => "Do the data have an identifier of their own that will not change?",
            (Self::IdentifiantStructure, Lang::En) => "Do you have an identifier for the structure?",
            (Self::DateMaj, Lang::En) => "Do the data have an update date?",
            (Self::Siret, Lang::En) => "Do you collect the SIRET number of structures?",
        }
    }
}

/// How it is answered, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Non,
    Partiel,
    Oui,
    /// Nothing to answer: worse than no other.
    SansObjet,
}

impl Answer {
    /// `Non` or `Partiel` where it is so, else `Oui`.
    pub(super) fn of(is_no: bool, is_partial: bool) -> Self {
        match (is_no, is_partial) {
            (true, _) => Self::Non,
            (false, true) => Self::Partiel,
            (false, false) => Self::Oui,
        }
    }

    /// As people read it.
    pub(super) fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Non, Lang::Fr) => "Non",
            (Self::Partiel, Lang::Fr) => "En partie",
            (Self::Oui, Lang::Fr) => "Oui",
            (Self::SansObjet, Lang::Fr) => "Sans objet",
            (Self::Non, Lang::En) => "No",
            (Self::Partiel, Lang::En) => "In part",
            (Self::Oui, Lang::En) => "Yes",
            (Self::SansObjet, Lang::En) => "Not applicable",
        }
    }
}

/// A question with its answer, as the report has it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Question<Figures> {
    pub(super) key: Key,
    pub(super) question: &'static str,
    pub(super) answer: Answer,
    pub(super) column: Option<String>,
    pub(super) filled: u64,
    pub(super) filled_share: f64,
    #[serde(flatten)]
    pub(super) figures: Figures,
    pub(super) message: String,
    pub(super) remedy: String,
}

/// A share of four decimals; of nothing it is none.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 1e4).round() / 1e4 }
}

/// `1 enregistrement`, `2 enregistrements`: a count with its noun, which takes an s.
pub(super) fn count(number: u64, noun: &str) -> String {
    // French counts nothing and one alike.
    if number < 2 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

/// Joins what there is to say.
pub(super) fn sentences(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_answer_comes_first() {
        let mut answers = [Answer::SansObjet, Answer::Oui, Answer::Non, Answer::Partiel];
        answers.sort();
        assert_eq!(answers, [Answer::Non, Answer::Partiel, Answer::Oui, Answer::SansObjet]);
    }

    #[test]
    fn shares_have_four_decimals() {
        assert_eq!(share(1, 3), 0.3333);
        assert_eq!(share(2, 3), 0.6667);
        assert_eq!(share(0, 0), 0.0);
    }
}
