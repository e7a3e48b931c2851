//! Experience asked for.

/// How a label begins where none is needed.
const NONE_NEEDED: &str = "Débutant accepté";

const BEFORE: [&str; 2] = ["Expérience exigée de ", "Expérience souhaitée de "];

/// What `D`, `S`, `E` stand for.
pub(crate) fn label(code: &str) -> Option<&'static str> {
    match code {
        "D" => Some(NONE_NEEDED),
        "S" => Some("Expérience souhaitée"),
        "E" => Some("Expérience exigée"),
        _ => None,
    }
}

/// Months, from the code and the label: `Expérience exigée de 3 An(s) (+ 2 ans, confirmé)` is 36, `6 Mois` is 6.
pub(crate) fn months(code: Option<&str>, label: Option<&str>) -> Option<f64> {
    if code == Some("D") || label.is_some_and(|label| label.starts_with(NONE_NEEDED)) {
        return Some(0.0);
    }
    let label = label?;
    let rest = BEFORE.iter().find_map(|before| label.strip_prefix(before)).unwrap_or(label);
    let (number, unit) = rest.split_once(' ')?;
    let months_a_unit = if unit.starts_with("An(s)") {
        12.0
    } else if unit.starts_with("Mois") {
        1.0
    } else {
        return None;
    };
    let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.parse::<f64>().ok()).flatten().map(|number| number * months_a_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_come_from_the_observed_labels() {
        for (code, label, expected) in [
            (Some("D"), None, Some(0.0)),
            (Some("D"), Some("3 An(s)"), Some(0.0)),
            (Some("E"), Some("Débutant accepté - expérience ou CAP"), Some(0.0)),
            (Some("E"), Some("3 An(s)"), Some(36.0)),
            (Some("E"), Some("18 Mois"), Some(18.0)),
            (Some("E"), Some("Expérience exigée de 2 An(s) (+ 2 ans, confirmé)"), Some(24.0)),
            (Some("S"), Some("Expérience souhaitée de 1 An(s)"), Some(12.0)),
            (Some("E"), Some("Expérience exigée"), None),
            (Some("E"), Some("deux An(s)"), None),
            (Some("E"), Some("3 ans"), None),
            (Some("E"), None, None),
            (None, Some("6 Mois"), Some(6.0)),
        ] {
            assert_eq!(months(code, label), expected, "{code:?} {label:?}");
        }
    }
}
