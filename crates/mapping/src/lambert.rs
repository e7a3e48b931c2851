//! Lambert 93 (EPSG:2154), the planar coordinates of metropolitan France, to degrees (WGS 84).
//!
//! After IGN's note NTG 71, with the constants of RGF93, whose degrees are those of WGS 84 within a metre.

/// First eccentricity of the ellipsoid GRS80.
const ECCENTRICITY: f64 = 0.081_819_191_042_816;

// Exponent and constant of the projection, and where its cone has its tip.
const EXPONENT: f64 = 0.725_607_765_053_267;
const CONSTANT: f64 = 11_754_255.426_096;
const TIP_EAST: f64 = 700_000.0;
const TIP_NORTH: f64 = 12_655_612.049_876;

const MERIDIAN_DEGREES: f64 = 3.0;

/// Metropolitan France in metres, with room around it: nothing else is in this projection.
const EAST: std::ops::RangeInclusive<f64> = 0.0..=1_400_000.0;
const NORTH: std::ops::RangeInclusive<f64> = 5_900_000.0..=7_300_000.0;

/// Degrees of longitude and latitude; none where the metres are not of France.
#[must_use]
pub fn to_degrees(east: f64, north: f64) -> Option<(f64, f64)> {
    if !EAST.contains(&east) || !NORTH.contains(&north) {
        return None;
    }
    let (right, down) = (east - TIP_EAST, TIP_NORTH - north);
    let isometric = -(right.hypot(down) / CONSTANT).ln() / EXPONENT;
    let longitude = MERIDIAN_DEGREES + (right / down).atan().to_degrees() / EXPONENT;
    let mut latitude = 2.0 * isometric.exp().atan() - std::f64::consts::FRAC_PI_2;
    // Each round is 300 times as exact: six are far below a millimetre.
    for _ in 0..6 {
        let bulge = ECCENTRICITY * latitude.sin();
        let stretch = ((1.0 + bulge) / (1.0 - bulge)).powf(ECCENTRICITY / 2.0);
        latitude = 2.0 * (stretch * isometric.exp()).atan() - std::f64::consts::FRAC_PI_2;
    }
    Some((longitude, latitude.to_degrees()))
}

/// Degrees as text: seven decimals are a centimetre.
pub(crate) fn degrees_text(degrees: f64) -> String {
    let text = format!("{degrees:.7}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A number as people write it, with a decimal comma or blanks between its digits.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let plain = plain.replacen(',', ".", 1);
    let is_plain =
        !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    plain.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_points_are_where_they_are_said_to_be() {
        for (east, north, longitude, latitude) in [
            // The origin of the projection, by its definition.
            (700_000.0, 6_600_000.0, 3.0, 46.5),
            // 8 Boulevard du Port, Amiens, in the documentation of the national address base (two decimals of metres).
            (648_952.58, 6_977_867.25, 2.290_084, 49.897_443),
        ] {
            let (x, y) = to_degrees(east, north).unwrap();
            assert!((x - longitude).abs() < 1e-6 && (y - latitude).abs() < 1e-6, "{east} {north}: {x} {y}");
        }
    }

    /// The projection itself (NTG 71, ALG0003), to go there and back.
    fn from_degrees(longitude: f64, latitude: f64) -> (f64, f64) {
        let bulge = ECCENTRICITY * latitude.to_radians().sin();
        let isometric = (std::f64::consts::FRAC_PI_4 + latitude.to_radians() / 2.0).tan().ln()
            - ECCENTRICITY / 2.0 * ((1.0 + bulge) / (1.0 - bulge)).ln();
        let (radius, angle) =
            (CONSTANT * (-EXPONENT * isometric).exp(), EXPONENT * (longitude - MERIDIAN_DEGREES).to_radians());
        (TIP_EAST + radius * angle.sin(), TIP_NORTH - radius * angle.cos())
    }

    #[test]
    fn there_and_back_is_the_same_place() {
        for (longitude, latitude) in [(-4.8, 48.4), (9.5, 42.0), (2.35, 48.85), (8.2, 48.97), (2.5, 51.05)] {
            let (east, north) = from_degrees(longitude, latitude);
            let (x, y) = to_degrees(east, north).unwrap();
            assert!((x - longitude).abs() < 1e-9 && (y - latitude).abs() < 1e-9, "{longitude} {latitude}: {x} {y}");
        }
    }

    #[test]
    fn metres_outside_of_france_are_none() {
        for (east, north) in [(2.35, 48.85), (700_000.0, 0.0), (-1.0, 6_600_000.0), (f64::NAN, 6_600_000.0)] {
            assert_eq!(to_degrees(east, north), None);
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in
            [("648952,58", Some(648_952.58)), ("6 977 867.25", Some(6_977_867.25)), ("-1", Some(-1.0))]
        {
            assert_eq!(number(text), expected);
        }
        for text in ["", "x", "1,2,3", "inf", "NaN", "1e3"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!([2.5, -0.000_000_001, 48.85, 3.0].map(degrees_text), ["2.5", "0", "48.85", "3"]);
    }
}
