//! The names of procedures that a table has, as the report lists them.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::Serialize;

use crate::cells::Told;

/// Names that are told apart; a column of something else has as many as records.
const MOST_NAMES: usize = 2_000;

/// Records that are named of each.
const MOST_RECORDS: usize = 5;

/// Counts names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_name: HashMap<Box<str>, usize, FixedState>,
    list: Vec<Name>,
}

/// What was met of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Name {
    pub(crate) rule: &'static str,
    pub(crate) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    pub(crate) count: u64,
    pub(crate) records: Vec<u64>,
}

impl Names {
    /// Counts a name.
    pub(crate) fn add(&mut self, told: Told, value: &str, to: Option<&str>, record: u64) {
        let value = &value[..value.floor_char_boundary(200)];
        let nth = match self.by_name.get(value) {
            Some(nth) => *nth,
            None if self.list.len() >= MOST_NAMES => return,
            None => {
                let value = report::mask(value).into_owned();
                self.list.push(Name { rule: told.rule(), value, to: to.map(str::to_owned), count: 0, records: vec![] });
                self.list.len() - 1
            }
        };
        if nth == self.list.len() - 1 && self.list[nth].count == 0 {
            self.by_name.insert(value.into(), nth);
        }
        let name = &mut self.list[nth];
        name.count += 1;
        // Contracts come in the order of their first records, their other records before those of the next.
        let at = name.records.partition_point(|other| *other <= record);
        name.records.insert(at, record);
        name.records.truncate(MOST_RECORDS);
    }

    /// Those without a value first, then those that are doubtful; of each the most frequent first.
    pub(crate) fn finish(mut self) -> Vec<Name> {
        let rank = |name: &Name| match name.rule {
            "procedure.unmapped" => 0,
            "procedure.ambiguous" => 1,
            _ => 2,
        };
        self.list.sort_by(|one, other| {
            rank(one).cmp(&rank(other)).then(other.count.cmp(&one.count)).then_with(|| one.value.cmp(&other.value))
        });
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_and_the_worst_come_first() {
        let mut names = Names::default();
        for record in (1..=9).rev() {
            names.add(Told::ProcedureMapped, "MAPA", Some("Procédure adaptée"), record);
        }
        names.add(Told::ProcedureUnmapped, "UGAP", None, 4);
        names.add(Told::ProcedureAmbiguous, "Concours", Some("x"), 5);
        names.add(Told::ProcedureAmbiguous, "Achat direct", Some("x"), 6);
        let found = names.finish();
        let shown: Vec<_> =
            found.iter().map(|name| (name.value.as_str(), name.count, name.records.as_slice())).collect();
        assert_eq!(
            shown,
            [("UGAP", 1, &[4][..]), ("Achat direct", 1, &[6]), ("Concours", 1, &[5]), ("MAPA", 9, &[1, 2, 3, 4, 5]),]
        );
    }
}
