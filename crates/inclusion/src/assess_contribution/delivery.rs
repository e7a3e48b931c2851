//! Two deliveries of the same data: which records stayed, and whether their identifiers did.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use anyhow::Result;
use serde::Serialize;
use tables::{Header, Record, Source, Table, fold};

use crate::lists::{Place, for_each, is_null};
use crate::seen::{AsItIs, Seen, hash};

/// By these a record is recognised, those that both deliveries have.
const PLACE_COLUMNS: [&str; 5] = ["nom", "adresse", "commune", "code_postal", "structure_id"];

/// What the report says of the delivery before.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Previous {
    pub(super) records: u64,
    /// Identifiers that both have.
    pub(super) kept: u64,
    /// Those that only the delivery before has.
    pub(super) gone: u64,
    /// Those that only this one has.
    pub(super) new: u64,
    /// Records recognised by name and address.
    pub(super) matched: u64,
    /// Those of them whose identifier is another.
    pub(super) renumbered: u64,
}

/// The columns that are compared.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    id: usize,
    places: Vec<usize>,
}

/// What is kept of one delivery: hashes.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    records: u64,
    ids: Seen,
    by_place: HashMap<u64, Recognised, BuildHasherDefault<AsItIs>>,
}

#[derive(Debug, Clone, Copy)]
struct Recognised {
    id: u64,
    /// Of the record, from 1.
    nth: u64,
    is_only: bool,
}

/// What two deliveries have in common.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) previous: Previous,
    /// Name and address of each record that has another identifier, in the order of this delivery.
    pub(super) renumbered: Vec<u64>,
}

impl Compared {
    /// The columns of the identifier and of name and address by which `header` and `other` can be compared; the names are
    /// those of `header`.
    pub(super) fn pair(header: &Header, id: usize, other: &Header) -> Option<(Self, Self)> {
        let other_id = other.column(&header.names()[id])?;
        let places = PLACE_COLUMNS.iter().filter_map(|name| header.column(name).zip(other.column(name)));
        let (places, other_places) = places.unzip();
        Some((Self { id, places }, Self { id: other_id, places: other_places }))
    }

    fn id<'a>(&self, record: &Record<'a>) -> &'a str {
        record.cell(self.id).trim()
    }

    /// Name and address; none where all are blank.
    pub(super) fn place(&self, record: &Record<'_>) -> Option<u64> {
        let mut place = String::new();
        let mut is_filled = false;
        for nth in &self.places {
            let cell = record.cell(*nth);
            is_filled |= !is_null(cell);
            place.push_str(&fold(cell));
            place.push('\u{1f}');
        }
        is_filled.then(|| hash(&place))
    }
}

impl Delivery {
    /// All records of a list.
    ///
    /// # Errors
    /// 65 when the file breaks a rule.
    pub(super) fn read(table: &mut Table, columns: &Compared) -> Result<Self> {
        let mut delivery = Self::default();
        for_each(table, |record| {
            delivery.add(record, columns);
            Ok(())
        })?;
        Ok(delivery)
    }

    /// Takes a record.
    pub(super) fn add(&mut self, record: &Record<'_>, columns: &Compared) {
        self.records += 1;
        let id = columns.id(record);
        if !id.is_empty() {
            self.ids.meet(id);
        }
        let Some(place) = columns.place(record) else { return };
        let recognised = Recognised { id: hash(id), nth: self.records, is_only: true };
        self.by_place.entry(place).and_modify(|other| other.is_only = false).or_insert(recognised);
    }

    /// Compares with the delivery before.
    pub(super) fn compare(&self, before: &Self) -> Comparison {
        let mut matched = 0;
        let mut renumbered = vec![];
        for (place, record) in self.by_place.iter().filter(|(_, record)| record.is_only) {
            let Some(old) = before.by_place.get(place).filter(|old| old.is_only) else { continue };
            matched += 1;
            if old.id != record.id {
                renumbered.push((record.nth, *place));
            }
        }
        renumbered.sort_unstable();
        let kept = self.ids.in_common(&before.ids);
        let previous = Previous {
            records: before.records,
            kept,
            gone: before.ids.distinct() - kept,
            new: self.ids.distinct() - kept,
            matched,
            renumbered: renumbered.len() as u64,
        };
        Comparison { previous, renumbered: renumbered.into_iter().map(|(_, place)| place).collect() }
    }
}

/// The identifiers that some records of a list have, by name and address.
///
/// # Errors
/// 65 when the file breaks a rule.
pub(super) fn identifiers(
    source: &Source,
    place: &Place,
    columns: &Compared,
    wanted: &[u64],
) -> Result<HashMap<u64, String>> {
    let wanted: std::collections::HashSet<u64> = wanted.iter().copied().collect();
    let mut found = HashMap::new();
    let mut list = place.clone().open(source)?;
    for_each(&mut list.table, |record| {
        if let Some(place) = columns.place(record).filter(|place| wanted.contains(place)) {
            found.insert(place, columns.id(record).to_owned());
        }
        Ok(())
    })?;
    Ok(found)
}
