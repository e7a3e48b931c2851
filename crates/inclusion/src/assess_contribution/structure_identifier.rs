//! Do services name the structure that offers them?

use std::path::Path;

use anyhow::Result;
use report::Lang;
use serde::Serialize;
use tables::Record;

use super::cell::Column;
use super::question::{Answer, Key, Question, sentences, share};
use super::telling::{STRUCTURE_ID_BLANK, STRUCTURE_ID_UNKNOWN, Teller};
use crate::schema::Kind;
use crate::seen::Seen;

/// What the identifiers of structures are like.
#[derive(Debug)]
pub(super) struct StructureIdentifier {
    kind: Kind,
    column: Option<Column>,
    filled: u64,
    unknown: u64,
    seen: Seen,
}

/// What the report says of them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figures {
    pub(super) distinct: u64,
    /// Records that name a structure that is not there; none where structures are not known.
    pub(super) unknown: Option<u64>,
}

impl StructureIdentifier {
    /// `folder` is where the output will be.
    pub(super) fn new(kind: Kind, column: Option<Column>, folder: &Path) -> Self {
        Self { kind, column, filled: 0, unknown: 0, seen: Seen::new(folder) }
    }

    /// `known` are the structures that there are.
    pub(super) fn add(&mut self, record: &Record<'_>, known: &[&Seen], teller: &mut Teller<'_>) -> Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        let Some(id) = column.of(record) else { return teller.tell(STRUCTURE_ID_BLANK, record, column, None) };
        self.filled += 1;
        self.seen.meet(id)?;
        if known.is_empty() || is_known(id, known)? {
            return Ok(());
        }
        self.unknown += 1;
        teller.tell(STRUCTURE_ID_UNKNOWN, record, column, Some(id))
    }

    pub(super) fn question(&self, records: u64, is_known: bool, lang: Lang) -> Question<Figures> {
        let is_asked = self.kind == Kind::Services;
        let unknown = (is_asked && is_known && self.column.is_some()).then_some(self.unknown);
        let answer = match is_asked {
            false => Answer::SansObjet,
            true => Answer::of(
                self.column.is_none() || 2 * self.filled < records,
                self.filled < records || unknown.is_some_and(|unknown| unknown > 0),
            ),
        };
        Question {
            key: Key::IdentifiantStructure,
            question: Key::IdentifiantStructure.words(lang),
            answer,
            column: self.column.as_ref().map(|column| column.name.clone()),
            filled: self.filled,
            filled_share: share(self.filled, records),
            message: self.message(records, unknown, lang),
            remedy: remedy(answer, self.column.is_some(), unknown, lang).to_owned(),
            figures: Figures { distinct: self.seen.distinct(), unknown },
        }
    }

    fn message(&self, records: u64, unknown: Option<u64>, lang: Lang) -> String {
        let (filled, distinct) = (self.filled, self.seen.distinct());
        let first = match (self.kind, &self.column, lang) {
            (Kind::Structures, _, Lang::Fr) => "La liste est celle des structures elles-mêmes.".to_owned(),
            (Kind::Structures, _, Lang::En) => "The list is the one of the structures themselves.".to_owned(),
            (_, None, Lang::Fr) => "Aucune colonne ne dit quelle structure propose le service.".to_owned(),
            (_, None, Lang::En) => "No column says which structure offers the service.".to_owned(),
            (_, Some(Column { name, .. }), Lang::Fr) => format!(
                "La colonne « {name} » est remplie dans {filled} enregistrements sur {records} et regroupe les services de {distinct} structures."
            ),
            (_, Some(Column { name, .. }), Lang::En) => format!(
                "Column `{name}` is filled in {filled} of {records} records and groups the services of {distinct} structures."
            ),
        };
        let others = unknown.filter(|unknown| *unknown > 0).map(|unknown| match lang {
            Lang::Fr => format!("{unknown} nomment une structure qui n'est pas dans la liste des structures."),
            Lang::En => format!("{unknown} name a structure that is not in the list of structures."),
        });
        sentences([Some(first), others])
    }
}

fn is_known(id: &str, known: &[&Seen]) -> Result<bool> {
    for structures in known {
        if structures.has(id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn remedy(answer: Answer, has_column: bool, unknown: Option<u64>, lang: Lang) -> &'static str {
    let (fr, en) = match (answer, has_column) {
        (Answer::Oui | Answer::SansObjet, _) => ("", ""),
        (_, false) => (
            "Ajouter à chaque service l'identifiant de la structure qui le propose, ou nommer la colonne par `--structure-id`.",
            "Add to each service the identifier of the structure that offers it, or name the column by `--structure-id`.",
        ),
        (_, true) if unknown.is_some_and(|unknown| unknown > 0) => (
            "Envoyer les structures manquantes avec les services, ou corriger les identifiants qui les nomment.",
            "Send the missing structures with the services, or correct the identifiers that name them.",
        ),
        _ => (
            "Remplir l'identifiant de la structure dans chaque service : sans lui, le service n'est rattaché à rien.",
            "Fill in the identifier of the structure in each service: without it the service belongs to nothing.",
        ),
    };
    if lang == Lang::Fr { fr } else { en }
}
