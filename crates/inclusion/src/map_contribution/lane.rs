//! One list on its way from the input to the output.

use anyhow::Result;
use files::Output;
use report::{Finding, PartId, Records, Rejects, RuleId};
use tables::{Found, Record, Table};

use super::intake::Intake;
use super::messages::{ID_REPEATED, RECORD_SAME};
use super::output::Writer;
use super::reader::Reader;
use super::seen::{Before, Seen};
use super::telling::Teller;
use crate::contact;
use crate::lists::{IGNORED, Ignore};
use crate::schema::Kind;

/// The column of the template that sets records aside.
pub(super) const IGNORE: &str = "__ignore__";

/// A list with all that its records go through.
pub(super) struct Lane {
    pub(super) kind: Kind,
    pub(super) table: Table,
    pub(super) reader: Reader,
    pub(super) ignore: Ignore,
    pub(super) seen: Seen,
    pub(super) counts: Counts,
    pub(super) part: PartId,
}

/// How many records of a list were written, and how often each field is filled.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) records: u64,
    pub(super) filled: Vec<u64>,
}

/// What a run over all records leaves.
pub(super) struct Ran {
    pub(super) lanes: Vec<Lane>,
    pub(super) found: Found,
    pub(super) records: Records,
    pub(super) rejects: Rejects,
    pub(super) output: Output,
}

impl Lane {
    /// Reads a record and writes what came of it; false at the end of the list.
    pub(super) fn next(&mut self, intake: &mut Intake, writer: &mut Writer, teller: &mut Teller) -> Result<bool> {
        let Self { table, reader, ignore, seen, counts, part, .. } = self;
        let Some(record) = table.next()? else { return Ok(false) };
        if !intake.admit(&record, &mut teller.findings)? {
            return Ok(true);
        }
        if let Some(finding) = set_aside(&record, reader, *ignore, teller) {
            let column = finding.1;
            let finding = Finding::new(finding.0).part(*part).at(&record).column(&column);
            intake.drop(finding, &mut teller.findings)?;
            return Ok(true);
        }
        if let Some(rule) = reader.read(&record, teller)? {
            intake.reject(&record, rule, None, &teller.findings)?;
            return Ok(true);
        }
        match seen.add(reader.id(), &reader.entry)? {
            Before::Nothing => {
                writer.write(&reader.entry)?;
                intake.keep();
                counts.add(reader);
            }
            Before::Same => {
                let rule = teller.findings.rule(RECORD_SAME);
                let finding = Finding::new(rule).part(*part).at(&record).path("/id");
                intake.drop(with_id(finding, reader.id()), &mut teller.findings)?;
            }
            Before::Other(fields) => reject_repeated(&record, *part, reader, &fields, intake, teller)?,
        }
        Ok(true)
    }
}

impl Counts {
    fn add(&mut self, reader: &Reader) {
        self.records += 1;
        for (field, filled) in self.filled.iter_mut().enumerate() {
            *filled += u64::from(reader.entry.has(field));
        }
    }
}

/// Whether a record is not used on purpose: the rule, and the column that says so.
fn set_aside(record: &Record<'_>, reader: &mut Reader, ignore: Ignore, teller: &Teller) -> Option<(RuleId, String)> {
    if ignore.sets_aside(record) {
        return Some((teller.findings.rule(IGNORED), IGNORE.to_owned()));
    }
    let failed = reader.mapper.keep(record).err()?.to_owned();
    Some((teller.findings.rule(mapping::RECORD_DROPPED), failed))
}

fn reject_repeated(
    record: &Record<'_>,
    part: PartId,
    reader: &Reader,
    fields: &[usize],
    intake: &mut Intake,
    teller: &mut Teller,
) -> Result<()> {
    let rule = teller.findings.rule(ID_REPEATED);
    let names: Vec<&str> = fields.iter().map(|field| reader.name(*field)).collect();
    let message = format!("{} (≠ {})", teller.findings.rules().get(rule).message, names.join(", "));
    let finding = Finding::new(rule).part(part).at(record).path("/id").message(&message);
    teller.findings.add(with_id(finding, reader.id()))?;
    intake.reject(record, rule, Some(&message), &teller.findings)
}

/// An identifier is shown unless it is somebody's contact.
fn with_id<'a>(finding: Finding<'a>, id: &'a str) -> Finding<'a> {
    match contact::shown("id", id) {
        Some(id) => finding.id(id).value(id),
        None => finding,
    }
}
