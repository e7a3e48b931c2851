//! The extras of a package: some are fields of the model, the rest is kept.

use serde_json::Value;

use crate::model::{Spatial, TemporalCoverage};
use crate::reading::{Reading, elements, text};
use crate::values::spatial::{read_geojson, read_geojson_text, unite};
use crate::values::{frequency, temporal};

/// What an extra is.
#[derive(Debug)]
pub(super) enum Extra {
    /// Harvesters of other portals leave many without a value.
    Blank,
    Spatial(Option<Spatial>),
    /// None: it is no frequency that we know.
    Frequency(Option<&'static str>),
    Start(String),
    End(String),
    /// A place in words or as an address, kept under this key.
    Place(&'static str),
    Other,
}

/// Keys and values, in order: of a list of both, or of an object.
pub(super) fn list(extras: &Value) -> Vec<(String, Value)> {
    if let Value::Object(extras) = extras {
        return extras.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    }
    elements(extras).iter().filter_map(|extra| Some((text(&extra["key"])?, extra["value"].clone()))).collect()
}

pub(super) fn read(key: &str, value: &Value, reading: &mut Reading) -> Extra {
    let text = text(value);
    if value.is_null() || (value.is_string() && text.is_none()) {
        return Extra::Blank;
    }
    match (key, text) {
        ("spatial", text) => Extra::Spatial(read_place(value, text.as_deref(), reading)),
        ("spatial-text", _) => Extra::Place("ckan:spatial-text"),
        ("spatial-uri", _) => Extra::Place("ckan:spatial-uri"),
        ("frequency", text) => Extra::Frequency(read_frequency(value, text.as_deref(), reading)),
        ("temporal_start", Some(start)) => Extra::Start(start),
        ("temporal_end", Some(end)) => Extra::End(end),
        _ => Extra::Other,
    }
}

fn read_frequency(value: &Value, text: Option<&str>, reading: &mut Reading) -> Option<&'static str> {
    let frequency = text.and_then(frequency::read_any);
    if frequency.is_none() {
        reading.warn("frequency.unknown", "/frequency", text.map_or_else(|| value.to_string(), str::to_owned));
    }
    frequency
}

/// GeoJSON, as an object or written into a text.
fn read_place(value: &Value, text: Option<&str>, reading: &mut Reading) -> Option<Spatial> {
    match text.map_or_else(|| read_geojson(value), read_geojson_text) {
        Ok(polygons) => unite(polygons),
        Err(fault) => {
            reading.warn(fault.rule(), "/spatial", text.map_or_else(|| value.to_string(), str::to_owned));
            None
        }
    }
}

/// A period of both ends; one alone is none.
pub(super) fn read_period(
    (start, end): (Option<String>, Option<String>),
    reading: &mut Reading,
) -> Option<TemporalCoverage> {
    let mut read = |text: &Option<String>, read: fn(&str) -> Option<String>| {
        let day = text.as_deref().and_then(read);
        if let (None, Some(text)) = (&day, text) {
            reading.warn("temporal.unreadable", "/temporal_coverage", text.clone());
        }
        day
    };
    let (first, last) = (read(&start, temporal::read_start), read(&end, temporal::read_end));
    if start.is_some() != end.is_some() {
        let alone = start.or(end).unwrap_or_default();
        if first.is_some() || last.is_some() {
            reading.warn("temporal.unreadable", "/temporal_coverage", alone);
        }
        return None;
    }
    temporal::of(Some(first?), Some(last?))
}
