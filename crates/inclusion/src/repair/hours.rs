//! Opening hours that are written: those that OpenStreetMap could not read are made a comment of its syntax.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use opening_hours_syntax::parse;

/// So many hours are remembered: most places of a file have those of others.
const MOST_HOURS: usize = 4_096;

/// Looks whether texts are in the syntax of OpenStreetMap, and remembers.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    known: HashMap<Box<str>, bool, FixedState>,
}

impl Checker {
    /// Whether a text is in the syntax.
    pub(crate) fn is_osm(&mut self, text: &str) -> bool {
        if let Some(is_osm) = self.known.get(text) {
            return *is_osm;
        }
        let is_osm = parse(text).is_ok();
        if self.known.len() >= MOST_HOURS {
            self.known.clear();
        }
        self.known.insert(text.into(), is_osm);
        is_osm
    }
}

/// A text as a comment of the syntax, which knows no quotes inside.
pub(crate) fn comment(text: &str) -> String {
    let plain = text.replace('"', "'");
    format!("\"{}\"", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut checker = Checker::default();
        let mut is_osm = |text: &str| checker.is_osm(text);
        for text in [
            "Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00",
            "Mo,Tu 09:00-12:00",
            "We \"sur rendez-vous\"",
            "24/7",
            "Mo-Fr 08:30-12:30; PH off",
        ] {
            assert!(is_osm(text), "{text}");
        }
        assert!(!is_osm("Mo sur rendez-vous"));
        assert!(is_osm(&comment("le \"lundi\"\n 9h")));
    }
}
