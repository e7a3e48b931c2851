//! Which rows are one contract, wherever they stand in the file.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;

use anyhow::Result;
use foldhash::quality::FixedState;

use crate::sorter::{Sorted, Sorter};

/// Two hashes of 64 bits are one of 128: of a billion records no two are alike by chance.
const SEEDS: (u64, u64) = (0x0c01_1ec7, 0x5ec0_0d5e);

/// Takes the keys of rows in the order of the file.
pub(crate) struct Keys {
    sorter: Sorter,
    hashers: Hashers,
    folder: std::path::PathBuf,
}

/// Makes the two hashes of a key.
pub(super) struct Hashers(FixedState, FixedState);

impl Default for Hashers {
    fn default() -> Self {
        Self(FixedState::with_seed(SEEDS.0), FixedState::with_seed(SEEDS.1))
    }
}

impl Hashers {
    pub(super) fn of(&self, key: &[u8]) -> (u64, u64) {
        let hash = |state: &FixedState| {
            let mut hasher = state.build_hasher();
            hasher.write(key);
            hasher.finish()
        };
        (hash(&self.0), hash(&self.1))
    }
}

impl Keys {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { sorter: Sorter::new(folder), hashers: Hashers::default(), folder: folder.to_owned() }
    }

    /// A row lies at a place of the store. Rows of one `uid` have buyer and number in common, those of one contract
    /// `rest` too.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn push(&mut self, uid: &[u8], rest: &[u8], member: Member) -> Result<()> {
        let (uid, rest) = (self.hashers.of(uid), self.hashers.of(rest));
        let [uid_0, uid_1, rest_0, rest_1] = [uid.0, uid.1, rest.0, rest.1].map(u64::to_be_bytes);
        self.sorter.push(&[&uid_0, &uid_1, &rest_0, &rest_1, &member.write()])
    }

    /// What belongs together.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(self) -> Result<Plan> {
        let Self { sorter, folder, .. } = self;
        let sorted = sorter.finish()?;
        let mut plan =
            Planning { later: Numbers::default(), same_uid: Numbers::default(), groups: Sorter::new(&folder) };
        let mut entries = sorted.iter()?;
        let mut open: Option<Open> = None;
        let mut firsts = Vec::new();
        while let Some(entry) = entries.next()? {
            let member = Member::read(&entry[HASH_BYTES..]);
            match &mut open {
                Some(open) if open.hash == entry[..HASH_BYTES] => plan.join(open, member)?,
                before => {
                    let is_other = before.as_ref().is_none_or(|open| open.hash[..UID_BYTES] != entry[..UID_BYTES]);
                    if is_other {
                        plan.end_uid(&mut firsts);
                    }
                    firsts.push(member.number);
                    *before = Some(Open::new(entry, member));
                }
            }
        }
        plan.end_uid(&mut firsts);
        let Planning { later, same_uid, groups } = plan;
        Ok(Plan { later, same_uid, groups: groups.finish()? })
    }
}

/// Of an entry, the hashes, and of these the ones of buyer and number.
const HASH_BYTES: usize = 32;
const UID_BYTES: usize = 16;

struct Planning {
    later: Numbers,
    same_uid: Numbers,
    groups: Sorter,
}

/// A group whose members come one after the other.
struct Open {
    hash: [u8; HASH_BYTES],
    first: Member,
    is_told: bool,
}

impl Open {
    fn new(entry: &[u8], first: Member) -> Self {
        let hash = entry[..HASH_BYTES].try_into().expect("so many bytes are so many");
        Self { hash, first, is_told: false }
    }
}

impl Planning {
    /// Of contracts that have buyer and number in common all but the first are told.
    fn end_uid(&mut self, firsts: &mut Vec<u64>) {
        if let [_, _, ..] = firsts.as_slice() {
            let first = firsts.iter().min().copied().unwrap_or_default();
            firsts.iter().filter(|number| **number != first).for_each(|number| self.same_uid.set(*number));
        }
        firsts.clear();
    }

    fn join(&mut self, open: &mut Open, member: Member) -> Result<()> {
        let first = open.first.number.to_be_bytes();
        if !std::mem::replace(&mut open.is_told, true) {
            self.groups.push(&[&first, &open.first.write()])?;
        }
        self.later.set(member.number);
        self.groups.push(&[&first, &member.write()])
    }
}

/// A row of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) number: u64,
    /// In the store, or among the records that wait.
    pub(crate) place: u64,
    pub(crate) is_contractor: bool,
}

