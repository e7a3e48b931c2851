//! The report for people.

use std::collections::BTreeMap;

use report::{Cell, Lang, Page, Section};

use crate::calendar::{self, Square, calendar, counted, word};
use crate::report_collection::figures::{DayFigures, STATES, states};
use crate::report_collection::shapes::Ring;
use crate::report_collection::table::Table;
use crate::report_collection::{chart, map};

/// All that is told.
pub(crate) struct Told<'a> {
    pub(crate) days: &'a [DayFigures],
    pub(crate) table: Option<&'a Table>,
    pub(crate) shapes: Option<&'a BTreeMap<String, Vec<Ring>>>,
    /// Whether each file was read.
    pub(crate) verified: bool,
    pub(crate) lang: Lang,
}

pub(crate) fn page(told: &Told<'_>) -> Page {
    let open = told.days.iter().filter(|day| day.state != "complete").count();
    let mut sections = vec![told.calendar(), told.mending(), told.by_day()];
    sections.extend(told.map());
    sections.extend([
        told.by_code("grand-domaine", ("Grands domaines du ROME", "Grands domaines of the ROME"), |table| {
            &table.told.counts.grand_domaine
        }),
        told.by_code("departement", ("Départements", "Départements"), |table| &table.told.counts.departement),
        told.joins(),
        told.requests(),
        told.source(),
    ]);
    Page {
        lang: told.lang,
        title: told.say("Collecte des offres d'emploi", "Collection of job offers"),
        summary: told.summary(open),
        is_good: open == 0,
        facts: told.facts(),
        sections,
        style: format!("{}{}{}", calendar::STYLE, chart::STYLE, map::STYLE),
        ..Page::default()
    }
}

