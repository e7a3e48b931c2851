//! Records of one contract that stand near each other, as they do in most tables: joined while the table is read once.
//!
//! A record waits until some others were read. By then its contract is whole, unless one of its records comes later still.
//! That shows as soon as it is read, and then the table has to be read another way.

use std::collections::{HashMap, VecDeque};
use std::path::Path;

use anyhow::Result;
use files::{HashStore, Hashed};
use foldhash::fast::FixedState;

use super::plan::{Hashers, Member};
use super::reader::Key;
use super::row::Row;

/// So many records wait at most: few enough that they stay in the cache.
const MOST_WAITING: usize = 1_024;

/// And so many bytes of them.
const WAITING_BYTES: usize = 4 << 20;

/// A row that took more is not used again: in the end all of them would take as much.
const SPARE_BYTES: usize = 16 << 10;

/// The records that wait.
pub(super) struct Window {
    waiting: VecDeque<Waiting>,
    /// To be used again.
    spare: Vec<Waiting>,
    bytes: usize,
    /// Which of all records the first of those that wait is.
    first: u64,
    /// Where the first record of a contract stands, as long as it waits.
    firsts: HashMap<Group, u64, FixedState>,
    hashers: Hashers,
    met: Met,
}

/// A record that waits.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) row: Row,
    /// Of the first record of a contract: itself and the others, in the order of the file; none where it is alone.
    pub(super) members: Vec<Member>,
    /// Whether an earlier contract has its buyer and number, and is another all the same.
    pub(super) repeats_uid: bool,
    /// It belongs to one before it.
    pub(super) is_later: bool,
    group: Option<Group>,
    bytes: usize,
}

impl Window {
    /// `folder` is where the outputs will be: what memory does not hold waits there, without a name.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            waiting: VecDeque::new(),
            spare: Vec::new(),
            bytes: 0,
            first: 0,
            firsts: HashMap::default(),
            hashers: Hashers::default(),
            met: Met { numbers: HashStore::new(folder), others: HashStore::new(folder) },
        }
    }

    /// Room for the next record.
    pub(super) fn room(&mut self) -> Waiting {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes the record that was read, with its key; false where its contract may have been written already.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(super) fn take(&mut self, mut record: Waiting, key: &Key) -> Result<bool> {
        record.members.clear();
        (record.group, record.is_later, record.repeats_uid) = (None, false, false);
        record.bytes = record.row.bytes();
        if !key.is_empty() && !self.join(&mut record, key)? {
            return Ok(false);
        }
        self.bytes += record.bytes;
        self.waiting.push_back(record);
        Ok(true)
    }

    /// Finds the contract of a record among those that wait, else begins one.
    fn join(&mut self, record: &mut Waiting, key: &Key) -> Result<bool> {
        let (number, other) = self.hashers.of(&key.uid);
        let group = Group { number, rest: self.hashers.of(&key.rest).0 };
        let place = self.first + self.waiting.len() as u64;
        if let Some(first_place) = self.firsts.get(&group) {
            let first = &mut self.waiting[(first_place - self.first) as usize];
            if first.members.is_empty() {
                first.members.push(member(&first.row, *first_place));
            }
            first.members.push(member(&record.row, place));
            record.is_later = true;
            return Ok(true);
        }
        match self.met.begin(group, other as u32)? {
            Begun::First => {}
            Begun::Repeats => record.repeats_uid = true,
            Begun::TooLate => return Ok(false),
        }
        self.firsts.insert(group, place);
        record.group = Some(group);
        Ok(true)
    }

    /// Whether as many wait as may.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() > MOST_WAITING || self.bytes > WAITING_BYTES
    }

    /// The one that has waited longest.
    pub(super) fn front(&self) -> Option<&Waiting> {
        self.waiting.front()
    }

    /// Reads the row of a member of its contract.
    pub(super) fn get(&self, member: &Member, row: &mut Row) {
        row.copy_from(&self.waiting[(member.place - self.first) as usize].row);
    }

    /// Lets the one go that has waited longest.
    pub(super) fn advance(&mut self) {
        let Some(gone) = self.waiting.pop_front() else { return };
        self.first += 1;
        self.bytes -= gone.bytes;
        if let Some(group) = &gone.group {
            self.firsts.remove(group);
        }
        if gone.bytes <= SPARE_BYTES {
            self.spare.push(gone);
        }
    }
}

fn member(row: &Row, place: u64) -> Member {
    Member { number: row.number, place, is_contractor: row.is_contractor }
}

/// What records of one contract have in common, as hashes: buyer and number, and what else there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Group {
    number: u64,
    rest: u64,
}

