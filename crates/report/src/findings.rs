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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::args::Lang;
    use crate::rule::Rule;

    fn findings(max_findings: u64) -> Findings {
        let mut rules = Rules::default();
        rules.add(Rule::new("siret.luhn", Level::Warning, "la clé est fausse", "vérifier"));
        rules.add(Rule::new("date.calendar", Level::Error, "ce jour n'existe pas", "corriger"));
        rules.add(Rule::new("text.entity", Level::Info, "entité", "écrire le caractère"));
        Findings::new(rules, &FindingsArgs { lang: Lang::Fr, max_findings }, Path::new("."))
    }

    fn finish(findings: Findings) -> (Vec<String>, Vec<RuleEntry>) {
        let mut text = vec![];
        let entries = findings.finish(&mut text).unwrap();
        (String::from_utf8(text).unwrap().lines().map(str::to_owned).collect(), entries)
    }

    #[test]
    fn a_finding_has_its_keys_in_order_and_no_other() {
        let mut all = findings(0);
        let list = all.part(Part { list: Some("structures".to_owned()), file: Some("a.csv".to_owned()) });
        let rule = all.rule("siret.luhn");
        let finding = Finding::new(rule).part(list).record(3).line(4).column("SIRET ").path("/siret").id("x");
        let value = "é".repeat(201);
        all.add(finding.value(&value).to("y").message(&format_args!("faux : {}", 1)).remedy("voir")).unwrap();
        all.add(Finding::new(rule).part(list)).unwrap();
        let (lines, _) = finish(all);
        assert_eq!(
            lines[0],
            "{\"rule\":\"siret.luhn\",\"level\":\"warning\",\"list\":\"structures\",\"file\":\"a.csv\",\
             \"message\":\"la clé est fausse\",\"remedy\":\"vérifier\"}"
        );
        assert_eq!(
            lines[1],
            format!(
                "{{\"rule\":\"siret.luhn\",\"level\":\"warning\",\"list\":\"structures\",\"file\":\"a.csv\",\
                 \"record\":3,\"line\":4,\"column\":\"SIRET \",\"path\":\"/siret\",\"id\":\"x\",\
                 \"value\":\"{}\",\"to\":\"y\",\"message\":\"faux : 1\",\"remedy\":\"voir\"}}",
                "é".repeat(200)
            )
        );
    }

    #[test]
    fn rules_are_reported_by_level_then_count_then_name() {
        let mut all = findings(0);
        let (luhn, date, entity) = (all.rule("siret.luhn"), all.rule("date.calendar"), all.rule("text.entity"));
        for record in 1..=3 {
            all.add(Finding::new(entity).record(record).path("/objet").column("Objet")).unwrap();
            all.add(Finding::new(luhn).record(record).path(&format!("/titulaires/{record}/id"))).unwrap();
        }
        all.add(Finding::new(luhn).record(3).path("/acheteur/id")).unwrap();
        all.add(Finding::new(date).record(2).path("/date").line(3).value("31/02")).unwrap();
        assert_eq!(all.levels(), Levels { error: 1, warning: 4, info: 3 });
        let (_, entries) = finish(all);
        let [date, luhn, entity] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((date.rule.as_str(), date.count, date.records), ("date.calendar", 1, 1));
        assert_eq!(date.examples, [ExampleEntry { record: Some(2), line: Some(3), value: Some("31/02".to_owned()) }]);
        assert_eq!((luhn.count, luhn.records), (4, 3));
        assert_eq!(luhn.columns, [("/titulaires/#/id".to_owned(), 3), ("/acheteur/id".to_owned(), 1)]);
        assert_eq!(entity.columns, [("Objet".to_owned(), 3)]);
    }

    #[test]
    fn of_one_rule_on_one_path_only_the_first_are_written_and_the_rest_counted() {
        let mut all = findings(2);
        let rule = all.rule("siret.luhn");
        for record in [5, 4, 3, 2, 1, 9] {
            all.add(Finding::new(rule).record(record).path(&format!("/titulaires/{record}/id"))).unwrap();
            all.add(Finding::new(rule).record(record).path("/acheteur/id")).unwrap();
        }
        let (lines, entries) = finish(all);
        let records: Vec<_> =
            lines.iter().map(|line| line.split("\"record\":").nth(1).unwrap().chars().next().unwrap()).collect();
        assert_eq!(records, ['1', '1', '2', '2']);
        assert_eq!((entries[0].count, entries[0].omitted, entries[0].records), (12, 8, 6));
        assert_eq!(
            entries[0].examples.iter().map(|example| example.record.unwrap()).collect::<Vec<_>>(),
            [1, 1, 2, 2, 3]
        );
    }

    #[test]
    fn a_message_has_what_is_said_before_it() {
        let mut all = findings(0);
        let rule = all.rule("siret.luhn");
        all.add(Finding::new(rule).lead(&"« \"1\" » : ")).unwrap();
        let (lines, _) = finish(all);
        assert!(lines[0].contains("\"message\":\"« \\\"1\\\" » : la clé est fausse\""), "{}", lines[0]);
    }

    #[test]
    fn a_million_findings_are_counted_and_few_kept() {
        let mut all = findings(10);
        let rule = all.rule("siret.luhn");
        for record in 0..1_000_000 {
            all.add(Finding::new(rule).record(record).path("/siret").value("x")).unwrap();
        }
        let (lines, entries) = finish(all);
        assert_eq!(
            (lines.len(), entries[0].count, entries[0].omitted, entries[0].records),
            (10, 1_000_000, 999_990, 1_000_000)
        );
    }

    proptest! {
        #[test]
        fn lines_that_are_settled_early_are_the_same_lines(
            mut places in prop::collection::vec((0_u64..40, 0_usize..3, 0_u16..3, 0_usize..4_000), 0..120),
            max in 0_u64..4,
        ) {
            let paths = ["/a/0", "/a/1", "/b"];
            places.sort_by_key(|(record, ..)| *record / 4);
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.jsonl");
            let run = |mut all: Findings| {
                for (nth, (record, path, rule, length)) in places.iter().enumerate() {
                    let value = "x".repeat(*length);
                    all.add(Finding::new(RuleId(*rule)).path(paths[*path]).record(*record).long_value(&value, 9_999)).unwrap();
                    // What comes later is of this group of records, or of one after it.
                    if nth % 3 == 0 {
                        all.settle(record / 4 * 4).unwrap();
                    }
                }
                all
            };
            let (lines, entries) = finish(run(findings(max)));
            let set = files::OutputSet::claim(folder.path(), ["a.jsonl".to_owned()], files::Access::Everyone).unwrap();
            let mut early = run(findings(max).settling_to(set.destination("a.jsonl")));
            let mut output = match early.begun() {
                Some(output) => output,
                None => set.create("a.jsonl").unwrap(),
            };
            let early = early.finish(&mut output).unwrap();
            output.commit().unwrap();
            prop_assert_eq!(early, entries);
            prop_assert_eq!(std::fs::read_to_string(&path).unwrap(), lines.iter().map(|line| line.clone() + "\n").collect::<String>());
        }

        #[test]
        fn the_order_of_arrival_changes_nothing(
            mut places in prop::collection::vec((0_u16..2, prop::option::of(1_u64..6), 0_usize..3, 0_u16..3), 0..60),
            max in 0_u64..4,
        ) {
            let paths = ["/a/0", "/a/1", "/b"];
            let run = |places: &[(u16, Option<u64>, usize, u16)], asks: bool| {
                let mut all = findings(max);
                all.part(Part { list: Some("b".to_owned()), file: None });
                all.part(Part { list: Some("a".to_owned()), file: None });
                for (part, record, path, rule) in places {
                    let finding = Finding::new(RuleId(*rule)).part(PartId(*part)).path(paths[*path]);
                    let finding = match record { Some(record) => finding.record(*record), None => finding };
                    let spot = if asks { all.spot(&finding) } else { None };
                    let is_counted = spot.zip(*record).is_some_and(|(spot, record)| all.count_at(spot, record));
                    if !is_counted && (!asks || !all.count_only(&finding)) {
                        all.add(finding).unwrap();
                    }
                }
                finish(all)
            };
            let first = run(&places, false);
            prop_assert_eq!(&first, &run(&places, true), "asked first whether it is enough to count");
            places.reverse();
            let second = run(&places, false);
            prop_assert_eq!(&first, &second);
            let written: u64 = first.1.iter().map(|entry| entry.count - entry.omitted).sum();
            prop_assert_eq!(written as usize, first.0.len());
        }
    }
}
