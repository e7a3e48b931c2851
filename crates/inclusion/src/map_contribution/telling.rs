//! What is told of values: repairs, values left out, values without a row; told by record and counted for the report.

use anyhow::Result;
use report::{Finding, Findings, Lang, Level, PartId, RuleId};
use tables::{Header, Record};

use super::messages;
use super::tally::Tally;
use crate::contact;
use crate::repair::Step;
use crate::schema::Kind;

/// Which record of which list is being read.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) kind: Kind,
    pub(super) part: PartId,
    pub(super) record: &'a Record<'a>,
    pub(super) header: &'a Header,
    pub(super) id: Option<&'a str>,
}

impl<'a> Spot<'a> {
    /// The name of a column, unless it is somebody's contact.
    fn name(&self, column: Option<usize>) -> Option<&'a String> {
        column.and_then(|column| self.header.names().get(column)).filter(|name| !contact::has_any(name))
    }
}

/// A field, by its name and where it stands in the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) field: &'a str,
    pub(super) path: &'a str,
    /// Whether its values are shown nowhere.
    pub(super) is_private: bool,
}

/// Tells, and counts.
pub(super) struct Teller {
    pub(super) findings: Findings,
    lang: Lang,
    pub(super) tally: Tally,
    name: String,
}

impl Teller {
    pub(super) fn new(findings: Findings, lang: Lang) -> Self {
        Self { findings, lang, tally: Tally::default(), name: String::new() }
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
        let name = spot.name(column);
        let shown = shown(place, name, value).zip(shown(place, name, to));
        let mut finding = finding(rule, spot, place, name);
        if let Some((value, to)) = shown {
            finding = finding.value(value).to(to);
        }
        self.findings.add(finding)?;
        let rule = &self.findings.rules().get(rule).name;
        self.tally.add_repair(spot.kind, rule, place.field, name.map(String::as_str), shown);
        Ok(())
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
        let name = spot.name(column);
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
        let name = spot.name(column);
        let mut finding = finding(rule, spot, place, name);
        let shown = shown(place, name, value);
        if let Some(value) = shown {
            finding = finding.value(value);
        }
        self.findings.add(finding)?;
        self.tally.add_unmapped(spot.kind, place.field, shown);
        Ok(())
    }
}

fn finding<'a>(rule: RuleId, spot: &Spot<'a>, place: Place<'a>, column: Option<&'a String>) -> Finding<'a> {
    let mut finding = Finding::new(rule).part(spot.part).at(spot.record).path(place.path);
    if let Some(id) = spot.id.filter(|id| !contact::has_any(id)) {
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
