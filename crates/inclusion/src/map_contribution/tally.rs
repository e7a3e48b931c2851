//! Repairs, and values without a row, counted for the report.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::Serialize;

use crate::schema::Kind;

/// Examples of a repair that the report shows.
const EXAMPLES: usize = 3;

/// Values without a row that are told apart; a column of free text has no end of them.
const MOST_UNMAPPED: usize = 10_000;

/// How the others are called.
const OTHERS: &str = "…";

/// How a value is called that is shown nowhere.
const HIDDEN: &str = "[…]";

/// So many characters of a value are told.
const LONGEST_VALUE_CHARS: usize = 200;

/// One kind of repair, as the report counts it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Repair {
    pub(super) list: &'static str,
    pub(super) rule: String,
    pub(super) field: String,
    /// None where the value comes from no column.
    pub(super) column: Option<String>,
    pub(super) count: u64,
    pub(super) examples: Vec<Example>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Example {
    pub(super) value: String,
    pub(super) to: String,
}

/// A value without a row, as the report counts it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unmapped {
    pub(super) list: &'static str,
    pub(super) field: String,
    pub(super) value: String,
    pub(super) count: u64,
}

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By list, rule, field and column.
    repairs: HashMap<(Kind, String, String, Option<String>), Repair, FixedState>,
    unmapped: HashMap<(Kind, String), HashMap<String, u64, FixedState>, FixedState>,
    distinct: usize,
}

impl Tally {
    /// Counts a repair; `shown` is what stood there and what came of it, where people may see it.
    pub(super) fn add_repair(
        &mut self,
        kind: Kind,
        rule: &str,
        field: &str,
        column: Option<&str>,
        shown: Option<(&str, &str)>,
    ) {
        let key = (kind, rule.to_owned(), field.to_owned(), column.map(str::to_owned));
        let repair = self.repairs.entry(key).or_insert_with(|| Repair {
            list: kind.name(),
            rule: rule.to_owned(),
            field: field.to_owned(),
            column: column.map(str::to_owned),
            count: 0,
            examples: Vec::new(),
        });
        repair.count += 1;
        if let Some((value, to)) = shown.filter(|_| repair.examples.len() < EXAMPLES) {
            repair.examples.push(Example { value: cut(value), to: cut(to) });
        }
    }

    /// Counts a value without a row; none where nobody may see it.
    pub(super) fn add_unmapped(&mut self, kind: Kind, field: &str, shown: Option<&str>) {
        let values = self.unmapped.entry((kind, field.to_owned())).or_default();
        let value = cut(shown.unwrap_or(HIDDEN));
        match values.get_mut(&value) {
            Some(count) => *count += 1,
            None if self.distinct < MOST_UNMAPPED => {
                self.distinct += 1;
                values.insert(value, 1);
            }
            None => *values.entry(OTHERS.to_owned()).or_insert(0) += 1,
        }
    }

    /// The repairs by list, most frequent first.
    pub(super) fn repairs(&self) -> Vec<Repair> {
        let mut repairs: Vec<Repair> = self.repairs.values().cloned().collect();
        let order = |repair: &Repair| list_order(repair.list);
        repairs.sort_by(|one, other| {
            let key = order(one).cmp(&order(other)).then(other.count.cmp(&one.count));
            key.then_with(|| (&one.rule, &one.field, &one.column).cmp(&(&other.rule, &other.field, &other.column)))
        });
        repairs
    }

    /// The values without a row by list and field, most frequent first.
    pub(super) fn unmapped(&self) -> Vec<Unmapped> {
        let entries = self.unmapped.iter().flat_map(|((kind, field), values)| {
            let entry = |(value, count): (&String, &u64)| Unmapped {
                list: kind.name(),
                field: field.clone(),
                value: value.clone(),
                count: *count,
            };
            values.iter().map(entry)
        });
        let mut all: Vec<Unmapped> = entries.collect();
        all.sort_by(|one, other| {
            let key = list_order(one.list).cmp(&list_order(other.list)).then_with(|| one.field.cmp(&other.field));
            key.then(other.count.cmp(&one.count)).then_with(|| one.value.cmp(&other.value))
        });
        all
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_VALUE_CHARS).collect()
}

fn list_order(list: &str) -> Option<usize> {
    Kind::ALL.iter().position(|kind| kind.name() == list)
}
