//! What becomes of the records of a table: counted, told, set aside.

use std::collections::HashMap;

use anyhow::Result;
use tables::{Kind, Record, Told};

use crate::counts::Records;
use crate::finding::{Finding, PartId};
use crate::findings::Findings;
use crate::rejects::Rejects;
use crate::rule::RuleId;

/// Counts records and sets them aside, so that what was read and what became of it add up.
#[derive(Debug)]
pub struct Intake {
    records: Records,
    rejects: Rejects,
    /// Whether dropped records go to the file of rejects too.
    shows_dropped: bool,
    part: PartId,
    /// Where what stands in a column is in the output, by its name.
    paths: HashMap<String, String>,
}

impl Intake {
    /// Rejected records go to `rejects`; `shows_dropped`: dropped ones too.
    pub fn new(rejects: Rejects, shows_dropped: bool) -> Self {
        Self { records: Records::default(), rejects, shows_dropped, part: PartId::default(), paths: HashMap::new() }
    }

    /// What is told of a cell is told of its place in the output too; columns by name, places as JSON Pointers.
    #[must_use]
    pub fn with_paths(self, paths: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { paths: paths.into_iter().collect(), ..self }
    }

    /// What is told from now on is told of this list or file.
    pub fn turn_to(&mut self, part: PartId) {
        self.part = part;
    }

    /// Counts a record and tells what its reader has to tell; whether it is one for the step.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn admit(&mut self, record: &Record<'_>, findings: &mut Findings) -> Result<bool> {
        self.records.read += 1;
        match record.kind() {
            Kind::Blank => {
                self.records.blank += 1;
                Ok(false)
            }
            Kind::RepeatedHeader => {
                findings.add_remarks(self.part, record.remarks())?;
                let rule = findings.rules().id(Told::RepeatedHeader.rule());
                self.drop_told(record, rule, findings)?;
                Ok(false)
            }
            Kind::Data => {
                for remark in record.remarks() {
                    let path = remark.column.as_ref().and_then(|column| self.paths.get(column));
                    findings.add_remark(self.part, remark, path.map(String::as_str))?;
                }
                Ok(true)
            }
        }
    }

    /// The record is used.
    #[inline]
    pub fn keep(&mut self) {
        self.records.kept += 1;
    }

    /// The record is not used, on purpose; tells why.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn drop(&mut self, record: &Record<'_>, finding: Finding<'_>, findings: &mut Findings) -> Result<()> {
        findings.add(finding.part(self.part))?;
        self.drop_told(record, finding.rule, findings)
    }

    /// The record cannot be used; tells why.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub fn reject(&mut self, record: &Record<'_>, finding: Finding<'_>, findings: &mut Findings) -> Result<()> {
        findings.add(finding.part(self.part))?;
        self.records.rejected += 1;
        let rule = findings.rules().get(finding.rule);
        self.rejects.add(record, &rule.name, &rule.message)
    }

    fn drop_told(&mut self, record: &Record<'_>, rule: RuleId, findings: &Findings) -> Result<()> {
        self.records.dropped += 1;
        if !self.shows_dropped {
            return Ok(());
        }
        let rule = findings.rules().get(rule);
        self.rejects.add(record, &rule.name, &rule.message)
    }

    /// What became of the records so far.
    pub fn records(&self) -> Records {
        self.records
    }

    /// What became of the records, `written` of which are in the output, and the file of those set aside.
    ///
    /// # Panics
    /// When the sum does not close: a mistake in the step, which must not pass for a result.
    pub fn finish(self, written: u64) -> (Records, Rejects) {
        let records = Records { written, ..self.records };
        assert!(records.is_closed(), "records do not add up: {records:?}");
        (records, self.rejects)
    }
}
