//! What is told of values: repairs, values left out, values without a row; told by record and counted for the report.

use std::collections::HashMap;

use anyhow::Result;
use foldhash::fast::FixedState;
use report::{Finding, Findings, Lang, Level, PartId, RuleId};
use serde::Serialize;
use tables::{Header, Record};

use super::messages;
use crate::contact;
use crate::repair::Step;
use crate::schema::Kind;

/// Examples of a repair that the report shows.
const EXAMPLES: usize = 3;

/// Values without a row that are told apart; a column of free text has no end of them.
const MOST_UNMAPPED: usize = 10_000;

/// How the others are called.
const OTHERS: &str = "…";

/// So many characters of a value are told.
const LONGEST_VALUE_CHARS: usize = 200;

/// Which record of which list is being read.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) kind: Kind,
    pub(super) part: PartId,
    pub(super) record: &'a Record<'a>,
    pub(super) header: &'a Header,
    pub(super) id: Option<&'a str>,
}

/// A field, by its name and where it stands in the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) field: &'a str,
    pub(super) path: &'a str,
    /// Whether its values are shown nowhere.
    pub(super) is_private: bool,
}

/// One kind of repair, as the report counts it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Repair {
    pub(super) list: &'static str,
    pub(super) rule: String,
    pub(super) field: String,
    pub(super) column: String,
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

/// Tells, and counts.
pub(super) struct Teller {
    pub(super) findings: Findings,
    lang: Lang,
    repairs: HashMap<(Kind, RuleId, usize, String), Repair, FixedState>,
    unmapped: HashMap<(Kind, String), HashMap<String, u64, FixedState>, FixedState>,
    distinct: usize,
    name: String,
}

impl Teller {
    pub(super) fn new(findings: Findings, lang: Lang) -> Self {
        Self {
            findings,
            lang,
            repairs: HashMap::default(),
            unmapped: HashMap::default(),
            distinct: 0,
            name: String::new(),
        }
    }

    /// The rule of a step of a field, made if it is the first time; of one name the last level counts in the report.
    fn rule(&mut self, field: &str, step: Step, level: Level) -> RuleId {
        self.name.clear();
        let of_field = match step {
            Step::Own(of_field) => {
                self.name.extend([field, ".", of_field]);
                of_field
            }
            Step::Shared(name) => {
                self.name.push_str(name);
                ""
            }
        };
        let rules = self.findings.rules_mut();
        match rules.find(&self.name).filter(|id| rules.get(*id).level == level) {
            Some(id) => id,
            None => rules.add(messages::rule(&self.name, of_field, level, self.lang)),
        }
    }

