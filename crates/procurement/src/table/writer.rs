//! Rows joined to contracts, judged and written.

use anyhow::Result;
use report::Findings;

use super::contract::{Contract, Join};
use super::path::Paths;
use super::plain::Plain;
use super::plan::Member;
use super::reader::state_of;
use super::row::Row;
use super::settings::Settings;
use super::shape;
use super::states::{Previous, State};
use super::teller::{At, Teller};
use crate::cells::Told;
use crate::fault::Fault;
use crate::judge::Judge;
use crate::judged::{Hearing, Judged};
use crate::kind::Kind;
use crate::output::Contracts;
use crate::target_path::TargetPath;
use crate::telling;
use crate::upgrade::upgrade;
use crate::upgraded::Upgraded;

/// Gets the row of a member of a group.
pub(super) type GetRow<'g> = dyn FnMut(&Member, &mut Row) -> Result<()> + 'g;

/// Joins rows to contracts, judges and writes them.
pub(super) struct Writer<'s> {
    settings: &'s Settings<'s>,
    judge: Judge,
    /// For contracts that need not be made a value.
    plain: Option<Plain>,
    join: Join,
    contract: Contract,
    pub(super) judged: Judged,
    pub(super) upgraded: Upgraded,
    other: Row,
}

impl<'s> Writer<'s> {
    pub(super) fn new(settings: &'s Settings<'s>, judged: Judged) -> Self {
        let section = &settings.heading.section;
        let is_of_number = !section.group.by_acheteur && !section.group.by_objet;
        let join = if section.etat || is_of_number { Join::Operators } else { Join::All };
        let judge = Judge::new(settings.version, settings.cpv.clone());
        let plain = if judged.is_of_json() { Plain::new(&judge) } else { None };
        Self {
            settings,
            judge,
            plain,
            join,
            contract: Contract::default(),
            judged,
            upgraded: Upgraded::default(),
            other: Row::default(),
        }
    }

    /// The first record of the contract.
    pub(super) fn first_record(&self) -> u64 {
        self.contract.first.record
    }

    /// A contract of one record.
    pub(super) fn one(&mut self, row: &Row, paths: &mut Paths, teller: &mut Teller<'_>) -> Result<()> {
        self.contract.begin(At::of(row), row, paths, teller)?;
        self.contract.add_operators(row, self.join, paths, teller)?;
        self.contract.add_modifications(row, paths, teller)
    }

    /// A contract of several records, the first of which stands at `at`.
    pub(super) fn several(
        &mut self,
        get: &mut GetRow<'_>,
        at: At,
        members: &[Member],
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        if self.settings.heading.section.etat {
            return self.states(get, members, at, paths, teller);
        }
        let base = members.iter().find(|member| member.is_contractor).unwrap_or(&members[0]);
        get(base, &mut self.other)?;
        self.contract.begin(at, &self.other, paths, teller)?;
        self.join_all(get, members, base.number, paths, teller)
    }

    /// Joins the members of a group to the contract that was begun with its base.
    fn join_all(
        &mut self,
        get: &mut GetRow<'_>,
        members: &[Member],
        base: u64,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        for member in members {
            get(member, &mut self.other)?;
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
        get: &mut GetRow<'_>,
        members: &[Member],
        at: At,
        paths: &mut Paths,
        teller: &mut Teller<'_>,
    ) -> Result<()> {
        let mut states = Vec::with_capacity(members.len());
        for member in members {
            get(member, &mut self.other)?;
            states.push((state_of(self.other.value(TargetPath::Id).unwrap_or_default()).1.unwrap_or(0), *member));
        }
        states.sort_by_key(|(state, member)| (*state, member.number));
        let mut chunks = states.chunk_by(|one, other| one.0 == other.0);
        let lowest: Vec<Member> = chunks.next().into_iter().flatten().map(|(_, member)| *member).collect();
        let base = lowest.iter().find(|member| member.is_contractor).unwrap_or(&lowest[0]);
        get(base, &mut self.other)?;
        self.contract.begin(at, &self.other, paths, teller)?;
        self.join_all(get, &lowest, base.number, paths, teller)?;
        let mut previous = Previous::of(&self.contract);
        for chunk in chunks {
            let mut state = State::default();
            for (_, member) in chunk {
                get(member, &mut self.other)?;
                self.contract.compare_buyers(&self.other, paths, teller)?;
                state.add(&self.other);
            }
            previous.change(state, &mut self.contract, paths, teller)?;
        }
        Ok(())
    }

    /// Judges and writes the contract; whether another has its buyer and number is known by who joins them.
    pub(super) fn write(
        &mut self,
        repeats_uid: bool,
        contracts: &mut Contracts,
        findings: &mut Findings,
    ) -> Result<()> {
        let Self { settings, judge, plain, contract, judged, upgraded, .. } = self;
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
        let entities = &contract.entities;
        let is_of_entity = |fault: &Fault<'_>| {
            fault.rule == Told::TextEntity.rule() && entities.iter().any(|path| *path == fault.path)
        };
        if let Some(plain) = plain.as_mut().filter(|_| Plain::is(contract)) {
            let mut is_told = is_of_entity;
            let mut hearing = Hearing::new(&place, true, settings.lang, findings, &mut is_told);
            contracts.write_json(Kind::Marche, |line| {
                plain.write(contract, settings.published, &settings.cpv, line, &mut hearing);
            })?;
            return judged.end(hearing);
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
        let is_2_0 = settings.version.is_2_0();
        let mut is_told = |fault: &Fault<'_>| {
            if is_2_0 {
                upgraded.add(fault);
            }
            is_of_entity(fault)
        };
        judged.contract(judge, &value, &place, true, settings.lang, findings, &mut is_told)?;
        contracts.write(Kind::Marche, &value, settings.version)
    }
}
