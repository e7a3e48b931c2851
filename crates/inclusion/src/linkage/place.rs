//! Where a structure is: commune, département, coordinates.

use super::words::{is_number, words};

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Where it is, in degrees.
pub(super) type Position = [f32; 2];

/// A place that is on the map; (0, 0) is where those come to lie that nobody located.
pub(super) fn position(latitude: &str, longitude: &str) -> Option<Position> {
    let [latitude, longitude] = [degrees(latitude, 90.0)?, degrees(longitude, 180.0)?];
    (latitude != 0.0 || longitude != 0.0).then_some([latitude, longitude])
}

fn degrees(cell: &str, most: f32) -> Option<f32> {
    let degrees: f32 = cell.parse().or_else(|_| cell.replacen(',', ".", 1).parse()).ok()?;
    (degrees.abs() <= most).then_some(degrees)
}

/// Metres between two places, as on a flat map: enough for what is near.
pub(super) fn distance_m(one: Position, two: Position) -> u32 {
    let [[latitude_1, longitude_1], [latitude_2, longitude_2]] = [one, two].map(|place| place.map(f64::from));
    let north = latitude_2 - latitude_1;
    let around = (longitude_2 - longitude_1).abs();
    let east = around.min(360.0 - around) * ((latitude_1 + latitude_2) / 2.0).to_radians().cos();
    (north.hypot(east) * DEGREE_M).round() as u32
}

/// The name of a commune as it is compared: without arrondissement and what is a post office's.
pub(super) fn commune(cell: &str) -> Vec<String> {
    let mut words = words(cell);
    if let Some(end) = words.iter().position(|word| is_number(word) || matches!(word.as_str(), "cede" | "bp" | "cs")) {
        words.truncate(end);
    }
    words
}

/// The INSEE code of a commune; those of its arrondissements are its own.
pub(super) fn insee(cell: &str) -> &str {
    match cell.as_bytes() {
        b"75056" | [b'7', b'5', b'1', b'0'..=b'2', _] => "75056",
        b"69123" | [b'6', b'9', b'3', b'8', b'1'..=b'9'] => "69123",
        b"13055" | [b'1', b'3', b'2', b'0' | b'1', _] => "13055",
        _ => cell,
    }
}

/// The département that a code of a commune or a postal code begins with: two characters, three overseas, `20` in Corsica.
pub(crate) fn departement(code: &str) -> Option<&str> {
    let length = if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 };
    match code.get(..length)? {
        "2A" | "2B" | "2a" | "2b" => Some("20"),
        departement => Some(departement),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nowhere_is_no_place() {
        assert_eq!(position("48.5", "-1,5"), Some([48.5, -1.5]));
        for (latitude, longitude) in
            [("0", "0.0"), ("", "2"), ("91", "2"), ("48", "181"), ("nan", "2"), ("inf", "2"), ("x", "y")]
        {
            assert_eq!(position(latitude, longitude), None, "{latitude} {longitude}");
        }
    }

    #[test]
    fn distances_are_right_near_by() {
        assert!((1_110..1_115).contains(&distance_m([48.0, 2.0], [48.01, 2.0])));
        assert!((743..746).contains(&distance_m([48.0, 2.0], [48.0, 2.01])));
        assert!(distance_m([-17.0, 179.999], [-17.0, -179.999]) < 300);
    }

    #[test]
    fn communes_are_one_however_they_are_written() {
        assert_eq!(commune("LYON 8EME"), commune("Lyon"));
        assert_eq!(commune("ORANGE CEDEX BP 108"), commune("Orange"));
        assert_eq!(commune("ST ANDRE"), commune("Saint-André"));
        assert_eq!(
            (insee("75112"), insee("69388"), insee("13201"), insee("35238")),
            ("75056", "69123", "13055", "35238")
        );
    }

    #[test]
    fn a_departement_is_what_a_code_begins_with() {
        let of = |code| departement(code).unwrap_or("none");
        assert_eq!(
            (of("35238"), of("2A004"), of("20200"), of("97411"), of("98818"), of("3")),
            ("35", "20", "20", "974", "988", "none")
        );
    }
}