impl Told<'_> {
    pub(super) fn say(&self, french: &str, english: &str) -> String {
        self.lang.say(french, english)
    }

    pub(super) fn columns<const N: usize>(&self, words: [(&str, &str); N]) -> Vec<String> {
        self.lang.say_each(words)
    }

    fn summary(&self, open: usize) -> String {
        let all = self.days.len();
        if open == 0 {
            return match (all, self.lang) {
                (1, Lang::Fr) => "Le jour est complet, et sa preuve tient.".to_owned(),
                (1, Lang::En) => "The day is complete, and its proof holds.".to_owned(),
                (_, Lang::Fr) => format!("Les {all} jours sont complets, et leurs preuves tiennent."),
                (_, Lang::En) => format!("All {all} days are complete, and their proofs hold."),
            };
        }
        let counts = states(self.days);
        let named = STATES[1..].iter().filter(|state| counts[**state] > 0);
        let named: Vec<_> = named.map(|state| counted(counts[state], state, self.lang)).collect();
        let named = named.join(", ");
        match self.lang {
            Lang::Fr if open == 1 => {
                format!("1 jour sur {all} n'est pas complet ({named}) : il est à réparer avant tout calcul.")
            }
            Lang::Fr => {
                format!("{open} jours sur {all} ne sont pas complets ({named}) : ils sont à réparer avant tout calcul.")
            }
            Lang::En => format!("{open} of {all} days not complete ({named}): mend before any sum."),
        }
    }

    fn facts(&self) -> Vec<(String, Cell)> {
        let (first, last) = (self.days[0].date, self.days[self.days.len() - 1].date);
        let sum = |of: fn(&DayFigures) -> Option<u64>| Cell::Number(self.days.iter().filter_map(of).sum());
        let mut facts = vec![
            (
                self.say("Période", "Period"),
                Cell::Text(self.say(&format!("du {first} au {last}"), &format!("{first} to {last}"))),
            ),
            (self.say("Offres collectées", "Offers collected"), sum(|day| day.offers)),
            (self.say("Requêtes", "Requests"), sum(|day| day.requests)),
            (self.say("Nouvelles tentatives", "Retries"), sum(|day| day.retries)),
        ];
        if let Some(table) = self.table {
            facts.push((
                self.say("Offres retirées depuis", "Offers withdrawn since"),
                Cell::Number(table.told.withdrawn),
            ));
        }
        let checked = match self.verified {
            true => self.say("empreinte de chaque fichier relue", "each file read, and its hash compared"),
            false => self.say(
                "taille de chaque fichier (avec --verify : son empreinte)",
                "size of each file (with --verify: its hash)",
            ),
        };
        facts.push((self.say("Contrôle", "Check"), Cell::Text(checked)));
        facts
    }

    fn calendar(&self) -> Section {
        let square = |day: &DayFigures| Square { date: day.date, state: day.state, offers: day.offers };
        let squares: Vec<_> = self.days.iter().map(square).collect();
        Section {
            title: self.say("Calendrier", "Calendar"),
            text: vec![self.say(
                "Un jour est complet quand sa preuve dit que rien ne manque et que le fichier est celui dont elle parle.",
                "A day is complete when its proof says that nothing is missing and the file is the one that it speaks of.",
            )],
            figure: calendar(&squares, self.lang),
            ..Section::default()
        }
    }

    fn mending(&self) -> Section {
        let archived = |day: &DayFigures| {
            let days = self.table.map(|table| table.told.days.as_slice()).unwrap_or_default();
            day.state == "missing" && days.iter().any(|kept| kept.date == day.date && kept.state == "archived")
        };
        let row = |day: &DayFigures| {
            let command = Cell::Code(day.command()?);
            let mut state = word(day.state, self.lang).to_owned();
            if archived(day) {
                state.push_str(&self.say(" (le tableau garde ses lignes)", " (the table keeps its rows)"));
            }
            Some(vec![Cell::Text(day.date.to_string()), Cell::Text(state), command])
        };
        let rows: Vec<_> = self.days.iter().filter_map(row).collect();
        let text = match rows.is_empty() {
            true => self.say("Aucun jour n'est à réparer.", "No day needs mending."),
            false => self.say(
                "Le service oublie les offres retirées : plus on attend, moins il en reste. « --force » remplace ce qui est là : \
                 garder d'abord une copie du fichier.",
                "The service forgets withdrawn offers: the longer one waits, the fewer are left. `--force` replaces what is \
                 there: keep a copy of the file first.",
            ),
        };
        Section {
            title: self.say("À réparer", "To mend"),
            text: vec![text],
            columns: self.columns([("Jour", "Day"), ("État", "State"), ("Commande", "Command")]),
            rows,
            ..Section::default()
        }
    }

    fn by_day(&self) -> Section {
        Section {
            title: self.say("Offres par jour", "Offers by day"),
            text: vec![self.say(
                "En bleu les jours complets, en gris les autres. Un jour sans journal n'a pas de barre.",
                "Complete days are blue, others grey. A day without a log has no bar.",
            )],
            figure: chart::bars(self.days, self.lang),
            ..Section::default()
        }
    }

    fn map(&self) -> Option<Section> {
        let shapes = self.shapes?;
        let counts = self.table.map(|table| table.told.counts.departement.as_slice()).unwrap_or_default();
        Some(Section {
            title: self.say("Carte", "Map"),
            text: vec![match self.table {
                Some(_) => self.say(
                    "Offres par département : autant de départements dans chaque classe. Fond de carte : IGN.",
                    "Offers by département: as many départements in each class. Map: IGN.",
                ),
                None => self.no_table(),
            }],
            figure: map::map(shapes, counts, self.lang),
            ..Section::default()
        })
    }

    pub(super) fn no_table(&self) -> String {
        self.say(
            "Il n'y a pas encore de tableau : « merge-offers » le fait.",
            "There is no table yet: `merge-offers` makes it.",
        )
    }

    fn requests(&self) -> Section {
        let number = |number: Option<u64>| number.map_or(Cell::Text("–".to_owned()), Cell::Number);
        let row = |day: &DayFigures| {
            vec![
                Cell::Text(day.date.to_string()),
                number(day.announced),
                number(day.offers),
                number(day.requests),
                number(day.retries),
                Cell::Text(day.duration_s.map_or("–".to_owned(), duration)),
                number(day.delay_days.and_then(|days| u64::try_from(days).ok())),
            ]
        };
        Section {
            title: self.say("Requêtes et durées", "Requests and durations"),
            text: vec![self.say(
                "Le retard est le nombre de jours entre la fin du jour et celle de sa collecte : les offres retirées entre-temps \
                 manquent.",
                "The delay is in days from the end of the day to that of its collection: offers withdrawn in between are missing.",
            )],
            columns: self.columns([
                ("Jour", "Day"),
                ("Annoncées", "Announced"),
                ("Collectées", "Collected"),
                ("Requêtes", "Requests"),
                ("Nouvelles tentatives", "Retries"),
                ("Durée", "Duration"),
                ("Retard (jours)", "Delay (days)"),
            ]),
            rows: self.days.iter().filter(|day| day.offers.is_some()).map(row).collect(),
            ..Section::default()
        }
    }

    fn source(&self) -> Section {
        Section {
            title: self.say("Source et licence", "Source and licence"),
            text: vec![self.say(
                "Cette page ne montre que des décomptes : aucune offre, aucun contact. Les offres sont celles de France Travail, \
                 sous sa licence de réutilisation ; la source et la date des données sont à citer avec chaque chiffre publié.",
                "This page shows counts alone: no offer, no contact. The offers are those of France Travail, under its licence of \
                 reuse; source and date of the data are to be told with each figure that is published.",
            )],
            ..Section::default()
        }
    }
}

/// `1 h 02 min 03 s`, which no line breaks.
fn duration(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}\u{a0}s"),
        (0, _) => format!("{minutes}\u{a0}min\u{a0}{rest:02}\u{a0}s"),
        _ => format!("{hours}\u{a0}h\u{a0}{minutes:02}\u{a0}min\u{a0}{rest:02}\u{a0}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_people_say_them() {
        assert_eq!(
            [7, 67, 3_723].map(duration),
            ["7 s", "1 min 07 s", "1 h 02 min 03 s"].map(|text| text.replace(' ', "\u{a0}"))
        );
    }
}
