//! The two tables at one moment, each in its order.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::record::{Maker, Telling};
use super::row::Row;
use crate::world::dice::Dice;

/// One of the two lists.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// `/structures`
    Structures,
    /// `/services`
    Services,
}

/// A record as the API serves it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) body: String,
    /// The row that it tells of.
    pub(crate) nth: u64,
}

/// What was made of one row.
#[derive(Debug)]
struct Told {
    row: Row,
    mates: Vec<(&'static str, String)>,
    structure: Option<Arc<Record>>,
    services: Vec<Arc<Record>>,
}

/// Both tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    told: HashMap<u64, Arc<Told>>,
    rows: Vec<Row>,
    structures: Vec<Arc<Record>>,
    services: Vec<Arc<Record>>,
}

impl Tables {
    /// What these rows tell; what is as it was `before` is not made anew.
    pub(crate) fn new(maker: &Maker, rows: Vec<Row>, before: &Self) -> Self {
        let mut clusters: HashMap<u64, Vec<(&'static str, String, u64)>> = HashMap::new();
        for row in rows.iter().filter(|row| !row.hidden) {
            clusters.entry(row.cluster).or_default().push((row.source(), row.id(maker.seed), row.nth));
        }
        let told: HashMap<u64, Arc<Told>> = rows
            .iter()
            .map(|row| {
                let others = clusters.get(&row.cluster).into_iter().flatten().filter(|(.., nth)| *nth != row.nth);
                let mates: Vec<_> = others.map(|(source, id, _)| (*source, id.clone())).collect();
                let known = before.told.get(&row.nth).filter(|told| told.row == *row && told.mates == mates);
                (row.nth, known.cloned().unwrap_or_else(|| Arc::new(Told::new(maker, *row, mates))))
            })
            .collect();
        let structures = sorted(told.values().filter_map(|told| told.structure.clone()));
        let services = sorted(told.values().flat_map(|told| told.services.iter().cloned()));
        Self { told, rows, structures, services }
    }

    pub(crate) fn list(&self, list: List) -> &[Arc<Record>] {
        match list {
            List::Structures => &self.structures,
            List::Services => &self.services,
        }
    }

    /// The structures less their duplicates: the best of each cluster, by the names that this load gave the clusters.
    pub(crate) fn without_duplicates(&self, maker: &Maker, load: u64) -> Vec<Arc<Record>> {
        let mut best: HashMap<u64, &Told> = HashMap::new();
        for told in self.told.values().filter(|told| told.structure.is_some()) {
            let rank = |told: &Told| (maker.rank(&told.row), Reverse(told.row.id(maker.seed)));
            let known = best.entry(told.row.cluster).or_insert(told);
            if rank(told) > rank(known) {
                *known = told;
            }
        }
        let mut best: Vec<_> = best.into_iter().collect();
        best.sort_by_key(|(cluster, _)| Dice::of(&[maker.seed, 0xc1a5, load, *cluster]).next());
        best.into_iter().filter_map(|(_, told)| told.structure.clone()).collect()
    }

    /// The rows, in the order of their making.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Told {
    fn new(maker: &Maker, row: Row, mates: Vec<(&'static str, String)>) -> Self {
        let record = |id, body| Arc::new(Record { id, body, nth: row.nth });
        let telling = Telling::Listed(&mates);
        let structure = (!row.hidden).then(|| record(row.id(maker.seed), maker.structure(&row, telling)));
        let ids = row.service_ids(maker.seed).into_iter().enumerate();
        let services = ids.map(|(of, id)| record(id.clone(), maker.service(&row, of, &id, telling))).collect();
        Self { row, mates, structure, services }
    }
}

fn sorted(records: impl Iterator<Item = Arc<Record>>) -> Vec<Arc<Record>> {
    let mut records: Vec<_> = records.collect();
    records.sort_by_cached_key(|record| order(&record.id));
    records
}

/// What identifiers are sorted by.
pub(crate) type Key = (String, String);

/// The order of a database whose collation looks at letters and digits first, whatever their case: nobody told us the
/// real one (facts, 2026-11), and it need not be that of bytes.
pub(crate) fn order(id: &str) -> Key {
    let plain = id.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (plain, id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(seed: u64, listed: usize) -> Tables {
        Tables::new(&Maker::new(seed, false), Row::first(seed, listed), &Tables::default())
    }

    #[test]
    fn the_same_seed_makes_the_same_tables() {
        let bodies = |seed| tables(seed, 200).structures.iter().map(|record| record.body.clone()).collect::<Vec<_>>();
        assert_eq!(bodies(1), bodies(1));
        assert_ne!(bodies(1), bodies(2));
    }

    #[test]
    fn the_order_is_not_that_of_bytes_and_no_identifier_comes_twice() {
        let tables = tables(1, 2_000);
        for list in [List::Structures, List::Services] {
            let ids: Vec<&str> = tables.list(list).iter().map(|record| &*record.id).collect();
            assert!(!ids.is_sorted() && ids.is_sorted_by_key(|id| order(id)));
            assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len());
        }
        assert_eq!(tables.structures.len(), 2_000);
    }

    #[test]
    fn each_record_is_json_that_names_what_it_is() {
        for record in tables(3, 300).structures.iter().chain(&tables(3, 300).services) {
            let read: serde_json::Value = serde_json::from_str(&record.body).unwrap();
            assert_eq!(read["id"], record.id);
        }
    }
}
