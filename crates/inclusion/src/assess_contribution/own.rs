//! What the report says besides what all reports say.

use indexmap::IndexMap;
use mapping::Suggestion;
use report::mask;
use schemars::JsonSchema;
use serde::Serialize;

use super::columns::ColumnFigures;
use super::question::{Answer, Key, Question};
use super::{identifier, siret_number, structure_identifier, update_date};

/// The step's own keys.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub(super) today: String,
    pub(super) answers: Answers,
    pub(super) lists: IndexMap<&'static str, ListFigures>,
}

/// The answers, the worse one of two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Answers {
    #[schemars(with = "String")]
    pub(super) identifiant: Answer,
    #[schemars(with = "String")]
    pub(super) identifiant_structure: Answer,
    #[schemars(with = "String")]
    pub(super) date_maj: Answer,
    #[schemars(with = "String")]
    pub(super) siret: Answer,
}

/// What is said of one list.
#[derive(Debug, Serialize)]
pub(super) struct ListFigures {
    pub(super) records: u64,
    pub(super) questions: Questions,
    pub(super) columns: Vec<ColumnFigures>,
    pub(super) mapping: MappingFigures,
}

/// The four questions; a list of them in the report.
#[derive(Debug)]
pub(super) struct Questions {
    pub(super) identifiant: Question<identifier::Figures>,
    pub(super) identifiant_structure: Question<structure_identifier::Figures>,
    pub(super) date_maj: Question<update_date::Figures>,
    pub(super) siret: Question<siret_number::Figures>,
}

impl Serialize for Questions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.identifiant, &self.identifiant_structure, &self.date_maj, &self.siret).serialize(serializer)
    }
}

/// What of a question people read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'q> {
    pub(super) question: &'static str,
    pub(super) answer: Answer,
    pub(super) column: Option<&'q str>,
    pub(super) filled_share: f64,
    pub(super) message: &'q str,
    pub(super) remedy: &'q str,
}

impl<Figures> Question<Figures> {
    fn told(&self) -> Told<'_> {
        Told {
            question: self.question,
            answer: self.answer,
            column: self.column.as_deref(),
            filled_share: self.filled_share,
            message: &self.message,
            remedy: &self.remedy,
        }
    }
}

impl Questions {
    /// As people read them, in the platform's order.
    pub(super) fn told(&self) -> [Told<'_>; 4] {
        [self.identifiant.told(), self.identifiant_structure.told(), self.date_maj.told(), self.siret.told()]
    }
}

impl Answers {
    /// The worse ones of some lists.
    pub(super) fn worst<'l>(lists: impl Iterator<Item = &'l ListFigures> + Clone) -> Self {
        let worst = |key: Key| {
            let answers = lists.clone().map(|list| list.questions.told()[key as usize].answer);
            answers.min().unwrap_or(Answer::SansObjet)
        };
        Self {
            identifiant: worst(Key::Identifiant),
            identifiant_structure: worst(Key::IdentifiantStructure),
            date_maj: worst(Key::DateMaj),
            siret: worst(Key::Siret),
        }
    }

    /// In the platform's order.
    pub(super) fn all(self) -> [Answer; 4] {
        [self.identifiant, self.identifiant_structure, self.date_maj, self.siret]
    }
}

/// What a mapping would find.
#[derive(Debug, Serialize)]
pub(super) struct MappingFigures {
    /// Field to column.
    pub(super) proposed: IndexMap<String, String>,
    pub(super) required_missing: Vec<String>,
    pub(super) unplaced: Vec<String>,
}

impl MappingFigures {
    pub(super) fn of(suggestion: &Suggestion<'_>, columns: &[String]) -> Self {
        let name = |nth: usize| mask(&columns[nth]).into_owned();
        let fields = suggestion.target();
        let proposed = suggestion.proposals.iter().map(|proposal| {
            let columns: Vec<String> = proposal.columns().into_iter().map(name).collect();
            (fields.fields[proposal.field].path.clone(), columns.join(", "))
        });
        Self {
            proposed: proposed.collect(),
            required_missing: suggestion.missing().map(|field| fields.fields[field].path.clone()).collect(),
            unplaced: suggestion.unplaced.iter().map(|column| name(*column)).collect(),
        }
    }
}
