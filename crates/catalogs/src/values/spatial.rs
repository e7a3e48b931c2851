//! Where data are about: GeoJSON, WKT or a box, to polygons.

mod wkt;

use foldhash::HashSet;
use serde_json::Value;

use crate::answer::MOST_VALUES;
use crate::model::{Polygon, Ring, Spatial};
use crate::rdf::values_of_json;

pub(crate) use wkt::read as read_wkt;

/// Why a geometry cannot be used; each is the name of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `spatial.unreadable`: no geometry at all.
    Unreadable,
    /// `spatial.shape`: a point, a line …
    Shape,
    /// `spatial.unsound`: not of this earth, or not closed.
    Unsound,
}

impl Fault {
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Unreadable => "spatial.unreadable",
            Self::Shape => "spatial.shape",
            Self::Unsound => "spatial.unsound",
        }
    }
}

/// A geometry of GeoJSON, as text. In one text many more numbers can stand than in what it is a part of; a tree of them takes
/// fifty times as much memory.
pub(crate) fn read_geojson_text(text: &str) -> Result<Vec<Polygon>, Fault> {
    if values_of_json(text.as_bytes()) > MOST_VALUES {
        return Err(Fault::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| Fault::Unreadable).and_then(|value: Value| read_geojson(&value))
}

/// A `Polygon` or `MultiPolygon` of GeoJSON, or a `Feature` that has one.
pub(crate) fn read_geojson(value: &Value) -> Result<Vec<Polygon>, Fault> {
    let coordinates = value.get("coordinates").unwrap_or(&Value::Null);
    let polygons = match value.get("type").and_then(Value::as_str) {
        Some("Polygon") => vec![read_polygon(coordinates).ok_or(Fault::Unreadable)?],
        Some("MultiPolygon") => read_list(coordinates, read_polygon).ok_or(Fault::Unreadable)?,
        Some("Feature") => return value.get("geometry").map_or(Err(Fault::Unreadable), read_geojson_of_feature),
        Some(_) => return Err(Fault::Shape),
        None => return Err(Fault::Unreadable),
    };
    sound(polygons)
}

/// A feature in a feature is no geometry: what it holds is not looked for again.
fn read_geojson_of_feature(geometry: &Value) -> Result<Vec<Polygon>, Fault> {
    match geometry.get("type").and_then(Value::as_str) {
        Some("Feature") | None => Err(Fault::Unreadable),
        _ => read_geojson(geometry),
    }
}

fn read_polygon(value: &Value) -> Option<Polygon> {
    read_list(value, |ring| read_list(ring, |position| read_list(position, Value::as_f64)))
}

fn read_list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

/// `west,south,east,north`, as ArcGIS writes it.
pub(crate) fn read_box(text: &str) -> Result<Vec<Polygon>, Fault> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let Some([west, south, east, north]) = numbers.and_then(|numbers| <[f64; 4]>::try_from(numbers).ok()) else {
        return Err(Fault::Unreadable);
    };
    if west > east || south > north {
        return Err(Fault::Unsound);
    }
    let corners = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    sound(vec![vec![corners.map(Vec::from).to_vec()]])
}

/// Polygons as they are, if each of their rings is closed and on this earth.
fn sound(polygons: Vec<Polygon>) -> Result<Vec<Polygon>, Fault> {
    let is_sound = |polygon: &Polygon| !polygon.is_empty() && polygon.iter().all(is_ring);
    match !polygons.is_empty() && polygons.iter().all(is_sound) {
        true => Ok(polygons),
        false => Err(Fault::Unsound),
    }
}

fn is_ring(ring: &Ring) -> bool {
    ring.len() >= 4 && ring.first() == ring.last() && ring.iter().all(|position| is_position(position))
}

fn is_position(position: &[f64]) -> bool {
    let within = |number: f64, most: f64| (-most..=most).contains(&number);
    matches!(position, [longitude, latitude, ..] if within(*longitude, 180.0) && within(*latitude, 90.0))
        && position.len() <= 4
        && position.iter().all(|number| number.is_finite())
}

