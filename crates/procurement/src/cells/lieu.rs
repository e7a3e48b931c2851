//! Where a contract is carried out: a code and what kind of code it is.

use std::borrow::Cow;

use super::identifier::without_float_suffix;
use super::read::Read;
use super::told::{AllTold, Told};
use super::{closed, text};

pub(crate) const CODE_POSTAL: &str = "Code postal";
const CODE_COMMUNE: &str = "Code commune";

/// What kind of code an INSEE code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Granularity {
    pub(crate) type_code: Option<&'static str>,
    pub(crate) told: AllTold,
}

/// Reads a postal code.
pub(crate) fn postal(cell: &str) -> Read<'_> {
    code(cell, true)
}

/// Reads an INSEE code and its granularity.
pub(crate) fn insee<'a>(cell: &'a str, granularity: &str) -> (Read<'a>, Granularity) {
    let (named, mut told) = named(granularity);
    let code = code(cell, named.is_none_or(|named| named == CODE_COMMUNE));
    let Some(text) = &code.value else { return (code, Granularity::default()) };
    if named.is_some() {
        return (code, Granularity { type_code: named, told });
    }
    let type_code = is_commune(text).then_some(CODE_COMMUNE);
    if type_code.is_none() {
        told.add(Told::LieuTypeUnknown);
    }
    (code, Granularity { type_code, told })
}

/// The type that a granularity names.
fn named(granularity: &str) -> (Option<&'static str>, AllTold) {
    // Nearly all are written so.
    if granularity == "commune" {
        return (Some(CODE_COMMUNE), AllTold::default());
    }
    let key = closed::key(granularity);
    let key = key.strip_prefix("code ").unwrap_or(&key);
    let named = match key {
        "" => return (None, AllTold::default()),
        "commune" => CODE_COMMUNE,
        "departement" => "Code département",
        "region" => "Code région",
        "canton" => "Code canton",
        "arrondissement" => "Code arrondissement",
        "pays" => "Code pays",
        _ => return (None, AllTold::of(Told::LieuGranularityUnknown)),
    };
    (Some(named), AllTold::default())
}

/// A code, to which a lost zero is given back where it should have five digits.
fn code(cell: &str, has_five: bool) -> Read<'_> {
    let trimmed = super::trim(cell);
    if trimmed.len() == 5 && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Read::plain(trimmed);
    }
    let whole = without_float_suffix(trimmed);
    let mut read = text::read(whole.unwrap_or(trimmed));
    if whole.is_some() {
        read.told.add(Told::IdFloatSuffix);
    }
    let is_short = |code: &str| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(short) = read.value.as_deref().filter(|code| has_five && is_short(code)) {
        read.value = Some(Cow::Owned(format!("0{short}")));
        read.told.add(Told::LieuLeadingZero);
    }
    read
}

/// Two digits, or `2A`, `2B`, and three digits.
fn is_commune(code: &str) -> bool {
    let code = code.as_bytes();
    code.len() == 5
        && code[0].is_ascii_digit()
        && (code[1].is_ascii_digit() || (code[0] == b'2' && matches!(code[1], b'A' | b'B')))
        && code[2..].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str, granularity: &str) -> (Option<String>, Option<&'static str>, Vec<&'static str>) {
        let (code, kind) = insee(cell, granularity);
        let rules = code.told.iter().chain(kind.told.iter()).map(Told::rule).collect();
        (code.value.map(Cow::into_owned), kind.type_code, rules)
    }

    #[test]
    fn a_type_is_named_or_a_commune_by_its_shape() {
        let some = |code: &str| Some(code.to_owned());
        assert_eq!(shown("29019", ""), (some("29019"), Some(CODE_COMMUNE), vec![]));
        assert_eq!(shown("2A004", ""), (some("2A004"), Some(CODE_COMMUNE), vec![]));
        assert_eq!(shown("53", "Région"), (some("53"), Some("Code région"), vec![]));
        assert_eq!(shown("53", "code région"), (some("53"), Some("Code région"), vec![]));
        assert_eq!(shown("53", ""), (some("53"), None, vec!["lieu.type_unknown"]));
        assert_eq!(shown("1004", ""), (some("01004"), Some(CODE_COMMUNE), vec!["lieu.leading_zero"]));
        assert_eq!(
            shown("1004.0", "Commune"),
            (some("01004"), Some(CODE_COMMUNE), vec!["id.float_suffix", "lieu.leading_zero"])
        );
        assert_eq!(shown("3501", "canton"), (some("3501"), Some("Code canton"), vec![]));
        assert_eq!(shown("53", "ZAC"), (some("53"), None, vec!["lieu.granularity_unknown", "lieu.type_unknown"]));
        assert_eq!(shown(" ", "commune"), (None, None, vec![]));
    }
}
