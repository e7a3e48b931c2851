//! Is there an identifier of its own that will not change?

use std::path::Path;

use anyhow::Result;
use report::Lang;
use serde::Serialize;
use tables::Record;

use super::cell::Column;
use super::delivery::Previous;
use super::question::{Answer, Key, Question, count, sentences, share};
use super::telling::{ID_BLANK, ID_REPEATED, Teller};
use crate::seen::{Met, Seen};

/// What identifiers are like.
#[derive(Debug)]
pub(super) struct Identifier {
    column: Option<Column>,
    records: u64,
    filled: u64,
    seen: Seen,
    /// Records whose identifier is their number, counted from 1, and from 0.
    numbered: [u64; 2],
}

/// What the report says of them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figures {
    pub(super) distinct: u64,
    /// Records that share theirs with another.
    pub(super) repeated: u64,
    /// Whether they are the numbers of the rows.
    pub(super) row_numbers: bool,
    pub(super) previous: Option<Previous>,
}

impl Identifier {
    /// `folder` is where the output will be.
    pub(super) fn new(column: Option<Column>, folder: &Path) -> Self {
        Self { column, records: 0, filled: 0, seen: Seen::new(folder), numbered: [0; 2] }
    }

    pub(super) fn add(&mut self, record: &Record<'_>, teller: &mut Teller<'_>) -> Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        self.records += 1;
        let Some(id) = column.of(record) else { return teller.tell(ID_BLANK, record, column, None) };
        self.filled += 1;
        if let Some(number) = number(id) {
            self.numbered[0] += u64::from(number == self.records);
            self.numbered[1] += u64::from(number + 1 == self.records);
        }
        match self.seen.meet(id)? {
            Met::First => Ok(()),
            Met::Second | Met::Again => teller.tell(ID_REPEATED, record, column, Some(id)),
        }
    }

    /// Those that were met.
    pub(super) fn into_seen(self) -> Seen {
        self.seen
    }

    pub(super) fn question(&self, records: u64, previous: Option<Previous>, lang: Lang) -> Question<Figures> {
        let figures = Figures {
            distinct: self.seen.distinct(),
            repeated: self.seen.shared(),
            row_numbers: records > 0 && self.numbered.contains(&records),
            previous,
        };
        let answer = self.answer(records, &figures);
        Question {
            key: Key::Identifiant,
            question: Key::Identifiant.words(lang),
            answer,
            column: self.column.as_ref().map(|column| column.name.clone()),
            filled: self.filled,
            filled_share: share(self.filled, records),
            message: self.message(records, &figures, lang),
            remedy: remedy(answer, self.column.is_some(), &figures, lang).to_owned(),
            figures,
        }
    }

    fn answer(&self, records: u64, figures: &Figures) -> Answer {
        let Figures { distinct, repeated, row_numbers, previous } = figures;
        let renumbered = previous.as_ref().map_or(0, |previous| previous.renumbered);
        let matched = previous.as_ref().map_or(0, |previous| previous.matched);
        let is_no = self.column.is_none()
            || 2 * self.filled < records
            || 2 * distinct < self.filled
            || 2 * renumbered > matched;
        Answer::of(is_no, self.filled < records || *repeated > 0 || *row_numbers || renumbered > 0)
    }

    fn message(&self, records: u64, figures: &Figures, lang: Lang) -> String {
        let Some(column) = &self.column else {
            return match lang {
                Lang::Fr => "Aucune colonne n'est un identifiant.".to_owned(),
                Lang::En => "No column is an identifier.".to_owned(),
            };
        };
        let Figures { distinct, repeated, row_numbers, previous } = figures;
        let (name, filled) = (&column.name, self.filled);
        let first = match lang {
            Lang::Fr => format!(
                "La colonne « {name} » est remplie dans {filled} enregistrements sur {records}, avec {}.",
                count(*distinct, "valeur différente").replace("valeur différentes", "valeurs différentes")
            ),
            Lang::En => {
                format!("Column `{name}` is filled in {filled} of {records} records, with {distinct} different values.")
            }
        };
        let repeats = (*repeated > 0).then(|| match lang {
            Lang::Fr => format!("{} le même identifiant qu'un autre.", having(*repeated)),
            Lang::En => format!("{repeated} records share theirs with another."),
        });
        let numbers = row_numbers.then(|| match lang {
            Lang::Fr => {
                "Ce sont les numéros des lignes : ils changeront dès qu'une ligne s'ajoute ou s'en va.".to_owned()
            }
            Lang::En => {
                "They are the numbers of the rows: they will change as soon as a row is added or removed.".to_owned()
            }
        });
        sentences([Some(first), repeats, numbers, previous.as_ref().map(|previous| of_previous(previous, lang))])
    }
}

fn having(records: u64) -> String {
    let verb = if records < 2 { "a" } else { "ont" };
    format!("{} {verb}", count(records, "enregistrement"))
}

fn of_previous(previous: &Previous, lang: Lang) -> String {
    let Previous { kept, gone, new, matched, renumbered, .. } = previous;
    match lang {
        Lang::Fr => format!(
            "Depuis la livraison précédente : {} ; {} reconnus par leur nom et leur adresse, dont {renumbered} avec un autre identifiant.",
            format_args!("{kept} identifiants gardés, {gone} disparus, {new} nouveaux"),
            count(*matched, "enregistrement"),
        ),
        Lang::En => format!(
            "Since the delivery before: {kept} identifiers kept, {gone} gone, {new} new; {matched} records recognised by name and address, {renumbered} of them with another identifier."
        ),
    }
}

fn remedy(answer: Answer, has_column: bool, figures: &Figures, lang: Lang) -> &'static str {
    let is_unstable = figures.row_numbers || figures.previous.as_ref().is_some_and(|previous| previous.renumbered > 0);
    let (fr, en) = match (answer, has_column) {
        (Answer::Oui | Answer::SansObjet, _) => ("", ""),
        (_, false) => (
            "Ajouter à l'export la colonne de l'identifiant que votre outil donne à chaque fiche, ou la nommer par `--id`.",
            "Add to the export the identifier that your tool gives to each record, or name its column by `--id`.",
        ),
        (_, true) if is_unstable => (
            "Exporter l'identifiant que votre outil donne à chaque fiche et qui la suit, plutôt qu'un numéro donné à l'export.",
            "Export the identifier that your tool gives to each record and that stays with it, rather than a number given at export.",
        ),
        _ => (
            "Donner à chaque fiche un identifiant qu'aucune autre n'a, et ne plus jamais le changer ni le réemployer.",
            "Give each record an identifier that no other has, and never change it or use it again.",
        ),
    };
    if lang == Lang::Fr { fr } else { en }
}

/// A number as counting gives it.
fn number(id: &str) -> Option<u64> {
    let is_counted =
        id.len() < 19 && (id == "0" || !id.starts_with('0')) && id.bytes().all(|byte| byte.is_ascii_digit());
    is_counted.then(|| id.parse().ok()).flatten()
}