/// All polygons in one, each once: portals give the same place in several forms.
pub(crate) fn unite(polygons: impl IntoIterator<Item = Polygon>) -> Option<Spatial> {
    let mut seen = HashSet::default();
    let united: Vec<Polygon> = polygons.into_iter().filter(|polygon| seen.insert(bits_of(polygon))).collect();
    (!united.is_empty()).then(|| Spatial::new(united))
}

/// All numbers of a polygon, and where its rings and positions end: what can be hashed.
fn bits_of(polygon: &Polygon) -> Vec<u64> {
    let position = |position: &Vec<f64>| -> Vec<u64> {
        // There are two zeros, which are equal.
        let bits = position.iter().map(|number| (number + 0.0).to_bits());
        bits.chain([u64::MAX]).collect()
    };
    polygon.iter().flat_map(|ring| ring.iter().flat_map(position).chain([u64::MAX])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49.5],[2,49.5],[2,48]]]}"#;

    fn square() -> Vec<Polygon> {
        vec![vec![[[2.0, 48.0], [3.0, 48.0], [3.0, 49.5], [2.0, 49.5], [2.0, 48.0]].map(Vec::from).to_vec()]]
    }

    #[test]
    fn the_same_place_in_each_form() {
        assert_eq!(read_geojson_text(SQUARE), Ok(square()));
        assert_eq!(read_geojson_text(&format!(r#"{{"type":"Feature","geometry":{SQUARE}}}"#)), Ok(square()));
        assert_eq!(read_box(" 2, 48,3.0,49.5"), Ok(square()));
        assert_eq!(read_wkt("POLYGON((2 48,3 48,3 49.5,2 49.5,2 48))"), Ok(square()));
        let united = unite([square(), square()].concat()).unwrap();
        assert_eq!(united.geom.coordinates, square());
        assert_eq!(unite([]), None);
    }

    #[test]
    fn a_geometry_of_no_end_of_numbers_is_not_read() {
        let ring = |positions: usize| format!("[[2,48],{}[3,48],[2,48]]", "[3,48],".repeat(positions));
        let polygon = |positions| format!(r#"{{"type":"Polygon","coordinates":[{}]}}"#, ring(positions));
        assert_eq!(read_geojson_text(&polygon(80_000)).map(|polygons| polygons.len()), Ok(1));
        assert_eq!(read_geojson_text(&polygon(140_000)), Err(Fault::Unreadable));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (text, fault) in [
            ("", Fault::Unreadable),
            ("[]", Fault::Unreadable),
            (r#"{"type":"Polygon"}"#, Fault::Unreadable),
            (r#"{"type":"Polygon","coordinates":[[["2",48]]]}"#, Fault::Unreadable),
            (r#"{"type":"Feature","geometry":{"type":"Feature"}}"#, Fault::Unreadable),
            (r#"{"type":"Point","coordinates":[2,48]}"#, Fault::Shape),
            (r#"{"type":"Polygon","coordinates":[]}"#, Fault::Unsound),
            (r#"{"type":"MultiPolygon","coordinates":[]}"#, Fault::Unsound),
            (r#"{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,49]]]}"#, Fault::Unsound),
            (r#"{"type":"Polygon","coordinates":[[[652000,6862000],[3,48],[3,49],[652000,6862000]]]}"#, Fault::Unsound),
        ] {
            assert_eq!(read_geojson_text(text), Err(fault), "{text}");
        }
        assert_eq!(read_box("2,48,3"), Err(Fault::Unreadable));
        assert_eq!(read_box("3,48,2,49"), Err(Fault::Unsound));
        assert_eq!(read_box("-190,48,2,49"), Err(Fault::Unsound));
        assert_eq!(read_box("nan,48,2,49"), Err(Fault::Unsound));
    }
}
