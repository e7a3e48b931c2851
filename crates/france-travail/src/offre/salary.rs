//! What a salary label says, read only where the whole of it has a form that was observed.

use crate::offre::text::collapse;

/// Amounts of money in euros, as they stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Salary {
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) period: Option<Period>,
}

/// What the amounts are for; none where the label says `Autre`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Hour,
    Month,
    Year,
}

impl Period {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hour => "horaire",
            Self::Month => "mensuel",
            Self::Year => "annuel",
        }
    }

    /// Amounts outside are unlikely: mostly another period was meant.
    fn likely(self) -> (f64, f64) {
        match self {
            Self::Hour => (3.0, 200.0),
            Self::Month => (150.0, 30_000.0),
            Self::Year => (3_000.0, 400_000.0),
        }
    }
}

impl Salary {
    /// Reads `P de A Euros`, `P de A Euros à B Euros`, either perhaps followed by ` sur N mois`, or `De A à B EUR par an`.
    pub(crate) fn read(label: &str) -> Option<Self> {
        let label = collapse(label);
        if let Some(rest) = label.strip_prefix("De ") {
            let (min, max) = rest.strip_suffix(" EUR par an")?.split_once(" à ")?;
            return Some(Self { min: amount(min)?, max: amount(max)?, period: Some(Period::Year) });
        }
        let (period, rest) = label.split_once(" de ")?;
        let period = match period {
            "Horaire" => Some(Period::Hour),
            "Mensuel" => Some(Period::Month),
            "Annuel" => Some(Period::Year),
            "Autre" => None,
            _ => return None,
        };
        let (min, rest) = rest.split_once(" Euros")?;
        let min = amount(min)?;
        let (max, rest) = match rest.strip_prefix(" à ") {
            Some(rest) => {
                let (max, rest) = rest.split_once(" Euros")?;
                (amount(max)?, rest)
            }
            None => (min, rest),
        };
        if !rest.is_empty() {
            amount(rest.strip_prefix(" sur ")?.strip_suffix(" mois")?)?;
        }
        Some(Self { min, max, period })
    }

    pub(crate) fn is_plausible(self) -> bool {
        let is_likely =
            |amount: f64| self.period.map(Period::likely).is_none_or(|(least, most)| (least..=most).contains(&amount));
        self.min <= self.max && is_likely(self.min) && is_likely(self.max)
    }
}

/// One to nine digits, perhaps `,` or `.` and one to six.
fn amount(text: &str) -> Option<f64> {
    let digits = |text: &str, most: usize| -> Option<f64> {
        let are_digits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| text.bytes().fold(0.0, |number, digit| number * 10.0 + f64::from(digit - b'0')))
    };
    let Some((whole, part)) = text.split_once([',', '.']) else { return digits(text, 9) };
    // Both are whole numbers that a double holds, so this is the double that is nearest to the decimal.
    let scale = 10_f64.powi(part.len().min(6) as i32);
    Some((digits(whole, 9)? * scale + digits(part, 6)?) / scale)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(label: &str) -> Option<(f64, f64, &'static str)> {
        Salary::read(label).map(|salary| (salary.min, salary.max, salary.period.map_or("", Period::name)))
    }

    #[test]
    fn every_observed_form_is_read() {
        for (label, expected) in [
            ("Horaire de 11,98 Euros à 12,13 Euros", (11.98, 12.13, "horaire")),
            ("Mensuel de 1764,00 Euros", (1764.0, 1764.0, "mensuel")),
            ("Annuel de 35000.0 Euros à 40000.0 Euros sur 12.0 mois", (35_000.0, 40_000.0, "annuel")),
            ("Mensuel de 1801.8 Euros sur 12.0 mois", (1801.8, 1801.8, "mensuel")),
            ("Mensuel de 2000.00 Euros sur 13 mois", (2_000.0, 2_000.0, "mensuel")),
            ("Autre de 1500,00 Euros à 2000,00 Euros", (1_500.0, 2_000.0, "")),
            ("De 30000 à 35000 EUR par an", (30_000.0, 35_000.0, "annuel")),
            (" Horaire\u{a0}de  12 Euros ", (12.0, 12.0, "horaire")),
        ] {
            assert_eq!(read(label), Some(expected), "{label}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for label in [
            "Annuel de",
            "De à EUR par an",
            "De 1 à EUR par an",
            "Selon profil",
            "Mensuel de 2000 Euros brut",
            "Mensuel de 2 000 Euros",
            "Mensuel de 1e3 Euros",
            "Mensuel de 1234567890 Euros",
            "Mensuel de 1,1234567 Euros",
            "Mensuel de 1. Euros",
            "mensuel de 2000 Euros",
            "Mensuel de 2000 Euros à",
            "Mensuel de 2000 Euros sur douze mois",
            "Mensuel de 2000 Euros à 3000 Euros à 4000 Euros",
            "Hebdomadaire de 500 Euros",
            "Mensuel de -3 Euros",
        ] {
            assert_eq!(read(label), None, "{label}");
        }
    }

    proptest! {
        #[test]
        fn amounts_are_what_their_decimals_are(whole in "[0-9]{1,9}", part in "[0-9]{1,6}") {
            prop_assert_eq!(amount(&whole), whole.parse().ok());
            prop_assert_eq!(amount(&format!("{whole},{part}")), format!("{whole}.{part}").parse().ok());
        }
    }

    #[test]
    fn what_is_unlikely_is_seen() {
        let plausible = |label: &str| Salary::read(label).unwrap().is_plausible();
        assert!(plausible("Horaire de 3 Euros à 200 Euros"));
        assert!(plausible("Autre de 1 Euros à 999999999 Euros"));
        for label in [
            "Horaire de 2,99 Euros",
            "Mensuel de 12,13 Euros à 13,00 Euros",
            "Annuel de 28,00 Euros à 32,00 Euros",
            "Annuel de 40000 Euros à 30000 Euros",
            "Annuel de 30000 Euros à 400000,01 Euros",
        ] {
            assert!(!plausible(label), "{label}");
        }
    }
}
