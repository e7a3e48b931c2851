//! Which records are compared at all: those that share something.

use std::collections::HashSet;
use std::hash::BuildHasher;

use anyhow::Result;
use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::profile::{Profile, Profiles};

/// More records than these share a thing only if it says little.
const LARGEST: usize = 200;

/// In a larger block each record is compared with so many that stand next to it by name and by place.
const NEIGHBOURS: usize = 24;

/// Rarest words of a name by which it is looked for.
const WORDS: usize = 3;

/// An odd number without pattern.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a block has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Shared {
    /// All pairs of these are compared, however many they are: the classes of some are fixed.
    Alike,
    SiretAndName,
    /// Of these, large blocks are walked through.
    Siret,
    Telephone,
    Email,
    Street,
    House,
    Word,
    Kind,
    Name,
}

/// Blocks of records, as lists that lie one behind the other.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    members: Vec<u32>,
    /// Where each block begins in `members`, and where the last ends.
    starts: Vec<u32>,
    /// Blocks of each record, one record behind the other.
    of_records: Vec<u32>,
    /// Where those of each record begin in `of_records`.
    record_starts: Vec<u32>,
    /// Neighbours in large blocks, the first before the second.
    neighbours: Vec<(u32, u32)>,
    /// Those that share a number with so many that not all pairs of them are compared.
    walked: HashSet<u32, FixedState>,
}

impl Blocks {
    /// Finds all blocks of two records and more.
    ///
    /// # Errors
    /// What `go_on` says.
    pub(super) fn find(all: &Profiles, go_on: &impl Fn() -> Result<()>) -> Result<Self> {
        let mut blocks = Self { starts: vec![0], ..Self::default() };
        for shared in [
            Shared::Alike,
            Shared::SiretAndName,
            Shared::Siret,
            Shared::Telephone,
            Shared::Email,
            Shared::Street,
            Shared::House,
            Shared::Word,
            Shared::Kind,
            Shared::Name,
        ] {
            go_on()?;
            blocks.add(all, shared);
        }
        blocks.neighbours.par_sort_unstable();
        blocks.neighbours.dedup();
        blocks.index(all.len());
        Ok(blocks)
    }

    /// The records behind `record` that share something with it, in order.
    pub(super) fn others_after(&self, record: u32, others: &mut Vec<u32>) {
        others.clear();
        let range = |starts: &[u32], nth: usize| starts[nth] as usize..starts[nth + 1] as usize;
        for block in &self.of_records[range(&self.record_starts, record as usize)] {
            let members = &self.members[range(&self.starts, *block as usize)];
            let behind = members.partition_point(|member| *member <= record);
            others.extend_from_slice(&members[behind..]);
        }
        let from = self.neighbours.partition_point(|(first, _)| *first < record);
        let near = self.neighbours[from..].iter().take_while(|(first, _)| *first == record);
        others.extend(near.map(|(_, second)| second));
        others.sort_unstable();
        others.dedup();
    }

    fn add(&mut self, all: &Profiles, shared: Shared) {
        let mut entries: Vec<(u64, u32)> = (0..all.len() as u32)
            .into_par_iter()
            .flat_map_iter(|nth| keys(all, all.get(nth), shared).map(move |key| (key, nth)))
            .collect();
        drop_single(&mut entries);
        entries.par_sort_unstable();
        entries.dedup();
        for block in entries.chunk_by(|(one, _), (two, _)| one == two).filter(|block| block.len() > 1) {
            let is_whole = block.len() <= LARGEST || matches!(shared, Shared::Alike | Shared::SiretAndName);
            match is_whole {
                true if shared == Shared::Name => self.add_namesakes(all, block),
                true => self.push(block.iter().map(|(_, nth)| *nth)),
                false => {
                    if matches!(shared, Shared::Siret | Shared::Telephone | Shared::Email) {
                        self.walked.extend(block.iter().map(|(_, nth)| *nth));
                    }
                    self.walk_through(all, block);
                }
            }
        }
    }