impl Member {
    fn read(bytes: &[u8]) -> Self {
        let at = |from: usize| u64::from_be_bytes(bytes[from..from + 8].try_into().expect("eight bytes are eight"));
        Self { number: at(0), place: at(8), is_contractor: bytes[16] != 0 }
    }

    fn write(self) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[..8].copy_from_slice(&self.number.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.place.to_be_bytes());
        bytes[16] = u8::from(self.is_contractor);
        bytes
    }
}

/// The groups of more than one row, by their first; all other rows are alone.
#[derive(Debug)]
pub(crate) struct Plan {
    later: Numbers,
    same_uid: Numbers,
    groups: Sorted,
}

impl Plan {
    /// Whether a row belongs to one before it.
    pub(crate) fn is_later(&self, number: u64) -> bool {
        self.later.get(number)
    }

    /// Whether a contract, by its first row, has buyer and number of an earlier one, and is another all the same.
    pub(crate) fn repeats_uid(&self, first: u64) -> bool {
        self.same_uid.get(first)
    }

    /// The groups, in the order of their first rows.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn groups(&self) -> Result<Groups<'_>> {
        let mut groups = Groups { entries: self.groups.iter()?, next: None };
        groups.advance()?;
        Ok(groups)
    }
}

/// A way through the groups.
pub(crate) struct Groups<'p> {
    entries: crate::sorter::Entries<'p>,
    next: Option<(u64, Member)>,
}

impl Groups<'_> {
    fn advance(&mut self) -> Result<()> {
        let entry = self.entries.next()?;
        self.next = entry.map(|entry| {
            let first = u64::from_be_bytes(entry[..8].try_into().expect("eight bytes are eight"));
            (first, Member::read(&entry[8..]))
        });
        Ok(())
    }

    /// The members of the group whose first row has this number, in the order of the file; none where it is alone.
    ///
    /// # Errors
    /// When the disk does not give back what it took.
    pub(crate) fn of(&mut self, first: u64, members: &mut Vec<Member>) -> Result<()> {
        members.clear();
        while let Some((of, member)) = self.next
            && of == first
        {
            members.push(member);
            self.advance()?;
        }
        Ok(())
    }
}

/// A bit for each row, in pages that are made when they are needed.
#[derive(Debug, Default)]
struct Numbers {
    pages: HashMap<u64, Box<[u64; PAGE_WORDS]>, foldhash::fast::FixedState>,
}

const PAGE_WORDS: usize = 512;

impl Numbers {
    fn place(number: u64) -> (u64, usize, u64) {
        let bits = PAGE_WORDS as u64 * 64;
        (number / bits, (number % bits / 64) as usize, 1 << (number % 64))
    }

    fn set(&mut self, number: u64) {
        let (page, word, bit) = Self::place(number);
        self.pages.entry(page).or_insert_with(|| Box::new([0; PAGE_WORDS]))[word] |= bit;
    }

    fn get(&self, number: u64) -> bool {
        let (page, word, bit) = Self::place(number);
        self.pages.get(&page).is_some_and(|page| page[word] & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_of_one_key_come_together_in_the_order_of_the_file(keys in proptest::collection::vec(0_u8..20, 1..120)) {
            let folder = tempfile::tempdir().unwrap();
            let mut planned = Keys::new(folder.path());
            for (nth, key) in keys.iter().enumerate() {
                let member = Member { number: nth as u64, place: 1_000 + nth as u64, is_contractor: nth % 3 == 0 };
                planned.push(&[*key / 4], &[*key % 4], member).unwrap();
            }
            let plan = planned.finish().unwrap();
            let mut groups = plan.groups().unwrap();
            let mut members = vec![];
            for (nth, key) in keys.iter().enumerate() {
                let all: Vec<usize> = (0..keys.len()).filter(|other| keys[*other] == *key).collect();
                prop_assert_eq!(plan.is_later(nth as u64), all[0] != nth);
                if all[0] == nth {
                    groups.of(nth as u64, &mut members).unwrap();
                    let found: Vec<usize> = members.iter().map(|member| member.number as usize).collect();
                    prop_assert_eq!(found, if all.len() > 1 { all } else { vec![] });
                    let of_uid = keys.iter().position(|other| other / 4 == key / 4);
                    prop_assert_eq!(plan.repeats_uid(nth as u64), of_uid != Some(nth));
                    prop_assert!(members.iter().all(|member| member.place == member.number + 1_000));
                }
            }
        }
    }
}
