//! Where data are about.

use super::reader::Reader;
use crate::model::{Polygon, Spatial};
use crate::rdf::{Graph, Literal, Node, Term, vocab};
use crate::values::spatial::{self, Fault};

const PATH: &str = "/spatial";

const WKT: [&str; 2] = ["http://www.opengis.net/ont/geosparql#wktLiteral", "http://www.opengis.net/rdf#wktLiteral"];
const GEOJSON: [&str; 2] = [
    "http://www.opengis.net/ont/geosparql#geoJSONLiteral",
    "https://www.iana.org/assignments/media-types/application/vnd.geo+json",
];

/// All polygons of all places, united. Each geometry that cannot be used is told; a place without any is told once, if
/// nothing else says where the data are about.
pub(super) fn read(reader: &mut Reader<'_>, node: Node) -> Option<Spatial> {
    let graph = reader.graph;
    let (mut polygons, mut faults, mut place) = (Vec::new(), Vec::new(), None);
    for term in graph.objects(node, vocab::DCT_SPATIAL) {
        let before = polygons.len() + faults.len();
        let mut take = |geometry: Result<Vec<Polygon>, Fault>, text: &str| match geometry {
            Ok(read) => polygons.extend(read),
            Err(fault) => faults.push((fault, text.to_owned())),
        };
        match term {
            Term::Literal(literal) => {
                take(geometry(graph, literal).unwrap_or_else(|| spatial::read_box(literal.text)), literal.text);
            }
            Term::Node(location) => read_location(graph, location, &mut take),
        }
        if polygons.len() + faults.len() == before {
            place = place.or(Some(reader.text_of(term).unwrap_or_default()));
        }
    }
    let spatial = spatial::unite(polygons);
    for (fault, text) in &faults {
        reader.tell_value(fault.rule(), PATH, text);
    }
    if let Some(place) = place.filter(|_| spatial.is_none() && faults.is_empty()) {
        reader.tell_value(Fault::Unreadable.rule(), PATH, place);
    }
    spatial
}

/// The geometries of a place, its own and those of its nodes without address.
fn read_location<'g>(graph: &'g Graph, location: Node, take: &mut impl FnMut(Result<Vec<Polygon>, Fault>, &'g str)) {
    let mut take_literal = |literal: Literal<'g>| {
        if let Some(read) = geometry(graph, literal) {
            take(read, literal.text);
        }
    };
    for (_, term) in graph.all_objects(location) {
        match term {
            Term::Literal(literal) => take_literal(literal),
            Term::Node(inner) if graph.iri(inner).is_none() => {
                graph.all_objects(inner).for_each(|(_, term)| {
                    if let Term::Literal(literal) = term {
                        take_literal(literal);
                    }
                });
            }
            Term::Node(_) => (),
        }
    }
}

/// The geometry of a literal that is typed as one.
fn geometry(graph: &Graph, literal: Literal<'_>) -> Option<Result<Vec<Polygon>, Fault>> {
    let datatype = graph.name(literal.datatype?);
    if WKT.contains(&datatype) {
        return Some(spatial::read_wkt(literal.text));
    }
    GEOJSON.contains(&datatype).then(|| spatial::read_geojson_text(literal.text))
}
