//! Bytes that mean something among many that do not, looked for eight at a time.

/// Bytes looked at together.
const AT_ONCE: usize = 8;

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
    let place = rest.iter().position(|byte| *byte < least || wanted.contains(byte));
    place.map(|place| chunks.len() * AT_ONCE + place)
}

/// The highest bit of each of eight bytes that is marked. What is below a byte borrows only from those above it: the lowest
/// mark is always right, a higher one may not be.
#[inline(always)]
fn marks<const N: usize>(bytes: u64, least: u8, wanted: [u8; N]) -> u64 {
    const ONES: u64 = u64::MAX / 0xFF;
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