    fn push(&mut self, members: impl Iterator<Item = u32>) {
        self.members.extend(members);
        self.starts.push(self.members.len() as u32);
    }

    /// Adds records of one name and département. Those that something says to be in two communes are nothing to each other
    /// unless they share a number, by which they are found: so they are parted by commune, where all have one.
    fn add_namesakes(&mut self, all: &Profiles, block: &[(u64, u32)]) {
        let is_any = |is_so: &dyn Fn(u32) -> bool| block.iter().any(|(_, nth)| is_so(*nth));
        let are_open = is_any(&|nth| all.get(nth).commune == 0) && is_any(&|nth| all.get(nth).code_postal == 0);
        if are_open || is_any(&|nth| self.walked.contains(&nth)) {
            return self.push(block.iter().map(|(_, nth)| *nth));
        }
        let codes: [fn(&Profile) -> u32; 3] = [|one| one.commune, |one| one.code_postal, |one| one.insee];
        for code in codes {
            let mut members: Vec<(u32, u32)> = block.iter().map(|(_, nth)| (code(all.get(*nth)), *nth)).collect();
            members.retain(|(code, _)| *code != 0);
            members.sort_unstable();
            for part in members.chunk_by(|one, two| one.0 == two.0).filter(|part| part.len() > 1) {
                self.push(part.iter().map(|(_, nth)| *nth));
            }
        }
    }

    /// Pairs records of a large block with those that stand next to them.
    fn walk_through(&mut self, all: &Profiles, block: &[(u64, u32)]) {
        let mut members: Vec<u32> = block.iter().map(|(_, nth)| *nth).collect();
        for is_by_name in [true, false] {
            members.par_sort_by(|one, two| {
                let [one, two] = [one, two].map(|nth| all.get(*nth));
                let by_name = || all.text(one).cmp(all.text(two));
                let by_place = || place(all, one).cmp(&place(all, two));
                let rest = || reach(one).cmp(&reach(two));
                let order = if is_by_name { by_name().then_with(by_place) } else { by_place().then_with(by_name) };
                order.then_with(rest)
            });
            for (at, one) in members.iter().enumerate() {
                let near = &members[at + 1..members.len().min(at + 1 + NEIGHBOURS)];
                self.neighbours.extend(near.iter().map(|two| (*one.min(two), *one.max(two))));
            }
        }
    }

    /// Lists the blocks of each record.
    fn index(&mut self, count: usize) {
        let mut ends = vec![0_u32; count + 1];
        for member in &self.members {
            ends[*member as usize + 1] += 1;
        }
        for nth in 0..count {
            ends[nth + 1] += ends[nth];
        }
        self.record_starts = ends.clone();
        self.of_records = vec![0; self.members.len()];
        for (block, range) in self.starts.windows(2).enumerate() {
            for member in &self.members[range[0] as usize..range[1] as usize] {
                let at = &mut ends[*member as usize];
                self.of_records[*at as usize] = block as u32;
                *at += 1;
            }
        }
    }
}

/// Leaves out most keys that one record alone has: each key has a place among some bits, and where it is the only one to
/// come by, no other has it.
fn drop_single(entries: &mut Vec<(u64, u32)>) {
    let places = (8 * entries.len()).next_power_of_two().max(64);
    let [mut once, mut again] = [vec![0_u64; places / 64], vec![0_u64; places / 64]];
    // Numbers are keys too, and differ in their lowest digits alone: this spreads them.
    let place = |key: u64| (key.wrapping_mul(SPREAD) >> 20) as usize & (places - 1);
    for (key, _) in entries.iter() {
        let place = place(*key);
        let bit = 1 << (place % 64);
        again[place / 64] |= once[place / 64] & bit;
        once[place / 64] |= bit;
    }
    entries.retain(|(key, _)| again[place(*key) / 64] >> (place(*key) % 64) & 1 == 1);
}

