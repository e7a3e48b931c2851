//! How fine the data are: in metres, as a distance, or as a scale.

use crate::dcat::reader::Reader;
use crate::rdf::{Node, Term, vocab};

const UNITS: [(&str, &str); 3] = [("FT", "ft"), ("KiloM", "km"), ("M", "m")];

/// `10 m`, `1.5 km`, `1/10000`: the largest of metres, else the largest distance, else the smallest scale.
pub(super) fn read(reader: &Reader<'_>, node: Node) -> Option<String> {
    in_metres(reader, node).or_else(|| as_distance(reader, node)).or_else(|| as_scale(reader, node))
}

fn in_metres(reader: &Reader<'_>, node: Node) -> Option<String> {
    let texts = reader.graph.objects(node, vocab::DCAT_SPATIAL_RESOLUTION).filter_map(|term| reader.text_of(term));
    texts.filter_map(number).max_by(f64::total_cmp).map(|metres| format!("{metres} m"))
}

fn as_distance(reader: &Reader<'_>, node: Node) -> Option<String> {
    let distances =
        measurements(reader, node, vocab::GEODCAT_SPATIAL_RESOLUTION_AS_DISTANCE).filter_map(|measurement| {
            let unit = reader.first_text(measurement, vocab::SDMX_UNIT_MEASURE)?;
            let name = unit.rsplit(['/', '#']).next()?;
            let (_, unit) = UNITS.iter().find(|(known, _)| *known == name)?;
            Some((value(reader, measurement)?, *unit))
        });
    let largest = distances.max_by(|(a, _), (b, _)| a.total_cmp(b));
    largest.map(|(distance, unit)| format!("{distance} {unit}"))
}

fn as_scale(reader: &Reader<'_>, node: Node) -> Option<String> {
    let scales = measurements(reader, node, vocab::GEODCAT_SPATIAL_RESOLUTION_AS_SCALE);
    let smallest = scales.filter_map(|measurement| value(reader, measurement)).filter(|scale| *scale > 0.0);
    smallest.min_by(f64::total_cmp).map(|scale| format!("1/{}", (1.0 / scale).round()))
}

/// The measurements of one kind.
fn measurements<'r>(reader: &'r Reader<'_>, node: Node, kind: Node) -> impl Iterator<Item = Node> + 'r {
    let graph = reader.graph;
    let nodes = graph.objects(node, vocab::DQV_HAS_QUALITY_MEASUREMENT).filter_map(|term| match term {
        Term::Node(measurement) => Some(measurement),
        Term::Literal(_) => None,
    });
    nodes.filter(move |measurement| {
        graph.objects(*measurement, vocab::DQV_IS_MEASUREMENT_OF).any(|term| term == Term::Node(kind))
    })
}

fn value(reader: &Reader<'_>, measurement: Node) -> Option<f64> {
    reader.first_text(measurement, vocab::DQV_VALUE).and_then(number)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}
