//! What kind of file it is: by its media type if that is one, else by the end of its name.

/// Media types and the ends of names; the first of a type is its format.
#[rustfmt::skip]
const TYPES: [(&str, &str); 44] = [
    ("application/pdf", "pdf"), ("application/zip", "zip"), ("text/csv", "csv"), ("application/json", "json"),
    ("application/geo+json", "geojson"), ("application/vnd.geo+json", "geojson"), ("application/ld+json", "jsonld"),
    ("application/vnd.ms-excel", "xls"), ("application/msword", "doc"), ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"), ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.presentation", "odp"), ("application/vnd.google-earth.kml+xml", "kml"),
    ("application/vnd.google-earth.kmz", "kmz"), ("application/gpx+xml", "gpx"), ("application/gml+xml", "gml"),
    ("application/geopackage+sqlite3", "gpkg"), ("application/vnd.apache.parquet", "parquet"),
    ("application/rdf+xml", "rdf"), ("text/turtle", "ttl"), ("application/n-triples", "nt"),
    ("text/xml", "xml"), ("application/xml", "xml"), ("text/html", "html"), ("text/html", "htm"), ("text/plain", "txt"),
    ("text/markdown", "md"), ("text/tab-separated-values", "tsv"), ("application/rtf", "rtf"), ("text/calendar", "ics"),
    ("application/gzip", "gz"), ("application/x-tar", "tar"), ("application/x-7z-compressed", "7z"),
    ("application/x-bzip2", "bz2"), ("image/png", "png"), ("image/jpeg", "jpg"), ("image/jpeg", "jpeg"),
    ("image/gif", "gif"), ("image/svg+xml", "svg"), ("image/tiff", "tif"),
];

/// The format, in lower case.
pub(super) fn guess_format(given: Option<&str>, name: &str) -> Option<String> {
    let of_type = given.and_then(|given| TYPES.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(given)));
    of_type.map(|(_, end)| (*end).to_owned()).or_else(|| end_of(name))
}

/// The media type: as it is given if we know it, else that of the name; and if nobody knows it, as it is given.
pub(super) fn guess(given: Option<&str>, name: &str) -> Option<String> {
    let given = given.map(str::to_ascii_lowercase);
    if given.as_deref().is_some_and(|given| TYPES.iter().any(|(kind, _)| *kind == given)) {
        return given;
    }
    let end = end_of(name);
    let of_name = end.and_then(|end| TYPES.iter().find(|(_, known)| *known == end));
    of_name.map(|(kind, _)| (*kind).to_owned()).or(given)
}

/// What stands after the last point of the name of a file.
fn end_of(name: &str) -> Option<String> {
    let file = name.rsplit('/').next()?.split(['?', '#']).next()?;
    let (stem, end) = file.rsplit_once('.')?;
    let is_end =
        !stem.is_empty() && (1..=10).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_end.then(|| end.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_counts_if_it_is_one_else_the_name() {
        for (given, name, format, mime) in [
            (Some("application/pdf"), "odsfile://a.bin", Some("pdf"), Some("application/pdf")),
            (Some("application/xls"), "odsfile://extra.XLS", Some("xls"), Some("application/vnd.ms-excel")),
            (Some("application/x-neuf"), "odsfile://a.neuf", Some("neuf"), Some("application/x-neuf")),
            (None, "odsfile://gtfs.zip?x=1", Some("zip"), Some("application/zip")),
            (None, "odsfile://sans-fin", None, None),
        ] {
            assert_eq!(guess_format(given, name).as_deref(), format, "{name}");
            assert_eq!(guess(given, name).as_deref(), mime, "{name}");
        }
    }
}
