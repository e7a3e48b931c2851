//! The records of a table that are used, one after the other; the others are counted, told and set aside.

use anyhow::Result;
use report::{Finding, Findings, Intake, Records, Rejects};
use step::{Progress, Task};
use tables::{Header, Kind as RecordKind, Record, Table};

use super::reader::{Fate, Reader, Wanted};
use super::row::Row;
use super::teller::ToldRules;
use crate::cells::Told;
use crate::cpv::Cpv;

/// Records between two looks at whether the step was told to stop.
pub(super) const AT_ONCE: u64 = 4_096;

/// A table under way.
pub(super) struct Incoming<'t> {
    pub(super) table: Table,
    pub(super) reader: Reader,
    pub(super) header: &'t Header,
    pub(super) rules: &'t ToldRules,
    pub(super) cpv: &'t Cpv,
    pub(super) intake: Intake,
    pub(super) task: &'t Task,
    pub(super) progress: Progress,
    pub(super) read: u64,
}

impl Incoming<'_> {
    /// Reads the next record that is used; false at the end.
    ///
    /// # Errors
    /// 65 when the file breaks a rule there, 74 when the disk refuses.
    pub(super) fn next(&mut self, row: &mut Row, mut wanted: Wanted<'_>, findings: &mut Findings) -> Result<bool> {
        let Self { table, reader, header, rules, cpv, intake, task, progress, read } = self;
        while let Some(record) = table.next()? {
            *read += 1;
            if *read % AT_ONCE == 0 {
                task.go_on()?;
                progress.set(*read);
            }
            if !admit(&record, intake, findings)? {
                continue;
            }
            let fate = reader.read(&record, cpv, row, wanted.again());
            if fate == Fate::Kept {
                intake.keep();
                return Ok(true);
            }
            set_aside(fate, &record, reader.role_column(), header, rules, intake, findings)?;
        }
        Ok(false)
    }

    /// What became of the records, `written` of which are in the output.
    pub(super) fn finish(self, written: u64) -> (Records, Rejects) {
        self.intake.finish(written)
    }
}

/// Counts a record; whether it is one to be read. A blank one is told, since it counts.
fn admit(record: &Record<'_>, intake: &mut Intake, findings: &mut Findings) -> Result<bool> {
    if record.kind() == RecordKind::Blank {
        let rule = findings.rule("record.blank");
        findings.add(Finding::new(rule).at(record))?;
    }
    intake.admit(record, findings)
}

fn set_aside(
    fate: Fate,
    record: &Record<'_>,
    role_column: Option<usize>,
    header: &Header,
    rules: &ToldRules,
    intake: &mut Intake,
    findings: &mut Findings,
) -> Result<()> {
    let finding = |told: Told| Finding::new(rules.id(told)).at(record);
    match fate {
        Fate::Kept => Ok(()),
        Fate::Dropped => intake.drop(record, finding(Told::RecordDropped), findings),
        Fate::Subcontractor => {
            let finding = finding(Told::RoleSubcontractor);
            match role_column.and_then(|column| header.names().get(column)) {
                Some(name) => intake.drop(record, finding.column(name), findings),
                None => intake.drop(record, finding, findings),
            }
        }
        Fate::Unusable => intake.reject(record, finding(Told::RecordUnusable), findings),
    }
}
