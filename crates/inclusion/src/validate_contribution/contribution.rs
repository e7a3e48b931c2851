//! A contribution under way: its records judged one by one, and what is known once all of them are.

use anyhow::Result;
use files::Output;
use indexmap::IndexMap;
use report::{Finding, Findings, Part, PartId, Records, Rules, has_contact};
use tables::Found;

use crate::near::Near;
use crate::schema::Kind;
use crate::verdict::{Fault, FaultType, judge};

use super::current::{Current, Outcome};
use super::own::{Held, Own, Tally};
use super::reason::Reason;
use super::row::{Nature, Row};
use super::rules;
use super::scores::Scores;
use super::setup::Setup;
use super::structures::Structures;
use super::unknown::Unknown;

/// What was found so far.
pub(super) struct Contribution<'s> {
    pub(super) setup: &'s Setup<'s>,
    pub(super) found: Found,
    pub(super) findings: Findings,
    pub(super) records: Records,
    pub(super) structures: Structures,
    pub(super) has_structures: bool,
    pub(super) scores: Option<Scores>,
    parts: [PartId; 2],
    lists: IndexMap<Kind, Counted>,
    current: Option<Box<Current>>,
}

/// A list that was read.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) tally: Tally,
    pub(super) reasons: [u64; Reason::ALL.len()],
}

impl<'s> Contribution<'s> {
    /// Before the first list.
    pub(super) fn new(setup: &'s Setup<'s>, found: Found) -> Self {
        let mut all = Rules::of_reading(setup.lang());
        all.extend(rules::rules(setup.lang()));
        let mut findings = Findings::new(all, setup.findings, setup.folder);
        let parts = Kind::ALL.map(|kind| findings.part(Part { list: Some(kind.name().to_owned()), file: None }));
        Self {
            setup,
            found,
            findings,
            records: Records::default(),
            structures: Structures::default(),
            has_structures: false,
            scores: None,
            parts,
            lists: IndexMap::new(),
            current: None,
        }
    }

    /// The part that the findings of a list stand in.
    pub(super) fn part(&self, kind: Kind) -> PartId {
        self.parts[kind.index()]
    }

    /// A list begins; `columns` says by field what the input calls it, where that is a table.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn begin_list(&mut self, kind: Kind, columns: Option<Vec<Option<String>>>) -> Result<()> {
        self.has_structures |= kind == Kind::Structures;
        self.current = Some(Box::new(Current::new(self.setup, kind, self.part(kind), columns)));
        if kind == Kind::Services && self.setup.is_published() {
            self.scores = Some(Scores::create(&self.setup.scores)?);
        }
        Ok(())
    }

    /// A list ends: what it calls its columns beyond the schema is told.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn end_list(&mut self, unknown: &Unknown) -> Result<()> {
        let current = self.current.take().expect("a list that ends has begun");
        let near = Near::among(current.list.fields.iter().map(|field| field.name));
        for name in unknown.names() {
            let rule = self.findings.rule("column.unknown");
            let finding = Finding::new(rule).part(current.part);
            if has_contact(name) {
                self.findings.add(finding)?;
                continue;
            }
            let message = self.setup.unknown_column(name, near.find(name));
            self.findings.add(finding.column(name).message(&message))?;
        }
        self.lists.insert(current.list.kind, current.counted);
        Ok(())
    }

    /// Judges a record.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn judge(&mut self, row: &Row<'_>) -> Result<()> {
        let mut current = self.current.take().expect("a record stands in a list");
        let judged = self.judge_in(&mut current, row);
        self.current = Some(current);
        judged
    }

    fn judge_in(&mut self, current: &mut Current, row: &Row<'_>) -> Result<()> {
        self.records.read += 1;
        match row.nature {
            Nature::Blank => {
                self.records.blank += 1;
                Ok(())
            }
            Nature::Ignored => {
                self.records.dropped += 1;
                let rule = self.findings.rule("record.ignored");
                self.findings.add(Finding::new(rule).part(current.part).record(row.number).line(row.line))
            }
            Nature::Other => {
                self.records.kept += 1;
                current.teller.tell_no_record(row, &mut self.findings)?;
                let outcome = Outcome { is_invalid: true, is_warned: false };
                let empty = Row { values: vec![None; current.list.fields.len()], ..*row };
                current.settle(&empty, outcome, self)
            }
            Nature::Data { may_lack_source } => {
                self.records.kept += 1;
                let outcome = self.verdict(current, row, may_lack_source)?;
                current.settle(row, outcome, self)
            }
        }
    }

    /// Tells what the official package says of a record.
    fn verdict(&mut self, current: &mut Current, row: &Row<'_>, may_lack_source: bool) -> Result<Outcome> {
        let (list, today) = (current.list, self.setup.today);
        let id = row.text(current.places.id).filter(|id| !has_contact(id));
        let mut outcome = Outcome::default();
        let mut told = Ok(());
        for (nth, field) in list.fields.iter().enumerate() {
            let value = row.values[nth].as_ref();
            let mut tell = |fault: Fault| {
                outcome.is_warned |= fault.kind.is_warning();
                outcome.is_invalid |= !fault.kind.is_warning();
                if told.is_ok() {
                    told = current.teller.tell(nth, fault, value, (row, id), &mut self.findings);
                }
            };
            match value {
                Some(value) => judge(field, value, today, &mut tell),
                None if !field.required => {}
                None if field.name == "source" && (may_lack_source || self.setup.source.is_some()) => {}
                None => tell(Fault::of_field(FaultType::Missing)),
            }
        }
        told.map(|()| outcome)
    }

    /// What the report says of all lists, and the file of scores.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn finish(self) -> Result<(Own, Findings, Records, Found, Option<Output>)> {
        let structures = if self.has_structures { self.structures.mean_score() } else { None };
        let (output, score) = match self.scores {
            Some(scores) => {
                let (output, summary) = scores.finish(structures)?;
                (Some(output), Some(summary))
            }
            None => (None, None),
        };
        let publication = self.setup.is_published().then(|| {
            let of_each = self.lists.iter().flat_map(|(kind, counted)| held(*kind, counted));
            of_each.collect()
        });
        let own = Own {
            schema_version: self.setup.schema.version.name(),
            today: self.setup.today.to_string(),
            valid: self.findings.levels().error == 0,
            lists: self.lists.iter().map(|(kind, counted)| (kind.name(), counted.tally)).collect(),
            score,
            publication,
        };
        Ok((own, self.findings, self.records, self.found, output))
    }
}

/// What holds records of a list back, the reason of most first.
fn held(kind: Kind, counted: &Counted) -> Vec<Held> {
    let of_each = Reason::ALL.into_iter().zip(counted.reasons).filter(|(_, records)| *records > 0);
    let mut held: Vec<Held> = of_each
        .map(|(reason, records)| Held { list: kind.name(), reason: reason.name(), status: reason.status(), records })
        .collect();
    held.sort_by(|one, other| other.records.cmp(&one.records).then_with(|| one.reason.cmp(other.reason)));
    held
}
