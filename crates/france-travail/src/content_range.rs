//! `Content-Range` as France Travail writes it.

use std::fmt;
use std::str::FromStr;

/// Positions of the items sent, both ends included, and how many there are in all.
///
/// Observed: `offres 0-149/15262`, `offres -1--1/353` past the end, `*/0`, `offres */0 communes`, `communes */35015`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) positions: Option<(u32, u32)>,
    pub(crate) total: u32,
}

impl FromStr for ContentRange {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // The unit may stand before, after, or nowhere; the numbers are the one word with a slash.
        let word = text.split_whitespace().find(|word| word.contains('/')).ok_or(())?;
        let (positions, total) = word.split_once('/').ok_or(())?;
        let total = total.parse().map_err(|_| ())?;
        match positions {
            "*" | "-1--1" => Ok(Self { positions: None, total }),
            _ => {
                let (first, last) = positions.split_once('-').ok_or(())?;
                let positions = (first.parse().map_err(|_| ())?, last.parse().map_err(|_| ())?);
                (positions.0 <= positions.1).then_some(Self { positions: Some(positions), total }).ok_or(())
            }
        }
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.positions {
            Some((first, last)) => write!(f, "{first}-{last}/{}", self.total),
            None => write!(f, "*/{}", self.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_observed_form_is_read() {
        let read = |text: &str| text.parse::<ContentRange>().ok().map(|range| (range.positions, range.total));
        assert_eq!(read("offres 0-149/15262"), Some((Some((0, 149)), 15_262)));
        assert_eq!(read("0-8/9"), Some((Some((0, 8)), 9)));
        assert_eq!(read("offres -1--1/353"), Some((None, 353)));
        assert_eq!(read("*/0"), Some((None, 0)));
        assert_eq!(read("offres */0 communes"), Some((None, 0)));
        assert_eq!(read("communes */35015"), Some((None, 35_015)));
    }

    #[test]
    fn nonsense_is_not_read() {
        for text in ["", "offres", "offres 0-149", "offres 0-149/*", "offres 9-3/20", "offres a-b/3", "offres 0-1/-3"] {
            assert_eq!(text.parse::<ContentRange>(), Err(()), "{text}");
        }
    }
}
