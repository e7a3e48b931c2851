//! Hours a week.

use crate::offre::text::collapse;

const PART_TIME: &str = "Temps partiel - ";

/// Reads the start of `35H30/semaine Travail en journée`, also after `Temps partiel - `, or of `35 H` and `35H`: hours,
/// with minutes as hundredths.
pub(crate) fn read(label: &str) -> Option<f64> {
    let label = collapse(label);
    a_week(label.strip_prefix(PART_TIME).unwrap_or(&label)).or_else(|| alone(&label))
}

/// `35H30/semaine`, then the end or a blank.
fn a_week(text: &str) -> Option<f64> {
    let (hours, rest) = number(text)?;
    let rest = rest.strip_prefix('H')?;
    let (minutes, rest) = number(rest).unwrap_or((0.0, rest));
    let rest = rest.strip_prefix("/semaine")?;
    let ends = rest.is_empty() || rest.starts_with(' ');
    (ends && minutes < 60.0).then(|| (hours * 100.0 + (minutes / 0.6).round()) / 100.0)
}

/// `35 H` or `35H`, then the end or a blank that no digit follows.
fn alone(text: &str) -> Option<f64> {
    let (hours, rest) = number(text)?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest).strip_prefix('H')?;
    let ends =
        rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    ends.then_some(hours)
}

/// One to three digits at the start.
fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (1..=3).contains(&end).then(|| digits.parse().ok()).flatten().map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_observed_forms_are_read() {
        for (label, hours) in [
            ("35H/semaine\nTravail en journée", 35.0),
            ("35H30/semaine\nTravail de nuit...", 35.5),
            ("36H40/semaine", 36.67),
            ("Temps partiel - 24H/semaine\nTravail en journée", 24.0),
            ("Temps partiel - 8H45/semaine Travail", 8.75),
            ("35 H", 35.0),
            ("35H", 35.0),
            ("39 H  Travail le samedi", 39.0),
            ("9 H  Travail en horaires fractionnés", 9.0),
        ] {
            assert_eq!(read(label), Some(hours), "{label}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for label in [
            "Temps plein",
            "35H60/semaine",
            "35H/mois",
            "35H/semaines",
            "35 H 30",
            "35H30",
            "35",
            "Temps partiel - 24H",
            "Environ 35H/semaine",
            "H/semaine",
        ] {
            assert_eq!(read(label), None, "{label}");
        }
    }
}
