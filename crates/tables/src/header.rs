//! The names of the columns, and the record that holds them.

use std::collections::{HashMap, HashSet};

use crate::names::fold;
use crate::record::is_blank;

/// Among so many records the header is looked for.
pub(crate) const LOOKED_AT: usize = 20;

/// So many known names on one record make it the header.
pub(crate) const ENOUGH_KNOWN: usize = 3;

/// The columns of a table, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    columns: HashMap<String, usize>,
    repeated: Vec<usize>,
    line: Option<u64>,
}

impl Header {
    pub(crate) fn new(names: Vec<String>, line: Option<u64>) -> Self {
        let mut header = Self { line, ..Self::default() };
        names.into_iter().for_each(|name| header.push(name));
        header
    }

    fn push(&mut self, name: String) {
        let column = self.names.len();
        let folded = fold(&name);
        if !folded.is_empty() {
            match self.columns.get(&folded) {
                Some(_) => self.repeated.push(column),
                None => drop(self.columns.insert(folded, column)),
            }
        }
        self.names.push(name);
    }

    /// The names as they stand in the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of a name, however it is written there; of a repeated one the first.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.get(&fold(name)).copied()
    }

    /// The columns whose name stands further left already.
    pub fn repeated(&self) -> &[usize] {
        &self.repeated
    }

    /// The line, or the sheet's row, on which it begins; none where names stand with each value.
    pub fn line(&self) -> Option<u64> {
        self.line
    }
}

/// The record that holds the names, from 0: the first with enough known names, else the first that is not blank.
pub(crate) fn find<'a, R: IntoIterator<Item = &'a str>>(
    records: impl IntoIterator<Item = R>,
    known: &HashSet<String>,
) -> Option<usize> {
    let mut first = None;
    for (nth, record) in records.into_iter().take(LOOKED_AT).enumerate() {
        let mut met = HashSet::new();
        for cell in record.into_iter().filter(|cell| !is_blank(cell)) {
            first.get_or_insert(nth);
            let name = fold(cell);
            if known.contains(&name) && met.insert(name) && met.len() == ENOUGH_KNOWN {
                return Some(nth);
            }
        }
    }
    first
}

/// Whether so many known names stand on a record that it is a header.
#[cfg(feature = "workbooks")]
pub(crate) fn is_known<'a>(record: impl Iterator<Item = &'a str>, known: &HashSet<String>) -> bool {
    let met: HashSet<String> = record.map(fold).filter(|name| known.contains(name)).collect();
    met.len() >= ENOUGH_KNOWN
}

/// The known names as they are compared.
pub(crate) fn folded(known: &[String]) -> HashSet<String> {
    known.iter().map(|name| fold(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(records: &[&[&str]], known: &[&str]) -> Option<usize> {
        let known = known.iter().map(|name| fold(name)).collect();
        find(records.iter().map(|record| record.iter().copied()), &known)
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let header = Header::new(["Nmarché", "Type ", "TYPE", "", " "].map(str::to_owned).into(), Some(1));
        assert_eq!(header.column("NMARCHE"), Some(0));
        assert_eq!(header.column("type"), Some(1));
        assert_eq!(header.column(""), None);
        assert_eq!(header.repeated(), [2]);
        assert_eq!(header.names()[1], "Type ");
    }

    #[test]
    fn three_known_names_make_a_header_below_titles() {
        let records: &[&[&str]] = &[&["Liste"], &[""], &["id", "nom", "id"], &["ID", "Nom", "Siret"], &["1", "2", "3"]];
        assert_eq!(found(records, &["id", "nom", "siret"]), Some(3));
        assert_eq!(found(records, &["id", "nom"]), Some(0), "two are not enough");
    }

    #[test]
    fn without_known_names_it_is_the_first_that_is_not_blank() {
        assert_eq!(found(&[&["", " "], &["a"]], &[]), Some(1));
        assert_eq!(found(&[&["", " "]], &[]), None);
        let far: Vec<&[&str]> = [&["x"][..]; 20].into_iter().chain([&["a", "b", "c"][..]]).collect();
        assert_eq!(found(&far, &["a", "b", "c"]), Some(0), "only the first twenty are looked at");
    }
}
