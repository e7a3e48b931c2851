//! The official quality score of a service: the mean of the criteria that apply to it.

use jiff::civil::Date;

use crate::schema::List;
use crate::verdict::{Value, read_date};

use super::row::Row;

/// The criteria, in the order of the official package.
pub(super) const CRITERIA: [&str; 10] = [
    "adresse_bien_definie",
    "modes_mobilisation_bien_definis",
    "au_moins_un_public",
    "au_moins_une_thematique",
    "au_moins_un_moyen_de_contact",
    "courriel_bien_defini",
    "date_maj_recente",
    "frais_bien_definis",
    "description_bien_definie",
    "telephone_bien_defini",
];

/// Younger than this, a service is up to date, in days.
const RECENT_DAYS: i32 = 180;

/// From this age on it is out of date.
const OLD_DAYS: i32 = 730;

/// Sources whose dates say nothing.
const UNDATED: [&str; 2] = ["agefiph", "france-travail"];

/// What a valid service scores, by criterion where it applies; all of it rounded as the package rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    pub(super) criteria: [Option<f64>; 10],
    pub(super) score: f64,
}

/// Where the fields stand that are scored.
#[derive(Debug)]
pub(super) struct Scorer {
    adresse: Option<usize>,
    courriel: Option<usize>,
    date_maj: Option<usize>,
    description: Option<usize>,
    frais: Option<usize>,
    frais_precisions: Option<usize>,
    lien_mobilisation: Option<usize>,
    mobilisable_par: Option<usize>,
    modes_accueil: Option<usize>,
    modes_mobilisation: Option<usize>,
    publics: Option<usize>,
    source: Option<usize>,
    telephone: Option<usize>,
    thematiques: Option<usize>,
    today: Date,
}

impl Scorer {
    /// Of the services of a version; ages are counted to the begin of `today`.
    pub(super) fn new(list: &List, today: Date) -> Self {
        let at = |name| list.position(name);
        Self {
            adresse: at("adresse"),
            courriel: at("courriel"),
            date_maj: at("date_maj"),
            description: at("description"),
            frais: at("frais"),
            frais_precisions: at("frais_precisions"),
            lien_mobilisation: at("lien_mobilisation"),
            mobilisable_par: at("mobilisable_par"),
            modes_accueil: at("modes_accueil"),
            modes_mobilisation: at("modes_mobilisation"),
            publics: at("publics"),
            source: at("source"),
            telephone: at("telephone"),
            thematiques: at("thematiques"),
            today,
        }
    }

    /// The score of a valid service; `source` is the one that stands in where it has none.
    pub(super) fn score(&self, row: &Row<'_>, source: Option<&str>) -> Score {
        let modes = self.modes_mobilisation;
        let is_met = |holds: bool| if holds { 1.0 } else { 0.0 };
        let if_declared = |mode: &str, field| has_value(row, modes, mode).then(|| is_met(is_filled(row, field)));
        let needs_place = has_value(row, self.modes_accueil, "en-presentiel") || has_value(row, modes, "se-presenter");
        let has_contact = [self.courriel, self.lien_mobilisation, self.telephone].iter().any(|at| is_filled(row, *at));
        let criteria = [
            needs_place.then(|| is_met(is_filled(row, self.adresse))),
            Some([modes, self.mobilisable_par].iter().map(|at| if is_there(row, *at) { 0.5 } else { 0.0 }).sum()),
            Some(is_met(is_filled(row, self.publics))),
            Some(is_met(is_filled(row, self.thematiques))),
            Some(is_met(has_contact)),
            if_declared("envoyer-un-courriel", self.courriel),
            self.of_date(row, source),
            Some(self.of_cost(row)),
            Some(of_description(row.text(self.description).unwrap_or_default())),
            if_declared("telephoner", self.telephone),
        ]
        .map(|criterion| criterion.map(round));
        let applicable = criteria.iter().flatten();
        let score = applicable.clone().sum::<f64>() / applicable.count() as f64;
        Score { criteria, score: round(score) }
    }

    fn of_date(&self, row: &Row<'_>, source: Option<&str>) -> Option<f64> {
        if row.text(self.source).or(source).is_some_and(|source| UNDATED.contains(&source)) {
            return None;
        }
        let day = self.date_maj.and_then(|at| row.values[at].as_ref()).and_then(|value| read_date(value).ok());
        let age = day.map_or(OLD_DAYS, |day| (self.today - day).get_days().abs());
        Some(match age {
            ..RECENT_DAYS => 1.0,
            // The package compares twice with "less than": at the very bound neither holds.
            RECENT_DAYS | OLD_DAYS.. => 0.0,
            _ => f64::from(OLD_DAYS - age) / f64::from(OLD_DAYS - RECENT_DAYS),
        })
    }

    /// The package fails where the precision of a cost is empty: here it is none.
    fn of_cost(&self, row: &Row<'_>) -> f64 {
        match row.text(self.frais) {
            None => 0.0,
            Some("payant") if !is_filled(row, self.frais_precisions) => 0.5,
            Some(_) => 1.0,
        }
    }
}

fn of_description(text: &str) -> f64 {
    match text.chars().count() {
        ..50 => 0.0,
        50..200 => 0.5,
        200..2000 => 1.0,
        _ => 0.5,
    }
}

/// Whether a field is there and not null.
fn is_there(row: &Row<'_>, field: Option<usize>) -> bool {
    field.and_then(|at| row.values[at].as_ref()).is_some_and(|value| *value != Value::Null)
}

/// Whether a field is what the package's language takes for true: no empty text, no empty list.
fn is_filled(row: &Row<'_>, field: Option<usize>) -> bool {
    match field.and_then(|at| row.values[at].as_ref()) {
        Some(Value::Text(text)) => !text.is_empty(),
        Some(Value::List(values)) => !values.is_empty(),
        Some(value) => *value != Value::Null,
        None => false,
    }
}

fn has_value(row: &Row<'_>, field: Option<usize>, wanted: &str) -> bool {
    let Some(Value::List(values)) = field.and_then(|at| row.values[at].as_ref()) else { return false };
    values.iter().any(|value| value.as_text() == Some(wanted))
}

/// Two decimals, as the package's language rounds: by the exact value, a tie to the even digit.
pub(super) fn round(number: f64) -> f64 {
    let scaled = number * 100.0;
    // A tie that is one exactly: only then is the product exact, too.
    match scaled.fract() == 0.5 && scaled / 100.0 == number && (number * 8.0).fract() == 0.0 {
        true => scaled.round_ties_even() / 100.0,
        false => format!("{number:.2}").parse().expect("what was written as a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_even_digit() {
        for (number, rounded) in [
            (0.125, 0.12),
            (0.375, 0.38),
            (0.625, 0.62),
            (0.875, 0.88),
            (0.105, 0.1),
            (0.145, 0.14),
            (0.285, 0.28),
            (0.555, 0.56),
        ] {
            assert_eq!(round(number), rounded, "{number}");
        }
    }
}
