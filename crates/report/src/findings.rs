//! All findings of a run: counted, and those kept that are to be written.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use files::{Destination, Output};
use serde::Serialize;
use tables::{Remark, Table};

use crate::args::FindingsArgs;
use crate::counts::Levels;
use crate::finding::{Finding, Part, PartId};
use crate::line::{self, RuleJson};
use crate::rule::{Level, RuleId, Rules};
use crate::settled::{Early, Lines};
use crate::spill::{Key, Spill};
use crate::tally::{Tally, TallySpot, Templates};

/// Counts findings, and keeps of each rule on each path the first ones. Memory does not grow with their number.
pub struct Findings {
    rules: Rules,
    parts: Vec<Part>,
    max: u64,
    tallies: Vec<Option<Box<Tally>>>,
    templates: Templates,
    levels: Levels,
    spill: Spill,
    /// Of the rules that were met; made anew when rules are added.
    json: Vec<Option<RuleJson>>,
    lines: Lines,
    early: Option<Early>,
}

/// A rule in a place where it was met before: to count it there once more, nothing has to be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    rule: RuleId,
    spot: TallySpot,
}

/// What a report says of one rule, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleEntry {
    pub(crate) rule: String,
    pub(crate) level: Level,
    pub(crate) count: u64,
    pub(crate) records: u64,
    #[serde(serialize_with = "as_object")]
    pub(crate) columns: Vec<(String, u64)>,
    pub(crate) message: String,
    pub(crate) remedy: String,
    pub(crate) examples: Vec<ExampleEntry>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) omitted: u64,
}

/// Where a reader can look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExampleEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

fn as_object<S: serde::Serializer>(pairs: &[(String, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, count)| (name, count)))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl std::fmt::Debug for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Findings").field("levels", &self.levels).finish_non_exhaustive()
    }
}

impl Findings {
    /// `folder` is where the outputs will be: what does not fit into memory waits there, without a name.
    pub fn new(rules: Rules, args: &FindingsArgs, folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self {
            rules,
            parts: vec![],
            max: args.max_findings,
            tallies: vec![],
            templates: Templates::default(),
            levels: Levels::default(),
            spill: Spill::new(move || -> Result<File> { files::scratch(&folder) }),
            json: vec![],
            lines: Lines::default(),
            early: None,
        }
    }

    /// Writes lines to where they go as soon as they are settled ([`Findings::settle`]), rather than all in the end.
    pub fn settling_to(self, destination: Destination) -> Self {
        Self { early: Some(Early::new(destination)), ..self }
    }

