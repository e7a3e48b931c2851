//! Is there an update date?

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::civil::Date;
use report::Lang;
use serde::Serialize;
use tables::Record;

use super::cell::Column;
use super::question::{Answer, Key, Question, sentences, share};
use super::telling::{DATE_BLANK, DATE_FUTURE, DATE_UNREADABLE, Teller};
use crate::repair::day::{self, Form};

/// Data that are older are told.
const OLD_DAYS: i32 = 730;

/// Of so many records with one date, the date is the one of the export.
const MANY: u64 = 10;

/// What dates are like.
#[derive(Debug)]
pub(super) struct UpdateDate {
    column: Option<Column>,
    today: Date,
    filled: u64,
    formats: Formats,
    future: u64,
    /// Those that could be read and are not to come.
    days: BTreeMap<Date, u64>,
}

/// How many are written in which way.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Formats {
    iso: u64,
    iso_datetime: u64,
    french: u64,
    french_words: u64,
    compact: u64,
    excel: u64,
    epoch: u64,
    unreadable: u64,
}

/// What the report says of them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figures {
    pub(super) formats: Formats,
    pub(super) future: u64,
    pub(super) oldest: Option<String>,
    pub(super) newest: Option<String>,
    /// The lower one of two.
    pub(super) median_age_days: Option<i64>,
    pub(super) older_than_2_years: u64,
    pub(super) distinct: u64,
}

impl Formats {
    fn count(&mut self, form: Option<Form>) {
        *match form {
            Some(Form::Iso) => &mut self.iso,
            Some(Form::IsoDatetime) => &mut self.iso_datetime,
            Some(Form::French) => &mut self.french,
            Some(Form::FrenchWords) => &mut self.french_words,
            Some(Form::Compact) => &mut self.compact,
            Some(Form::Excel) => &mut self.excel,
            Some(Form::Epoch) => &mut self.epoch,
            None => &mut self.unreadable,
        } += 1;
    }
}

impl UpdateDate {
    pub(super) fn new(column: Option<Column>, today: Date) -> Self {
        let (formats, days) = (Formats::default(), BTreeMap::new());
        Self { column, today, filled: 0, formats, future: 0, days }
    }

    pub(super) fn add(&mut self, record: &Record<'_>, teller: &mut Teller<'_>) -> Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        let Some(text) = column.of(record) else { return teller.tell(DATE_BLANK, record, column, None) };
        self.filled += 1;
        let read = day::read(text);
        self.formats.count(read.map(|(_, form)| form));
        match read {
            None => teller.tell(DATE_UNREADABLE, record, column, Some(text)),
            Some((day, _)) if day > self.today => {
                self.future += 1;
                teller.tell(DATE_FUTURE, record, column, Some(text))
            }
            Some((day, _)) => {
                *self.days.entry(day).or_default() += 1;
                Ok(())
            }
        }
    }

    pub(super) fn question(&self, records: u64, lang: Lang) -> Question<Figures> {
        let good: u64 = self.days.values().sum();
        let is_export = self.days.len() == 1 && records >= MANY;
        let answer = Answer::of(self.column.is_none() || 2 * good < records, good < records || is_export);
        let figures = self.figures(good);
        Question {
            key: Key::DateMaj,
            question: Key::DateMaj.words(lang),
            answer,
            column: self.column.as_ref().map(|column| column.name.clone()),
            filled: self.filled,
            filled_share: share(self.filled, records),
            message: self.message(records, good, is_export, &figures, lang),
            remedy: remedy(answer, self.column.is_some(), is_export && good == records, lang).to_owned(),
            figures,
        }
    }

    fn figures(&self, good: u64) -> Figures {
        // Ages grow as days go back.
        let mut left = good.div_ceil(2);
        let median = self.days.iter().rev().find(|(_, count)| {
            let is_it = left <= **count;
            left = left.saturating_sub(**count);
            is_it
        });
        let old = self.days.iter().filter(|(day, _)| age(self.today, **day) >= i64::from(OLD_DAYS));
        Figures {
            formats: self.formats,
            future: self.future,
            oldest: self.days.keys().next().map(Date::to_string),
            newest: self.days.keys().next_back().map(Date::to_string),
            median_age_days: median.map(|(day, _)| age(self.today, *day)),
            older_than_2_years: old.map(|(_, count)| count).sum(),
            distinct: self.days.len() as u64,
        }
    }

    fn message(&self, records: u64, good: u64, is_export: bool, figures: &Figures, lang: Lang) -> String {
        let Some(Column { name, .. }) = &self.column else {
            return match lang {
                Lang::Fr => "Aucune colonne n'est une date de mise à jour.".to_owned(),
                Lang::En => "No column is an update date.".to_owned(),
            };
        };
        let first = match lang {
            Lang::Fr => {
                format!("La colonne « {name} » donne une date lisible dans {good} enregistrements sur {records}.")
            }
            Lang::En => format!("Column `{name}` gives a date that can be read in {good} of {records} records."),
        };
        let span = figures.oldest.as_ref().zip(figures.newest.as_ref()).zip(figures.median_age_days);
        let span = span.map(|((oldest, newest), median)| match lang {
            Lang::Fr => format!(
                "Les dates vont du {oldest} au {newest} ; la moitié des fiches ont plus de {median} jours, {} ont deux ans ou plus.",
                figures.older_than_2_years
            ),
            Lang::En => format!(
                "Dates go from {oldest} to {newest}; half of the records are older than {median} days, {} are two years old or more.",
                figures.older_than_2_years
            ),
        });
        let export = is_export.then(|| match lang {
            Lang::Fr => "Toutes les dates sont les mêmes : c'est sans doute celle de l'export.".to_owned(),
            Lang::En => "All dates are the same: it is probably the one of the export.".to_owned(),
        });
        let future = (self.future > 0).then(|| match lang {
            Lang::Fr => format!("{} sont dans l'avenir.", self.future),
            Lang::En => format!("{} are to come.", self.future),
        });
        sentences([Some(first), span, export, future])
    }
}

fn age(today: Date, day: Date) -> i64 {
    today.since(day).map_or(0, |span| i64::from(span.get_days()))
}

fn remedy(answer: Answer, has_column: bool, is_export: bool, lang: Lang) -> &'static str {
    let (fr, en) = match (answer, has_column) {
        (Answer::Oui | Answer::SansObjet, _) => ("", ""),
        (_, false) => (
            "Ajouter à l'export le jour où chaque fiche a été modifiée pour la dernière fois, ou nommer la colonne par `--date`.",
            "Add to the export the day on which each record was last changed, or name the column by `--date`.",
        ),
        (_, true) if is_export => (
            "Donner la date de chaque fiche plutôt que celle de l'export : elle dit ce qui est encore à jour.",
            "Give the date of each record rather than that of the export: it tells what is still up to date.",
        ),
        _ => (
            "Dater chaque fiche du jour de sa dernière modification, sous la forme AAAA-MM-JJ.",
            "Date each record by the day of its last change, as YYYY-MM-DD.",
        ),
    };
    if lang == Lang::Fr { fr } else { en }
}
