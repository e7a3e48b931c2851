//! Opening hours that are written: those that OpenStreetMap could not read are made a comment of its syntax.

use opening_hours_syntax::parse;

/// Whether a text is in the syntax of OpenStreetMap.
pub(crate) fn is_osm(text: &str) -> bool {
    parse(text).is_ok()
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
