//! What becomes of the records of one list, or of two that share one file of rejects.

use std::collections::HashMap;

use anyhow::Result;
use report::{Finding, Findings, PartId, Records, Rejects, RuleId};
use tables::{Kind, Record, Told, fold};

/// Counts records and sets them aside, so that what was read and what became of it add up.
pub(super) struct Intake {
    records: Records,
    rejects: Rejects,
    /// Where each column of the list stands in the file of rejects; none where they are the same.
    places: Option<Vec<usize>>,
    width: usize,
    part: PartId,
}

/// The columns of several lists, each name once.
pub(super) fn union(lists: &[&[String]]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = HashMap::new();
    for name in lists.iter().copied().flatten() {
        known.entry(fold(name)).or_insert_with(|| names.push(name.clone()));
    }
    names
}

impl Intake {
    /// Rejected records go to `rejects`, which has these columns.
    pub(super) fn new(rejects: Rejects) -> Self {
        Self { records: Records::default(), rejects, places: None, width: 0, part: PartId::default() }
    }

    /// Records are of this list from now on; `all` are the columns of the rejects, where they are not the list's own.
    pub(super) fn turn_to(&mut self, part: PartId, columns: &[String], all: Option<&[String]>) {
        self.part = part;
        self.width = all.map_or(0, <[String]>::len);
        self.places = all.map(|all| {
            let place = |name: &String| all.iter().position(|other| fold(other) == fold(name)).unwrap_or(usize::MAX);
            columns.iter().map(place).collect()
        });
    }

    /// Counts a record and tells what its reader has to tell; whether it is one for the step.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn admit(&mut self, record: &Record<'_>, findings: &mut Findings) -> Result<bool> {
        self.records.read += 1;
        match record.kind() {
            Kind::Blank => {
                self.records.blank += 1;
                return Ok(false);
            }
            Kind::RepeatedHeader => self.records.dropped += 1,
            Kind::Data => {}
        }
        findings.add_remarks(self.part, record.remarks())?;
        debug_assert!(record.kind() == Kind::Data || findings.count(findings.rule(Told::RepeatedHeader.rule())) > 0);
        Ok(record.kind() == Kind::Data)
    }

    /// The record is used.
    pub(super) fn keep(&mut self) {
        self.records.kept += 1;
    }

    /// The record is not used, on purpose; tells why.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn drop(&mut self, finding: Finding<'_>, findings: &mut Findings) -> Result<()> {
        self.records.dropped += 1;
        findings.add(finding)
    }

    /// The record cannot be used, for a reason that was told.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn reject(
        &mut self,
        record: &Record<'_>,
        rule: RuleId,
        message: Option<&str>,
        findings: &Findings,
    ) -> Result<()> {
        self.records.rejected += 1;
        let rule = findings.rules().get(rule);
        let message = message.unwrap_or(&rule.message);
        let Some(places) = &self.places else { return self.rejects.add(record, &rule.name, message) };
        let mut cells = vec![""; self.width];
        for (cell, place) in record.cells().zip(places) {
            if let Some(there) = cells.get_mut(*place).filter(|there| there.is_empty()) {
                *there = cell;
            }
        }
        self.rejects.add_cells(record.number(), Some(record.line()), &rule.name, message, cells)
    }

    /// What became of the records, `written` of which are in the output, and the file of those set aside.
    ///
    /// # Panics
    /// When the sum does not close: a mistake in the step, which must not pass for a result.
    pub(super) fn finish(self, written: u64) -> (Records, Rejects) {
        let records = Records { written, ..self.records };
        assert!(records.is_closed(), "records do not add up: {records:?}");
        (records, self.rejects)
    }
}
