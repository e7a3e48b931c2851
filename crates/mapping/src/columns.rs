//! The columns that a mapping names, each once.

use std::collections::HashMap;

use tables::{Header, fold};

/// A column of a mapping, by its place among all that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ColumnId(u32);

/// All columns that a mapping names, in the order in which it names them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    by_name: HashMap<String, ColumnId>,
}

/// Where the columns of a mapping are in a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bound(Vec<Option<u32>>);

impl Columns {
    pub(crate) fn add(&mut self, name: &str) -> ColumnId {
        // As many as a file has lines at most.
        let next = ColumnId(self.names.len() as u32);
        let id = *self.by_name.entry(fold(name)).or_insert(next);
        if id == next {
            self.names.push(name.to_owned());
        }
        id
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn name(&self, id: ColumnId) -> &str {
        &self.names[id.0 as usize]
    }

    pub(crate) fn bind(&self, header: &Header) -> Bound {
        // Of names that are alike but for case or accents, a file may have both: then exactly the one that is written counts.
        let exact = |name: &String| header.names().iter().position(|other| other == name);
        let find = |name: &String| exact(name).or_else(|| header.column(name)).map(|column| column as u32);
        Bound(self.names.iter().map(find).collect())
    }
}

impl Bound {
    /// Where a column is in the file; none where the file lacks it.
    #[inline]
    pub(crate) fn at(&self, column: ColumnId) -> Option<usize> {
        self.0[column.0 as usize].map(|column| column as usize)
    }

    /// The places among the mapping's columns of those that the file lacks.
    pub(crate) fn missing(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, column)| column.is_none()).map(|(nth, _)| nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_names_that_are_alike_the_one_that_is_written_counts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, r#"[{"Latitude": null, "latitude": 1, "Ville": 2}]"#).unwrap();
        let source = tables::Source::open(&file, None).unwrap();
        let table = tables::Table::open(&source, &tables::Options::default()).unwrap();
        let mut columns = Columns::default();
        let ids = ["latitude", "VILLE", "rue"].map(|name| columns.add(name));
        let bound = columns.bind(table.header());
        assert_eq!(ids.map(|id| bound.at(id)), [Some(1), Some(2), None]);
    }
}
