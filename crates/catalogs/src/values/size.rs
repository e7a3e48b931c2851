//! Sizes of files, in bytes.

/// The largest number that every reader of JSON keeps exactly.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A whole number of bytes, as it stands in RDF: `1024`, `"1024.0"^^xsd:decimal`, `1.024E3`.
pub(crate) fn read_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    // `parse` takes `inf` and `NaN` too.
    let is_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    is_number.then(|| text.parse().ok())?.and_then(whole)
}

/// A number with or without a unit, as people write it: `1,5 Mo`, `42 octets`, `3.47 KB`. Units are decimal, but for
/// those that say otherwise (`Mio`, `MiB`).
pub(crate) fn read(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|character: char| !(character.is_ascii_digit() || ".,\u{a0}\u{202f} ".contains(character)));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: String = number.chars().filter(|character| !character.is_whitespace()).collect();
    let number: f64 = number.replace(',', ".").parse().ok()?;
    // A file has no half bytes: 3.47 KB are 3470.0000000000005 as a float.
    let bytes = (number * factor(unit.trim())?).round();
    (0.0..=LARGEST).contains(&bytes).then_some(bytes as u64)
}

fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..=LARGEST).contains(&number)).then_some(number as u64)
}

fn factor(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    let unit = unit.trim_end_matches('.');
    if matches!(unit, "" | "o" | "b" | "octet" | "octets" | "byte" | "bytes") {
        return Some(1.0);
    }
    let mut characters = unit.chars();
    let power = "kmgtp".find(characters.next()?)? as i32 + 1;
    match characters.as_str() {
        "" | "o" | "b" | "octet" | "octets" => Some(1000_f64.powi(power)),
        "io" | "ib" => Some(1024_f64.powi(power)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::rows;

    #[trial::test_with_data]
    fn every_row_of_the_sizes() {
        for row in rows("dkan_sizes") {
            assert_eq!(read(row.text()), row.expected.as_u64(), "{row:?}");
        }
    }

    #[test]
    fn sizes_that_people_write() {
        assert_eq!(read("1 234,5 ko"), Some(1_234_500));
        assert_eq!(read("12"), Some(12));
        assert_eq!(read("2 Mio"), Some(2_097_152));
        for text in ["", "Mo", "-1", "12 parsecs", "1.2.3", "1e400 Go", "999999999999 To", "inconnue"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_of_rdf_are_whole() {
        assert_eq!(read_bytes("0"), Some(0));
        assert_eq!(read_bytes(" 5120.0 "), Some(5120));
        assert_eq!(read_bytes("1.2E3"), Some(1200));
        for text in ["", "12 Mo", "-1", "1.5", "NaN", "inf", "1e400", "99999999999999999999"] {
            assert_eq!(read_bytes(text), None, "{text}");
        }
    }
}
