//! A contribution under way: its records judged one by one, and what is known once all of them are.

use anyhow::Result;
use files::Output;
use indexmap::IndexMap;
use report::{Finding, Findings, Part, PartId, Records, has_contact};
use tables::Found;

use crate::near::Near;
use crate::schema::Kind;
use crate::verdict::{Fault, FaultType, judge};

use super::current::{Current, Outcome};
use super::ledger::Ledger;
use super::own::{Counted, Held, Own};
use super::reason::Reason;
use super::row::{Nature, Row};
use super::scores::Scores;
use super::setup::Setup;
use super::unknown::Unknown;

/// What was found so far.
pub(super) struct Contribution<'s> {
    pub(super) found: Found,
    pub(super) records: Records,
    pub(super) ledger: Ledger<'s>,
    parts: [PartId; 2],
    lists: IndexMap<Kind, Counted>,
    current: Option<Box<Current>>,
}

impl<'s> Contribution<'s> {
    /// Before the first list.
    pub(super) fn new(setup: &'s Setup<'s>, found: Found) -> Self {
        let mut ledger = Ledger::new(setup);
        let of_list = |kind: Kind| Part { list: Some(kind.name().to_owned()), file: None };
        let parts = Kind::ALL.map(|kind| ledger.findings.part(of_list(kind)));
        Self { found, records: Records::default(), ledger, parts, lists: IndexMap::new(), current: None }
    }

    /// What the run was told.
    pub(super) fn setup(&self) -> &'s Setup<'s> {
        self.ledger.setup
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
        let setup = self.setup();
        self.ledger.has_structures |= kind == Kind::Structures;
        self.current = Some(Box::new(Current::new(setup, kind, self.part(kind), columns)));
        if kind == Kind::Services && setup.is_published() {
            self.ledger.scores = Some(Scores::create(&setup.scores)?);
        }
        Ok(())
    }

    /// A list ends: what it calls its columns beyond the schema is told.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn end_list(&mut self, unknown: &Unknown) -> Result<()> {
        let current = self.current.take().expect("a list that ends has begun");
        let Ledger { setup, findings, .. } = &mut self.ledger;
        let near = Near::among(current.list.fields.iter().map(|field| field.name));
        for name in unknown.names() {
            let finding = Finding::new(findings.rule("column.unknown")).part(current.part);
            if has_contact(name) {
                findings.add(finding)?;
                continue;
            }
            let message = setup.unknown_column(name, near.find(name));
            findings.add(finding.column(name).message(&message))?;
        }
        self.lists.insert(current.list.kind, current.counted);
        Ok(())
    }

    /// Judges a record.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn judge(&mut self, row: &Row<'_>) -> Result<()> {
        let Self { current, ledger, records, .. } = self;
        let current = current.as_mut().expect("a record stands in a list");
        records.read += 1;
        match row.nature {
            Nature::Blank => {
                records.blank += 1;
                Ok(())
            }
            Nature::Ignored => {
                records.dropped += 1;
                let rule = ledger.findings.rule("record.ignored");
                ledger.findings.add(Finding::new(rule).part(current.part).record(row.number).line(row.line))
            }
            Nature::Other => {
                records.kept += 1;
                current.teller.tell_no_record(row, &mut ledger.findings)?;
                let outcome = Outcome { is_invalid: true, is_warned: false };
                let empty = Row::new((row.number, row.line), vec![None; current.list.fields.len()], row.nature);
                current.settle(&empty, outcome, ledger)
            }
            Nature::Data { may_lack_source } => {
                records.kept += 1;
                let outcome = verdict(current, row, may_lack_source, ledger)?;
                current.settle(row, outcome, ledger)
            }
        }
    }

    /// What the report says of all lists, and the file of scores.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn finish(self) -> Result<(Own, Findings, Records, Found, Option<Output>)> {
        let Ledger { setup, findings, structures, has_structures, scores } = self.ledger;
        let structures = if has_structures { structures.mean_score()? } else { None };
        let (output, score) = scores.map(|scores| scores.finish(structures)).transpose()?.unzip();
        let publication =
            setup.is_published().then(|| self.lists.iter().flat_map(|(kind, counted)| held(*kind, counted)).collect());
        let own = Own {
            schema_version: setup.schema.version.name(),
            today: setup.today.to_string(),
            valid: findings.levels().error == 0,
            lists: self.lists.iter().map(|(kind, counted)| (kind.name(), counted.tally)).collect(),
            score,
            publication,
        };
        Ok((own, findings, self.records, self.found, output))
    }
}

/// Tells what the official package says of a record.
fn verdict(current: &mut Current, row: &Row<'_>, may_lack_source: bool, all: &mut Ledger<'_>) -> Result<Outcome> {
    let Ledger { setup, findings, .. } = all;
    let id = current.places.id;
    let mut outcome = Outcome::default();
    let mut told = Ok(());
    for (nth, field) in current.list.fields.iter().enumerate() {
        let value = row.values[nth].as_ref();
        let mut tell = |fault: Fault| {
            outcome.is_warned |= fault.kind.is_warning();
            outcome.is_invalid |= !fault.kind.is_warning();
            if told.is_ok() {
                told = current.teller.tell(nth, fault, value, (row, id), findings);
            }
        };
        match value {
            Some(value) => judge(field, value, setup.today, &mut tell),
            None if !field.required => {}
            None if field.name == "source" && (may_lack_source || setup.source.is_some()) => {}
            None => tell(Fault::of_field(FaultType::Missing)),
        }
    }
    told.map(|()| outcome)
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
