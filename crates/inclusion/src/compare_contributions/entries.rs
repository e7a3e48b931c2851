//! Records that were kept, close together in memory.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use indexmap::IndexSet;

use super::column::{
    ADRESSE, CODE_INSEE, CODE_POSTAL, COLUMNS, COMMUNE, COURRIEL, LATITUDE, LONGITUDE, NOM, SIRET, TELEPHONE,
};
use crate::linkage::Given;

/// The cells of one record.
pub(super) type Cells<'a> = [&'a str; COLUMNS.len()];

/// All records, those of FILE first.
#[derive(Debug, Default)]
pub(super) struct Entries {
    text: String,
    entries: Vec<Entry>,
    sources: IndexSet<String>,
    /// So many are FILE's.
    own: usize,
    /// So many sources are FILE's; they come first.
    own_sources: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    start: usize,
    ends: [u32; COLUMNS.len()],
    source: u32,
    /// Its number in its file.
    record: u64,
    alike: u32,
}

impl Entries {
    /// The number of a source.
    pub(super) fn source_number(&mut self, name: &str) -> usize {
        match self.sources.get_index_of(name) {
            Some(number) => number,
            None => self.sources.insert_full(name.to_owned()).0,
        }
    }

    /// The number of a source that some record may have.
    pub(super) fn known_source(&self, name: &str) -> Option<usize> {
        self.sources.get_index_of(name)
    }

    pub(super) fn push(&mut self, source: usize, record: u64, cells: &Cells<'_>) {
        let start = self.text.len();
        let ends = cells.map(|cell| {
            self.text.push_str(cell);
            (self.text.len() - start) as u32
        });
        self.entries.push(Entry { start, ends, source: source as u32, record, alike: 0 });
    }

    /// What was pushed so far is FILE's.
    pub(super) fn end_own(&mut self) {
        self.own = self.entries.len();
        self.own_sources = self.sources.len();
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn own_len(&self) -> usize {
        self.own
    }

    /// How many sources are FILE's.
    pub(super) fn own_source_count(&self) -> usize {
        self.own_sources
    }

    pub(super) fn is_own(&self, nth: usize) -> bool {
        nth < self.own
    }

    pub(super) fn record(&self, nth: usize) -> u64 {
        self.entries[nth].record
    }

    pub(super) fn source(&self, nth: usize) -> usize {
        self.entries[nth].source as usize
    }

    /// The name of a source.
    pub(super) fn source_name(&self, source: usize) -> &str {
        self.sources.get_index(source).expect("a record has a source that was numbered")
    }

    pub(super) fn source_count(&self) -> usize {
        self.sources.len()
    }

    pub(super) fn cell(&self, nth: usize, column: usize) -> &str {
        let entry = &self.entries[nth];
        let from = if column == 0 { 0 } else { entry.ends[column - 1] as usize };
        &self.text[entry.start + from..entry.start + entry.ends[column] as usize]
    }

    pub(super) fn cells(&self, nth: usize) -> Cells<'_> {
        std::array::from_fn(|column| self.cell(nth, column))
    }

    /// Finds those that are alike in all but `source` and `id`.
    pub(super) fn find_alike(&mut self) {
        let hash = FixedState::default();
        let mut order: Vec<(u64, u32)> =
            (0..self.len()).map(|nth| (hash.hash_one(self.content(nth)), nth as u32)).collect();
        order.sort_unstable();
        let mut group = 0;
        for block in order.chunk_by(|one, two| one.0 == two.0).filter(|block| block.len() > 1) {
            group += 1;
            let first = block[0].1 as usize;
            for (_, nth) in block {
                // Two of one hash that are not alike after all stay alone.
                if self.content(*nth as usize) == self.content(first) {
                    self.entries[*nth as usize].alike = group;
                }
            }
        }
    }

    /// All cells but the identifier, and where they end.
    fn content(&self, nth: usize) -> (&str, [u32; COLUMNS.len() - 1]) {
        let entry = &self.entries[nth];
        let id = entry.ends[0];
        let end = entry.ends[COLUMNS.len() - 1];
        let ends = std::array::from_fn(|column| entry.ends[column + 1] - id);
        (&self.text[entry.start + id as usize..entry.start + end as usize], ends)
    }

    /// A record as it is linked.
    pub(super) fn given(&self, nth: usize) -> Given<'_> {
        let cell = |column| self.cell(nth, column);
        Given {
            nom: cell(NOM),
            adresse: cell(ADRESSE),
            code_postal: cell(CODE_POSTAL),
            code_insee: cell(CODE_INSEE),
            commune: cell(COMMUNE),
            latitude: cell(LATITUDE),
            longitude: cell(LONGITUDE),
            siret: cell(SIRET),
            telephone: cell(TELEPHONE),
            courriel: cell(COURRIEL),
            alike: self.entries[nth].alike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(id: &'static str, nom: &'static str, adresse: &'static str) -> Cells<'static> {
        std::array::from_fn(|column| [id, nom, adresse].get(column).copied().unwrap_or_default())
    }

    #[test]
    fn alike_is_what_differs_in_the_identifier_alone() {
        let mut entries = Entries::default();
        let source = entries.source_number("a");
        for cells in [cells("1", "ab", "c"), cells("22", "ab", "c"), cells("3", "a", "bc"), cells("4", "x", "")] {
            entries.push(source, 1, &cells);
        }
        entries.find_alike();
        let alike: Vec<u32> = (0..4).map(|nth| entries.given(nth).alike).collect();
        assert!(alike[0] != 0 && alike[0] == alike[1] && alike[2] == 0 && alike[3] == 0, "{alike:?}");
        assert_eq!((entries.cell(1, 0), entries.cell(1, 1), entries.cell(1, 17)), ("22", "ab", ""));
    }
}
