//! One row of the table: its 72 columns.

use columns::{Column, Value};

use crate::joins::{self, Cells, Codes, References};
use crate::merge_offers::more::{self, More};
use crate::merge_offers::resolve::{Shown, day_of};
use crate::merge_offers::sheet::Gone;
use crate::offre::item::Item;
use crate::offre::{self, Cell, Kind, Row, at};

/// Number of columns.
pub(crate) const WIDTH: usize = offre::WIDTH + joins::WIDTH + OWN.len();

/// The columns that are neither of the normalised offer nor of a join.
const OWN: [(&str, columns::Kind); 17] = [
    ("type_contrat", columns::Kind::Text),
    ("nature_contrat", columns::Kind::Text),
    ("alternance", columns::Kind::Truth),
    ("nombre_postes", columns::Kind::Integer),
    ("qualification_code", columns::Kind::Text),
    ("entreprise_adaptee", columns::Kind::Truth),
    ("origine", columns::Kind::Text),
    ("manque_candidats", columns::Kind::Truth),
    ("jour", columns::Kind::Date),
    ("jour_prouve", columns::Kind::Truth),
    ("versions", columns::Kind::Integer),
    ("premiere_vue", columns::Kind::Time),
    ("derniere_vue", columns::Kind::Time),
    ("retiree", columns::Kind::Truth),
    ("retiree_le", columns::Kind::Time),
    ("retiree_preuve", columns::Kind::Text),
    ("geometry", columns::Kind::Point),
];

/// Where a column is.
pub(crate) mod place {
    use crate::{joins, offre};

    pub(crate) const JOINS: usize = offre::WIDTH;
    pub(crate) const OWN: usize = JOINS + joins::WIDTH;
    pub(crate) const TYPE_CONTRAT: usize = OWN;
    pub(crate) const JOUR: usize = OWN + 8;
    pub(crate) const JOUR_PROUVE: usize = OWN + 9;
    pub(crate) const VERSIONS: usize = OWN + 10;
    pub(crate) const PREMIERE_VUE: usize = OWN + 11;
    pub(crate) const DERNIERE_VUE: usize = OWN + 12;
    pub(crate) const RETIREE: usize = OWN + 13;
    pub(crate) const RETIREE_LE: usize = OWN + 14;
    pub(crate) const RETIREE_PREUVE: usize = OWN + 15;
    pub(crate) const GEOMETRY: usize = OWN + 16;
}

/// Names of all columns, in order.
pub(crate) fn names() -> [&'static str; WIDTH] {
    let mut names = [""; WIDTH];
    for (place, (name, _)) in names.iter_mut().zip(kinds()) {
        *place = name;
    }
    names
}

/// The columns, as a writer of Parquet takes them.
pub(crate) fn columns() -> Vec<Column> {
    kinds().map(|(name, kind)| Column::new(name, kind)).collect()
}

pub(crate) fn kinds() -> impl Iterator<Item = (&'static str, columns::Kind)> {
    let prose = [at::ID, at::DESCRIPTION, at::APPLICATION_URL, at::SOURCE_URL];
    let of_offre = offre::COLUMNS.into_iter().enumerate().map(move |(nth, (name, kind))| {
        let kind = match kind {
            Kind::Text if prose.contains(&nth) => columns::Kind::Prose,
            Kind::Text => columns::Kind::Text,
            Kind::Number => columns::Kind::Number,
            Kind::Truth => columns::Kind::Truth,
            Kind::Time => columns::Kind::Time,
            Kind::List => columns::Kind::List,
        };
        (name, kind)
    });
    let of_joins = joins::COLUMNS.into_iter().map(|name| (name, columns::Kind::Text));
    of_offre.chain(of_joins).chain(OWN)
}

/// Which fields a withdrawn offer keeps although the licence may ask to remove them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Keep {
    pub(crate) intitule: bool,
    pub(crate) url_origine: bool,
}

