//! Well-known text: `POLYGON((2 48,3 48,3 49,2 48))`.

use super::{Fault, sound};
use crate::model::{Polygon, Ring};

/// Reads a polygon or several, in any case, with or without the system that they are in.
pub(crate) fn read(text: &str) -> Result<Vec<Polygon>, Fault> {
    let (system, text) = split_system(text.trim());
    let name_end = text.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(text.len());
    let name = text[..name_end].to_ascii_uppercase();
    let mut reader = Reader { rest: without_dimensions(&text[name_end..]) };
    let polygons = match name.as_str() {
        "POLYGON" => reader.list(Reader::ring).map(|polygon| vec![polygon]),
        "MULTIPOLYGON" => reader.list(|reader| reader.list(Reader::ring)),
        "POINT" | "LINESTRING" | "MULTIPOINT" | "MULTILINESTRING" | "GEOMETRYCOLLECTION" => return Err(Fault::Shape),
        _ => None,
    };
    let mut polygons = polygons.filter(|_| reader.rest.trim().is_empty()).ok_or(Fault::Unreadable)?;
    match system {
        System::LongitudeFirst => (),
        System::LatitudeFirst => polygons.iter_mut().flatten().flatten().for_each(|position| position.swap(0, 1)),
        System::Other => return Err(Fault::Unsound),
    }
    sound(polygons)
}

/// The systems that give degrees of the whole earth, by the order of their axes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum System {
    LongitudeFirst,
    LatitudeFirst,
    Other,
}

/// `<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON…`, whose axes the EPSG orders; `SRID=4326;POLYGON…`, whose axes
/// PostGIS orders. Without any it is CRS 84 (GeoSPARQL 1.1, 8.5.1).
fn split_system(text: &str) -> (System, &str) {
    if let Some((iri, rest)) = text.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        let system = match iri {
            _ if iri.ends_with("CRS84") => System::LongitudeFirst,
            _ if iri.ends_with("/4326") || iri.ends_with(":4326") || iri.ends_with("/4258") => System::LatitudeFirst,
            _ => System::Other,
        };
        return (system, rest.trim_start());
    }
    let srid = text.get(..5).filter(|start| start.eq_ignore_ascii_case("srid="));
    match srid.and_then(|_| text[5..].split_once(';')) {
        Some((srid, rest)) if matches!(srid.trim(), "4326" | "4258") => (System::LongitudeFirst, rest.trim_start()),
        Some((_, rest)) => (System::Other, rest.trim_start()),
        None => (System::LongitudeFirst, text),
    }
}

/// `Z`, `M` and `ZM` only say how many numbers a position has.
fn without_dimensions(text: &str) -> &str {
    text.trim_start().trim_start_matches(['Z', 'M', 'z', 'm']).trim_start()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    /// `(a, b, …)`
    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.skip('(')?;
        let mut list = vec![read(self)?];
        while self.skip(',').is_some() {
            list.push(read(self)?);
        }
        self.skip(')')?;
        Some(list)
    }

    fn ring(&mut self) -> Option<Ring> {
        self.list(Self::position)
    }

    fn position(&mut self) -> Option<Vec<f64>> {
        let end = self.rest.find([',', ')'])?;
        let (position, rest) = self.rest.split_at(end);
        self.rest = rest;
        position.split_whitespace().map(|number| number.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_case_dimension_and_system() {
        let plain = read("POLYGON((2 48,3 48,3 49,2 48))").unwrap();
        for text in [
            "Polygon ((2 48, 3 48, 3 49, 2 48))",
            " multipolygon(((2 48,3 48,3 49,2 48)))\n",
            "SRID=4326;POLYGON((2 48,3 48,3 49,2 48))",
            "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((2 48,3 48,3 49,2 48))",
            "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((48 2,48 3,49 3,48 2))",
        ] {
            assert_eq!(read(text).as_ref(), Ok(&plain), "{text}");
        }
        assert_eq!(read("POLYGON Z((2 48 1,3 48 1,3 49 1,2 48 1))").unwrap()[0][0][0], [2.0, 48.0, 1.0]);
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (text, fault) in [
            ("", Fault::Unreadable),
            ("POLYGON", Fault::Unreadable),
            ("POLYGON EMPTY", Fault::Unreadable),
            ("POLYGON((2 48,3 48,3 49,2 48)", Fault::Unreadable),
            ("POLYGON((2 48,3 48,3 49,2 48)) et", Fault::Unreadable),
            ("POLYGON((a b,3 48,3 49,a b))", Fault::Unreadable),
            ("CIRCLE(2 48)", Fault::Unreadable),
            ("é", Fault::Unreadable),
            ("POINT(2 48)", Fault::Shape),
            ("POLYGON((2 48,3 48,3 49))", Fault::Unsound),
            ("<http://www.opengis.net/def/crs/EPSG/0/2154> POLYGON((2 48,3 48,3 49,2 48))", Fault::Unsound),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }
}
