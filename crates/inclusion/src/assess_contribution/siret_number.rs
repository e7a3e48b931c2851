//! Are SIRET numbers collected?

use std::path::Path;

use anyhow::Result;
use report::Lang;
use serde::Serialize;
use tables::Record;

use super::cell::Column;
use super::question::{Answer, Key, Question, sentences, share};
use super::telling::{SIRET_FORMAT, SIRET_LUHN, SIRET_PLACEHOLDER, SIRET_ZEROS, Teller};
use crate::repair::siret::{self, Quality};
use crate::seen::Marks;

/// What SIRET numbers are like.
#[derive(Debug)]
pub(super) struct Siret {
    column: Option<Column>,
    filled: u64,
    figures: Figures,
    /// Of those that are right, with their zeros: 1 met, 2 met again; of others 0.
    seen: Marks,
    shared: u64,
}

/// What the report says of them.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Figures {
    pub(super) good: u64,
    pub(super) zeros: u64,
    pub(super) luhn: u64,
    pub(super) format: u64,
    pub(super) placeholder: u64,
    pub(super) distinct: u64,
    /// Records whose good SIRET another has.
    pub(super) shared: u64,
}

impl Figures {
    /// Those of 14 digits, zeros given back, that nobody has made up.
    fn well_formed(&self) -> u64 {
        self.good + self.zeros + self.luhn
    }
}

impl Siret {
    /// `folder` is where the output will be.
    pub(super) fn new(column: Option<Column>, folder: &Path) -> Self {
        Self { column, filled: 0, figures: Figures::default(), seen: Marks::new(folder), shared: 0 }
    }

    pub(super) fn add(&mut self, record: &Record<'_>, teller: &mut Teller<'_>) -> Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        let Some(text) = column.of(record) else { return Ok(()) };
        self.filled += 1;
        let plain = siret::without_blanks(text);
        let padded = siret::with_zeros(&plain);
        let value = padded.as_deref().unwrap_or(&plain);
        self.seen.insert(value, 0)?;
        let rule = match siret::quality(&plain) {
            Quality::Good => {
                self.figures.good += 1;
                self.shared += meet_good(&plain, &mut self.seen)?;
                return Ok(());
            }
            Quality::Luhn => {
                self.figures.luhn += 1;
                SIRET_LUHN
            }
            Quality::Placeholder => {
                self.figures.placeholder += 1;
                SIRET_PLACEHOLDER
            }
            Quality::Format => match &padded {
                Some(padded) => {
                    self.figures.zeros += 1;
                    self.shared += meet_good(padded, &mut self.seen)?;
                    SIRET_ZEROS
                }
                None => {
                    self.figures.format += 1;
                    SIRET_FORMAT
                }
            },
        };
        teller.tell(rule, record, column, Some(text))
    }

    pub(super) fn question(&self, records: u64, lang: Lang) -> Question<Figures> {
        let figures = Figures { distinct: self.seen.count(), shared: self.shared, ..self.figures };
        let well_formed = figures.well_formed();
        let answer = Answer::of(self.column.is_none() || 10 * well_formed < records, 10 * well_formed < 9 * records);
        Question {
            key: Key::Siret,
            question: Key::Siret.words(lang),
            answer,
            column: self.column.as_ref().map(|column| column.name.clone()),
            filled: self.filled,
            filled_share: share(self.filled, records),
            message: self.message(records, &figures, lang),
            remedy: remedy(answer, self.column.is_some(), &figures, lang).to_owned(),
            figures,
        }
    }

    fn message(&self, records: u64, figures: &Figures, lang: Lang) -> String {
        let Some(Column { name, .. }) = &self.column else {
            return match lang {
                Lang::Fr => "Aucune colonne n'est un SIRET.".to_owned(),
                Lang::En => "No column is a SIRET.".to_owned(),
            };
        };
        let Figures { zeros, luhn, format, placeholder, shared, .. } = figures;
        let well_formed = figures.well_formed();
        let first = match lang {
            Lang::Fr => format!(
                "La colonne « {name} » donne un SIRET bien formé dans {well_formed} enregistrements sur {records}."
            ),
            Lang::En => format!("Column `{name}` gives a well-formed SIRET in {well_formed} of {records} records."),
        };
        let faults: Vec<String> = match lang {
            Lang::Fr => [
                (zeros, "sans leurs zéros de tête"),
                (luhn, "de clé fausse"),
                (format, "d'une autre forme"),
                (placeholder, "de remplissage"),
            ],
            Lang::En => [
                (zeros, "without their leading zeros"),
                (luhn, "with a wrong key"),
                (format, "of another form"),
                (placeholder, "placeholders"),
            ],
        }
        .into_iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let faults = (!faults.is_empty()).then(|| match lang {
            Lang::Fr => format!("À reprendre : {}.", faults.join(", ")),
            Lang::En => format!("To be mended: {}.", faults.join(", ")),
        });
        let shared = (*shared > 0).then(|| match lang {
            Lang::Fr => format!("{shared} enregistrements partagent leur SIRET avec un autre."),
            Lang::En => format!("{shared} records share their SIRET with another."),
        });
        sentences([Some(first), faults, shared])
    }
}

/// Meets a SIRET that is right; how many more records share theirs.
fn meet_good(siret: &str, seen: &mut Marks) -> Result<u64> {
    let mark = seen.get(siret)?.unwrap_or(0);
    if mark < 2 {
        seen.set(siret, mark + 1)?;
    }
    Ok([0, 2, 1][usize::from(mark)])
}

fn remedy(answer: Answer, has_column: bool, figures: &Figures, lang: Lang) -> &'static str {
    let (fr, en) = match (answer, has_column) {
        (Answer::Oui | Answer::SansObjet, _) => ("", ""),
        (_, false) => (
            "Ajouter le SIRET de chaque structure, sans lequel rien ne peut être modifié dans Dora, ou nommer la colonne par `--siret`.",
            "Add the SIRET of each structure, without which nothing can be edited in Dora, or name the column by `--siret`.",
        ),
        (_, true) if figures.format + figures.placeholder > 0 => (
            "Compléter les SIRET à 14 chiffres d'après annuaire-entreprises.data.gouv.fr : sans lui, rien ne peut être modifié dans Dora.",
            "Complete SIRET numbers to 14 digits with annuaire-entreprises.data.gouv.fr: without them nothing can be edited in Dora.",
        ),
        _ => (
            "Chercher les SIRET qui manquent sur annuaire-entreprises.data.gouv.fr : sans lui, rien ne peut être modifié dans Dora.",
            "Look the missing SIRET numbers up at annuaire-entreprises.data.gouv.fr: without them nothing can be edited in Dora.",
        ),
    };
    if lang == Lang::Fr { fr } else { en }
}