/// A row, as a writer takes it; what it is made of is borrowed.
pub(crate) type Values<'a> = [Value<'a>; WIDTH];

/// What of a row is counted, before the licence takes anything away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) codes: Codes<'a>,
    pub(crate) cells: &'a Cells<'a>,
}

/// What is to be told of a row: rule, source, cell, value as served.
pub(crate) type Tell<'t> = &'t mut dyn FnMut(&'static str, &'static str, &'static str, &str);

/// Makes the row of an element, whose item may have been read already, and hands it over with what is counted; none, and
/// nothing is done, if it can be none.
pub(crate) fn make<'e, T>(
    (text, item): (&'e str, Option<Box<Item<'e>>>),
    shown: &Shown,
    gone: Option<&Gone>,
    references: &References,
    keep: Keep,
    tell: Tell<'_>,
    take: impl FnOnce(&Values<'_>, Told<'_>) -> T,
) -> Option<T> {
    let make = |raw: &str, item: Option<Item<'_>>| {
        let mut item = item?;
        let more = More::of(&mut item);
        let row = offre::fill(raw, item).ok()?.row;
        notices(text, &row, &more, tell);
        Some(fill(&row, &more, shown, gone, references, keep, take))
    };
    match item {
        Some(item) => make(text, Some(*item)),
        None => offre::read_item(text, make),
    }
}

fn notices(text: &str, row: &Row<'_>, more: &More<'_>, tell: Tell<'_>) {
    for notice in &row.notices {
        let place = notice.flaw.place();
        tell(place.rule, place.column, place.path, &notice.value);
    }
    for source in &more.wrong {
        let (column, path) = more::SOURCES[*source];
        tell("offer.type", column, path, &offre::item::served(text, column));
    }
}

fn fill<T>(
    row: &Row<'_>,
    more: &More<'_>,
    shown: &Shown,
    gone: Option<&Gone>,
    references: &References,
    keep: Keep,
    take: impl FnOnce(&Values<'_>, Told<'_>) -> T,
) -> T {
    let list = |column: usize| -> Vec<&str> {
        match &row.cells[column] {
            Cell::List(texts) => texts.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        }
    };
    let (skills, langues) = (list(at::SKILLS), list(at::LANGUES));
    let mut values = [Value::Absent; WIDTH];
    for (column, cell) in row.cells.iter().enumerate() {
        values[column] = match cell {
            Cell::Absent => Value::Absent,
            Cell::Text(text) => Value::Text(text),
            Cell::Number(number) => Value::Number(*number),
            Cell::Truth(truth) => Value::Truth(*truth),
            Cell::Time(ms) => Value::Time(*ms),
            Cell::List(_) => Value::List(if column == at::SKILLS { &skills } else { &langues }),
        };
    }
    values[at::DATE_EXTRACTION] = Value::Time(shown.vue);
    let departement = row.cells[at::DEPARTEMENT].text().or_else(|| code_alone(row.cells[at::LOCATION_NAME].text()?));
    values[at::DEPARTEMENT] = text(departement);
    let codes = Codes {
        rome: row.cells[at::CODE_ROME].text(),
        naf: more.code_naf.as_deref(),
        commune: row.cells[at::COMMUNE].text(),
        code_postal: more.code_postal.as_deref(),
        departement,
    };
    let cells = references.join(codes);
    for (value, cell) in values[place::JOINS..].iter_mut().zip(&cells) {
        *value = text(*cell);
    }
    let truth = |truth: Option<bool>| truth.map_or(Value::Absent, Value::Truth);
    let own = [
        text(more.type_contrat.as_deref()),
        text(more.nature_contrat.as_deref()),
        truth(more.alternance),
        more.nombre_postes.map_or(Value::Absent, Value::Integer),
        text(more.qualification_code.as_deref()),
        truth(more.entreprise_adaptee),
        text(more.origine.as_deref()),
        truth(more.manque_candidats),
    ];
    values[place::TYPE_CONTRAT..place::JOUR].copy_from_slice(&own);
    if let (Value::Number(y), Value::Number(x)) = (values[at::LATITUDE], values[at::LONGITUDE]) {
        values[place::GEOMETRY] = Value::Point { x, y };
    }
    see(&mut values, shown, gone);
    if gone.is_some() {
        take_away(&mut values, keep);
    }
    take(&values, Told { codes, cells: &cells })
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Absent, Value::Text)
}

