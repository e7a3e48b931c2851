//! Where the work is.

/// Latitude and longitude are at most these.
pub(crate) const FARTHEST: (f64, f64) = (90.0, 180.0);

/// The département of an INSEE code: its first two characters, three overseas.
pub(crate) fn of_commune(commune: &str) -> &str {
    let length = if commune.starts_with("97") || commune.starts_with("98") { 3 } else { 2 };
    commune.char_indices().nth(length).map_or(commune, |(end, _)| &commune[..end])
}

/// The département whose code begins a label: `75 - Paris (Dept.)`, `2A - Corse-du-Sud`, `971 - Guadeloupe`.
pub(crate) fn of_label(label: &str) -> Option<&str> {
    let (code, _) = label.split_once(" - ")?;
    is_code(code).then_some(code)
}

/// The département of a label that is its code alone: what is left of the place of an offer that was withdrawn.
pub(crate) fn code_alone(label: &str) -> Option<&str> {
    Some(label.trim()).filter(|code| is_code(code))
}

/// Whether it is the code of a département, as far as its shape tells.
fn is_code(code: &str) -> bool {
    match code.as_bytes() {
        [b'2', b'A' | b'B'] => true,
        [tens, units] => tens.is_ascii_digit() && units.is_ascii_digit(),
        [b'9', b'7' | b'8', last] => last.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_departement_is_that_of_the_commune_or_of_the_label() {
        assert_eq!(
            [of_commune("01034"), of_commune("2A004"), of_commune("97105"), of_commune("98818")],
            ["01", "2A", "971", "988"]
        );
        assert_eq!([of_commune("7"), of_commune("97"), of_commune("éé1")], ["7", "97", "éé"]);
        for (label, code) in [
            ("01 - BELLEY", Some("01")),
            ("75 - Paris (Dept.)", Some("75")),
            ("2B - Haute-Corse", Some("2B")),
            ("971 - Guadeloupe", Some("971")),
            ("France", None),
            ("Bretagne", None),
            ("2C - X", None),
            ("961 - X", None),
            ("1 - X", None),
            ("01 BELLEY", None),
        ] {
            assert_eq!(of_label(label), code, "{label}");
        }
    }
}
