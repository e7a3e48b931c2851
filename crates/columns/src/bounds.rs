//! The least and the greatest text of a column, as a reader is told them: long ones cut.

use parquet::data_type::ByteArray;
use parquet::file::statistics::{Statistics, ValueStatistics};

/// What is longer is cut.
const MOST_BYTES: usize = 64;

/// What is told of texts between these two.
pub(crate) fn told(bounds: Option<(&[u8], &[u8])>, absent: u32) -> Statistics {
    let (least, greatest) = bounds.unzip();
    let least = least.map(|least| &least[..whole(least)]);
    let is_least_whole = bounds.is_none_or(|(all, _)| least.is_some_and(|cut| cut.len() == all.len()));
    let above = greatest.and_then(|greatest| match whole(greatest) {
        end if end == greatest.len() => None,
        end => above(&greatest[..end]),
    });
    let is_greatest_whole = above.is_none();
    let greatest = above.or(greatest.map(<[u8]>::to_vec)).map(ByteArray::from);
    let least = least.map(|least| ByteArray::from(least.to_vec()));
    let told = ValueStatistics::new(least, greatest, None, Some(u64::from(absent)), false);
    told.with_min_is_exact(is_least_whole).with_max_is_exact(is_greatest_whole).into()
}

/// How much of a text is told: whole characters.
fn whole(text: &[u8]) -> usize {
    let is_begin = |at: &usize| text.get(*at).is_none_or(|byte| byte & 0xC0 != 0x80);
    (0..=MOST_BYTES.min(text.len())).rev().find(is_begin).unwrap_or(0)
}

/// A text that is greater than all that begin like this.
fn above(begin: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(begin).ok()?;
    text.char_indices().rev().find_map(|(at, c)| {
        let next = char::from_u32(u32::from(c) + 1).filter(|next| next.len_utf8() == c.len_utf8())?;
        Some([&begin[..at], next.encode_utf8(&mut [0; 4]).as_bytes()].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(least: &str, greatest: &str) -> (Vec<u8>, Vec<u8>, bool, bool) {
        let told = told(Some((least.as_bytes(), greatest.as_bytes())), 0);
        let bytes = |bytes: Option<&[u8]>| bytes.unwrap().to_vec();
        (bytes(told.min_bytes_opt()), bytes(told.max_bytes_opt()), told.min_is_exact(), told.max_is_exact())
    }

    #[test]
    fn long_texts_are_cut_and_are_still_bounds() {
        assert_eq!(of("a", "é"), (b"a".into(), "é".into(), true, true));
        let long = |c: char| String::from(c).repeat(100);
        let (least, greatest, is_least_whole, is_greatest_whole) = of(&long('é'), &long('é'));
        assert_eq!((least, greatest), ("é".repeat(32).into(), ("é".repeat(31) + "ê").into()));
        assert!(!is_least_whole && !is_greatest_whole);
        let (_, greatest, ..) = of("", &("ab".to_owned() + &long('\u{7f}')));
        assert_eq!(greatest, b"ac", "what no character of its length follows is left out");
        let (_, greatest, _, is_whole) = of("", &long('\u{10ffff}'));
        assert!(greatest.len() == 400 && is_whole, "there is none above");
    }
}
