//! The contract: what its code is called, and how long it lasts.

/// The label of a code that has one; `code` itself where not.
pub(crate) fn label(code: &str) -> Option<&'static str> {
    match code {
        "MIS" => Some("Mission intérimaire"),
        "SAI" => Some("Travail saisonnier"),
        "LIB" => Some("Profession libérale"),
        _ => None,
    }
}

/// Reads the end of `Contrat à durée déterminée - 12 Mois`, `Intérim - 5 Jour(s)`.
pub(crate) fn length(label: &str) -> Option<(f64, &'static str)> {
    let (_, last) = label.rsplit_once(" - ")?;
    let (number, unit) = last.split_once(' ')?;
    let unit = match unit {
        "Mois" => "mois",
        "Jour(s)" => "jour",
        _ => return None,
    };
    let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.parse().ok()).flatten().map(|number| (number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_read_from_the_end() {
        assert_eq!(length("Contrat à durée déterminée - 12 Mois"), Some((12.0, "mois")));
        assert_eq!(length("Mission intérimaire - 5 Jour(s)"), Some((5.0, "jour")));
        assert_eq!(length("CDD - 3 - 6 Mois"), Some((6.0, "mois")));
        for label in
            ["CDI", "CDD - Mois", "CDD - 3 mois", "CDD - 3 Mois environ", "12 Mois", "CDD - -3 Mois", "CDD - 3"]
        {
            assert_eq!(length(label), None, "{label}");
        }
    }
}