/// Where a record is, as records are put in order.
fn place<'p>(all: &'p Profiles, profile: &Profile) -> (&'p str, Vec<&'p str>, &'p str) {
    let street = all.street(profile).iter().map(|word| all.vocabulary.text(*word)).collect();
    (all.commune(profile), street, all.code(profile.number))
}

/// How a record is known, where name and place are one.
fn reach(profile: &Profile) -> (u64, u32, u64, u64) {
    let siret = profile.siret.map_or(0, u64::from);
    let telephone = profile.telephone.map_or(0, u32::from);
    let [latitude, longitude] = profile.position.unwrap_or_default().map(f32::to_bits);
    (siret, telephone, profile.email.map_or(0, u64::from), u64::from(latitude) << 32 | u64::from(longitude))
}

/// The keys of a record.
fn keys(all: &Profiles, profile: &Profile, shared: Shared) -> impl Iterator<Item = u64> + use<> {
    let hash = FixedState::with_seed(shared as u64);
    let mut keys = Keys::default();
    let siret = profile.siret.map(u64::from);
    // A commune is known by its name or by its postal code, and either may be written otherwise.
    let places = [(1_u8, profile.commune, profile.departement), (2, profile.code_postal, 0)];
    let places = || places.into_iter().filter(|(_, place, _)| *place != 0);
    match shared {
        Shared::Alike => keys.extend((profile.alike != 0).then(|| u64::from(profile.alike))),
        Shared::SiretAndName => keys.extend(siret.map(|siret| hash.hash_one((siret, profile.folded)))),
        Shared::Siret => keys.extend(siret),
        Shared::Telephone => keys.extend(profile.telephone.map(|number| u64::from(number.get()))),
        Shared::Email => keys.extend(profile.email.map(u64::from)),
        Shared::Street => {
            let mut street: Vec<u32> = all.street(profile).to_vec();
            street.sort_unstable();
            // One commune may have several postal codes, and one of two leave its name out.
            let by_code = Some((3_u8, profile.insee, 0)).filter(|(_, place, _)| *place != 0);
            let places = || places().chain(by_code);
            if !street.is_empty() {
                keys.extend(places().map(|place| hash.hash_one((place, &street, profile.number))));
                // One of two may leave the number out, or have another door.
                keys.extend(places().map(|place| hash.hash_one((place, &street))));
            }
        }
        // A street may be misspelt: then the number of the house is left.
        Shared::House => {
            if profile.number != 0 {
                keys.extend(places().map(|place| hash.hash_one((place, profile.number))));
            }
        }
        Shared::Word => {
            for word in rarest(all, profile) {
                keys.extend(places().map(|place| hash.hash_one((place, word))));
            }
        }
        Shared::Kind => {
            if let Some(kind) = profile.kinds.first() {
                keys.extend(places().map(|place| hash.hash_one((place, kind as u8))));
            }
        }
        Shared::Name => {
            if profile.folded != 0 {
                keys.extend([hash.hash_one((profile.departement, profile.folded))]);
            }
        }
    }
    keys.all.into_iter().take(keys.count)
}

/// The keys of one record of one thing: three places with two each, or two with one for each of three words.
#[derive(Default)]
struct Keys {
    all: [u64; 6],
    count: usize,
}

impl Keys {
    fn extend(&mut self, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            self.all[self.count] = key;
            self.count += 1;
        }
    }
}

/// The rarest words of a name, of whose own it is; in an order that does not depend on that of the records.
fn rarest(all: &Profiles, profile: &Profile) -> Vec<u32> {
    let places = all.commune_words(profile);
    let is_own = |word: &u32| !places.contains(word);
    let mut words: Vec<u32> =
        all.name(profile).iter().filter(|word| word.is_own()).map(|word| word.number()).filter(is_own).collect();
    words.sort_unstable_by_key(|word| (all.vocabulary.uses(*word), all.vocabulary.text(*word)));
    words.dedup();
    words.truncate(WORDS);
    words
}