/// When it was seen, and whether it is there.
pub(crate) fn see<'a>(values: &mut Values<'a>, shown: &Shown, gone: Option<&'a Gone>) {
    values[place::JOUR] = Value::Date(i32::try_from(day_of(shown.created)).unwrap_or_default());
    values[place::JOUR_PROUVE] = Value::Truth(shown.is_proven);
    values[place::VERSIONS] = Value::Integer(i32::try_from(shown.versions).unwrap_or(i32::MAX));
    values[place::PREMIERE_VUE] = Value::Time(shown.first);
    values[place::DERNIERE_VUE] = Value::Time(shown.last);
    values[place::RETIREE] = Value::Truth(gone.is_some());
    values[place::RETIREE_LE] = gone.map_or(Value::Absent, |gone| Value::Time(gone.retiree_le));
    values[place::RETIREE_PREUVE] = gone.map_or(Value::Absent, |gone| Value::Text(&gone.preuve));
}

/// The columns that a withdrawn offer loses (article 7 of the licence).
const TAKEN_AWAY: [usize; 10] = [
    at::DESCRIPTION,
    at::COMPANY_NAME,
    at::LATITUDE,
    at::LONGITUDE,
    at::APPLICATION_URL,
    at::COMMUNE,
    place::JOINS + joins::at::COMMUNE_LIBELLE,
    place::JOINS + joins::at::CODE_POSTAL,
    place::GEOMETRY,
    at::LOCATION_NAME,
];

/// What the licence takes from an offer that was withdrawn.
pub(crate) fn take_away(values: &mut Values<'_>, keep: Keep) {
    for column in TAKEN_AWAY {
        values[column] = Value::Absent;
    }
    if !keep.intitule {
        values[at::TITLE] = Value::Absent;
    }
    if !keep.url_origine {
        values[at::SOURCE_URL] = Value::Absent;
    }
    values[at::LOCATION_NAME] = values[at::DEPARTEMENT];
}

/// A label of a place that is nothing but the code of a département.
fn code_alone(label: &str) -> Option<&str> {
    let code = label.trim();
    let is_code = match code.as_bytes() {
        [b'2', b'A' | b'B'] => true,
        [tens, units] => tens.is_ascii_digit() && units.is_ascii_digit(),
        [b'9', b'7' | b'8', last] => last.is_ascii_digit(),
        _ => false,
    };
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_72_columns_each_in_its_place() {
        let names = names();
        assert_eq!(WIDTH, 72);
        for (column, name) in [
            (place::JOINS, "rome_libelle"),
            (place::TYPE_CONTRAT, "type_contrat"),
            (place::JOUR, "jour"),
            (place::JOUR_PROUVE, "jour_prouve"),
            (place::VERSIONS, "versions"),
            (place::PREMIERE_VUE, "premiere_vue"),
            (place::DERNIERE_VUE, "derniere_vue"),
            (place::RETIREE, "retiree"),
            (place::RETIREE_LE, "retiree_le"),
            (place::RETIREE_PREUVE, "retiree_preuve"),
            (place::GEOMETRY, "geometry"),
        ] {
            assert_eq!(names[column], name);
        }
    }

    #[test]
    fn a_label_that_is_a_code_alone_is_a_departement() {
        for (label, code) in
            [("75", Some("75")), ("2A", Some("2A")), ("971", Some("971")), ("75 - Paris", None), ("France", None)]
        {
            assert_eq!(code_alone(label), code, "{label}");
        }
    }
}
