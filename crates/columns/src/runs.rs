//! Small numbers in a row, as Parquet writes levels and places in a dictionary.

/// Values packed by their bits go in groups of so many.
const GROUP: usize = 8;

/// Groups behind one header: as many as one byte can tell, as other writers do it.
const MOST_GROUPS: usize = 63;

/// Numbers, of which the same one often comes many times.
#[derive(Debug, Default)]
pub(crate) struct Runs(Vec<Run>);

/// A number, and how often it comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) value: u32,
    pub(crate) count: u32,
}

impl Runs {
    pub(crate) fn push(&mut self, value: u32) {
        match self.0.last_mut() {
            Some(last) if last.value == value => last.count += 1,
            _ => self.begin(value),
        }
    }

    /// The same, but never as one more of the number before.
    pub(crate) fn begin(&mut self, value: u32) {
        self.0.push(Run { value, count: 1 });
    }

    pub(crate) fn last(&self) -> Option<u32> {
        self.0.last().map(|run| run.value)
    }

    pub(crate) fn all(&self) -> &[Run] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Adds numbers of so many bits: what comes often as a run, all else packed.
pub(crate) fn encode(runs: &[Run], bits: u32, out: &mut Vec<u8>) {
    let mut packed = Vec::with_capacity(GROUP * MOST_GROUPS);
    for Run { value, count } in runs {
        let mut left = *count as usize;
        // A run begins where a group is whole.
        let fill = left.min(packed.len().next_multiple_of(GROUP) - packed.len());
        push(*value, fill, bits, &mut packed, out);
        left -= fill;
        if left >= GROUP {
            pack(&mut packed, bits, out);
            put_number((left as u64) << 1, out);
            out.extend_from_slice(&value.to_le_bytes()[..bits.div_ceil(8) as usize]);
        } else {
            push(*value, left, bits, &mut packed, out);
        }
    }
    pack(&mut packed, bits, out);
}

fn push(value: u32, count: usize, bits: u32, packed: &mut Vec<u32>, out: &mut Vec<u8>) {
    for _ in 0..count {
        packed.push(value);
        if packed.len() == GROUP * MOST_GROUPS {
            pack(packed, bits, out);
        }
    }
}

/// Adds what is to be packed, and is empty again.
fn pack(values: &mut Vec<u32>, bits: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    values.resize(values.len().next_multiple_of(GROUP), 0);
    put_number((values.len() / GROUP) as u64 * 2 + 1, out);
    let (mut held, mut held_bits) = (0_u64, 0);
    for value in values.drain(..) {
        held |= u64::from(value) << held_bits;
        held_bits += bits;
        while held_bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            held_bits -= 8;
        }
    }
}

/// Seven bits a byte, the lowest first.
fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(values: &[u32], bits: u32) -> Vec<u8> {
        let (mut runs, mut out) = (Runs::default(), vec![]);
        values.iter().for_each(|value| runs.push(*value));
        encode(runs.all(), bits, &mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_the_format_says() {
        assert_eq!(encoded(&[1; 300], 1), [0xd8, 0x04, 1], "one run");
        assert_eq!(encoded(&[0; 9], 0), [18], "of no bits");
        // The example of the format: 0 to 7 in three bits each.
        assert_eq!(encoded(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [3, 0x88, 0xc6, 0xfa]);
        let mixed = [[1, 0, 1].as_slice(), &[0; 20]].concat();
        assert_eq!(encoded(&mixed, 1), [3, 0b101, 30, 0], "the group is filled from the run behind it");
        assert_eq!(encoded(&[300, 300, 300, 300, 300, 300, 300, 300], 9), [16, 44, 1]);
    }
}