/// Which contracts were begun, wherever they stand in the table.
struct Met {
    /// By buyer and number, the first of each.
    numbers: HashStore<Number>,
    /// The others that have buyer and number of an earlier one.
    others: HashStore<Other>,
}

/// What came of a contract that none of those that wait is.
enum Begun {
    First,
    /// An earlier one has its buyer and number.
    Repeats,
    /// It may be one that does not wait any more.
    TooLate,
}

impl Met {
    fn begin(&mut self, group: Group, other: u32) -> Result<Begun> {
        let number = Number { number: group.number, other, rest: group.rest as u32 };
        if self.numbers.insert(number)? {
            return Ok(Begun::First);
        }
        let first = self.numbers.get(number.number)?;
        // A part of the hash is enough: what is taken for an earlier one is looked at once more, and all of it.
        let is_other = first.is_some_and(|first| first.other == other && first.rest != number.rest);
        let is_new = is_other && self.others.insert(Other(group.number ^ group.rest.rotate_left(32)))?;
        Ok(if is_new { Begun::Repeats } else { Begun::TooLate })
    }
}

/// A number and buyer that was met, and of the first contract that has them what else it is known by.
#[derive(Debug, Clone, Copy)]
struct Number {
    number: u64,
    other: u32,
    rest: u32,
}

impl Hashed for Number {
    const BYTES: usize = 16;

    fn hash(&self) -> u64 {
        self.number
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.number.to_le_bytes());
        to.extend_from_slice(&self.other.to_le_bytes());
        to.extend_from_slice(&self.rest.to_le_bytes());
    }

    fn read(from: &[u8]) -> Self {
        let half = |at: usize| u32::from_le_bytes(from[at..at + 4].try_into().expect("four bytes are four"));
        let number = u64::from_le_bytes(from[..8].try_into().expect("eight bytes are eight"));
        Self { number, other: half(8), rest: half(12) }
    }
}

/// A contract that was met.
#[derive(Debug, Clone, Copy)]
struct Other(u64);

impl Hashed for Other {
    const BYTES: usize = 8;

    fn hash(&self) -> u64 {
        self.0
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(from: &[u8]) -> Self {
        Self(u64::from_le_bytes(from.try_into().expect("it is as long as it was written")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(number: u8, rest: u8) -> Key {
        Key { uid: vec![number], rest: vec![rest] }
    }

    proptest! {
        #[test]
        fn records_of_one_contract_come_together_or_one_is_too_late(
            mut keys in proptest::collection::vec((0_u8..40, 0_u8..3), 1..60),
            distance in prop_oneof![Just(0_usize), Just(MOST_WAITING - 1), Just(MOST_WAITING), Just(MOST_WAITING + 70)],
        ) {
            // Between the first and the others stand many that are alone.
            let first = keys.remove(0);
            let folder = tempfile::tempdir().unwrap();
            let mut window = Window::new(folder.path());
            let alone = std::iter::repeat_n(None, distance);
            let all: Vec<Option<(u8, u8)>> = [Some(first)].into_iter().chain(alone).chain(keys.into_iter().map(Some)).collect();
            let (mut written, mut is_late) = (vec![], false);
            for nth in 0..=all.len() {
                let is_there = nth < all.len();
                if is_there {
                    let mut record = window.room();
                    record.row.begin(nth as u64, 0);
                    let key = all[nth].map_or_else(Key::default, |(number, rest)| key(number, rest));
                    if !window.take(record, &key).unwrap() {
                        is_late = true;
                        break;
                    }
                }
                while !is_there && window.front().is_some() || window.is_full() {
                    let front = window.front().unwrap();
                    if !front.is_later {
                        let members: Vec<u64> = front.members.iter().map(|member| member.number).collect();
                        let mut row = Row::default();
                        for member in &front.members {
                            window.get(member, &mut row);
                            assert_eq!(row.number, member.number);
                        }
                        let all = if members.is_empty() { vec![front.row.number] } else { members };
                        written.push((all, front.repeats_uid));
                    }
                    window.advance();
                }
            }
            let again = all.iter().skip(1).position(|key| *key == Some(first)).map(|place| place + 1);
            prop_assert_eq!(is_late, again.is_some_and(|place| place > MOST_WAITING));
            if !is_late {
                let mut expected = vec![];
                for (nth, key) in all.iter().enumerate() {
                    let same = |other: &usize| key.is_some() && all[*other] == *key;
                    if !(0..nth).any(|other| same(&other)) {
                        let others = (nth + 1..all.len()).filter(same);
                        let repeats = key.is_some_and(|(number, _)| all[..nth].iter().flatten().any(|other| other.0 == number));
                        expected.push(([nth].into_iter().chain(others).map(|nth| nth as u64).collect(), repeats));
                    }
                }
                prop_assert_eq!(written, expected);
            }
        }
    }
}
