//! Numbers of records by the hashes of their identifiers, eight bytes each.

/// Before the first record.
const SMALLEST: usize = 1 << 10;

/// Spreads hashes over the slots.
const SPREAD: u32 = 0x9e37_79b1;

/// An open table: a slot holds a hash and, from 1, the number of a record; 0 is none.
#[derive(Debug)]
pub(super) struct Index {
    slots: Vec<u64>,
    count: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self { slots: vec![0; SMALLEST], count: 0 }
    }
}

impl Index {
    /// The records whose identifiers have this hash, in the order in which they came.
    pub(super) fn rows(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.place(hash);
        let slots = (from..self.slots.len()).chain(0..from).map(|slot| self.slots[slot]);
        let rows = slots.take_while(|slot| *slot != 0).filter(move |slot| (slot >> 32) as u32 == hash);
        rows.map(|slot| slot as u32 - 1)
    }

    /// Adds a record.
    pub(super) fn add(&mut self, hash: u32, row: u32) {
        // Three quarters full: then the next free slot is near.
        if self.count * 4 >= self.slots.len() * 3 {
            let twice = self.slots.len() * 2;
            let old = std::mem::replace(&mut self.slots, vec![0; twice]);
            old.into_iter().filter(|slot| *slot != 0).for_each(|slot| self.put(slot));
        }
        self.count += 1;
        self.put(u64::from(hash) << 32 | u64::from(row + 1));
    }

    fn put(&mut self, slot: u64) {
        let mut place = self.place((slot >> 32) as u32);
        while self.slots[place] != 0 {
            place = (place + 1) % self.slots.len();
        }
        self.slots[place] = slot;
    }

    /// Where a hash begins to be looked for; there are as many slots as a power of two.
    fn place(&self, hash: u32) -> usize {
        let bits = self.slots.len().trailing_zeros();
        (hash.wrapping_mul(SPREAD) >> (u32::BITS - bits)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_found_and_no_other() {
        let mut index = Index::default();
        for row in 0..20_000_u32 {
            index.add(row % 15_000, row);
        }
        assert_eq!(index.rows(3).collect::<Vec<_>>(), [3, 15_003]);
        assert_eq!(index.rows(14_999).collect::<Vec<_>>(), [14_999]);
        assert_eq!(index.rows(15_000).next(), None);
    }
}
