//! A large table whose records of one contract stand near each other: read twice, so that nothing has to wait on the disk.
//!
//! The first time no more is read than tells which records belong together. The second time a record is read on only as
//! far as others of its contract stand.

use std::collections::VecDeque;
use std::path::Path;

use anyhow::Result;
use report::Findings;
use step::{ExitCode, Failure, Task};
use tables::{Kind as RecordKind, Table};

use super::incoming::{AT_ONCE, Incoming};
use super::plan::{Keys, Member, Plan};
use super::reader::{Key, Reader, Wanted};
use super::row::Row;
use crate::cpv::Cpv;

/// Rows of so many bytes may wait in memory.
const WAITING_BYTES: u64 = 4 << 20;

/// Which records belong together, if those of one contract stand so near that the rows between them fit into memory.
///
/// # Errors
/// 65 when the file breaks a rule, 74 when the disk refuses.
pub(super) fn find(
    mut table: Table,
    reader: &mut Reader,
    cpv: &Cpv,
    folder: &Path,
    task: &Task,
) -> Result<Option<Plan>> {
    let mut keys = Keys::new(folder);
    let (mut row, mut key) = (Row::default(), Key::default());
    let progress = task.progress(format!("looking through `{}`", table.found().name), "records");
    while let Some(record) = table.next()? {
        if record.number() % AT_ONCE == 0 {
            task.go_on()?;
            progress.set(record.number());
        }
        if record.kind() != RecordKind::Data {
            continue;
        }
        reader.read(&record, cpv, &mut row, Wanted::Key(&mut key));
        if !key.is_empty() {
            let member = Member { number: row.number, place: 0, is_contractor: row.is_contractor };
            keys.push(&key.uid, &key.rest, member)?;
        }
    }
    let plan = keys.finish()?;
    let longest = table.longest_bytes().unwrap_or(usize::MAX) as u64;
    Ok((plan.reach().saturating_mul(longest) <= WAITING_BYTES).then_some(plan))
}

/// Rows that were read before their turn, because an earlier one is of the same contract as one of them.
#[derive(Default)]
pub(super) struct Ahead {
    rows: VecDeque<Row>,
    /// To be used again.
    spare: Vec<Row>,
}

impl Ahead {
    /// Goes to the next row; false at the end. The one before it is done with.
    ///
    /// # Errors
    /// As [`Incoming::next`].
    pub(super) fn advance(&mut self, incoming: &mut Incoming<'_>, findings: &mut Findings) -> Result<bool> {
        self.spare.extend(self.rows.pop_front());
        Ok(!self.rows.is_empty() || self.read(incoming, findings)?)
    }

    /// The row whose turn it is.
    pub(super) fn first(&self) -> &Row {
        self.rows.front().expect("a row is asked for only where there is one")
    }

    /// Reads on until the last of these members is there.
    ///
    /// # Errors
    /// As [`Incoming::next`]; 65 when it does not come.
    pub(super) fn reach(
        &mut self,
        members: &[Member],
        incoming: &mut Incoming<'_>,
        findings: &mut Findings,
    ) -> Result<()> {
        let Some(last) = members.last() else { return Ok(()) };
        while self.rows.back().is_none_or(|row| row.number < last.number) {
            if !self.read(incoming, findings)? {
                return Err(changed(&incoming.table.found().name));
            }
        }
        Ok(())
    }

    fn read(&mut self, incoming: &mut Incoming<'_>, findings: &mut Findings) -> Result<bool> {
        let mut row = self.spare.pop().unwrap_or_default();
        let is_there = incoming.next(&mut row, Wanted::Row, findings)?;
        match is_there {
            true => self.rows.push_back(row),
            false => self.spare.push(row),
        }
        Ok(is_there)
    }

    /// The row of a member.
    ///
    /// # Errors
    /// 65 when it is not there.
    pub(super) fn get(&self, member: &Member, name: &str, row: &mut Row) -> Result<()> {
        let place = self.rows.binary_search_by_key(&member.number, |row| row.number).map_err(|_| changed(name))?;
        row.copy_from(&self.rows[place]);
        Ok(())
    }
}

/// That the second look at a file finds other records than the first.
fn changed(name: &str) -> anyhow::Error {
    let message = format!("could not read `{name}`: it changed while it was read");
    Failure::new(ExitCode::BadInput, message).hint("run again once it is whole").into()
}