    /// Tells a repair.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn repair(
        &mut self,
        spot: &Spot<'_>,
        place: Place<'_>,
        column: Option<usize>,
        step: Step,
        value: &str,
        to: &str,
    ) -> Result<()> {
        let rule = self.rule(place.field, step, Level::Info);
        let name = column.and_then(|column| spot.header.names().get(column));
        let shown = shown(place, name, value).zip(shown(place, name, to));
        let mut finding = finding(rule, spot, place, name);
        if let Some((value, to)) = shown {
            finding = finding.value(value).to(to);
        }
        self.findings.add(finding)?;
        self.count_repair(spot.kind, rule, place.field, column, name, shown);
        Ok(())
    }

    fn count_repair(
        &mut self,
        kind: Kind,
        rule: RuleId,
        field: &str,
        column: Option<usize>,
        name: Option<&String>,
        shown: Option<(&str, &str)>,
    ) {
        let key = (kind, rule, column.map_or(0, |column| column + 1), field.to_owned());
        let findings = &self.findings;
        let repair = self.repairs.entry(key).or_insert_with(|| Repair {
            list: kind.name(),
            rule: findings.rules().get(rule).name.to_string(),
            field: field.to_owned(),
            column: name.cloned().unwrap_or_default(),
            count: 0,
            examples: Vec::new(),
        });
        repair.count += 1;
        if let Some((value, to)) = shown.filter(|_| repair.examples.len() < EXAMPLES) {
            let cut = |text: &str| text.chars().take(LONGEST_VALUE_CHARS).collect();
            repair.examples.push(Example { value: cut(value), to: cut(to) });
        }
    }

    /// Tells a doubt, or of a value that is left out.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn warn(
        &mut self,
        spot: &Spot<'_>,
        place: Place<'_>,
        column: Option<usize>,
        step: Step,
        value: &str,
    ) -> Result<()> {
        self.tell(spot, place, column, step, Level::Warning, Some(value)).map(drop)
    }

    /// Tells why a record is rejected; the rule goes into the rejects.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn refuse(
        &mut self,
        spot: &Spot<'_>,
        place: Place<'_>,
        column: Option<usize>,
        step: Step,
        value: Option<&str>,
    ) -> Result<RuleId> {
        self.tell(spot, place, column, step, Level::Error, value)
    }

    fn tell(
        &mut self,
        spot: &Spot<'_>,
        place: Place<'_>,
        column: Option<usize>,
        step: Step,
        level: Level,
        value: Option<&str>,
    ) -> Result<RuleId> {
        let rule = self.rule(place.field, step, level);
        let name = column.and_then(|column| spot.header.names().get(column));
        let mut finding = finding(rule, spot, place, name);
        if let Some(value) = value.and_then(|value| shown(place, name, value)) {
            finding = finding.value(value);
        }
        self.findings.add(finding)?;
        Ok(rule)
    }

    /// Tells of a value without a row.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn unmapped(
        &mut self,
        spot: &Spot<'_>,
        place: Place<'_>,
        column: Option<usize>,
        value: &str,
    ) -> Result<()> {
        let rule = self.findings.rule(mapping::VALUE_UNMAPPED);
        let name = column.and_then(|column| spot.header.names().get(column));
        let mut finding = finding(rule, spot, place, name);
        let shown = shown(place, name, value);
        if let Some(value) = shown {
            finding = finding.value(value);
        }
        self.findings.add(finding)?;
        let values = self.unmapped.entry((spot.kind, place.field.to_owned())).or_default();
        let value: String = shown.unwrap_or("[…]").chars().take(LONGEST_VALUE_CHARS).collect();
        match values.get_mut(&value) {
            Some(count) => *count += 1,
            None if self.distinct < MOST_UNMAPPED => {
                self.distinct += 1;
                values.insert(value, 1);
            }
            None => *values.entry(OTHERS.to_owned()).or_insert(0) += 1,
        }
        Ok(())
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
    pub(super) fn all_unmapped(&self) -> Vec<Unmapped> {
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

fn list_order(list: &str) -> Option<usize> {
    Kind::ALL.iter().position(|kind| kind.name() == list)
}

fn finding<'a>(rule: RuleId, spot: &Spot<'a>, place: Place<'a>, column: Option<&'a String>) -> Finding<'a> {
    let mut finding = Finding::new(rule).part(spot.part).at(spot.record).path(place.path);
    if let Some(id) = spot.id {
        finding = finding.id(id);
    }
    match column {
        Some(column) => finding.column(column),
        None => finding,
    }
}

/// What of a value may be shown: nothing, where it is somebody's contact.
fn shown<'v>(place: Place<'_>, column: Option<&String>, value: &'v str) -> Option<&'v str> {
    let is_private = place.is_private || column.is_some_and(|column| contact::is_private(column));
    match (is_private, column) {
        (true, _) => None,
        // A SIRET that begins with two zeros looks like a telephone number abroad.
        (false, _) if value.len() == 14 && value.bytes().all(|byte| byte.is_ascii_digit()) => Some(value),
        (false, Some(column)) => contact::shown(column, value),
        (false, None) => contact::shown(place.field, value),
    }
}
