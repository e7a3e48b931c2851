//! A table from its first record to its last contract.

use anyhow::Result;
use files::Output;
use report::{Finding, Findings, Intake, Records, Rejects};
use step::{ExitCode, Failure, Task};
use tables::{Kind as RecordKind, Record, Table};

use super::names::{Name, Names};
use super::path::Paths;
use super::plan::{Keys, Member};
use super::reader::{Fate, Key, Reader};
use super::row::Row;
use super::settings::{Mode, Settings};
use super::store::Store;
use super::teller::{Teller, ToldRules};
use super::writer::Writer;
use crate::cells::Told;
use crate::judged::Verdicts;
use crate::output::{Contracts, Counts};
use crate::procedures::Procedures;
use crate::upgraded::Upgraded;

/// Records between two looks at whether the step was told to stop.
const AT_ONCE: u64 = 4_096;

/// What came of a table.
pub(crate) struct Converted {
    pub(crate) output: Output,
    pub(crate) counts: Counts,
    pub(crate) verdicts: Verdicts,
    pub(crate) records: Records,
    pub(crate) rejects: Rejects,
    pub(crate) names: Vec<Name>,
    /// Of 2.0: what was derived, is missing, was lost.
    pub(crate) upgrade: Option<Upgraded>,
}

/// Converts a table.
///
/// # Errors
/// 65 when it breaks a rule, 74 when the disk refuses.
pub(crate) fn convert(
    mut table: Table,
    settings: &Settings<'_>,
    procedures: Procedures,
    rejects: Rejects,
    mut contracts: Contracts,
    findings: &mut Findings,
    task: &Task,
) -> Result<Converted> {
    let header = table.header().clone();
    let mut reader = Reader::new(settings.heading, &header, settings.version, procedures)?;
    let rules = ToldRules::new(findings.rules());
    let mut paths = Paths::new(settings.version.is_2_0());
    let places = reader.places(&mut paths, &header);
    let mut intake = Intake::new(rejects, true).with_paths(places);
    let (mut store, mut keys) = (Store::new(settings.folder), Keys::new(settings.folder));
    let (mut row, mut key) = (Row::default(), Key::default());
    let mut names = Names::default();
    let mut writer = Writer::new(settings, contracts.judged());
    let progress = task.progress(format!("reading `{}`", table.found().name), "records");
    let mut read = 0;
    while let Some(record) = table.next()? {
        read += 1;
        if read % AT_ONCE == 0 {
            task.go_on()?;
            progress.set(read);
        }
        if !admit(&record, &mut intake, findings)? {
            continue;
        }
        let fate = reader.read(&record, &settings.cpv, &mut row, &mut key);
        if fate != Fate::Kept {
            set_aside(fate, &record, &reader, &header, &rules, &mut intake, findings)?;
            continue;
        }
        intake.keep();
        if settings.mode == Mode::Row {
            let role_column = reader.role_column();
            let names = &mut names;
            let mut teller =
                Teller { findings, rules: &rules, header: &header, role_column, names, lang: settings.lang };
            writer.one(&row, &mut paths, &mut teller)?;
            writer.write(false, &mut contracts, findings)?;
            continue;
        }
        let place = store.push(&row)?;
        if !key.is_empty() {
            let member = Member { number: row.number, place, is_contractor: row.is_contractor };
            keys.push(&key.uid, &key.rest, member)?;
        }
    }
    let plan = keys.finish()?;
    let (mut rows, mut groups) = (store.finish()?, plan.groups()?);
    let mut members = Vec::new();
    let role_column = reader.role_column();
    let progress = task.progress(format!("writing `{}`", table.found().name), "records");
    while rows.next(&mut row)?.is_some() {
        if row.number % AT_ONCE == 0 {
            task.go_on()?;
            progress.set(row.number);
        }
        if plan.is_later(row.number) {
            continue;
        }
        groups.of(row.number, &mut members)?;
        let repeats_uid = plan.repeats_uid(row.number);
        let names = &mut names;
        let mut teller = Teller { findings, rules: &rules, header: &header, role_column, names, lang: settings.lang };
        match members.is_empty() {
            true => writer.one(&row, &mut paths, &mut teller)?,
            false => writer.several(&mut rows, &mut row, &members, &mut paths, &mut teller)?,
        }
        writer.write(repeats_uid, &mut contracts, findings)?;
    }
    let (output, counts) = contracts.finish()?;
    let (records, rejects) = intake.finish(counts.total());
    let Writer { judged, upgraded, .. } = writer;
    let verdicts = judged.finish(settings.lang, findings)?;
    let upgrade = settings.version.is_2_0().then_some(upgraded);
    Ok(Converted { output, counts, verdicts, records, rejects, names: names.finish(), upgrade })
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
    reader: &Reader,
    header: &tables::Header,
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
            match reader.role_column().and_then(|column| header.names().get(column)) {
                Some(name) => intake.drop(record, finding.column(name), findings),
                None => intake.drop(record, finding, findings),
            }
        }
        Fate::Unusable => intake.reject(record, finding(Told::RecordUnusable), findings),
    }
}

/// That not one record of a table could be used.
pub(crate) fn nothing_usable(name: &str, records: Records) -> anyhow::Error {
    let message = format!("could not use any of the {} records of `{name}`", records.read);
    let hint = "the rejects and the report beside the output say why, record by record";
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}
