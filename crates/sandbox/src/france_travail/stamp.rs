//! Stamps of offers: Paris wall time, written with a `Z` that is false.

use crate::world::clock::{Stamp, datetime_of, stamp_of};

/// As the service writes it: `2025-08-21T17:21:17.876Z`.
pub(crate) fn text_of(stamp: Stamp) -> String {
    let at = datetime_of(stamp);
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// The stamp of an offer as the service writes it, with or without milliseconds.
pub(crate) fn read_stamp(text: &str) -> Option<Stamp> {
    text.strip_suffix('Z')?.parse().ok().map(stamp_of)
}

/// A bound as the service wants it: exactly `yyyy-MM-ddTHH:mm:ssZ`.
pub(crate) fn read_bound(text: &str) -> Option<Stamp> {
    let shape = "dddd-dd-ddTdd:dd:ddZ";
    let fits = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, want)| match want {
            b'd' => byte.is_ascii_digit(),
            _ => byte == want,
        });
    if fits { read_stamp(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    use crate::world::clock::date_of;

    #[test]
    fn stamps_are_read_and_written_alike() {
        let text = "2025-08-21T17:21:17.876Z";
        assert_eq!(text_of(read_stamp(text).unwrap()), text);
        assert_eq!(date_of(read_stamp(text).unwrap()), date(2025, 8, 21));
    }

    #[test]
    fn a_bound_has_whole_seconds_and_a_z() {
        assert!(read_bound("2025-08-21T17:21:17Z").is_some());
        for wrong in ["2025-08-21T17:21:17", "2025-08-21T17:21:17.000Z", "2025-08-21", "2025-13-21T17:21:17Z", ""] {
            assert_eq!(read_bound(wrong), None, "{wrong}");
        }
    }
}
