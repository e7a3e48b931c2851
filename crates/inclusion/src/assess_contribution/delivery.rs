//! Two deliveries of the same data: which records stayed, and whether their identifiers did.

use std::collections::{BinaryHeap, HashMap};
use std::path::Path;

use anyhow::Result;
use files::{HashStore, Hashed};
use serde::Serialize;
use tables::{Header, Record, Source, Table, fold};

use crate::lists::{Place, for_each, is_null};
use crate::seen::{Seen, hash, number};

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
#[derive(Debug)]
pub(super) struct Delivery {
    records: u64,
    ids: Seen,
    by_place: HashStore<Recognised>,
}

#[derive(Debug, Clone, Copy)]
struct Recognised {
    place: u64,
    id: u64,
    /// Of the record, from 1; 0 where another has the same name and address.
    nth: u64,
}

impl Recognised {
    fn is_only(self) -> bool {
        self.nth > 0
    }
}

impl Hashed for Recognised {
    const BYTES: usize = 24;

    fn hash(&self) -> u64 {
        self.place
    }

    fn write(&self, to: &mut Vec<u8>) {
        [self.place, self.id, self.nth].iter().for_each(|number| to.extend_from_slice(&number.to_le_bytes()));
    }

    fn read(from: &[u8]) -> Self {
        Self { place: number(from, 0), id: number(from, 1), nth: number(from, 2) }
    }
}

/// What two deliveries have in common.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) previous: Previous,
    /// Name and address of the first records that have another identifier.
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
    /// Before its first record. `folder` is where the output will be.
    pub(super) fn new(folder: &Path) -> Self {
        Self { records: 0, ids: Seen::new(folder), by_place: HashStore::new(folder) }
    }

    /// All records of a list.
    ///
    /// # Errors
    /// 65 when the file breaks a rule, 74 when the disk refuses.
    pub(super) fn read(table: &mut Table, columns: &Compared, folder: &Path) -> Result<Self> {
        let mut delivery = Self::new(folder);
        for_each(table, |record| delivery.add(record, columns))?;
        Ok(delivery)
    }

    /// Takes a record.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn add(&mut self, record: &Record<'_>, columns: &Compared) -> Result<()> {
        self.records += 1;
        let id = columns.id(record);
        if !id.is_empty() {
            self.ids.meet(id)?;
        }
        let Some(place) = columns.place(record) else { return Ok(()) };
        let recognised = Recognised { place, id: hash(id), nth: self.records };
        if !self.by_place.insert(recognised)? {
            self.by_place.replace(Recognised { nth: 0, ..recognised })?;
        }
        Ok(())
    }

    /// Compares with the delivery before; of the records that have another identifier the first `most` are named.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn compare(&mut self, before: &Self, most: usize) -> Result<Comparison> {
        let (mut matched, mut renumbered) = (0, 0);
        let mut first = BinaryHeap::new();
        self.by_place.for_each(|record| {
            let Some(old) = record.in_delivery(before)? else { return Ok(()) };
            matched += 1;
            if old.id != record.id {
                renumbered += 1;
                first.push((record.nth, record.place));
                if first.len() > most {
                    first.pop();
                }
            }
            Ok(())
        })?;
        let kept = self.ids.in_common(&before.ids)?;
        let previous = Previous {
            records: before.records,
            kept,
            gone: before.ids.distinct() - kept,
            new: self.ids.distinct() - kept,
            matched,
            renumbered,
        };
        Ok(Comparison { previous, renumbered: first.into_iter().map(|(_, place)| place).collect() })
    }

    /// Whether the record of a name and address had another identifier in the delivery before.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn is_renumbered(&self, before: &Self, place: u64) -> Result<bool> {
        let Some(record) = self.by_place.get(place)? else { return Ok(false) };
        Ok(record.in_delivery(before)?.is_some_and(|old| old.id != record.id))
    }
}

impl Recognised {
    /// The same in another delivery, if no other has its name and address in either.
    fn in_delivery(self, other: &Delivery) -> Result<Option<Self>> {
        let found = if self.is_only() { other.by_place.get(self.place)? } else { None };
        Ok(found.filter(|found| found.is_only()))
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
