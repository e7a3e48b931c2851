//! Which hashes were never written, as far as some bits can tell.

/// Two millions of bytes: of a million hashes that were not added it lets one in seventy through, of ten millions half.
const BITS: usize = 1 << 24;

/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// For each hash that was added two bits are set. It takes no room before the first.
#[derive(Debug, Default)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// Adds a hash.
    pub(super) fn add(&mut self, hash: u64) {
        if self.words.is_empty() {
            self.words = vec![0; BITS / WORD];
        }
        for bit in bits(hash) {
            self.words[bit / WORD] |= 1 << (bit % WORD);
        }
    }

    /// Whether a hash may have been added: false is certain.
    pub(super) fn may_have(&self, hash: u64) -> bool {
        !self.words.is_empty() && bits(hash).iter().all(|bit| self.words[bit / WORD] >> (bit % WORD) & 1 == 1)
    }
}

/// The lowest bits of a hash may hold what is no hash, and are left out.
fn bits(hash: u64) -> [usize; 2] {
    [hash >> 8, hash >> 36].map(|part| part as usize % BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(nth: u64) -> u64 {
        (nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn what_was_added_is_let_through_and_most_of_the_rest_is_not() {
        let mut filter = Filter::default();
        assert!(!filter.may_have(0) && !filter.may_have(hash(1)));
        (0..100_000).for_each(|nth| filter.add(hash(nth)));
        assert!((0..100_000).all(|nth| filter.may_have(hash(nth))));
        let others = (100_000..200_000).filter(|nth| filter.may_have(hash(*nth))).count();
        assert!(others < 100, "{others}");
    }
}
