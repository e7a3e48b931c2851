//! What the page says of the table's codes: how many offers each has, and what of each join matched.

use report::{Cell, Section};

use crate::report_collection::page::Told;
use crate::report_collection::table::{Counted, Join, Table};

/// Unknown codes that the page names of each join; the table's report has all.
const SHOWN_CODES: usize = 10;

/// The joins in the order of reports, and what they are called.
const JOINS: [(&str, &str, &str); 4] = [
    ("rome", "ROME", "ROME"),
    ("naf", "NAF", "NAF"),
    ("commune", "Commune", "Commune"),
    ("departement", "Département", "Département"),
];

impl Told<'_> {
    pub(super) fn by_code(
        &self,
        data: &'static str,
        (french, english): (&str, &str),
        counts: fn(&Table) -> &Vec<Counted>,
    ) -> Section {
        let title = self.say(french, english);
        let Some(table) = self.table else {
            return Section { title, text: vec![self.no_table()], ..Section::default() };
        };
        let counts = counts(table);
        let all: u64 = counts.iter().map(|counted| counted.offers).sum();
        let row = |counted: &Counted| {
            let code = counted.code.clone().map_or(Cell::Text("–".to_owned()), Cell::Code);
            let label = match (&counted.label, &counted.code) {
                (Some(label), _) => label.clone(),
                (None, None) => self.say("sans code", "without a code"),
                (None, Some(_)) => "–".to_owned(),
            };
            let share = counted.offers as f64 / all.max(1) as f64;
            vec![code, Cell::Text(label), Cell::Number(counted.offers), Cell::Share(share)]
        };
        let found_by = |counted: &Counted| {
            vec![(data, counted.code.clone().unwrap_or_default()), ("offers", counted.offers.to_string())]
        };
        Section {
            title,
            columns: self.columns([("Code", "Code"), ("Libellé", "Label"), ("Offres", "Offers"), ("Part", "Share")]),
            rows: counts.iter().map(row).collect(),
            row_data: counts.iter().map(found_by).collect(),
            ..Section::default()
        }
    }

    pub(super) fn joins(&self) -> Section {
        let title = self.say("Rapprochements avec les nomenclatures", "Joins with the nomenclatures");
        let Some(table) = self.table else {
            return Section { title, text: vec![self.no_table()], ..Section::default() };
        };
        let unknown = |join: &Join| {
            let code =
                |counted: &Counted| format!("{} ({})", counted.code.as_deref().unwrap_or_default(), counted.offers);
            let mut codes: Vec<_> = join.unmatched.iter().take(SHOWN_CODES).map(code).collect();
            if join.unmatched.len() > SHOWN_CODES {
                codes.push("…".to_owned());
            }
            if codes.is_empty() { Cell::Text("–".to_owned()) } else { Cell::Code(codes.join(", ")) }
        };
        let row = |(name, french, english)| {
            let join = table.told.joins.get(name)?;
            let unmatched = join.unmatched.iter().map(|counted| counted.offers).sum();
            let numbers = [join.with_code, join.without_code, join.matched, unmatched].map(Cell::Number);
            Some([Cell::Text(self.say(french, english))].into_iter().chain(numbers).chain([unknown(join)]).collect())
        };
        Section {
            title,
            text: vec![self.say(
                "Aucune offre n'est écartée pour un code absent ou inconnu.",
                "No offer is left out for a code that is missing or unknown.",
            )],
            columns: self.columns([
                ("Nomenclature", "Nomenclature"),
                ("Offres avec un code", "Offers with a code"),
                ("Sans code", "Without"),
                ("Reconnues", "Known"),
                ("Inconnues", "Unknown"),
                ("Codes inconnus (offres)", "Unknown codes (offers)"),
            ]),
            rows: JOINS.into_iter().filter_map(row).collect(),
            ..Section::default()
        }
    }
}
