//! Bytes that mean something among many that do not, looked for eight at a time.

/// Bytes looked at together.
const AT_ONCE: usize = 8;

/// A byte of one in each of eight.
const ONES: u64 = u64::MAX / 0xFF;

/// Where the first byte stands that is below `least`, or one of `wanted`. All of these are better known when this is
/// compiled.
#[inline(always)]
pub fn first_mark<const N: usize>(bytes: &[u8], least: u8, wanted: [u8; N]) -> Option<usize> {
    let (chunks, rest) = bytes.as_chunks::<AT_ONCE>();
    for (nth, chunk) in chunks.iter().enumerate() {
        let marks = marks(u64::from_le_bytes(*chunk), least, wanted);
        if marks != 0 {
            return Some(nth * AT_ONCE + marks.trailing_zeros() as usize / 8);
        }
    }
    if rest.is_empty() {
        return None;
    }
    match bytes.last_chunk::<AT_ONCE>() {
        // Those of the last ones that were looked at before are no marks.
        Some(last) => {
            let marks = marks(u64::from_le_bytes(*last), least, wanted);
            (marks != 0).then(|| bytes.len() - AT_ONCE + marks.trailing_zeros() as usize / 8)
        }
        None => rest.iter().position(|byte| *byte < least || wanted.contains(byte)),
    }
}

/// Whether any byte is marked; `marks` says it of eight bytes by the highest bit of each. Bytes that make up the last eight
/// are `fill`.
#[inline(always)]
pub fn has_mark(bytes: &[u8], fill: u8, mut marks: impl FnMut(u64) -> u64) -> bool {
    let (chunks, rest) = bytes.as_chunks::<AT_ONCE>();
    let mut found = chunks.iter().fold(0, |found, chunk| found | marks(u64::from_le_bytes(*chunk)));
    if !rest.is_empty() {
        let mut last = [fill; AT_ONCE];
        last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        found |= marks(u64::from_le_bytes(last));
    }
    found & (ONES << 7) != 0
}

/// The highest bit of each of eight bytes that is this one, and of no other.
#[inline(always)]
pub fn marks_of(bytes: u64, wanted: u8) -> u64 {
    const LOW: u64 = ONES * 0x7F;
    let other = bytes ^ (ONES * u64::from(wanted));
    !(((other & LOW) + LOW) | other | LOW)
}

/// The highest bit of each of eight bytes that is below `least`, which is of ASCII; of some above such a one too.
#[inline(always)]
pub fn marks_below(bytes: u64, least: u8) -> u64 {
    bytes.wrapping_sub(ONES * u64::from(least)) & !bytes & (ONES << 7)
}

/// The highest bit of each of eight bytes that is marked. What is below a byte borrows only from those above it: the lowest
/// mark is always right, a higher one may not be.
#[inline(always)]
fn marks<const N: usize>(bytes: u64, least: u8, wanted: [u8; N]) -> u64 {
    let below = |bytes: u64, least: u8| bytes.wrapping_sub(ONES * u64::from(least)) & !bytes;
    let found =
        wanted.iter().fold(below(bytes, least), |found, byte| found | below(bytes ^ (ONES * u64::from(*byte)), 1));
    found & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_are_told_apart(bytes in prop::collection::vec(any::<u8>(), 0..20), wanted in any::<u8>(), least in 0..0x80_u8) {
            let fill = if wanted == b'a' { b'b' } else { b'a' };
            prop_assert_eq!(has_mark(&bytes, fill, |word| marks_of(word, wanted)), bytes.contains(&wanted));
            let below = bytes.iter().any(|byte| *byte < least);
            prop_assert_eq!(has_mark(&bytes, 0x7F, |word| marks_below(word, least)), below);
        }

        #[test]
        fn the_first_that_is_marked_is_found(
            bytes in prop::collection::vec(prop_oneof![20 => Just(b'x'), 1 => 0x1E..=0x22_u8, 1 => any::<u8>()], 0..40),
            least in prop_oneof![Just(0_u8), Just(0x20), 0..0x80_u8],
        ) {
            let wanted = [b'"', 0x7F, 0xC2];
            let slowly = bytes.iter().position(|byte| *byte < least || wanted.contains(byte));
            prop_assert_eq!(first_mark(&bytes, least, wanted), slowly);
        }
    }
}
