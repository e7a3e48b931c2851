//! A table from its first record to its last contract.

use std::sync::Arc;

use anyhow::Result;
use files::Output;
use report::{Finding, Findings, Intake, Lang, Records, Rejects};
use step::{ExitCode, Failure, Task};
use tables::{Kind as RecordKind, Record, Table};

use super::contract::{Contract, Join};
use super::names::{Name, Names};
use super::path::Paths;
use super::place::Place;
use super::plan::{Keys, Member};
use super::reader::{Fate, Key, Reader, state_of};
use super::row::Row;
use super::shape;
use super::store::Store;
use super::teller::{At, Teller, ToldRules};
use crate::cells::Told;
use crate::cpv::Cpv;
use crate::fault::Fault;
use crate::heading::Heading;
use crate::judge::Judge;
use crate::judged::{Judged, Verdicts};
use crate::kind::Kind;
use crate::output::{Contracts, Counts};
use crate::procedures::Procedures;
use crate::telling::{self};
use crate::upgrade::upgrade;
use crate::upgraded::Upgraded;
use crate::version::Version;

/// Records between two looks at whether the step was told to stop.
const AT_ONCE: u64 = 4_096;

/// What makes a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// Records of one contract are joined.
    #[default]
    Group,
    /// Each used record is a contract.
    Row,
}

/// How a table is converted.
pub(crate) struct Settings<'a> {
    pub(crate) heading: &'a Heading,
    pub(crate) version: Version,
    pub(crate) mode: Mode,
    /// The date of contracts that have none.
    pub(crate) published: Option<&'a str>,
    pub(crate) cpv: Arc<Cpv>,
    pub(crate) lang: Lang,
    pub(crate) folder: &'a std::path::Path,
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
            let mut teller = Teller { findings, header: &header, role_column, names, lang: settings.lang };
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
        let mut teller = Teller { findings, header: &header, role_column, names, lang: settings.lang };
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

/// Joins rows to contracts, judges and writes them.
struct Writer<'s> {
    settings: &'s Settings<'s>,
    judge: Judge,
    join: Join,
    contract: Contract,
    judged: Judged,
    upgraded: Upgraded,
    other: Row,
}

impl<'s> Writer<'s> {
    fn new(settings: &'s Settings<'s>, judged: Judged) -> Self {
        let section = &settings.heading.section;
        let is_of_number = !section.group.by_acheteur && !section.group.by_objet;
        let join = if section.etat || is_of_number { Join::Operators } else { Join::All };
        Self {
            settings,
            judge: Judge::new(settings.version, settings.cpv.clone()),
            join,
            contract: Contract::default(),
            judged,
            upgraded: Upgraded::default(),
            other: Row::default(),
        }
    }

    /// A contract of one record.
    fn one(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        self.contract.begin(At::of(row), row, paths, teller)?;
        self.contract.add_operators(row, self.join, paths, teller)?;
        self.contract.add_modifications(row, paths, teller)
    }

    /// A contract of several records; `first` is the first of them, and is used up.
    fn several(
        &mut self,
        rows: &mut super::store::Rows,
        first: &mut Row,
        members: &[Member],
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let at = At::of(first);
        if self.settings.heading.section.etat {
            return self.states(rows, members, at, paths, teller);
        }
        let base = members.iter().find(|member| member.is_contractor).unwrap_or(&members[0]);
        rows.get(base.place, &mut self.other)?;
        self.contract.begin(at, &self.other, paths, teller)?;
        self.join_all(rows, members, base.number, paths, teller)
    }

    /// Joins the members of a group to the contract that was begun with its base.
    fn join_all(
        &mut self,
        rows: &mut super::store::Rows,
        members: &[Member],
        base: u64,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        for member in members {
            rows.get(member.place, &mut self.other)?;
            let (contract, row) = (&mut self.contract, &self.other);
            if member.number != base {
                match self.join {
                    Join::All => contract.merge(row, paths, teller)?,
                    Join::Operators => contract.compare_buyers(row, paths, teller)?,
                }
            }
            contract.add_operators(row, self.join, paths, teller)?;
            contract.add_modifications(row, paths, teller)?;
        }
        Ok(())
    }

    /// The records of each state: the lowest is the contract, each later one a modification.
    fn states(
        &mut self,
        rows: &mut super::store::Rows,
        members: &[Member],
        at: At,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let mut states = Vec::with_capacity(members.len());
        for member in members {
            rows.get(member.place, &mut self.other)?;
            states.push((state_of(self.other.value(Place::Id).unwrap_or_default()).1.unwrap_or(0), *member));
        }
        states.sort_by_key(|(state, member)| (*state, member.number));
        let mut chunks = states.chunk_by(|one, other| one.0 == other.0);
        let lowest: Vec<Member> = chunks.next().into_iter().flatten().map(|(_, member)| *member).collect();
        let base = lowest.iter().find(|member| member.is_contractor).unwrap_or(&lowest[0]);
        rows.get(base.place, &mut self.other)?;
        self.contract.begin(at, &self.other, paths, teller)?;
        self.join_all(rows, &lowest, base.number, paths, teller)?;
        let mut previous = super::states::Previous::of(&self.contract);
        for chunk in chunks {
            let mut state = super::states::State::default();
            for (_, member) in chunk {
                rows.get(member.place, &mut self.other)?;
                self.contract.compare_buyers(&self.other, paths, teller)?;
                state.add(&self.other);
            }
            previous.change(state, &mut self.contract, paths, teller)?;
        }
        Ok(())
    }

    /// Judges and writes the contract; whether another has its buyer and number is known by who joins them.
    fn write(&mut self, repeats_uid: bool, contracts: &mut Contracts, findings: &mut Findings) -> Result<()> {
        let Self { settings, judge, contract, judged, upgraded, .. } = self;
        let At { record, line } = contract.first;
        let place = telling::Place {
            record: Some(record),
            line: Some(line),
            column: None,
            id: contract.id(),
            kind: Kind::Marche,
        };
        if repeats_uid {
            let mut fault = Fault::new("uid.duplicate", "/id");
            if let Some(id) = contract.id() {
                fault = fault.value(id);
            }
            telling::tell(findings, settings.lang, &place, &fault)?;
        }
        let mut value = shape::of_1(contract, settings.published);
        if settings.version.is_2_0() {
            let own = shape::forme_prix_of_2(&mut value);
            let mut added = Ok(());
            value = upgrade(Kind::Marche, value, &mut |fault| {
                upgraded.add(&fault);
                if added.is_ok() {
                    added = telling::tell(findings, settings.lang, &place, &fault);
                }
            });
            added?;
            shape::add_of_2_0(contract, &mut value, own);
        }
        let entities = &contract.entities;
        let is_2_0 = settings.version.is_2_0();
        let mut is_told = |fault: &Fault<'_>| {
            if is_2_0 {
                upgraded.add(fault);
            }
            fault.rule == Told::TextEntity.rule() && entities.iter().any(|path| *path == fault.path)
        };
        judged.contract(judge, &value, &place, true, settings.lang, findings, &mut is_told)?;
        contracts.write(Kind::Marche, &value, settings.version)
    }
}

/// That not one record of a table could be used.
pub(crate) fn nothing_usable(name: &str, records: Records) -> anyhow::Error {
    let message = format!("could not use any of the {} records of `{name}`", records.read);
    let hint = "the rejects and the report beside the output say why, record by record";
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}