    /// Promises that nothing more is told of the file as a whole, nor of records before this one.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn settle(&mut self, before: u64) -> Result<()> {
        match &mut self.early {
            Some(early) => early.settle(before, &mut self.spill, &mut self.lines, self.max),
            None => Ok(()),
        }
    }

    /// The file in which those lines stand that are settled, if there are any: where to go on.
    pub(crate) fn begun(&mut self) -> Option<Output> {
        self.early.take().and_then(Early::into_output)
    }

    /// Declares a list or file; findings are sorted by the order of declaration. The first one declared is where
    /// findings stand that name none.
    pub fn part(&mut self, part: Part) -> PartId {
        let id = PartId(u16::try_from(self.parts.len()).expect("parts are counted in tens"));
        self.parts.push(part);
        id
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The rules, to which some may be added under way.
    pub fn rules_mut(&mut self) -> &mut Rules {
        self.json.clear();
        &mut self.rules
    }

    /// The rule of a name.
    pub fn rule(&self, name: &str) -> RuleId {
        self.rules.id(name)
    }

    /// Counts a finding, and keeps it if it is to be written.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add(&mut self, finding: Finding<'_>) -> Result<()> {
        let Self { rules, parts, max, tallies, templates, levels, spill, json, early, .. } = self;
        let rule = rules.get(finding.rule);
        levels.add(rule.level, 1);
        let nth = usize::from(finding.rule.0);
        if tallies.len() <= nth {
            tallies.resize_with(rules.len(), || None);
        }
        let template = templates.number(finding.path);
        if !tallies[nth].get_or_insert_default().add(&finding, template, *max) {
            return Ok(());
        }
        if json.len() <= nth {
            json.resize_with(rules.len(), || None);
        }
        let record = finding.record.unwrap_or(0);
        let is_settled = early.as_ref().is_some_and(|early| early.has_settled(finding.part, record));
        assert!(!is_settled, "something is told of a record of which nothing more was to be told");
        let key = Key { part: finding.part.0, record, path: finding.path.unwrap_or_default(), rule: &rule.name };
        let part = parts.get(usize::from(finding.part.0));
        let json = json[nth].get_or_insert_with(|| RuleJson::of(rule));
        let note = u64::from(finding.rule.0) << 32 | u64::from(template);
        spill.push(key, note, |held| line::write(&finding, json, part, held)).context("could not keep a finding")
    }

    /// Counts a finding of which neither line nor example would be kept, whatever else it says; false, and nothing is done,
    /// if it is one to be added. Whoever asks first need not put together what it says.
    pub fn count_only(&mut self, finding: &Finding<'_>) -> bool {
        let Some(Some(tally)) = self.tallies.get_mut(usize::from(finding.rule.0)) else { return false };
        if self.max == 0 || tally.count < self.max {
            return false;
        }
        let template = self.templates.number(finding.path);
        if !tally.count_only(finding, template, self.max) {
            return false;
        }
        self.levels.add(self.rules.get(finding.rule).level, 1);
        true
    }

    /// Where findings like this one are counted; none as long as there was none.
    pub fn spot(&mut self, finding: &Finding<'_>) -> Option<Spot> {
        let tally = self.tallies.get(usize::from(finding.rule.0))?.as_ref()?;
        let spot = tally.spot(finding, self.templates.number(finding.path))?;
        Some(Spot { rule: finding.rule, spot })
    }

    /// [`Findings::count_only`] of a finding like those of a spot, but of another record. Where it is false, that has to be
    /// asked.
    #[inline]
    pub fn count_at(&mut self, spot: Spot, record: u64) -> bool {
        let Some(Some(tally)) = self.tallies.get_mut(usize::from(spot.rule.0)) else { return false };
        let is_counted = self.max > 0 && tally.count_at(spot.spot, record, self.max);
        if is_counted {
            self.levels.add(self.rules.get(spot.rule).level, 1);
        }
        is_counted
    }

    /// Adds what a reader has to tell.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add_remarks(&mut self, part: PartId, remarks: &[Remark]) -> Result<()> {
        remarks.iter().try_for_each(|remark| self.add_remark(part, remark, None))
    }

    /// Adds one thing that a reader has to tell; `path` is where what it is about stands in the output.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add_remark(&mut self, part: PartId, remark: &Remark, path: Option<&str>) -> Result<()> {
        let rule = self.rules.id(remark.told.rule());
        let finding = Finding::of_remark(rule, remark).part(part);
        self.add(path.map_or(finding, |path| finding.path(path)))
    }

    /// Adds what there is to tell of a file as a whole.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn add_table(&mut self, part: PartId, table: &Table) -> Result<()> {
        self.add_remarks(part, table.remarks())
    }

    /// How many there are by level.
    pub fn levels(&self) -> Levels {
        self.levels
    }

    /// How often a rule was met.
    pub fn count(&self, rule: RuleId) -> u64 {
        self.tallies.get(usize::from(rule.0)).and_then(Option::as_ref).map_or(0, |tally| tally.count)
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.levels.total() == 0
    }

    /// Writes the findings in order, and gives back what is to be reported of each rule, worst first.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn finish(self, mut output: impl Write) -> Result<Vec<RuleEntry>> {
        let Self { rules, spill, mut lines, max, mut tallies, templates, .. } = self;
        spill.drain(|entry| lines.add(&entry, max, &mut output))?;
        lines.flush(&mut output)?;
        let by_rule = &mut lines.by_rule;
        by_rule.resize(tallies.len().max(by_rule.len()), 0);
        let mut entries = vec![];
        for (nth, tally) in tallies.iter_mut().enumerate() {
            let Some(tally) = tally else { continue };
            let rule = rules.get(RuleId(nth as u16));
            entries.push(RuleEntry {
                rule: rule.name.to_string(),
                level: rule.level,
                count: tally.count,
                records: tally.records.count(),
                columns: tally.columns(&templates),
                message: rule.message.to_string(),
                remedy: rule.remedy.to_string(),
                examples: std::mem::take(&mut tally.examples)
                    .into_iter()
                    .map(|example| ExampleEntry { record: example.record, line: example.line, value: example.value })
                    .collect(),
                omitted: tally.count - by_rule[nth],
            });
        }
        entries.sort_by(|a, b| a.level.cmp(&b.level).then(b.count.cmp(&a.count)).then_with(|| a.rule.cmp(&b.rule)));
        Ok(entries)
    }
}

#[cfg(test)]
mod tests;
