//! A table from its first record to its last contract.

use anyhow::Result;
use files::Output;
use report::{Findings, Intake, Records, Rejects};
use step::{ExitCode, Failure, Task};
use tables::Table;

use super::incoming::{AT_ONCE, Incoming};
use super::names::{Name, Names};
use super::path::Paths;
use super::plan::{Keys, Member};
use super::reader::{Key, Reader, Wanted};
use super::row::Row;
use super::settings::{Mode, Settings};
use super::store::Store;
use super::teller::{At, Spots, Teller, ToldRules};
use super::window::Window;
use super::writer::{GetRow, Writer};
use crate::judged::Verdicts;
use crate::output::{Contracts, Counts};
use crate::procedures::Procedures;
use crate::upgraded::Upgraded;

/// Where records of one contract are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Near each other.
    Near,
    /// Anywhere in the table.
    Any,
}

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

/// Converts a table; nothing comes of it where records of one contract do not stand in this order.
///
/// # Errors
/// 65 when it breaks a rule, 74 when the disk refuses.
#[expect(clippy::too_many_arguments, reason = "all of it is decided where it is called")]
pub(crate) fn convert(
    table: Table,
    order: Order,
    settings: &Settings<'_>,
    procedures: Procedures,
    rejects: Rejects,
    contracts: Contracts,
    findings: &mut Findings,
    task: &Task,
) -> Result<Option<Converted>> {
    let header = table.header().clone();
    let mut reader = Reader::new(settings.heading, &header, settings.version, procedures)?;
    let rules = ToldRules::new(findings.rules());
    let mut paths = Paths::new(settings.version.is_2_0());
    let places = reader.places(&mut paths, &header);
    let progress = task.progress(format!("reading `{}`", table.found().name), "records");
    let role_column = reader.role_column();
    let mut run = Run {
        writer: Writer::new(settings, contracts.judged()),
        incoming: Incoming {
            table,
            reader,
            header: &header,
            rules: &rules,
            cpv: &settings.cpv,
            intake: Intake::new(rejects, true).with_paths(places),
            task,
            progress,
            read: 0,
        },
        contracts,
        paths,
        names: Names::default(),
        spots: Spots::default(),
        role_column,
        findings,
        settings,
    };
    match (settings.mode, order) {
        (Mode::Row, _) => run.each_alone()?,
        (Mode::Group, Order::Any) => run.take_from_anywhere()?,
        (Mode::Group, Order::Near) => {
            if !run.take_from_nearby()? {
                return Ok(None);
            }
        }
    }
    run.finish().map(Some)
}

/// A table on its way to contracts.
struct Run<'r> {
    incoming: Incoming<'r>,
    writer: Writer<'r>,
    contracts: Contracts,
    paths: Paths,
    names: Names,
    spots: Spots,
    role_column: Option<usize>,
    findings: &'r mut Findings,
    settings: &'r Settings<'r>,
}

impl Run<'_> {
    /// Each record is a contract.
    fn each_alone(&mut self) -> Result<()> {
        let mut row = Row::default();
        while self.incoming.next(&mut row, Wanted::Row, self.findings)? {
            self.write(&row, &[], false, &mut |_, _| Ok(()))?;
        }
        Ok(())
    }

    /// Records of one contract stand near each other; false where one does not.
    fn take_from_nearby(&mut self) -> Result<bool> {
        let mut window = Window::new(self.settings.folder);
        let (mut key, mut is_there) = (Key::default(), true);
        loop {
            let mut record = window.room();
            is_there = is_there && self.incoming.next(&mut record.row, Wanted::RowAndKey(&mut key), self.findings)?;
            if is_there && !window.take(record, &key)? {
                return Ok(false);
            }
            if is_there && !window.is_full() {
                continue;
            }
            let Some(front) = window.front() else { return Ok(true) };
            if !front.is_later {
                let mut get = |member: &Member, row: &mut Row| {
                    window.get(member, row);
                    Ok(())
                };
                self.write(&front.row, &front.members, front.repeats_uid, &mut get)?;
            }
            window.advance();
        }
    }

    /// Records of one contract may stand anywhere, so that all wait until the last one is read.
    fn take_from_anywhere(&mut self) -> Result<()> {
        let folder = self.settings.folder;
        let (mut store, mut keys) = (Store::new(folder), Keys::new(folder));
        let (mut row, mut key) = (Row::default(), Key::default());
        while self.incoming.next(&mut row, Wanted::RowAndKey(&mut key), self.findings)? {
            let place = store.push(&row)?;
            if !key.is_empty() {
                let member = Member { number: row.number, place, is_contractor: row.is_contractor };
                keys.push(&key.uid, &key.rest, member)?;
            }
        }
        let plan = keys.finish()?;
        let (mut rows, mut groups, mut members) = (store.finish()?, plan.groups()?, Vec::new());
        let task = self.incoming.task;
        let progress = task.progress(format!("writing `{}`", self.incoming.table.found().name), "records");
        while rows.next(&mut row)?.is_some() {
            if row.number % AT_ONCE == 0 {
                task.go_on()?;
                progress.set(row.number);
            }
            if plan.is_later(row.number) {
                continue;
            }
            groups.of(row.number, &mut members)?;
            let mut get = |member: &Member, row: &mut Row| rows.get(member.place, row);
            self.write(&row, &members, plan.repeats_uid(row.number), &mut get)?;
        }
        Ok(())
    }

    /// Writes the contract of a row, or of several, of which it is the first.
    fn write(&mut self, row: &Row, members: &[Member], repeats_uid: bool, get: &mut GetRow<'_>) -> Result<()> {
        let Self { incoming, writer, contracts, paths, names, spots, role_column, findings, settings } = self;
        let (rules, header, lang) = (incoming.rules, incoming.header, settings.lang);
        let mut teller = Teller { findings, rules, header, role_column: *role_column, names, spots, lang };
        match members.is_empty() {
            true => writer.one(row, paths, &mut teller)?,
            false => writer.several(get, At::of(row), members, paths, &mut teller)?,
        }
        writer.write(repeats_uid, contracts, findings)?;
        // Faults of a document in XML may wait until the end, and contracts come in the order of their first records.
        match writer.judged.is_of_json() {
            true => findings.settle(writer.first_record()),
            false => Ok(()),
        }
    }

    fn finish(self) -> Result<Converted> {
        let Self { incoming, writer, contracts, names, findings, settings, .. } = self;
        let (output, counts) = contracts.finish()?;
        let (records, rejects) = incoming.finish(counts.total());
        let Writer { judged, upgraded, .. } = writer;
        let verdicts = judged.finish(settings.lang, findings)?;
        let upgrade = settings.version.is_2_0().then_some(upgraded);
        Ok(Converted { output, counts, verdicts, records, rejects, names: names.finish(), upgrade })
    }
}

/// That not one record of a table could be used.
pub(crate) fn nothing_usable(name: &str, records: Records) -> anyhow::Error {
    let message = format!("could not use any of the {} records of `{name}`", records.read);
    let hint = "the rejects and the report beside the output say why, record by record";
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}
